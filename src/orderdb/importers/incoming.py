"""An order as another system tells it, before anything is written.

Texts are as they came; amounts are minor units of the order's currency; times carry a zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from orderdb.errors import BadRow
from orderdb.statuses import (
    OrderStatus,
    PaymentMethod,
    PaymentStatus,
    RefundStatus,
    ReturnClass,
    ShipmentStatus,
)

Problem = tuple[str, str]
"""The field that is wrong, and why."""


@dataclass(slots=True)
class IncomingAddress:
    recipient: str
    line1: str
    country: str
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""


@dataclass(slots=True)
class IncomingCustomer:
    id: str
    name: str
    email: str | None = None
    language: str = "en"
    time_zone: str = "UTC"
    country: str | None = None
    address: IncomingAddress | None = None


@dataclass(slots=True)
class IncomingLine:
    name: str
    quantity: int
    unit: int
    sku: str = ""
    variant: str = ""
    discount: int = 0
    return_class: ReturnClass = ReturnClass.STANDARD
    shipped: int = 0
    cancelled: int = 0
    returned: int = 0

    @property
    def total(self) -> int:
        return self.unit * self.quantity - self.discount


@dataclass(slots=True)
class IncomingShipment:
    """``contents`` are pieces by line index; ``carrier`` is its name."""

    status: ShipmentStatus
    contents: dict[int, int]
    carrier: str = ""
    tracking: str | None = None
    handed_over: datetime | None = None
    delivered: datetime | None = None

    def scans(self) -> Iterator[tuple[datetime, ShipmentStatus]]:
        if self.handed_over:
            yield self.handed_over, ShipmentStatus.HANDED_OVER
        if self.delivered:
            yield self.delivered, ShipmentStatus.DELIVERED


@dataclass(slots=True)
class IncomingPayment:
    """``refunds`` are amounts given back and how far they came."""

    method: PaymentMethod
    amount: int
    status: PaymentStatus
    at: datetime | None = None
    detail: str = ""
    saved_method: str | None = None
    gift_card: str | None = None
    refunds: list[tuple[int, RefundStatus]] = field(default_factory=list)

    @property
    def refunded(self) -> int:
        """What was or is being given back."""
        return sum(amount for amount, status in self.refunds if status != RefundStatus.FAILED)


@dataclass(slots=True)
class IncomingOrder:
    """``items`` counts only where the source lists no lines."""

    number: str
    customer: IncomingCustomer
    status: OrderStatus
    currency: str
    items: int = 0
    discount: int = 0
    shipping: int = 0
    tax: int = 0
    channel: str = "web"
    warehouse: str | None = None
    address: IncomingAddress | None = None
    placed: datetime | None = None
    paid: datetime | None = None
    packed: datetime | None = None
    cancelled: datetime | None = None
    cancel_reason: str | None = None
    promised: date | None = None
    note: str | None = None
    lines: list[IncomingLine] = field(default_factory=list)
    shipments: list[IncomingShipment] = field(default_factory=list)
    payments: list[IncomingPayment] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.lines:
            self.items = sum(line.total for line in self.lines)

    @property
    def total(self) -> int:
        return self.items - self.discount + self.shipping + self.tax


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of a file as it was; ``line`` is the one it begins on, from 1, the header included."""

    file: str
    line: int
    cells: list[str]

    def bad(self, column: str, reason: str) -> BadRow:
        return BadRow(self.file, self.line, column, reason)


@dataclass(frozen=True, slots=True)
class Sourced:
    """An order with the rows it came from and the file's own name for each field."""

    order: IncomingOrder
    rows: list[SourceRow]
    columns: dict[str, str] = field(default_factory=dict)

    def bad(self, problem: Problem) -> BadRow:
        name, reason = problem
        return self.rows[0].bad(self.columns.get(name, name), reason)
