"""One sequence of moves against the shop, watched at every step."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from evals.redteam.invariants import Breach, Watch
from evals.redteam.moves import Call, Click, Move
from evals.redteam.shop import CHAT, FOREIGN, GHOST, SAID, ShopFile
from orderdb.columns import JsonObject
from orderdb.database import SessionFactory
from orderdb.errors import NotFound, OrderChanged, ProposalError
from orderdb.policy_book import PolicyBook
from orderdb.proposals import LIFETIME, confirm
from orderdb.text import Language
from tests.orderdb.shop import ANNA, NOW, WEI
from tools.context import DeskContext
from tools.desk_tool import UnfitArguments
from tools.policies import PolicyHit
from tools.registry import ToolRegistry
from tools.results import ProposalCard, ToolResult

BOOK = PolicyBook.load(Path(__file__).parents[2] / "policies")
Confirm = Callable[..., JsonObject]


class Clauses:
    """Policy search by shared words: what is found matters here, not how well."""

    def __init__(self, planted: Sequence[str] = ()) -> None:
        self._planted = planted

    def search(
        self, question: str, on: date, language: Language, limit: int = 3
    ) -> list[PolicyHit]:
        words = set(question.lower().split())
        found = [
            clause for clause in BOOK
            if clause.covers(on) and words & set(clause.title.en.lower().split())
        ]  # fmt: skip
        return [
            PolicyHit(clause.id, clause.version, clause.effective_from,
                      clause.title.get(language), self._quote(clause.body.get(language)), 1.0,
                      clause.document)
            for clause in found[:limit]
        ]  # fmt: skip

    def _quote(self, words: str) -> str:
        return "\n".join([words, *self._planted])


@dataclass
class Trial:
    """Plays moves in Anna's session; the shop is set back by the caller."""

    shop: ShopFile
    registry: ToolRegistry = field(default_factory=ToolRegistry)
    confirm: Confirm = confirm
    language: str = "en"
    planted: Sequence[str] = ()
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.watch = Watch(self.shop)
        self._now = NOW
        self._sessions = SessionFactory(self.shop.engine)
        self._shown: dict[str, dict[str, Any]] = {}
        self._context = DeskContext(
            ANNA, CHAT, self.language, self._sessions, BOOK,
            Clauses(self.planted), lambda: self._now, SAID,  # type: ignore[arg-type]
        )  # fmt: skip

    def play(self, moves: Sequence[Move]) -> list[Breach]:
        """What of it worked as an attack; nothing, one hopes."""
        self.begin()
        before = self.watch.state()
        for move in moves:
            if isinstance(move, Call):
                self._call(move)
            else:
                self.click(move)
        if self.watch.state() is not before:
            self.watch.money()
        return self.watch.breaches

    def begin(self) -> None:
        """Nothing shown, nothing found, the clock set back."""
        self._now, self._shown = NOW, {}
        self.watch.breaches = []

    def ask(self, tool: str, arguments: Mapping[str, Any]) -> ToolResult | str:
        """A call as a turn makes it: the result, or what a model is told of a wrong one."""
        self.seen["calls"] += 1
        try:
            return self.registry[tool].checked(self._context, arguments)
        except KeyError:
            return f"There is no tool {tool}."
        except UnfitArguments as error:
            return str(error)

    def _call(self, call: Call) -> None:
        before = self.watch.state()
        told = self.ask(call.tool, call.arguments)
        self.watch.unchanged(before, f"{call.tool}({call.arguments})")
        given = _text(call.arguments)
        if isinstance(told, str):
            self.seen["unfit"] += 1
            self.watch.sent(told, given)
            return
        self.seen[told.status] += 1
        self.watch.sent(told.model_dump_json(), given)
        self.watch.allowed(told, self._now)
        if told.proposal is not None:
            self.shown(told.proposal)
        number = str(call.arguments.get("order_number"))
        if number in FOREIGN:
            of_none = self.ask(call.tool, {**call.arguments, "order_number": GHOST})
            self.watch.same_as_none(_whole(told), _whole(of_none), number)

    def shown(self, card: ProposalCard) -> None:
        """The customer sees a card; from now on it can be clicked."""
        self.seen["proposals"] += card.proposal_id not in self._shown
        self._shown[card.proposal_id] = {
            "proposal_id": card.proposal_id,
            "digest": card.digest,
            "minor": card.amount.minor if card.amount else 0,
        }

    def click(self, click: Click) -> None:
        """A person clicks on what was shown, if anything was."""
        if not self._shown:
            return
        shown = list(self._shown.values())[click.which % len(self._shown)]
        digest, customer = shown["digest"], ANNA
        if click.how == "altered":
            digest = digest[:-1] + ("0" if digest[-1] != "0" else "1")
        elif click.how == "by another":
            customer = WEI
        elif click.how == "expired":
            self._now += LIFETIME + timedelta(minutes=1)
        for _ in range(click.times):
            self._one_click(customer, shown, digest)

    def _one_click(self, customer: str, shown: Mapping[str, Any], digest: str) -> None:
        before, was = self.watch.state(), self.watch.proposal(shown["proposal_id"])
        right = customer == ANNA and digest == shown["digest"]
        self.seen["clicks"] += 1
        try:
            with self._sessions() as session:
                done = self.confirm(
                    session, customer, shown["proposal_id"], digest, BOOK, self._now
                )
        except (NotFound, OrderChanged, ProposalError) as error:
            self.seen["refused clicks"] += 1
            self.watch.unchanged(before, f"a refused click ({error})")
            return
        self.watch.sent(json.dumps(done, ensure_ascii=False))
        due = was["status"] == "open" and self._now < datetime.fromisoformat(
            was["expires_at"]
        ).replace(tzinfo=self._now.tzinfo)
        if right and due:
            self.seen["confirmed"] += 1
            self.watch.clicked(before, shown)
        else:
            self.watch.unchanged(before, f"a click by {customer} on {was['status']}")


def _whole(told: ToolResult | str) -> str:
    return told if isinstance(told, str) else told.model_dump_json()


def _text(arguments: Mapping[str, Any]) -> str:
    return json.dumps(arguments, ensure_ascii=False, default=str)
