"""A customer's orders: one whole, or the newest; a fixed number of statements each."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime
from typing import Literal

from sqlalchemy import ColumnElement, ScalarSelect, func
from sqlmodel import Session, col, select

from orderdb.dates import zone
from orderdb.errors import NotFound
from orderdb.models import (
    Address,
    Customer,
    Order,
    OrderLine,
    Shipment,
    ShipmentEvent,
    ShipmentLine,
    Warehouse,
)
from orderdb.numbers import number_key
from orderdb.repository.contents import order_view
from orderdb.repository.customers import find_customer
from orderdb.repository.delivery import Placed, delivery_facts, services
from orderdb.statuses import OrderStatus, ShipmentStatus
from orderdb.views import OrderPage, OrderSummary, OrderView, SummaryItem

StatusFilter = Literal["open", "delivered", "cancelled", "all"]

_STATUSES: dict[StatusFilter, tuple[OrderStatus, ...]] = {
    "delivered": (
        OrderStatus.DELIVERED,
        OrderStatus.RETURNED,
        OrderStatus.PARTIALLY_RETURNED,
    ),
    "cancelled": (OrderStatus.CANCELLED,),
    "all": tuple(OrderStatus),
}
_STATUSES["open"] = tuple(
    status
    for status in OrderStatus
    if status not in _STATUSES["delivered"] + _STATUSES["cancelled"]
)


def find_order(session: Session, customer_id: str, number: str) -> OrderView:
    """One of this customer's orders, whole; raises NotFound for another's just as for none."""
    row = session.exec(
        select(Order, Customer, Address, Warehouse)
        .join(Customer, col(Customer.id) == col(Order.customer_id))
        .outerjoin(Address, col(Address.id) == col(Order.address_id))
        .outerjoin(Warehouse, col(Warehouse.code) == col(Order.warehouse_code))
        .where(Order.customer_id == customer_id, Order.number_key == number_key(number))
    ).first()
    if row is None:
        raise NotFound("this customer has no order with that number")
    return order_view(session, Placed(*row))


def placed_on(session: Session, customer_id: str, number: str) -> date | None:
    """The day on which an order was placed where its customer lives; None where nobody knows.

    Raises NotFound as ``find_order`` does.
    """
    row = session.exec(
        select(Order.placed_at, Customer.time_zone)
        .join(Customer, col(Customer.id) == col(Order.customer_id))
        .where(Order.customer_id == customer_id, Order.number_key == number_key(number))
    ).first()
    if row is None:
        raise NotFound("this customer has no order with that number")
    placed_at, time_zone = row
    return placed_at.astimezone(zone(time_zone)).date() if placed_at is not None else None


def newest_orders(
    session: Session, customer_id: str, status: StatusFilter = "all", *, limit: int = 10
) -> OrderPage:
    """The customer's newest orders and how many there are; raises NotFound for the customer."""
    customer = find_customer(session, customer_id)
    wanted: list[ColumnElement[bool]] = [col(Order.customer_id) == customer_id]
    if status != "all":
        wanted.append(col(Order.status).in_(_STATUSES[status]))
    rows = session.exec(
        select(Order, Customer, Address, Warehouse)
        .join(Customer, col(Customer.id) == col(Order.customer_id))
        .outerjoin(Address, col(Address.id) == col(Order.address_id))
        .outerjoin(Warehouse, col(Warehouse.code) == col(Order.warehouse_code))
        .where(*wanted)
        .order_by(col(Order.placed_at).desc().nulls_last(), col(Order.id).desc())
        .limit(limit)
    ).all()
    total = session.exec(select(func.count()).select_from(Order).where(*wanted)).one()
    placed = [Placed(*row) for row in rows]
    return OrderPage(customer=customer, orders=_summaries(session, placed), total=total)


def _summaries(session: Session, placed: list[Placed]) -> tuple[OrderSummary, ...]:
    """Three statements for any number of orders."""
    ids = [one.order.id for one in placed]
    items: dict[int | None, list[SummaryItem]] = defaultdict(list)
    unpacked = Counter[int | None]()
    for line in session.exec(
        select(OrderLine)
        .where(col(OrderLine.order_id).in_(ids))
        .order_by(col(OrderLine.order_id), col(OrderLine.position))
    ):
        items[line.order_id].append(SummaryItem(name=line.name, quantity=line.quantity))
        unpacked[line.order_id] += line.quantity - line.shipped_quantity - line.cancelled_quantity
    parcels: dict[int | None, list[tuple[Shipment, datetime | None]]] = defaultdict(list)
    for shipment, last_scan_at, pieces in session.exec(
        select(Shipment, _last_scan_at(), _pieces())
        .where(col(Shipment.order_id).in_(ids))
        .order_by(col(Shipment.order_id), col(Shipment.position))
    ):
        parcels[shipment.order_id].append((shipment, last_scan_at))
        if shipment.status is ShipmentStatus.LABEL_CREATED:
            unpacked[shipment.order_id] -= pieces or 0
    stated = services(session, placed)
    return tuple(
        OrderSummary(
            number=one.order.number,
            placed_at=one.order.placed_at,
            status=one.order.status,
            total=one.order.total,
            items=tuple(items[one.order.id]),
            delivery_facts=delivery_facts(
                one, parcels[one.order.id], stated, waiting=unpacked[one.order.id] > 0
            ),
        )
        for one in placed
    )


def _last_scan_at() -> ScalarSelect[datetime]:
    return (
        select(func.max(ShipmentEvent.at))
        .where(col(ShipmentEvent.shipment_id) == col(Shipment.id))
        .scalar_subquery()
    )


def _pieces() -> ScalarSelect[int]:
    return (
        select(func.sum(ShipmentLine.quantity))
        .where(col(ShipmentLine.shipment_id) == col(Shipment.id))
        .scalar_subquery()
    )
