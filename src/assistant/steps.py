"""What a brain (the model's loop, or guided mode) yields while it works on a turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from assistant.choice import Choice
from assistant.events import QuickReply, Usage
from assistant.plan import Plan
from orderdb.text import Language
from tools.context import DeskContext
from tools.results import ToolResult


class ModelUnavailable(Exception):
    """No configured model gave a usable answer; guided mode takes the turn.

    ``refused``: an endpoint answered, and would not have this very request.
    """

    def __init__(self, why: str, *, refused: bool = False) -> None:
        super().__init__(why)
        self.refused = refused


@dataclass(frozen=True)
class ToolStarted:
    id: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class ToolFinished:
    """``result`` is None when the call itself was wrong (unknown tool, bad arguments)."""

    id: str
    name: str
    arguments: dict[str, Any]
    result: ToolResult | None
    duration_ms: int


@dataclass(frozen=True)
class Text:
    """A piece of the reply. A new ``draft`` means that earlier pieces are void.

    ``by_code``: written from the results without a model, so that there is nothing to check.
    """

    text: str
    draft: str
    by_code: bool = False


@dataclass(frozen=True)
class ModelCalled:
    usage: Usage


@dataclass(frozen=True)
class Suggested:
    quick_replies: tuple[QuickReply, ...]


@dataclass(frozen=True)
class Understood:
    """How the message was read, one choice a part; a model that is not bound says nothing."""

    choices: tuple[Choice, ...]


Step = Understood | ToolStarted | ToolFinished | Text | ModelCalled | Suggested


@dataclass(frozen=True)
class Utterance:
    """Something said earlier, as the model is shown it."""

    role: str
    text: str


@dataclass(frozen=True)
class Request:
    """One message with all that is needed to answer it."""

    desk: DeskContext
    message: str
    language: Language
    read: Callable[[], Plan]
    history: tuple[Utterance, ...] = ()
    open_matters: tuple[str, ...] = field(default=())

    @property
    def last_reply(self) -> str:
        """What the customer heard last; empty at the beginning."""
        return next((one.text for one in reversed(self.history) if one.role != "customer"), "")

    @cached_property
    def plan(self) -> Plan:
        """What the message makes possible; read on first use, for not every model needs it."""
        return self.read()


class Brain(Protocol):
    """Answers a request step by step. Raises ModelUnavailable when no model can be reached."""

    def answer(self, request: Request) -> AsyncIterator[Step]: ...

    def repair(
        self, request: Request, results: list[ToolResult], problems: str
    ) -> AsyncIterator[Step]:
        """Write the reply anew from ``results``, told what was wrong with the last one."""
        ...
