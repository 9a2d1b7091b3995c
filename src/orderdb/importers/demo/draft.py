"""One order of the demo shop, as it was lived: what random chance and the stories both write.

Moments are seconds (see ``days``), amounts minor units of the order's currency.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from orderdb.importers.demo.catalogue import DemoVariant

Scan = tuple[int, str, str]
"""Moment, code, place."""

Contents = list[tuple[int, int]]
"""Line index, quantity."""

Lines = list[tuple[DemoVariant, int]]


@dataclass(slots=True)
class DraftParcel:
    """A parcel's state is that of its last scan."""

    carrier: str
    tracking: str
    scans: list[Scan]
    contents: Contents


@dataclass(slots=True)
class DraftPayment:
    """``gift_card`` is what the card held before, when a gift card paid."""

    method: str
    amount: int
    status: str
    at: int
    detail: str = ""
    gift_card: int | None = None


@dataclass(slots=True)
class DraftRefund:
    payment: int
    amount: int
    status: str
    at: int


@dataclass(slots=True)
class DraftReturn:
    line: int
    quantity: int
    reason: str
    status: str
    at: int


@dataclass(slots=True)
class DraftExchange:
    line: int
    quantity: int
    variant: DemoVariant
    status: str
    at: int


@dataclass(slots=True)
class Draft:
    """``customer`` is an index; ``promised`` a day number; ``picking``: the warehouse is at it.

    ``items`` (their worth) and ``pieces`` follow from the lines.
    """

    placed: int
    customer: int
    currency: str
    warehouse: str
    channel: str
    lines: Lines
    items: int = 0
    pieces: int = 0
    discount: int = 0
    shipping: int = 0
    promised: int | None = None
    paid: int | None = None
    picking: bool = False
    packed: int | None = None
    cancelled: int | None = None
    cancel_reason: str | None = None
    note: str | None = None
    payments: list[DraftPayment] = field(default_factory=list)
    parcels: list[DraftParcel] = field(default_factory=list)
    refunds: list[DraftRefund] = field(default_factory=list)
    returns: list[DraftReturn] = field(default_factory=list)
    exchanges: list[DraftExchange] = field(default_factory=list)

    def __post_init__(self) -> None:
        for variant, quantity in self.lines:
            self.items += variant.prices[self.currency] * quantity
            self.pieces += quantity

    @property
    def total(self) -> int:
        return self.items - self.discount + self.shipping

    def worth(self, line: int, quantity: int) -> int:
        """What the customer paid for so many pieces of a line, the discount shared out."""
        paid = self.lines[line][0].prices[self.currency] * quantity
        return paid - paid * self.discount // self.items
