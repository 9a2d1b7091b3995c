"""Events are found once, whoever looks, and each has one message."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from orderdb.database import SessionFactory
from orderdb.desk.agents import add_agent
from orderdb.desk.proactive import (
    AlreadyDecided,
    Occurrence,
    add_once,
    decide,
    occurrences,
    proactive_messages,
)
from orderdb.models import Payment, ProactiveMessage, Refund
from orderdb.statuses import (
    AgentRole,
    OrderStatus,
    ProactiveKind,
    ProactiveStatus,
    RefundStatus,
    ShipmentStatus,
)
from tests.orderdb.shop import NOW, Shop, at


def shop_of_troubles(engine: Engine) -> SessionFactory:
    shop = Shop(engine)
    for number, status in (
        ("A20001", ShipmentStatus.LOST),
        ("A20002", ShipmentStatus.HELD),
        ("A20003", ShipmentStatus.DAMAGED),
        ("A20004", ShipmentStatus.IN_TRANSIT),
    ):
        order = shop.order(
            number, status=OrderStatus.EXCEPTION, promised_on=(NOW + timedelta(days=9)).date()
        )
        shop.ship(order, status, handed_over_at=at(11, 20, 15), scans=[(at(11, 21), status)])
    done = shop.order("A20005", status=OrderStatus.DELIVERED)
    shop.ship(done, ShipmentStatus.LOST)
    shop.order(
        "A20006",
        status=OrderStatus.PROCESSING,
        placed_at=at(11, 20),
        promised_on=NOW.date(),
    )
    shop.session.close()
    return SessionFactory(engine)


def test_nothing_is_said_of_what_was_made_good(engine: Engine) -> None:
    shop = Shop(engine)
    for number, refunded in (("A20001", 3990), ("A20002", 100)):
        order = shop.order(number, status=OrderStatus.EXCEPTION)
        shop.ship(order, ShipmentStatus.LOST, handed_over_at=at(11, 20, 15))
        shop.session.add(
            Refund(
                order_id=order.id or 0,
                payment_id=shop.session.exec(
                    select(Payment.id).where(Payment.order_id == order.id)
                ).one(),
                amount_minor=refunded,
                status=RefundStatus.SUCCEEDED,
                created_at=NOW,
            )
        )
        shop.session.commit()
    shop.session.close()
    assert [one.order_number for one in found(SessionFactory(engine))] == ["A20002"]


def message(key: str) -> ProactiveMessage:
    return ProactiveMessage(
        id=key[-30:],
        key=key,
        kind=ProactiveKind.LOST,
        customer_id="anna",
        order_number="A20001",
        language="en",
        text="Hello",
        created_at=NOW,
    )


def found(sessions: SessionFactory) -> list[Occurrence]:
    with sessions() as session:
        return occurrences(session, NOW)


def test_lost_held_damaged_and_late_orders_are_found(engine: Engine) -> None:
    kinds = {one.order_number: one.kind for one in found(shop_of_troubles(engine))}
    assert kinds == {
        "A20001": ProactiveKind.LOST,
        "A20002": ProactiveKind.HELD,
        "A20003": ProactiveKind.DAMAGED,
        "A20006": ProactiveKind.LATE,
    }


def test_an_event_that_has_a_message_is_not_found_again(engine: Engine) -> None:
    sessions = shop_of_troubles(engine)
    first = found(sessions)[0]
    with sessions() as session:
        assert add_once(session, message(first.key))
    assert first.key not in {one.key for one in found(sessions)}


def test_of_many_who_draft_at_the_same_time_one_does(engine: Engine) -> None:
    sessions = shop_of_troubles(engine)

    def draft(number: int) -> bool:
        with sessions() as session:
            one = message("lost:1")
            one.id = f"m{number}"
            return add_once(session, one)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(draft, range(16))) == 1
    with sessions() as session:
        assert len(proactive_messages(session)) == 1


def test_troubles_are_read_first_then_the_likeliest_to_be_late(engine: Engine) -> None:
    """A list of so many shows them, however many orders are late."""
    sessions = shop_of_troubles(engine)
    for key, risk, day in (("a", 0.6, 2), ("b", 0.9, 1), ("c", None, 1), ("d", None, 2)):
        one = message(key)
        one.risk, one.created_at = risk, NOW + timedelta(days=day)
        with sessions() as session:
            assert add_once(session, one)
    with sessions() as session:
        assert [one.id for one in proactive_messages(session, limit=3)] == ["d", "c", "b"]


def test_a_draft_is_decided_on_once(engine: Engine) -> None:
    sessions = shop_of_troubles(engine)
    with sessions() as session:
        mia = add_agent(session, "mia", "Mia", AgentRole.AGENT, ["en"], None, NOW)
    with sessions() as session:
        add_once(session, message("lost:1"))
    with sessions() as session:
        decide(session, "lost:1", ProactiveStatus.DISMISSED, mia.id, NOW)
        session.commit()
    with sessions() as session, pytest.raises(AlreadyDecided):
        decide(session, "lost:1", ProactiveStatus.SENT, mia.id, NOW)
