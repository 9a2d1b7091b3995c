"""What was learnt, asked for one order: ranges of days with the chance that they state."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from orderdb.dates import zone
from orderdb.delivery.calendars import Calendars
from orderdb.delivery.facts import DeliveryFacts, ParcelFacts
from orderdb.delivery.learning.arrays import Floats
from orderdb.delivery.learning.clock import Rhythm
from orderdb.delivery.learning.conformal import CHANCE
from orderdb.delivery.learning.learnt import Learnt, LegName, Way
from orderdb.delivery.learning.leg import AHEAD, miss_chance, reach


class Expected(NamedTuple):
    """Days, and the chance of arriving within them."""

    earliest: date
    likely: date
    latest: date
    chance: float


class Expecting:
    """One order's facts, seen through what was learnt; all days are local to its destination."""

    def __init__(
        self, facts: DeliveryFacts, calendars: Calendars, now: datetime, learnt: Learnt
    ) -> None:
        self._facts = facts
        self._calendars = calendars
        self._learnt = learnt
        self._zone = zone(facts.time_zone)
        self._today = now.astimezone(self._zone).date()

    def started(self, unpaid: bool) -> date | None:
        """The day that the order counts from: today for as long as it is unpaid."""
        if unpaid:
            return self._today
        placed = self._facts.placed_at
        return placed.astimezone(self._zone).date() if placed is not None else None

    def of_order(self, start: date | None) -> Expected | None:
        """From the day of the order to the door; None where too little is known."""
        return self._expected("order", start, self._from_warehouse())

    def of_parcel(self, parcel: ParcelFacts, left: datetime) -> Expected | None:
        """From the hand-over to the door."""
        return self._expected("transit", left.astimezone(self._zone).date(), self._by(parcel))

    def leaves(self, unpaid: bool) -> tuple[date, date] | None:
        """The days within which the warehouse hands it over."""
        found = self._expected("handling", self.started(unpaid), self._from_warehouse())
        return (found.earliest, found.latest) if found is not None else None

    def miss_chance(self, promised: date) -> float | None:
        """The chance that the last part of the order arrives after a day; None if unknown."""
        chances: list[float | None] = [
            self._missing("transit", self._day(parcel), self._by(parcel), promised)
            for parcel in self._facts.parcels
            if parcel.delivered_at is None and self._day(parcel) is not None
        ]
        if self._facts.waiting or not self._facts.parcels:
            start = self.started(self._facts.paid_at is None)
            chances.append(self._missing("order", start, self._from_warehouse(), promised))
        known = [chance for chance in chances if chance is not None]
        return max(known) if known and len(known) == len(chances) else None

    def _expected(self, name: LegName, start: date | None, way: Way) -> Expected | None:
        elapsed = (self._today - start).days if start is not None else 0
        arrived_by = self._arrived_by(name, start, way)
        if start is None or arrived_by is None or not 0 <= elapsed < AHEAD:
            return None
        found = reach(arrived_by, self._learnt.legs[name].leg.level, elapsed)
        if found is None:
            return None
        earliest, likely, latest = (start + timedelta(days=days) for days in found)
        return Expected(earliest, likely, latest, CHANCE)

    def _missing(self, name: LegName, start: date | None, way: Way, promised: date) -> float | None:
        arrived_by = self._arrived_by(name, start, way)
        if start is None or arrived_by is None:
            return None
        elapsed = min(max(0, (self._today - start).days), AHEAD)
        return miss_chance(arrived_by, (promised - start).days, elapsed)

    def _arrived_by(self, name: LegName, start: date | None, way: Way) -> Floats | None:
        leg = self._learnt.legs.get(name)
        if leg is None or start is None:
            return None
        usual = self._learnt.usual_promise
        return leg.arrived_by(start, way, self._promise(), usual, self._calendars)

    def _promise(self) -> int | None:
        promised, placed = self._facts.promised_on, self.started(unpaid=False)
        if promised is None or placed is None or promised < placed:
            return None
        return (promised - placed).days

    def _day(self, parcel: ParcelFacts) -> date | None:
        left = parcel.handed_over_at
        return left.astimezone(self._zone).date() if left is not None else None

    def _from_warehouse(self) -> Way:
        origin, facts = self._facts.origin, self._facts
        return Way.of(
            origin.code if origin else None,
            origin.country if origin else None,
            facts.destination,
            facts.region,
            Rhythm.at(facts.destination, facts.region),
        )

    def _by(self, parcel: ParcelFacts) -> Way:
        facts, service = self._facts, parcel.service
        rhythm = Rhythm.at(
            facts.destination,
            facts.region,
            service.saturday if service else None,
            service.sunday if service else None,
        )
        origin = facts.origin.country if facts.origin else None
        carrier = parcel.carrier or (service.carrier if service else None)
        return Way.of(carrier, origin, facts.destination, facts.region, rhythm)
