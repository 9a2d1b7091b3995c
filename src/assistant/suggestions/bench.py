"""Tools as code uses them for a draft: rehearsed for the customer of the occasion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from assistant.events import ToolCall
from orderdb.errors import NotFound, Refused
from orderdb.proposals import Goodwill, appraise
from orderdb.repository import find_order
from orderdb.statuses import ProposalKind
from orderdb.text import Language
from orderdb.views import OrderView
from tools.context import DeskContext
from tools.desk_tool import UnfitArguments
from tools.proposing import appraised
from tools.registry import ToolRegistry
from tools.results import ToolResult
from tools.said import sent
from tools.wording import language_of

GOODWILL_TOOL = "propose_goodwill"
"""No tool of the model's: a credit is for agents alone."""

Tried = tuple[ToolCall, ToolResult]


@dataclass(frozen=True)
class Bench:
    """``desk`` is a rehearsal's; ``words`` are the customer's, ``agent`` is who would do it."""

    desk: DeskContext
    registry: ToolRegistry
    agent: str
    words: str
    zone: ZoneInfo

    @property
    def language(self) -> Language:
        return language_of(self.desk.language)

    def use(self, name: str, **arguments: Any) -> Tried | None:
        """One call with its result, refused or not; None where the arguments do not fit."""
        desk = self.desk
        try:
            result = self.registry[name].checked(desk, arguments)
        except UnfitArguments:
            return None
        return _called(name, arguments, result), result

    def first(self, *tries: tuple[str, dict[str, Any]]) -> Tried | None:
        """The first of these proposals that the rules allow."""
        for name, arguments in tries:
            tried = self.use(name, **arguments)
            if tried is not None and tried[1].appraisal is not None:
                return tried
        return None

    def goodwill(self, order_number: str, amount_minor: int, reason: str) -> Tried | None:
        """A credit as it would be given; None where the rules leave nothing of it."""
        desk = self.desk
        wanted = Goodwill(amount_minor=amount_minor, reason=reason)
        with desk.sessions() as session:
            try:
                ruling = appraise(
                    session,
                    desk.customer_id,
                    order_number,
                    ProposalKind.GOODWILL,
                    wanted,
                    desk.book,
                    desk.clock(),
                    agent=self.agent,
                )
            except Refused:
                return None
        result = appraised(desk, ProposalKind.GOODWILL, order_number, ruling)
        arguments = {"order_number": order_number, **wanted.model_dump()}
        return _called(GOODWILL_TOOL, arguments, result), result

    def order(self, number: str) -> OrderView | None:
        desk = self.desk
        with desk.sessions() as session:
            try:
                return find_order(session, desk.customer_id, number)
            except NotFound:
                return None

    def session(self) -> Session:
        return self.desk.sessions()

    def photos(self) -> Iterator[str]:
        """What the customer sent of photos, by name, as it stands in the messages."""
        said = self.desk.said
        for message in said:
            for word in message.split():
                name = word.strip("，。,;；()（）")
                if sent(name, said):
                    yield name


def _called(name: str, arguments: dict[str, Any], result: ToolResult) -> ToolCall:
    return ToolCall(name=name, arguments=arguments, status=result.status, duration_ms=0)
