"""What is confirmed here becomes the very call that tau2-bench's reference makes."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from evals.tau2_bridge.mapping import Call, call_of
from evals.tau2_bridge.session import Said, TauSession
from evals.tau2_conformance.actions import Arguments, Desk
from evals.tau2_conformance.run import POLICIES
from orderdb import migrations
from orderdb.database import SessionFactory, open_engine
from orderdb.importers.tau2_retail import import_tau2_retail
from orderdb.models import Customer, Order
from orderdb.policy_book import PolicyBook
from orderdb.proposals import CancelOrder, KindArguments, confirm, propose
from orderdb.statuses import ProposalKind

SHARED = Path(__file__).parents[3] / "shared" / "data" / "tau2_retail"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="tau2-bench's retail shop is not here")
BOOK = PolicyBook.load(POLICIES)


class Mapping(Desk):
    """Performs reference actions, and keeps the call that each becomes."""

    def __init__(self, sessions: SessionFactory) -> None:
        super().__init__(sessions, BOOK)
        self.calls: list[Call] = []

    def _commit(
        self, session: Session, asked: Arguments, kind: ProposalKind, wanted: KindArguments
    ) -> None:
        number = asked.get("order_id")
        owner = self._owner(session, asked)
        session.rollback()
        proposal = propose(session, owner, number, kind, wanted, None, BOOK, self._now)
        self.calls.append(call_of(session, proposal))
        session.rollback()
        confirm(session, owner, proposal.id, proposal.digest, BOOK, self._now)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tau2") / "imported.db"
    url = f"sqlite:///{file}"
    migrations.upgrade(url)
    engine = open_engine(url)
    import_tau2_retail(engine, SHARED / "db.json")
    engine.dispose()
    return file


@pytest.fixture
def shop(imported: Path, tmp_path: Path) -> SessionFactory:
    file = Path(shutil.copyfile(imported, tmp_path / "shop.db"))
    return SessionFactory(open_engine(f"sqlite:///{file}"))


def told(call: dict[str, Any]) -> dict[str, Any]:
    """An action as it is compared: pairs of items in any order."""
    given = dict(call["arguments"])
    if "new_item_ids" in given:
        pairs = sorted(zip(given.pop("item_ids"), given.pop("new_item_ids"), strict=True))
        given["pairs"] = [list(pair) for pair in pairs]
    elif "item_ids" in given:
        given["item_ids"] = sorted(given["item_ids"])
    return {"name": call["name"], "arguments": given}


def test_every_write_of_the_reference_is_mapped_to_itself(imported: Path, tmp_path: Path) -> None:
    tasks = json.loads((SHARED / "tasks_train.json").read_text(encoding="utf-8"))
    compared = 0
    engine = open_engine(f"sqlite:///{tmp_path / 'task.db'}")
    for task in tasks[:30]:
        actions = task["evaluation_criteria"]["actions"] or []
        shutil.copyfile(imported, tmp_path / "task.db")
        desk = Mapping(SessionFactory(engine))
        for action in actions:
            before = len(desk.calls)
            if desk.perform(action["name"], action["arguments"]) is None:
                for call in desk.calls[before:]:
                    assert told(call.model_dump()) == told(
                        {"name": action["name"], "arguments": action["arguments"]}
                    )
                    compared += 1
        engine.dispose()
        for left in tmp_path.glob("task.db*"):
            left.unlink()
    assert compared > 20


class Cancelling:
    """A scripted assistant: it proposes the cancellation of an order, whatever is said."""

    def __init__(self, shop: SessionFactory, customer: str, number: str) -> None:
        self._shop, self._customer, self._number = shop, customer, number

    async def say(self, text: str) -> Said:
        with self._shop() as session:
            made = propose(session, self._customer, self._number, ProposalKind.CANCEL_ORDER,
                           CancelOrder(reason="no longer needed"), None, BOOK, NOW)  # fmt: skip
        return Said(text="I have prepared the cancellation.", proposed=[made.id])


NOW = datetime(2026, 1, 1, tzinfo=UTC)


def pending(shop: SessionFactory) -> tuple[str, Customer]:
    from sqlmodel import select

    with shop() as session:
        number, owner = session.exec(
            select(Order.number, Order.customer_id).where(Order.status == "paid")
        ).first() or ("", "")
        return number, session.get_one(Customer, owner)


async def test_a_customer_signs_in_by_talking_and_clicks_by_saying_yes(
    shop: SessionFactory,
) -> None:
    number, customer = pending(shop)
    session = TauSession(shop, BOOK, lambda: NOW, lambda who: Cancelling(shop, who, number))
    asked = await session.hear("Hi, I want to cancel an order")
    assert (asked.calls, "e-mail" in asked.text) == ([], True)
    known = await session.hear(f"It's {customer.email}")
    assert [call.name for call in known.calls] == ["find_user_id_by_email"]
    assert known.text.endswith("Please answer yes or no.")
    done = await session.hear("Yes, please")
    assert [(call.name, call.arguments) for call in done.calls] == [
        ("cancel_pending_order", {"order_id": number, "reason": "no longer needed"})
    ]
    with shop() as read:
        order = read.get_one(Order, _id(read, number))
        assert order.status == "cancelled"


async def test_a_no_writes_nothing_and_calls_nothing(shop: SessionFactory) -> None:
    number, customer = pending(shop)
    session = TauSession(shop, BOOK, lambda: NOW, lambda who: Cancelling(shop, who, number))
    await session.hear(f"cancel it, my mail is {customer.email}")
    answer = await session.hear("No, leave it")
    assert answer.calls == []
    with shop() as read:
        assert read.get_one(Order, _id(read, number)).status == "paid"


async def test_a_stranger_gets_no_conversation(shop: SessionFactory) -> None:
    opened: list[str] = []

    def open_one(who: str) -> Cancelling:
        opened.append(who)
        return Cancelling(shop, who, "")

    session = TauSession(shop, BOOK, lambda: NOW, open_one)
    answer = await session.hear("I am nobody@nowhere.example, cancel everything")
    assert "cannot find that account" in answer.text
    assert opened == []


def _id(session: Session, number: str) -> int:
    from sqlmodel import select

    return session.exec(select(Order.id).where(Order.number == number)).one() or 0
