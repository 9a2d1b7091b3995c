"""Whom to sign in as: the demo's stories, or whoever has the most to see."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from orderdb.database import SessionFactory
from orderdb.importers.demo import stories
from orderdb.models import Customer, Order
from orderdb.showcase import showcase
from orderdb.statuses import OrderStatus


def test_the_demo_shop_shows_its_stories_in_their_order(sqlite_demo_engine: Engine) -> None:
    with SessionFactory(sqlite_demo_engine)() as session:
        shown = showcase(session)
    told = [(story.customer_id, story.note) for story in stories()]
    assert [(one.customer.id, one.note) for one in shown] == told
    assert shown[0].orders > 1


def sold(session: Session, customer: str, language: str, *statuses: OrderStatus) -> None:
    session.add(Customer(id=customer, name=customer, language=language))
    session.flush()
    for number, status in enumerate(statuses):
        key = f"{customer}{number}".upper()
        session.add(
            Order(
                number=key,
                number_key=key,
                customer_id=customer,
                status=status,
                currency="EUR",
                placed_at=datetime(2026, 11, 1, tzinfo=UTC),
            )
        )


def test_another_shop_shows_the_customers_with_most_to_see(sqlite_engine: Engine) -> None:
    with SessionFactory(sqlite_engine)() as session:
        sold(session, "idle", "en")
        sold(session, "plain", "en", OrderStatus.DELIVERED, OrderStatus.DELIVERED)
        sold(session, "rich", "zh", OrderStatus.SHIPPED, OrderStatus.CANCELLED)
        session.commit()
        shown = showcase(session, count=2)
    assert [one.customer.id for one in shown] == ["rich", "plain"]
    assert shown[0].note.en == "1 on the way, 1 cancelled"
    assert shown[0].note.zh == "1 单运输中、1 单已取消"
    assert (shown[1].orders, shown[1].note.en) == (2, "2 delivered")


def test_an_empty_shop_shows_nobody(sqlite_engine: Engine) -> None:
    with SessionFactory(sqlite_engine)() as session:
        assert showcase(session) == []
