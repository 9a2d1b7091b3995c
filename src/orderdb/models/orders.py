"""Orders, their lines and their parcels."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from orderdb.columns import Minor, UtcDateTime, one_of
from orderdb.money import Money
from orderdb.statuses import OrderStatus, ReturnClass, ShipmentStatus
from orderdb.text import Text


class Order(SQLModel, table=True):
    """One purchase. ``number`` is as the shop prints it, ``number_key`` as it is looked up
    (see ``orderdb.numbers``); equal numbers have equal keys, so one unique index serves both.

    ``version`` rises with every change, so that a proposal knows what it was made for.
    Times are None where the shop's data does not tell them.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(
            "items_minor >= 0 AND discount_minor >= 0 AND shipping_minor >= 0 AND tax_minor >= 0",
            name="ck_orders_not_negative",
        ),
        CheckConstraint(
            "total_minor = items_minor - discount_minor + shipping_minor + tax_minor",
            name="ck_orders_total",
        ),
        CheckConstraint(
            "(status = 'cancelled') OR (cancelled_at IS NULL)", name="ck_orders_cancelled_at"
        ),
        Index("ix_orders_customer_placed", "customer_id", "placed_at"),
        Index("ix_orders_customer_status", "customer_id", "status", "placed_at"),
        Index("ix_orders_status_promised", "status", "promised_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=64)
    number_key: str = Field(unique=True, max_length=64)
    customer_id: str = Field(foreign_key="customers.id", max_length=64)
    address_id: int | None = Field(default=None, foreign_key="addresses.id")
    warehouse_code: str | None = Field(default=None, foreign_key="warehouses.code")
    channel: str = Field(default="web", max_length=24)
    status: OrderStatus = Field(sa_type=one_of(OrderStatus, "order_status"))
    currency: str = Field(max_length=3)
    items_minor: int = Field(default=0, sa_type=Minor)
    discount_minor: int = Field(default=0, sa_type=Minor)
    shipping_minor: int = Field(default=0, sa_type=Minor)
    tax_minor: int = Field(default=0, sa_type=Minor)
    total_minor: int = Field(default=0, sa_type=Minor)
    placed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paid_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    packed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    items_changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancel_reason: str | None = Field(default=None, max_length=500)
    promised_on: date | None = None
    note: str | None = Field(default=None, max_length=500)
    version: int = 1

    @property
    def total(self) -> Money:
        return Money(minor=self.total_minor, currency=self.currency)


class OrderLine(SQLModel, table=True):
    """One item of an order, as it was when bought. Amounts are in the order's currency."""

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "position", name="uq_order_lines_position"),
        CheckConstraint("quantity > 0", name="ck_order_lines_quantity"),
        CheckConstraint(
            "total_minor = unit_minor * quantity - discount_minor", name="ck_order_lines_total"
        ),
        CheckConstraint(
            "unit_minor >= 0 AND discount_minor >= 0 AND total_minor >= 0",
            name="ck_order_lines_not_negative",
        ),
        CheckConstraint(
            "shipped_quantity BETWEEN 0 AND quantity "
            "AND cancelled_quantity BETWEEN 0 AND quantity - shipped_quantity "
            "AND returned_quantity BETWEEN 0 AND shipped_quantity",
            name="ck_order_lines_quantities",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders.id")
    position: int
    variant_id: int | None = Field(default=None, foreign_key="variants.id")
    sku: str = Field(default="", max_length=64)
    name_en: str = Field(max_length=200)
    name_zh: str = Field(max_length=200)
    variant_en: str = Field(default="", max_length=200)
    variant_zh: str = Field(default="", max_length=200)
    return_class: ReturnClass = Field(
        default=ReturnClass.STANDARD, sa_type=one_of(ReturnClass, "line_return_class")
    )
    quantity: int = 1
    unit_minor: int = Field(default=0, sa_type=Minor)
    discount_minor: int = Field(default=0, sa_type=Minor)
    total_minor: int = Field(default=0, sa_type=Minor)
    shipped_quantity: int = 0
    cancelled_quantity: int = 0
    returned_quantity: int = 0

    @property
    def name(self) -> Text:
        return Text(en=self.name_en, zh=self.name_zh)

    @property
    def variant_name(self) -> Text | None:
        return Text(en=self.variant_en, zh=self.variant_zh) if self.variant_en else None


class Shipment(SQLModel, table=True):
    """One parcel of an order."""

    __tablename__ = "shipments"
    __table_args__ = (
        UniqueConstraint("order_id", "position", name="uq_shipments_position"),
        CheckConstraint(
            "delivered_at IS NULL OR handed_over_at IS NULL OR delivered_at >= handed_over_at",
            name="ck_shipments_delivered_after_handover",
        ),
        Index("ix_shipments_tracking", "tracking"),
        Index("ix_shipments_status", "status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders.id")
    position: int = 1
    carrier_code: str | None = Field(default=None, foreign_key="carriers.code")
    tracking: str | None = Field(default=None, max_length=64)
    status: ShipmentStatus = Field(sa_type=one_of(ShipmentStatus, "shipment_status"))
    handed_over_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ShipmentLine(SQLModel, table=True):
    """How many pieces of an order line lie in a parcel."""

    __tablename__ = "shipment_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="ck_shipment_lines_quantity"),)

    shipment_id: int = Field(foreign_key="shipments.id", primary_key=True)
    order_line_id: int = Field(foreign_key="order_lines.id", primary_key=True)
    quantity: int = 1


class ShipmentEvent(SQLModel, table=True):
    """A scan: what a carrier said of a parcel, when and where."""

    __tablename__ = "shipment_events"
    __table_args__ = (
        UniqueConstraint("shipment_id", "at", "code", name="uq_shipment_events_scan"),
    )

    id: int | None = Field(default=None, primary_key=True)
    shipment_id: int = Field(foreign_key="shipments.id")
    at: datetime = Field(sa_type=UtcDateTime)
    code: ShipmentStatus = Field(sa_type=one_of(ShipmentStatus, "scan_code"))
    place: str = Field(default="", max_length=100)
