"""What must not be in the database is refused by the database, whoever writes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Enum, inspect, update
from sqlalchemy.exc import DataError, IntegrityError, StatementError
from sqlmodel import Session, SQLModel, select

from orderdb.models import (
    Address,
    AuditEvent,
    Carrier,
    CarrierTransit,
    Claim,
    Conversation,
    Customer,
    Exchange,
    GiftCard,
    GoodwillCredit,
    Order,
    OrderLine,
    Payment,
    Product,
    Proposal,
    Refund,
    ReturnRequest,
    Shipment,
    ShipmentEvent,
    ShipmentLine,
    Stock,
    Turn,
    Variant,
    VariantPrice,
    Warehouse,
)
from orderdb.statuses import (
    CaseStatus,
    ClaimMatter,
    OrderStatus,
    PaymentMethod,
    PaymentStatus,
    ProposalKind,
    ProposalStatus,
    RefundStatus,
    Remedy,
    ShipmentStatus,
    Speaker,
    TurnStatus,
)

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """One whole order: a change of any part is then that part's own fault."""
    with Session(engine) as session:
        for level in _shop():
            session.add_all(level)
            session.flush()
        session.commit()
        yield session


def _shop() -> list[list[SQLModel]]:
    order = Order(
        id=1,
        number="A1",
        number_key="A1",
        customer_id="c",
        status=OrderStatus.DELIVERED,
        currency="EUR",
        items_minor=2000,
        discount_minor=200,
        shipping_minor=490,
        total_minor=2290,
        placed_at=NOW,
    )
    line = OrderLine(
        id=1,
        order_id=1,
        position=1,
        variant_id=1,
        name_en="Mug",
        name_zh="杯子",
        quantity=2,
        unit_minor=1000,
        total_minor=2000,
        shipped_quantity=2,
    )
    paid = {"order_id": 1, "method": PaymentMethod.CARD, "status": PaymentStatus.CAPTURED}
    parcel = {"order_id": 1, "status": ShipmentStatus.DELIVERED, "handed_over_at": NOW}
    return [
        [
            Customer(id="c", name="Ada"),
            Warehouse(code="LEJ", name="Leipzig", country="DE", time_zone="Europe/Berlin"),
            Carrier(code="dhl", name="DHL"),
            Product(id=1, sku="P", name_en="Mug", name_zh="杯子", category="kitchen"),
        ],
        [
            Address(
                id=1,
                customer_id="c",
                recipient="A",
                line1="1",
                city="Leipzig",
                country="DE",
                is_default=True,
            ),
            Variant(id=1, product_id=1, sku="P-1"),
            GiftCard(
                id=1, code="G", customer_id="c", currency="EUR", initial_minor=500, balance_minor=1
            ),
            CarrierTransit(
                carrier_code="dhl", origin="DE", destination="DE", min_days=1, max_days=2
            ),
            Conversation(id="k", customer_id="c", created_at=NOW),
        ],
        [
            VariantPrice(variant_id=1, currency="EUR", price_minor=1000),
            Stock(variant_id=1, warehouse_code="LEJ", on_hand=5, reserved=2),
            order,
        ],
        [line, Payment(id=1, amount_minor=2290, refunded_minor=100, **paid)],
        [
            Shipment(id=1, position=1, delivered_at=NOW + timedelta(days=1), **parcel),
            Refund(id=1, order_id=1, payment_id=1, amount_minor=100, status=RefundStatus.PENDING),
            ReturnRequest(id=1, order_line_id=1, quantity=1, status=CaseStatus.REQUESTED),
            Exchange(
                id=1, order_line_id=1, new_variant_id=1, quantity=1, status=CaseStatus.REQUESTED
            ),
            Proposal(id="p", **_PROPOSAL),
            AuditEvent(id=1, at=NOW, actor="c", kind="x", previous_hash="0", hash="1"),
            Turn(id="t", **_TURN),
        ],
        [
            Claim(
                id=1,
                order_line_id=1,
                matter=ClaimMatter.LOST,
                remedy=Remedy.RESHIP,
                quantity=1,
                status=CaseStatus.REQUESTED,
            ),
            GoodwillCredit(
                id=1,
                customer_id="c",
                order_id=1,
                proposal_id="p",
                gift_card_id=1,
                agent="mia",
                amount_minor=100,
                currency="EUR",
                created_at=NOW,
            ),
            ShipmentLine(shipment_id=1, order_line_id=1, quantity=2),
            ShipmentEvent(id=1, shipment_id=1, at=NOW, code=ShipmentStatus.HANDED_OVER),
        ],
    ]


_PROPOSAL: dict[str, Any] = {
    "customer_id": "c",
    "order_id": 1,
    "order_version": 1,
    "kind": ProposalKind.CANCEL_ORDER,
    "summary_en": "x",
    "summary_zh": "x",
    "currency": "EUR",
    "clause": "CANCEL-1",
    "clause_version": 1,
    "digest": "d",
    "created_at": NOW,
    "expires_at": NOW + timedelta(hours=1),
}
_TURN: dict[str, Any] = {
    "conversation_id": "k",
    "position": 1,
    "client_message_id": "m",
    "status": TurnStatus.RUNNING,
    "handled_by": Speaker.ASSISTANT,
    "started_at": NOW,
}


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (Order, {"total_minor": 2291}),
        (Order, {"discount_minor": -200, "total_minor": 2690}),
        (Order, {"cancelled_at": NOW}),
        (Order, {"customer_id": "nobody"}),
        (Order, {"warehouse_code": "moon"}),
        (OrderLine, {"quantity": 0}),
        (OrderLine, {"total_minor": 1999}),
        (OrderLine, {"unit_minor": -1000, "total_minor": -2000}),
        (OrderLine, {"discount_minor": 2001, "total_minor": -1}),
        (OrderLine, {"shipped_quantity": 3}),
        (OrderLine, {"cancelled_quantity": 1}),
        (OrderLine, {"returned_quantity": 3}),
        (OrderLine, {"shipped_quantity": 1, "returned_quantity": 2}),
        (OrderLine, {"variant_id": 99}),
        (Payment, {"amount_minor": 0}),
        (Payment, {"refunded_minor": 2291}),
        (Payment, {"refunded_minor": -1}),
        (Payment, {"status": PaymentStatus.PENDING}),
        (Payment, {"gift_card_id": 99}),
        (Payment, {"saved_method_id": "none"}),
        (Refund, {"amount_minor": 0}),
        (Refund, {"payment_id": 99}),
        (Refund, {"amount_minor": 2291}),
        (Refund, {"gift_card_id": 99}),
        (GiftCard, {"balance_minor": -1}),
        (GiftCard, {"balance_minor": 501}),
        (Shipment, {"delivered_at": NOW - timedelta(seconds=1)}),
        (Shipment, {"carrier_code": "stork"}),
        (ShipmentLine, {"quantity": 0}),
        (Stock, {"on_hand": -1, "reserved": -1}),
        (Stock, {"reserved": 6}),
        (VariantPrice, {"price_minor": -1}),
        (CarrierTransit, {"max_days": 0}),
        (CarrierTransit, {"min_days": -1}),
        (Warehouse, {"cutoff_hour": 24}),
        (ReturnRequest, {"quantity": 0}),
        (ReturnRequest, {"refund_minor": -1}),
        (Claim, {"quantity": 0}),
        (Claim, {"refund_minor": 1}),
        (GoodwillCredit, {"amount_minor": 0}),
        (Exchange, {"quantity": 0}),
        (Proposal, {"amount_minor": -1}),
        (Proposal, {"status": ProposalStatus.DECLINED}),
        (Proposal, {"status": ProposalStatus.CONFIRMED, "decided_at": NOW}),
        (Proposal, {"decided_at": NOW}),
        (Proposal, {"order_id": None}),
        (Proposal, {"agent": "mia"}),
        (Turn, {"status": TurnStatus.DONE}),
        (Conversation, {"lease_owner": "somebody"}),
    ],
)
def test_an_impossible_change_is_refused(
    session: Session, table: type[SQLModel], values: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        session.execute(update(table).values(values))


@pytest.mark.parametrize(
    "row",
    [
        Order(id=9, number="a-1", number_key="A1", customer_id="c", status="paid", currency="EUR"),
        OrderLine(id=9, order_id=1, position=1, name_en="x", name_zh="x"),
        Shipment(id=9, order_id=1, position=1, status=ShipmentStatus.LOST),
        ShipmentEvent(id=9, shipment_id=1, at=NOW, code=ShipmentStatus.HANDED_OVER),
        GiftCard(id=9, code="G", customer_id="c", currency="EUR", initial_minor=1, balance_minor=1),
        Product(id=9, sku="P", name_en="x", name_zh="x", category="x"),
        Variant(id=9, product_id=1, sku="P-1"),
        Address(
            id=9,
            customer_id="c",
            recipient="B",
            line1="2",
            city="Ulm",
            country="DE",
            is_default=True,
        ),
        AuditEvent(id=9, at=NOW, actor="c", kind="x", previous_hash="0", hash="2"),
        Turn(id="t2", **(_TURN | {"position": 2})),
        Turn(id="t3", **(_TURN | {"client_message_id": "n"})),
    ],
    ids=lambda row: type(row).__name__,
)
def test_what_is_unique_cannot_be_there_twice(session: Session, row: SQLModel) -> None:
    session.add(row.model_copy())
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        session.flush()


def test_refunds_of_a_payment_cannot_add_up_to_more_than_it(session: Session) -> None:
    refund = {"order_id": 1, "payment_id": 1, "status": RefundStatus.PENDING}
    session.add(Refund(id=7, amount_minor=2290, **refund | {"status": RefundStatus.FAILED}))
    session.add(Refund(id=8, amount_minor=2190, **refund))
    session.flush()
    session.add(Refund(id=9, amount_minor=1, **refund))
    with pytest.raises(IntegrityError, match="exceed"):
        session.flush()


def test_a_customer_may_have_many_addresses_but_one_default(session: Session) -> None:
    for number in (2, 3):
        session.add(
            Address(id=number, customer_id="c", recipient="B", line1="2", city="Ulm", country="DE")
        )
    session.flush()
    assert len(session.exec(select(Address)).all()) == 3


@pytest.mark.parametrize("table", [Order, Shipment, Payment, Refund, ReturnRequest, Proposal])
def test_a_status_outside_the_list_is_refused(session: Session, table: type[SQLModel]) -> None:
    name = table.__tablename__
    with pytest.raises((IntegrityError, DataError)):
        session.connection().exec_driver_sql(f"UPDATE {name} SET status = 'fine'")


def test_every_column_of_choices_is_checked(engine: Engine) -> None:
    for table in SQLModel.metadata.sorted_tables:
        there = {found["name"] for found in inspect(engine).get_check_constraints(table.name)}
        wanted = {column.type.name for column in table.columns if isinstance(column.type, Enum)}
        assert wanted <= there, table.name


def test_what_an_order_refers_to_cannot_vanish(session: Session) -> None:
    for name in ("customers", "products", "orders", "payments", "gift_cards"):
        if name == "gift_cards":
            session.execute(update(Payment).values(gift_card_id=1))
        with pytest.raises(IntegrityError), session.begin_nested():
            session.connection().exec_driver_sql(f"DELETE FROM {name}")


def test_a_time_without_a_zone_is_refused(session: Session) -> None:
    with pytest.raises(StatementError, match="carries no time zone"):
        session.execute(update(Order).values(placed_at=datetime(2026, 11, 20, 9)))


def test_times_come_back_in_utc(session: Session) -> None:
    order = session.exec(select(Order)).one()
    assert order.placed_at == NOW
    assert order.placed_at.tzinfo is UTC or order.placed_at.utcoffset() == timedelta(0)


def test_amounts_beyond_32_bits_are_kept(session: Session) -> None:
    """A sofa in rupiah has more than two thousand million minor units."""
    large = 5_000_000_000
    session.execute(update(VariantPrice).values(price_minor=large))
    session.commit()
    assert session.exec(select(VariantPrice.price_minor)).one() == large
