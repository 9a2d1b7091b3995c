"""The typed facts that a page renders beside a reply."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from orderdb.delivery import DeliveryEstimate, PastRange
from orderdb.delivery.availability import Available
from orderdb.money import Money
from orderdb.statuses import (
    OrderStatus,
    PaymentMethod,
    PaymentStatus,
    RefundStatus,
    ShipmentStatus,
)
from orderdb.text import Text

Exceptional = Literal["delayed", "lost", "damaged", "returned", "cancelled", "held"]


class CardPart(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class Card(CardPart):
    def dump(self) -> dict[str, Any]:
        """The card as plain JSON."""
        return self.model_dump(mode="json")


class LineOnCard(CardPart):
    line: int = Field(validation_alias="position")
    name: Text
    variant: Text | None
    quantity: int
    unit_price: Money
    status: OrderStatus


class ParcelLineOnCard(CardPart):
    line: int
    quantity: int


class ScanOnCard(CardPart):
    at: datetime
    code: ShipmentStatus
    place: str


class ShipmentOnCard(CardPart):
    number: int
    carrier: str | None
    tracking: str | None
    status: ShipmentStatus
    lines: tuple[ParcelLineOnCard, ...]
    events: tuple[ScanOnCard, ...]


class Progress(CardPart):
    """How far an order is: ``current`` counts from 0 along ``steps``."""

    steps: tuple[str, ...] = (
        "placed",
        "paid",
        "packed",
        "shipped",
        "out_for_delivery",
        "delivered",
    )
    current: int
    exception: Exceptional | None


class PaymentOnCard(CardPart):
    method: PaymentMethod
    amount: Money
    status: PaymentStatus
    detail: str


class RefundOnCard(CardPart):
    amount: Money
    status: RefundStatus
    method: PaymentMethod
    at: datetime | None


class OrderCard(Card):
    type: Literal["order"] = "order"
    number: str
    placed_at: datetime | None
    status: OrderStatus
    channel: str
    total: Money
    lines: tuple[LineOnCard, ...]
    shipments: tuple[ShipmentOnCard, ...]
    progress: Progress
    delivery: DeliveryEstimate | None
    past_ranges: tuple[PastRange, ...] = ()
    payments: tuple[PaymentOnCard, ...]
    refunds: tuple[RefundOnCard, ...]


class OrderOnList(CardPart):
    number: str
    placed_at: datetime | None
    status: OrderStatus
    total: Money
    items: tuple[Text, ...]
    delivery: DeliveryEstimate | None


class OrdersCard(Card):
    type: Literal["orders"] = "orders"
    orders: tuple[OrderOnList, ...]
    total: int
    shown: int


class VariantOnCard(CardPart):
    sku: str
    name: Text
    price: Money | None
    in_stock: int
    restock_on: date | None
    if_ordered_now: tuple[Available, ...] = ()


class ReviewsOnCard(CardPart):
    count: int
    stars: float
    newest: str


class ProductOnCard(CardPart):
    sku: str
    name: Text
    category: str
    variants: tuple[VariantOnCard, ...]
    reviews: ReviewsOnCard | None = None


class ProductsCard(Card):
    type: Literal["products"] = "products"
    products: tuple[ProductOnCard, ...]


class VerdictCard(Card):
    type: Literal["verdict"] = "verdict"
    order_number: str
    action: str
    allowed: bool
    until: datetime | None
    refund: Money | None
    reason: Text
    clause: str | None
    version: int | None
    by: Literal["customer", "agent"] = "customer"
    methods: tuple[PaymentMethod, ...] = ()
    next_step: Text | None = None
