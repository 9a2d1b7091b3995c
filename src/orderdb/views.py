"""Orders, products and customers as read: frozen, complete, detached from the database."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from orderdb.dates import zone
from orderdb.delivery.facts import DeliveryFacts
from orderdb.money import Money
from orderdb.statuses import (
    CaseStatus,
    OrderStatus,
    PaymentMethod,
    PaymentStatus,
    RefundStatus,
    Remedy,
    ReturnClass,
    ShipmentStatus,
    Tier,
)
from orderdb.text import Text

CaseKind = Literal["return", "exchange", "claim"]


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class CustomerView(View):
    id: str
    name: str
    language: str
    time_zone: str
    country: str | None
    tier: Tier

    @property
    def zone(self) -> ZoneInfo:
        return zone(self.time_zone)


class LineView(View):
    """One item of an order; ``status`` is what its pieces' parcels and returns add up to."""

    id: int
    position: int
    variant_id: int | None
    sku: str
    name: Text
    variant: Text | None
    return_class: ReturnClass
    quantity: int
    unit_price: Money
    discount: Money
    total: Money
    shipped: int
    cancelled: int
    returned: int
    status: OrderStatus

    @property
    def unshipped(self) -> int:
        """Pieces that have not left and were not cancelled."""
        return self.quantity - self.shipped - self.cancelled


class ScanView(View):
    at: datetime
    code: ShipmentStatus
    place: str


class ParcelLine(View):
    """How many pieces of an order line (by its position) lie in a parcel."""

    line: int
    quantity: int


class ShipmentView(View):
    """One parcel; ``events`` oldest first."""

    number: int
    carrier: str | None
    tracking: str | None
    status: ShipmentStatus
    handed_over_at: datetime | None
    delivered_at: datetime | None
    lines: tuple[ParcelLine, ...]
    events: tuple[ScanView, ...]


class PaymentView(View):
    id: int
    method: PaymentMethod
    amount: Money
    refunded: Money
    status: PaymentStatus
    detail: str
    at: datetime | None
    saved_method: str | None = None
    gift_card: int | None = None


class RefundView(View):
    payment_id: int
    amount: Money
    status: RefundStatus
    method: PaymentMethod
    at: datetime | None


class CaseView(View):
    """A return, an exchange or a claim about a line; ``promised`` is what it will give back.

    ``paid_on_top`` is what an exchange that is over cost more (less where below zero).
    """

    kind: CaseKind
    line: int
    quantity: int
    status: CaseStatus
    at: datetime | None
    remedy: Remedy | None = None
    promised: Money | None = None
    paid_on_top: Money | None = None


class OrderView(View):
    """One order whole, with the customer whose order it is."""

    id: int
    version: int
    number: str
    status: OrderStatus
    channel: str
    items: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    placed_at: datetime | None
    paid_at: datetime | None
    packed_at: datetime | None
    cancelled_at: datetime | None
    items_changed_at: datetime | None
    promised_on: date | None
    destination: str | None
    customer: CustomerView
    lines: tuple[LineView, ...]
    shipments: tuple[ShipmentView, ...]
    payments: tuple[PaymentView, ...]
    refunds: tuple[RefundView, ...]
    cases: tuple[CaseView, ...]
    delivery_facts: DeliveryFacts

    @property
    def currency(self) -> str:
        return self.total.currency

    def refundable_of(self, payment: PaymentView) -> Money:
        """What was captured by a payment and has not been given back, nor is on its way back."""
        if payment.status is not PaymentStatus.CAPTURED:
            return Money(minor=0, currency=self.currency)
        given = sum(
            refund.amount.minor
            for refund in self.refunds
            if refund.payment_id == payment.id and refund.status is not RefundStatus.FAILED
        )
        left = payment.amount.minor - max(payment.refunded.minor, given)
        return Money(minor=max(0, left), currency=self.currency)

    @property
    def refundable(self) -> Money:
        """What was paid, was not given back, and is not promised for goods that come back."""
        minor = sum(self.refundable_of(payment).minor for payment in self.payments)
        return Money(minor=max(0, minor - self.promised.minor), currency=self.currency)

    @property
    def promised(self) -> Money:
        """What open returns and claims will give back."""
        promises = [case.promised.minor for case in self.cases if case.promised is not None]
        return Money(minor=sum(promises), currency=self.currency)

    def parcels_of(self, line: LineView) -> tuple[ShipmentView, ...]:
        """The parcels that hold pieces of a line."""
        return tuple(
            shipment
            for shipment in self.shipments
            if any(part.line == line.position for part in shipment.lines)
        )


class SummaryItem(View):
    name: Text
    quantity: int


class OrderSummary(View):
    number: str
    placed_at: datetime | None
    status: OrderStatus
    total: Money
    items: tuple[SummaryItem, ...]
    delivery_facts: DeliveryFacts


class OrderPage(View):
    """The newest orders of a customer, and how many there are in all."""

    customer: CustomerView
    orders: tuple[OrderSummary, ...]
    total: int


class VariantView(View):
    """``price`` is None where the shop does not sell in that currency."""

    sku: str
    name: Text
    price: Money | None
    in_stock: int
    restock_on: date | None


class ReviewsView(View):
    """What customers wrote of a product: how many, their mean to a tenth, the newest words."""

    count: int
    stars: float
    newest: str


class ProductView(View):
    sku: str
    name: Text
    category: str
    return_class: ReturnClass
    variants: tuple[VariantView, ...]
    reviews: ReviewsView | None = None
