"""An order's rows as JSON, and what changed between two moments."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel, select

from orderdb import audit
from orderdb.audit.state import STATEFUL
from orderdb.models import Address, Payment, Refund
from orderdb.statuses import OrderStatus, RefundStatus
from tests.orderdb.shop import ANNA, Shop

BESIDE = {"shipments": "carriers change them", "proposals": "each has its own events"}
"""Tables that hang on an order or its lines, but are not part of its state."""


@pytest.fixture
def shop(engine: Engine) -> Iterator[Shop]:
    shop = Shop(engine)
    yield shop
    shop.session.close()


def test_every_table_of_an_order_is_part_of_its_state() -> None:
    parents = {"orders", "order_lines"}
    hanging = {
        table.name
        for table in SQLModel.metadata.tables.values()
        if {key.column.table.name for key in table.foreign_keys} & parents
    }
    told = {model.__tablename__ for model in STATEFUL} | set(BESIDE)
    assert hanging - told - {"shipment_lines"} == set()


def test_only_what_changed_is_told(shop: Shop) -> None:
    order = shop.order()
    before = audit.order_state(shop.session, order.id or 0)
    paid = shop.session.exec(select(Payment)).one()
    paid.refunded_minor = 400
    order.status = OrderStatus.CANCELLED
    shop.session.add(
        Refund(
            order_id=order.id or 0,
            payment_id=paid.id or 0,
            amount_minor=400,
            status=RefundStatus.PENDING,
        )
    )
    after = audit.order_state(shop.session, order.id or 0)
    found = audit.changes(before, after)["rows"]
    assert found["orders"][str(order.id)][1] == {"status": "cancelled"}
    assert found["payments"][str(paid.id)] == [{"refunded_minor": 0}, {"refunded_minor": 400}]
    (created,) = found["refunds"].values()
    assert created[0] is None
    assert created[1]["amount_minor"] == 400
    assert set(found) == {"orders", "payments", "refunds"}
    json.dumps(found)


def test_nothing_changed_is_nothing_told(shop: Shop) -> None:
    order = shop.order()
    state = audit.order_state(shop.session, order.id or 0)
    told = audit.changes(state, audit.order_state(shop.session, order.id or 0))
    assert told["order"] == order.id
    assert told["rows"] == {}
    assert told["before"] == told["after"]


def test_an_address_is_told_by_fingerprint_only(shop: Shop) -> None:
    order = shop.order()
    before = audit.order_state(shop.session, order.id or 0)
    moved = Address(
        customer_id=ANNA, recipient="Anna Secret", line1="Hidden Lane 9", city="X", country="DE"
    )
    order.address_id = shop.save(moved).id
    order.note = "do not tell"
    shop.save(order)
    after = audit.order_state(shop.session, order.id or 0)
    (told,) = audit.changes(before, after)["rows"]["orders"].values()
    assert set(told[1]) == {"address"}
    assert "Hidden" not in json.dumps(after)
    assert "do not tell" not in json.dumps(after)
