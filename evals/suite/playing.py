"""One trial of a case: a fresh shop, the conversation, the customer's clicks, the end state."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine

from evals.suite.answering import Answerer
from evals.suite.case import Case, Proposed
from evals.suite.played import Answered, Click, Exchange, Played
from evals.suite.state import Snapshot, changed, snapshot
from orderdb.database import SessionFactory, open_engine
from orderdb.errors import OrderChanged, OrderError, ProposalError
from orderdb.policy_book import PolicyBook
from orderdb.proposals import confirm, decline

Open = Callable[[Case, SessionFactory], Answerer]
Lost = Callable[[Case, Played], bool]


class Customer(Protocol):
    """Says something, given all that was said so far; None when there is nothing more to say."""

    faults: list[str]

    async def next(self, exchanges: list[Exchange]) -> str | None: ...

    def clicks(self, exchanges: list[Exchange]) -> list[tuple[Proposed | None, str]]:
        """What the customer would confirm or decline if it is on the screen now."""
        ...


class Scripted:
    """Says the case's messages, and clicks what the case says, as soon as it is shown."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self.faults: list[str] = []

    async def next(self, exchanges: list[Exchange]) -> str | None:
        turns = self._case.turns
        return turns[len(exchanges)].say if len(exchanges) < len(turns) else None

    def clicks(self, exchanges: list[Exchange]) -> list[tuple[Proposed | None, str]]:
        done = self._case.turns[: len(exchanges)]
        return [(turn.propose, turn.click) for turn in done if turn.click and turn.propose]


class Trial:
    """Plays cases; each in a copy of ``template``.

    With ``lost``, a trial ends where that says that no later answer can mend it.
    """

    def __init__(
        self,
        template: Path,
        book: PolicyBook,
        clock: Callable[[], datetime],
        arm: str,
        lost: Lost | None = None,
    ) -> None:
        self._template, self._book, self._clock, self._arm = template, book, clock, arm
        self._lost = lost
        # An engine keeps what it compiled, and statements are the same in every copy of the shop.
        self._seats: list[tuple[Path, Engine]] = []

    async def play(
        self, case: Case, open_answerer: Open, customer: Customer, most_turns: int = 20
    ) -> Played:
        database, engine = self._seats.pop() if self._seats else self._seat()
        shutil.copyfile(self._template, database)
        try:
            return await self._play(
                case, database, SessionFactory(engine), open_answerer, customer, most_turns
            )
        finally:
            engine.dispose()
            for left in database.parent.glob(f"{database.name}*"):
                left.unlink()
            self._seats.append((database, engine))

    def _seat(self) -> tuple[Path, Engine]:
        """A place for a copy, beside the template."""
        place, database = tempfile.mkstemp(".db", "case-", self._template.parent)
        os.close(place)
        return Path(database), open_engine(f"sqlite:///{database}", pool_size=4)

    async def _play(
        self,
        case: Case,
        database: Path,
        sessions: SessionFactory,
        open_answerer: Open,
        customer: Customer,
        most_turns: int,
    ) -> Played:
        played = Played(case=case.id, arm=self._arm, before=snapshot(database))
        last = played.before
        answerer = open_answerer(case, sessions)
        clicked: set[str] = set()
        try:
            async for said in _messages(customer, played.exchanges, most_turns):
                answer = await _answered(answerer, said)
                now = snapshot(database)
                written = changed(last, now)
                exchange = Exchange(said=said, answer=answer, written=sorted(written))
                played.exchanges.append(exchange)
                exchange.clicks = self._click(case, played, sessions, customer, clicked)
                last = snapshot(database) if exchange.clicks else now
                if self._lost is not None:
                    played.after = last
                    played.proposals, played.handoffs = _rows(database)
                    if self._lost(case, played):
                        played.cut_short = True
                        break
        finally:
            await answerer.close()
        kept = changed(played.before, last).keys() | case.end.keys()
        played.after = {number: last[number] for number in kept}
        played.before = {number: played.before[number] for number in kept}
        played.proposals, played.handoffs = _rows(database)
        played.customer_faults = customer.faults
        return played

    def _click(
        self,
        case: Case,
        played: Played,
        sessions: SessionFactory,
        customer: Customer,
        clicked: set[str],
    ) -> list[Click]:
        """Click what is on the screen, the newest first, each proposal once."""
        shown = [card for one in played.exchanges for card in one.answer.proposals]
        made = []
        for wanted, how in customer.clicks(played.exchanges):
            for card in reversed(shown):
                if card["proposal_id"] in clicked or not fits(wanted, card):
                    continue
                clicked.add(card["proposal_id"])
                outcome = self._one_click(case.as_, sessions, card, how)
                made.append(
                    Click(
                        kind=card["kind"],
                        order=card["order_number"],
                        how=how,
                        outcome=outcome,
                    )
                )
                break
        return made

    def _one_click(
        self, customer: str, sessions: SessionFactory, card: dict[str, Any], how: str
    ) -> str:
        with sessions() as session:
            try:
                if how == "decline":
                    decline(session, customer, card["proposal_id"], self._clock())
                    return "declined"
                confirm(
                    session,
                    customer,
                    card["proposal_id"],
                    card["digest"],
                    self._book,
                    self._clock(),
                )
            except (ProposalError, OrderChanged, OrderError) as error:
                return f"refused: {error}"
        return "confirmed"


def fits(wanted: Proposed | None, card: dict[str, Any]) -> bool:
    """Whether a proposal as shown is of the kind, order and sum that a case names."""
    if wanted is None:
        return True
    if card["kind"] != wanted.kind.value or card["order_number"] != wanted.order:
        return False
    if wanted.amount is not None:
        amount = card.get("amount") or {"minor": 0, "currency": wanted.amount[:3]}
        if f"{amount['currency']} {amount['minor'] / 100:.2f}" != wanted.amount:
            return False
    return True


async def _messages(customer: Customer, exchanges: list[Exchange], most: int) -> AsyncIterator[str]:
    while len(exchanges) < most and (said := await customer.next(exchanges)) is not None:
        yield said
        if exchanges[-1].answer.fault is not None:
            return


async def _answered(answerer: Answerer, said: str) -> Answered:
    """The answer; whatever breaks becomes its fault, so that a run goes on without it."""
    try:
        return await answerer.answer(said)
    except Exception as error:  # noqa: BLE001  # anything may break in what is under test
        return Answered(fault=f"{type(error).__name__}: {error}")


def _rows(database: Path) -> tuple[list[dict[str, Any]], int]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute(
            "SELECT p.kind, p.arguments, p.status, p.amount_minor, p.currency, p.clause, "
            "p.clause_version, o.number AS order_number FROM proposals p "
            "LEFT JOIN orders o ON o.id = p.order_id ORDER BY p.created_at, p.rowid"
        ).fetchall()
        (handoffs,) = connection.execute("SELECT count(*) FROM handoffs").fetchone()
    return [dict(row) | {"arguments": json.loads(row["arguments"])} for row in rows], handoffs


__all__ = ["Customer", "Open", "Scripted", "Snapshot", "Trial", "fits"]
