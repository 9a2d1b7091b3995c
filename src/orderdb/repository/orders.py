"""A customer's orders: one whole, or the newest; a fixed number of statements each."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime
from typing import Literal

from sqlalchemy import BindParameter, bindparam, func
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
from orderdb.repository.rows import read_rows
from orderdb.statuses import OrderStatus, ShipmentStatus
from orderdb.views import OrderPage, OrderSummary, OrderView, SummaryItem

StatusFilter = Literal["open", "delivered", "cancelled", "all"]

_ARRIVED = (OrderStatus.DELIVERED, OrderStatus.RETURNED, OrderStatus.PARTIALLY_RETURNED)
_CANCELLED = (OrderStatus.CANCELLED,)
_STATUSES: dict[StatusFilter, tuple[OrderStatus, ...]] = {
    "open": tuple(status for status in OrderStatus if status not in _ARRIVED + _CANCELLED),
    "delivered": _ARRIVED,
    "cancelled": _CANCELLED,
}

_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_LINES = (
    select(OrderLine)
    .where(col(OrderLine.order_id).in_(_IDS))
    .order_by(col(OrderLine.order_id), col(OrderLine.position))
)
_LAST_SCAN_AT = (
    select(func.max(ShipmentEvent.at))
    .where(col(ShipmentEvent.shipment_id) == col(Shipment.id))
    .scalar_subquery()
)
_PIECES = (
    select(func.sum(ShipmentLine.quantity))
    .where(col(ShipmentLine.shipment_id) == col(Shipment.id))
    .scalar_subquery()
)
_PARCELS = (
    select(Shipment, _LAST_SCAN_AT, _PIECES)
    .where(col(Shipment.order_id).in_(_IDS))
    .order_by(col(Shipment.order_id), col(Shipment.position))
)
_CUSTOMER: BindParameter[str] = bindparam("customer_id")
_KEY: BindParameter[str] = bindparam("key")
_PLACED = (
    select(Order, Customer, Address, Warehouse)
    .join(Customer, col(Customer.id) == col(Order.customer_id))
    .outerjoin(Address, col(Address.id) == col(Order.address_id))
    .outerjoin(Warehouse, col(Warehouse.code) == col(Order.warehouse_code))
    .where(col(Order.customer_id) == _CUSTOMER)
)
_ONE = _PLACED.where(col(Order.number_key) == _KEY)
_NEWEST = _PLACED.order_by(col(Order.placed_at).desc().nulls_last(), col(Order.id).desc())
_COUNT = select(func.count()).select_from(Order).where(col(Order.customer_id) == _CUSTOMER)
_PLACED_AT = (
    select(Order.placed_at, Customer.time_zone)
    .join(Customer, col(Customer.id) == col(Order.customer_id))
    .where(col(Order.customer_id) == _CUSTOMER, col(Order.number_key) == _KEY)
)

OPEN = _STATUSES["open"]


def is_open(status: OrderStatus) -> bool:
    """Whether an order is still under way: neither delivered nor cancelled."""
    return status in OPEN


def find_order(session: Session, customer_id: str, number: str) -> OrderView:
    """One of this customer's orders, whole; raises NotFound for another's just as for none."""
    wanted = {"customer_id": customer_id, "key": number_key(number)}
    row = session.exec(_ONE, params=wanted).first()
    if row is None or row[0].id is None:
        raise NotFound("this customer has no order with that number")
    placed = Placed(*row)
    return order_view(placed, read_rows(session, row[0].id), services(session, [placed]))


def placed_on(session: Session, customer_id: str, number: str) -> date | None:
    """The day on which an order was placed where its customer lives; None where nobody knows.

    Raises NotFound as ``find_order`` does.
    """
    wanted = {"customer_id": customer_id, "key": number_key(number)}
    row = session.exec(_PLACED_AT, params=wanted).first()
    if row is None:
        raise NotFound("this customer has no order with that number")
    placed_at, time_zone = row
    return placed_at.astimezone(zone(time_zone)).date() if placed_at is not None else None


def newest_orders(
    session: Session, customer_id: str, status: StatusFilter = "all", *, limit: int = 10
) -> OrderPage:
    """The customer's newest orders and how many there are; raises NotFound for the customer."""
    newest, count = _NEWEST.limit(limit), _COUNT
    if status != "all":
        asked = col(Order.status).in_(_STATUSES[status])
        newest, count = newest.where(asked), count.where(asked)
    mine = {"customer_id": customer_id}
    return OrderPage(
        customer=find_customer(session, customer_id),
        orders=summaries(session, [Placed(*row) for row in session.exec(newest, params=mine)]),
        total=session.exec(count, params=mine).one(),
    )


def summaries(session: Session, placed: list[Placed]) -> tuple[OrderSummary, ...]:
    """Orders as listed; as many statements for one as for any number."""
    ids = [one.order.id for one in placed]
    items: dict[int | None, list[SummaryItem]] = defaultdict(list)
    unpacked = Counter[int | None]()
    for line in session.exec(_LINES, params={"ids": ids}):
        items[line.order_id].append(SummaryItem(name=line.name, quantity=line.quantity))
        unpacked[line.order_id] += line.quantity - line.shipped_quantity - line.cancelled_quantity
    parcels: dict[int | None, list[tuple[Shipment, datetime | None]]] = defaultdict(list)
    for shipment, last_scan_at, pieces in session.exec(_PARCELS, params={"ids": ids}):
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
