"""What was learnt, asked for one order: ranges of days with the chance that they state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from orderdb.dates import zone
from orderdb.delivery.calendars import Calendars
from orderdb.delivery.closures import Closures
from orderdb.delivery.facts import DeliveryFacts, ParcelFacts
from orderdb.delivery.learning.arrays import Floats
from orderdb.delivery.learning.clock import Rhythm
from orderdb.delivery.learning.conformal import CHANCE
from orderdb.delivery.learning.learnt import Learnt, LegName, Way
from orderdb.delivery.learning.leg import AHEAD, miss_chance, reach
from orderdb.statuses import OrderStatus


class Expected(NamedTuple):
    """Days, and the chance of arriving within them; None where that was not measured."""

    earliest: date
    likely: date
    latest: date
    chance: float | None


class _Begun(NamedTuple):
    """The day from which an order counts. ``lost``: days of a closure that it was moved on by."""

    day: date
    after_cutoff: bool
    lost: int


class Expecting:
    """One order's facts, seen through what was learnt; all days are local to its destination."""

    def __init__(
        self, facts: DeliveryFacts, calendars: Calendars, now: datetime, learnt: Learnt
    ) -> None:
        self._facts = facts
        self._calendars = calendars
        self._learnt = learnt
        self._zone = zone(facts.time_zone)
        self._now = now
        self._today = now.astimezone(self._zone).date()
        self._closures = Closures(facts.origin.closed if facts.origin else (), self._today)

    def of_order(self, unpaid: bool) -> tuple[Expected, tuple[date, date] | None] | None:
        """To the door, and the days within which the warehouse hands it over; None if unknown.

        An order counts from its payment; from today for as long as it is unpaid. A closure moves it
        on by the days that it keeps the order from leaving; that was never measured, so no chance
        is stated then.
        """
        begun = self._begun(unpaid)
        if begun is None:
            return None
        way, after_cutoff = self._from_warehouse(), begun.after_cutoff
        found = self._expected("order", begun.day, way, after_cutoff=after_cutoff)
        if found is None:
            return None
        handled = self._handled(begun)
        if handled is None:
            paused = begun.lost or self._closures.until(found.latest)
            return (found, None) if not paused else None
        first, likely, last = (self._closures.moved(day) - day for day in handled[:3])
        leaves = handled.earliest + first, handled.latest + last
        if not begun.lost and not last:
            return found, leaves
        moved = Expected(found.earliest + first, found.likely + likely, found.latest + last, None)
        return moved, leaves

    def of_parcel(self, parcel: ParcelFacts, left: datetime) -> Expected | None:
        """From the hand-over to the door."""
        return self._expected("transit", left.astimezone(self._zone).date(), self._by(parcel))

    def miss_chance(self, promised: date) -> float | None:
        """The chance that the last part of the order arrives after a day; None if unknown."""
        chances: list[float | None] = [
            self._missing("transit", self._day(parcel), self._by(parcel), promised)
            for parcel in self._facts.parcels
            if parcel.delivered_at is None and self._day(parcel) is not None
        ]
        if self._facts.waiting or not self._facts.parcels:
            chances.append(self._unsent_missing(promised))
        known = [chance for chance in chances if chance is not None]
        return max(known) if known and len(known) == len(chances) else None

    def _unsent_missing(self, promised: date) -> float | None:
        """That of what has not left yet; days for which its warehouse closes are taken off."""
        begun = self._begun(self._facts.status is OrderStatus.PENDING_PAYMENT)
        if begun is None:
            return None
        if self._closures.until(promised) is not None:
            handled = self._handled(begun)
            if handled is None:
                return None
            promised -= self._closures.moved(handled.likely) - handled.likely
        way, after_cutoff = self._from_warehouse(), begun.after_cutoff
        return self._missing("order", begun.day, way, promised, after_cutoff=after_cutoff)

    def _begun(self, unpaid: bool) -> _Begun | None:
        at = self._now if unpaid else self._facts.begun_at
        if at is None:
            return None
        day, origin = at.astimezone(self._zone).date(), self._facts.origin
        lost = self._closures.lost(day)
        after_cutoff = origin is not None and origin.is_too_late(at)
        return _Begun(day + timedelta(days=lost), after_cutoff, lost)

    def _handled(self, begun: _Begun) -> Expected | None:
        """When the warehouse hands it over, were it never closed."""
        return self._expected(
            "handling", begun.day, self._at_warehouse(), after_cutoff=begun.after_cutoff
        )

    def _expected(
        self, name: LegName, start: date, way: Way, *, after_cutoff: bool = False
    ) -> Expected | None:
        elapsed = (self._today - start).days
        arrived_by = self._arrived_by(name, start, way, after_cutoff)
        if arrived_by is None or not 0 <= elapsed < AHEAD:
            return None
        found = reach(arrived_by, self._learnt.legs[name].leg.level, elapsed)
        if found is None:
            return None
        earliest, likely, latest = (start + timedelta(days=days) for days in found)
        return Expected(earliest, likely, latest, CHANCE)

    def _missing(
        self,
        name: LegName,
        start: date | None,
        way: Way,
        promised: date,
        *,
        after_cutoff: bool = False,
    ) -> float | None:
        arrived_by = self._arrived_by(name, start, way, after_cutoff)
        if start is None or arrived_by is None:
            return None
        elapsed = min(max(0, (self._today - start).days), AHEAD)
        return miss_chance(arrived_by, (promised - start).days, elapsed)

    def _arrived_by(
        self, name: LegName, start: date | None, way: Way, after_cutoff: bool
    ) -> Floats | None:
        leg = self._learnt.legs.get(name)
        if leg is None or start is None:
            return None
        usual = self._learnt.usual_promise
        return leg.arrived_by(
            start, way, self._promise(), usual, self._calendars, after_cutoff=after_cutoff
        )

    def _promise(self) -> int | None:
        promised, placed_at = self._facts.promised_on, self._facts.placed_at
        if promised is None or placed_at is None:
            return None
        length = (promised - placed_at.astimezone(self._zone).date()).days
        return length if length >= 0 else None

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

    def _at_warehouse(self) -> Way:
        """As ``_from_warehouse``, by the calendar of those who pack."""
        way, origin = self._from_warehouse(), self._facts.origin
        if origin is None:
            return way
        rest = Rhythm.at(origin.country, origin.region, origin.saturday, origin.sunday)
        return replace(way, rhythm=rest)

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
