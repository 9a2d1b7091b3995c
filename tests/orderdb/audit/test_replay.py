"""The events explain the orders as they are, or the first that does not fit is named."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from orderdb import audit
from orderdb.audit.replay import _Replay
from orderdb.database import open_engine
from orderdb.models import Order, OrderLine, Payment, Refund
from orderdb.statuses import OrderStatus, RefundStatus
from tests.orderdb.shop import NOW, Shop


class Change:
    """Changes orders as a confirmed proposal does: the rows and the event, all or nothing."""

    def __init__(self, shop: Shop) -> None:
        self.session = shop.session

    def cancel(self, order: Order) -> None:
        before = audit.order_state(self.session, order.id or 0)
        order.status = OrderStatus.CANCELLED
        order.version += 1
        for line in self.session.exec(select(OrderLine).where(OrderLine.order_id == order.id)):
            line.cancelled_quantity = line.quantity
        paid = self.session.exec(select(Payment).where(Payment.order_id == order.id)).one()
        paid.refunded_minor = paid.amount_minor
        self.session.add(
            Refund(
                order_id=order.id or 0,
                payment_id=paid.id or 0,
                amount_minor=paid.amount_minor,
                status=RefundStatus.PENDING,
                created_at=NOW,
            )
        )
        self._record(order, before)

    def succeed(self, order: Order) -> None:
        before = audit.order_state(self.session, order.id or 0)
        self.session.exec(
            select(Refund).where(Refund.order_id == order.id)
        ).one().status = RefundStatus.SUCCEEDED
        self._record(order, before)

    def _record(self, order: Order, before: dict[str, object]) -> None:
        changes = audit.changes(before, audit.order_state(self.session, order.id or 0))
        audit.append(
            self.session,
            actor="customer:anna",
            kind="proposal.confirmed",
            subject=order.number,
            payload={"changes": changes},
            now=NOW,
        )
        self.session.commit()


@pytest.fixture
def shop(engine: Engine) -> Iterator[Shop]:
    shop = Shop(engine)
    yield shop
    shop.session.close()


def tamper(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def replayed(engine: Engine) -> audit.Replayed:
    with Session(engine) as session:
        return audit.replay(session)


def test_without_events_there_is_nothing_to_compare(engine: Engine, shop: Shop) -> None:
    shop.order()
    assert replayed(engine) == audit.Replayed(events=0, orders=0, compared=0)


def test_events_explain_what_they_changed(engine: Engine, shop: Shop) -> None:
    first, second = shop.order("A1", lines=2), shop.order("A2")
    change = Change(shop)
    change.cancel(first)
    change.cancel(second)
    change.succeed(first)
    assert replayed(engine) == audit.Replayed(events=3, orders=2, compared=2)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE orders SET status = 'paid', cancelled_at = NULL", "orders 1: status is 'paid'"),
        ("UPDATE payments SET refunded_minor = 1", "payments 1: refunded_minor is 1, but was 4480"),
        ("UPDATE order_lines SET cancelled_quantity = 0", "cancelled_quantity is 0, but was 1"),
        ("UPDATE refunds SET amount_minor = 1", "refunds 1: amount_minor is 1, but was 4480"),
        ("DELETE FROM refunds", "refunds 1: is gone"),
        ("UPDATE orders SET shipping_minor = 491, total_minor = total_minor + 1", "no event"),
        ("UPDATE addresses SET line1 = 'elsewhere'", "no event"),
    ],
)
def test_a_row_that_was_changed_without_an_event_is_named(
    engine: Engine, shop: Shop, statement: str, told: str
) -> None:
    Change(shop).cancel(shop.order())
    tamper(engine, statement)
    found = replayed(engine).difference
    assert found is not None
    assert found.order == "A20000"
    assert told in found.told


def test_a_change_between_two_events_is_named(engine: Engine, shop: Shop) -> None:
    order = shop.order()
    change = Change(shop)
    change.cancel(order)
    tamper(engine, "UPDATE refunds SET status = 'failed'")
    shop.session.expire_all()
    change.succeed(order)
    found = replayed(engine).difference
    assert found is not None
    assert "event 1 left refunds 1: status at 'pending', and it was 'failed'" in found.told


def test_against_the_imported_shop_every_order_is_compared(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    shop = Shop(sqlite_engine)
    first = shop.order("A1")
    shop.order("A2")
    tamper(sqlite_engine, "UPDATE customers SET name = 'Anna'")
    with sqlite_engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    copied = tmp_path / "start.db"
    shutil.copyfile(sqlite_engine.url.database or "", copied)
    Change(shop).cancel(first)
    shop.session.close()
    imported = open_engine(f"sqlite:///{copied}")
    with Session(sqlite_engine) as session, Session(imported) as start:
        assert audit.replay(session, start) == audit.Replayed(events=1, orders=1, compared=2)
    tamper(sqlite_engine, "UPDATE orders SET status = 'packed' WHERE number = 'A2'")
    with Session(sqlite_engine) as session, Session(imported) as start:
        found = audit.replay(session, start).difference
    imported.dispose()
    assert found is not None
    assert (found.order, found.told) == (
        "A2",
        "orders 2: status is 'packed', but was 'processing' after the import",
    )


def test_what_is_confirmed_meanwhile_is_no_difference(
    engine: Engine, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = shop.order("A1"), shop.order("A2")
    change = Change(shop)
    change.cancel(first)
    reading = _Replay._apply

    def disturbed(replaying: _Replay) -> None:
        reading(replaying)
        change.succeed(first)
        change.cancel(second)

    monkeypatch.setattr(_Replay, "_apply", disturbed)
    assert replayed(engine) == audit.Replayed(events=1, orders=1, compared=1)


def test_events_of_earlier_tables_still_explain_the_rows_they_name(
    engine: Engine, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A column added since makes every fingerprint another one, and is no difference."""
    with monkeypatch.context() as earlier:
        earlier.setattr("orderdb.audit.state.NEWEST", "0001")
        earlier.setattr("orderdb.audit.state.sha256", lambda state: "of fewer columns")
        Change(shop).cancel(shop.order())
    assert replayed(engine).difference is None
    tamper(engine, "UPDATE payments SET refunded_minor = 1")
    assert replayed(engine).difference is not None
