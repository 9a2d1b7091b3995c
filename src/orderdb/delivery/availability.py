"""Available to promise: when a product would come if it were ordered now, from which warehouse."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from orderdb.delivery.calendars import Calendars
from orderdb.delivery.estimate import estimate
from orderdb.delivery.facts import DeliveryFacts, Missing, Origin, Service
from orderdb.delivery.learning.learnt import Learnt
from orderdb.statuses import OrderStatus


class Shelf(BaseModel):
    """A variant in one warehouse. ``free`` are the pieces that nobody was promised.

    ``part_days`` is given for what is made to order while a part is missing. ``place`` is what
    people call the warehouse.
    """

    model_config = ConfigDict(frozen=True)

    place: str = ""
    origin: Origin
    services: tuple[Service, ...]
    free: int
    restock_on: date | None = None
    part_days: tuple[int, int] | None = None


class Available(BaseModel):
    """What one warehouse can promise: dates at the door, None where nobody knows one."""

    model_config = ConfigDict(frozen=True)

    warehouse: str | None
    place: str
    free: int
    from_stock: bool
    earliest: date | None
    latest: date | None
    chance: float | None


def available(
    shelves: Iterable[Shelf],
    pieces: int,
    destination: str | None,
    region: str | None,
    time_zone: str,
    calendars: Calendars,
    now: datetime,
    learnt: Learnt | None = None,
) -> tuple[Available, ...]:
    """What each warehouse could promise for so many pieces ordered and paid now, soonest first."""
    found = [
        _promised(shelf, pieces, destination, region, time_zone, calendars, now, learnt)
        for shelf in shelves
    ]
    return tuple(sorted(found, key=lambda one: (one.earliest or date.max, one.latest or date.max)))


def _promised(
    shelf: Shelf,
    pieces: int,
    destination: str | None,
    region: str | None,
    time_zone: str,
    calendars: Calendars,
    now: datetime,
    learnt: Learnt | None,
) -> Available:
    lacking = _lacking(shelf, pieces)
    told = estimate(
        DeliveryFacts(
            status=OrderStatus.PAID,
            placed_at=now,
            paid_at=now,
            packed_at=None,
            promised_on=None,
            destination=destination,
            region=region,
            time_zone=time_zone,
            origin=shelf.origin,
            services=shelf.services,
            parcels=(),
            waiting=True,
            missing=lacking,
        ),
        calendars,
        now,
        learnt,
    )
    return Available(
        warehouse=shelf.origin.code,
        place=shelf.place or shelf.origin.code or "",
        free=shelf.free,
        from_stock=lacking is None,
        earliest=told.earliest,
        latest=told.latest,
        chance=told.chance,
    )


def _lacking(shelf: Shelf, pieces: int) -> Missing | None:
    if shelf.part_days is not None:
        return Missing(kind="parts", part_days=shelf.part_days)
    if shelf.free >= pieces:
        return None
    return Missing(kind="stock", restock_on=shelf.restock_on)
