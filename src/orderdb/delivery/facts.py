"""All that an estimate may rest on, gathered by the repository."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from orderdb.dates import zone
from orderdb.delivery.calendars import Closed
from orderdb.statuses import OrderStatus, ShipmentStatus


class Facts(BaseModel):
    model_config = ConfigDict(frozen=True)


class Origin(Facts):
    """The warehouse: an order before ``cutoff_hour`` (local) is taken up the same day.

    ``closed`` are periods in which it sends nothing; ``region`` tells its public holidays, and
    ``saturday`` and ``sunday`` whether it works on them.
    """

    country: str
    time_zone: str
    cutoff_hour: int
    code: str | None = None
    region: str | None = None
    saturday: bool = False
    sunday: bool = False
    closed: Closed = ()

    def is_too_late(self, moment: datetime) -> bool:
        """Whether an order of that moment is not taken up on the same day any more."""
        return moment.astimezone(zone(self.time_zone)).hour >= self.cutoff_hour


class Service(Facts):
    """A carrier between two countries: service days from hand-over to door, and its weekend."""

    carrier: str
    min_days: int
    max_days: int
    saturday: bool
    sunday: bool


class Missing(Facts):
    """What an order waits for before it can be packed.

    Stock that is back on a day, None where nobody knows which; or parts that take so many working
    days from the order on to come, for something made to order; with a day, both.
    """

    kind: Literal["stock", "parts"]
    restock_on: date | None = None
    part_days: tuple[int, int] = (0, 0)


class ParcelFacts(Facts):
    """One parcel; ``service`` is None where its carrier states nothing for this way."""

    number: int
    status: ShipmentStatus
    handed_over_at: datetime | None
    delivered_at: datetime | None
    last_scan_at: datetime | None
    service: Service | None
    carrier: str | None = None


class DeliveryFacts(Facts):
    """``waiting`` says that pieces have not left yet; ``services`` could carry them.

    ``missing`` is what keeps those pieces from being packed; ``region`` is of the destination.
    """

    status: OrderStatus
    placed_at: datetime | None
    paid_at: datetime | None
    packed_at: datetime | None
    promised_on: date | None
    destination: str | None
    time_zone: str
    origin: Origin | None
    services: tuple[Service, ...]
    parcels: tuple[ParcelFacts, ...]
    waiting: bool
    region: str | None = None
    missing: Missing | None = None

    @property
    def begun_at(self) -> datetime | None:
        """From when on the warehouse could work on it: once it was paid, where that is known."""
        if self.paid_at is None or self.placed_at is None:
            return self.placed_at
        return max(self.placed_at, self.paid_at)
