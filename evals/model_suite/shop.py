"""What is true in the demo shop: read once from its database, by no road of the product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar, cast

from sqlalchemy import select as sql_select
from sqlmodel import Session, SQLModel, select

from orderdb import models as db
from orderdb.money import Money
from orderdb.statuses import OrderStatus, PaymentMethod, RefundStatus, ReturnClass, ShipmentStatus
from orderdb.text import Text

Row = TypeVar("Row", bound=SQLModel)

CLOSED = (
    OrderStatus.DELIVERED,
    OrderStatus.CANCELLED,
    OrderStatus.RETURNED,
    OrderStatus.PARTIALLY_RETURNED,
)
NEVER_COMING = (
    ShipmentStatus.LOST,
    ShipmentStatus.DAMAGED,
    ShipmentStatus.RETURNED_TO_SENDER,
)


@dataclass(frozen=True)
class Line:
    name: Text
    variant: Text | None
    quantity: int
    unit: Money
    total: Money
    return_class: ReturnClass


@dataclass(frozen=True)
class Scan:
    at: datetime
    code: ShipmentStatus
    place: str


@dataclass(frozen=True)
class Parcel:
    carrier: str | None
    tracking: str | None
    status: ShipmentStatus
    handed_over_at: datetime | None
    delivered_at: datetime | None
    scans: tuple[Scan, ...]


@dataclass(frozen=True)
class Paid:
    method: PaymentMethod
    amount: Money
    detail: str
    at: datetime | None


@dataclass(frozen=True)
class Repaid:
    amount: Money
    status: RefundStatus
    at: datetime | None


@dataclass(frozen=True)
class OrderFacts:
    """One order with all that a reply may truly say of it."""

    number: str
    customer_id: str
    status: OrderStatus
    total: Money
    sums: tuple[Money, ...]
    placed_at: datetime | None
    other_times: tuple[datetime, ...]
    promised_on: date | None
    lines: tuple[Line, ...]
    parcels: tuple[Parcel, ...]
    payments: tuple[Paid, ...]
    refunds: tuple[Repaid, ...]

    @property
    def delivered_at(self) -> datetime | None:
        """When the last parcel came; None while one is still to come. A lost one is not."""
        awaited = [parcel for parcel in self.parcels if parcel.status not in NEVER_COMING]
        times = [parcel.delivered_at for parcel in awaited if parcel.delivered_at]
        return max(times) if times and len(times) == len(awaited) else None

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED

    @property
    def trackings(self) -> tuple[str, ...]:
        return tuple(parcel.tracking for parcel in self.parcels if parcel.tracking)

    def times(self) -> Iterator[datetime]:
        """Every moment that the shop knows of this order."""
        yield from (at for at in (self.placed_at, *self.other_times) if at)
        for parcel in self.parcels:
            yield from (at for at in (parcel.handed_over_at, parcel.delivered_at) if at)
            yield from (scan.at for scan in parcel.scans)
        yield from (payment.at for payment in self.payments if payment.at)
        yield from (refund.at for refund in self.refunds if refund.at)

    def amounts(self) -> Iterator[Money]:
        """Every sum that the shop knows of this order."""
        yield from self.sums
        for line in self.lines:
            yield from (line.unit, line.total)
        yield from (payment.amount for payment in self.payments)
        yield from (refund.amount for refund in self.refunds)


@dataclass(frozen=True)
class VariantFacts:
    name: Text
    options: tuple[str, ...]
    prices: tuple[Money, ...]
    in_stock: int
    restock_on: date | None


@dataclass(frozen=True)
class ProductFacts:
    sku: str
    name: Text
    variants: tuple[VariantFacts, ...]

    @property
    def prices(self) -> tuple[Money, ...]:
        return tuple(price for variant in self.variants for price in variant.prices)


@dataclass(frozen=True)
class Shop:
    """The whole demo shop; customers by id with their language."""

    orders: Mapping[str, OrderFacts]
    languages: Mapping[str, str]
    products: tuple[ProductFacts, ...]

    @cached_property
    def by_customer(self) -> Mapping[str, tuple[OrderFacts, ...]]:
        """The orders of each customer who has any, by order number."""
        groups: dict[str, list[OrderFacts]] = defaultdict(list)
        for order in self.orders.values():
            groups[order.customer_id].append(order)
        return {customer: tuple(orders) for customer, orders in groups.items()}


def load_shop(session: Session) -> Shop:
    """Read the demo shop, orders sorted by number; meant for some 10,000 orders."""
    orders = session.exec(select(db.Order).order_by(db.Order.number)).all()
    lines = _grouped(session, db.OrderLine, "order_id")
    carriers = {row.code: row.name for row in session.exec(select(db.Carrier))}
    scans = _grouped(session, db.ShipmentEvent, "shipment_id")
    parcels = _grouped(session, db.Shipment, "order_id")
    payments = _grouped(session, db.Payment, "order_id")
    refunds = _grouped(session, db.Refund, "order_id")
    return Shop(
        orders={
            row.number: _order(
                row,
                lines[row.id],
                [_parcel(parcel, carriers, scans[parcel.id]) for parcel in parcels[row.id]],
                payments[row.id],
                refunds[row.id],
            )
            for row in orders
        },
        languages={row.id: row.language for row in session.exec(select(db.Customer))},
        products=tuple(_products(session)),
    )


def _grouped(session: Session, table: type[Row], key: str) -> defaultdict[int | None, list[Row]]:
    """A whole table by one of its columns, as plain rows: objects would take five times as long."""
    groups: defaultdict[int | None, list[Row]] = defaultdict(list)
    for row in session.connection().execute(sql_select(table.__table__)):  # type: ignore[attr-defined]
        groups[getattr(row, key)].append(cast(Row, row))
    return groups


def _order(
    row: db.Order,
    lines: list[db.OrderLine],
    parcels: list[Parcel],
    payments: list[db.Payment],
    refunds: list[db.Refund],
) -> OrderFacts:
    def money(minor: int) -> Money:
        return Money(minor=minor, currency=row.currency)

    return OrderFacts(
        number=row.number,
        customer_id=row.customer_id,
        status=row.status,
        total=row.total,
        sums=tuple(
            money(minor)
            for minor in (
                row.total_minor,
                row.items_minor,
                row.discount_minor,
                row.shipping_minor,
                row.tax_minor,
            )
        ),
        placed_at=row.placed_at,
        other_times=tuple(at for at in (row.paid_at, row.packed_at, row.cancelled_at) if at),
        promised_on=row.promised_on,
        lines=tuple(
            Line(
                name=Text(en=line.name_en, zh=line.name_zh),
                variant=Text(en=line.variant_en, zh=line.variant_zh) if line.variant_en else None,
                quantity=line.quantity,
                unit=money(line.unit_minor),
                total=money(line.total_minor),
                return_class=line.return_class,
            )
            for line in sorted(lines, key=lambda line: line.position)
        ),
        parcels=tuple(parcels),
        payments=tuple(
            Paid(paid.method, money(paid.amount_minor), paid.detail, paid.at) for paid in payments
        ),
        refunds=tuple(
            Repaid(money(refund.amount_minor), refund.status, refund.created_at)
            for refund in refunds
        ),
    )


def _parcel(row: db.Shipment, carriers: dict[str, str], scans: list[db.ShipmentEvent]) -> Parcel:
    return Parcel(
        carrier=carriers.get(row.carrier_code or ""),
        tracking=row.tracking,
        status=row.status,
        handed_over_at=row.handed_over_at,
        delivered_at=row.delivered_at,
        scans=tuple(
            Scan(scan.at, scan.code, scan.place) for scan in sorted(scans, key=lambda scan: scan.at)
        ),
    )


def _products(session: Session) -> Iterator[ProductFacts]:
    variants = _grouped(session, db.Variant, "product_id")
    prices = _grouped(session, db.VariantPrice, "variant_id")
    stock = _grouped(session, db.Stock, "variant_id")
    for product in session.exec(select(db.Product).order_by(db.Product.sku)):
        yield ProductFacts(
            sku=product.sku,
            name=product.name,
            variants=tuple(
                VariantFacts(
                    name=Text(en=row.name_en, zh=row.name_zh),
                    options=tuple(row.options.values()),
                    prices=tuple(
                        Money(minor=price.price_minor, currency=price.currency)
                        for price in prices[row.id]
                    ),
                    in_stock=sum(lot.on_hand - lot.reserved for lot in stock[row.id])
                    if row.available
                    else 0,
                    restock_on=min(
                        (lot.restock_on for lot in stock[row.id] if lot.restock_on), default=None
                    ),
                )
                for row in sorted(variants[product.id], key=lambda row: row.sku)
            ),
        )
