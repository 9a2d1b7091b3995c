"""All that an estimate may rest on, gathered by the repository."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from orderdb.statuses import OrderStatus, ShipmentStatus


class Facts(BaseModel):
    model_config = ConfigDict(frozen=True)


class Origin(Facts):
    """The warehouse: an order before ``cutoff_hour`` (local) is taken up the same day."""

    country: str
    time_zone: str
    cutoff_hour: int


class Service(Facts):
    """A carrier between two countries: service days from hand-over to door, and its weekend."""

    carrier: str
    min_days: int
    max_days: int
    saturday: bool
    sunday: bool


class ParcelFacts(Facts):
    """One parcel; ``service`` is None where its carrier states nothing for this way."""

    number: int
    status: ShipmentStatus
    handed_over_at: datetime | None
    delivered_at: datetime | None
    last_scan_at: datetime | None
    service: Service | None


class DeliveryFacts(Facts):
    """``waiting`` says that pieces have not left yet; ``services`` could carry them."""

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
