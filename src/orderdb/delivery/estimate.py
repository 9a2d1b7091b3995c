"""The estimate: each part of an order that is still to come gets a range; the order, its last.

Where enough was learnt of the shop's deliveries a range holds with a stated chance. Else it rests
on rules over a carrier's stated days and the calendars, wide on purpose, and claims no chance.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from orderdb.dates import zone
from orderdb.delivery import notes
from orderdb.delivery.believing import Doubt, believed
from orderdb.delivery.calendars import Calendars
from orderdb.delivery.closures import Closures
from orderdb.delivery.expecting import Expected, Expecting
from orderdb.delivery.facts import DeliveryFacts, Missing, Origin, ParcelFacts, Service
from orderdb.delivery.learning.learnt import Learnt
from orderdb.statuses import OrderStatus, ShipmentStatus
from orderdb.text import Text

Stage = Literal[
    "unpaid",
    "processing",
    "waiting_for_stock",
    "made_to_order",
    "packed",
    "handed_over",
    "in_transit",
    "out_for_delivery",
    "delayed",
    "held",
    "exception",
    "delivered",
    "closed",
]

Basis = Literal["rules", "learnt"]

_HANDLING_DAYS = 2  # working days a warehouse may need beyond the day of the cut-off
_LATE_TRANSIT = 0.4  # share of a carrier's longest time that we allow on top of it
_DELAY_DAYS = 3
_CUSTOMS_DAYS = 7
_SILENT_DAYS = 30  # so long after the last day expected, no date is honest any more
_LOST = (ShipmentStatus.LOST, ShipmentStatus.DAMAGED, ShipmentStatus.RETURNED_TO_SENDER)
_CLOSED = (OrderStatus.CANCELLED, OrderStatus.RETURNED)
_ARRIVED = (OrderStatus.DELIVERED, OrderStatus.PARTIALLY_RETURNED)
_PARCEL_STAGES: dict[ShipmentStatus, Stage] = {
    ShipmentStatus.LABEL_CREATED: "packed",
    ShipmentStatus.HANDED_OVER: "handed_over",
    ShipmentStatus.IN_TRANSIT: "in_transit",
    ShipmentStatus.OUT_FOR_DELIVERY: "out_for_delivery",
    ShipmentStatus.DELAYED: "delayed",
    ShipmentStatus.HELD: "held",
}
_ORDER_STAGES: dict[OrderStatus, Stage] = {
    OrderStatus.PENDING_PAYMENT: "unpaid",
    OrderStatus.PACKED: "packed",
    OrderStatus.SHIPPED: "in_transit",
    OrderStatus.OUT_FOR_DELIVERY: "out_for_delivery",
    OrderStatus.EXCEPTION: "exception",
}


class DeliveryEstimate(BaseModel):
    """Days on which the order is complete at the door, in the time zone of its destination.

    ``earliest``, ``likely`` and ``latest`` are all given or all None: then ``note`` says why no
    date can be named. ``chance`` is that of arriving within the range, None where ``basis`` is
    rules. ``late``: later than promised. ``leaves_from`` and ``leaves_by`` bound the day on which
    the warehouse hands the goods over, as long as it has not. ``moved`` says why the range is
    another than before (``orderdb.delivery.changes``).
    """

    model_config = ConfigDict(frozen=True)

    stage: Stage
    earliest: date | None = None
    latest: date | None = None
    likely: date | None = None
    chance: float | None = None
    basis: Basis = "rules"
    delivered_on: date | None = None
    promised: date | None = None
    late: bool = False
    note: Text | None = None
    leaves_from: date | None = None
    leaves_by: date | None = None
    moved: Text | None = None


class Window(NamedTuple):
    """A range of days; ``overdue_since`` is the last day that was expected, once it is past."""

    stage: Stage
    earliest: date
    likely: date
    latest: date
    overdue_since: date | None = None
    chance: float | None = None
    leaves: tuple[date, date] | None = None
    basis: Basis = "rules"


def estimate(
    facts: DeliveryFacts, calendars: Calendars, now: datetime, learnt: Learnt | None = None
) -> DeliveryEstimate:
    """When the order will be, or was, delivered; pure."""
    trusted, doubts = believed(facts, now)
    return _Estimation(trusted, calendars, now, learnt, doubts).estimate()


class _Estimation:
    def __init__(
        self,
        facts: DeliveryFacts,
        calendars: Calendars,
        now: datetime,
        learnt: Learnt | None,
        doubts: frozenset[Doubt],
    ) -> None:
        self._facts = facts
        self._calendars = calendars
        self._doubts = doubts
        self._expecting = Expecting(facts, calendars, now, learnt) if learnt is not None else None
        self._zone = zone(facts.time_zone)
        self._now = now
        self._today = now.astimezone(self._zone).date()

    def estimate(self) -> DeliveryEstimate:
        facts = self._facts
        if facts.status in _CLOSED:
            return self._without_dates("closed", None)
        open_parcels = [p for p in facts.parcels if p.status is not ShipmentStatus.DELIVERED]
        if facts.status in _ARRIVED or (facts.parcels and not open_parcels and not facts.waiting):
            return self._delivered()
        lost = [parcel for parcel in open_parcels if parcel.status in _LOST]
        windows = [
            window
            for window in self._windows(parcel for parcel in open_parcels if parcel not in lost)
            if window is not None
        ]
        if lost and not windows:
            return self._without_dates("exception", notes.lost(lost[0].status))
        if not windows:
            return self._without_dates(self._order_stage(), self._why_unknown())
        last = max(windows, key=lambda window: (window.latest, window.earliest))
        complete = last._replace(  # with the last of them, whichever that turns out to be
            earliest=max(window.earliest for window in windows),
            likely=max(window.likely for window in windows),
        )
        return self._expected(complete, len(windows), lost)

    def _windows(self, parcels: Iterable[ParcelFacts]) -> list[Window | None]:
        """One range for each parcel under way, and one for what has not left yet."""
        windows = [self._parcel_window(parcel) for parcel in parcels]
        if self._facts.waiting or not self._facts.parcels:
            windows.append(self._unshipped_window())
        return windows

    def _parcel_window(self, parcel: ParcelFacts) -> Window | None:
        stage = _PARCEL_STAGES[parcel.status]
        service = parcel.service or _widest(self._facts.services)
        if stage == "packed":
            return self._from_warehouse(stage, service)
        left = parcel.handed_over_at or parcel.last_scan_at
        if left is not None and stage in ("handed_over", "in_transit") and self._expecting:
            found = self._expecting.of_parcel(parcel, left)
            if found is not None:
                return self._learnt(stage, found)
        if service is None or left is None:
            return self._by_promise(stage)
        if stage == "out_for_delivery":
            seen = (parcel.last_scan_at or self._now).astimezone(self._zone).date()
            window = Window(stage, seen, seen, self._serve(seen, 1, service))
            return self._not_past(stage, window, service, slack=1)
        return self._in_transit(stage, left.astimezone(self._zone).date(), service)

    def _in_transit(self, stage: Stage, left: date, service: Service) -> Window | None:
        extra = {"delayed": _DELAY_DAYS, "held": _CUSTOMS_DAYS}.get(stage, 0)
        slowest = service.max_days + _allowance(service) + extra
        window = Window(
            stage,
            self._serve(left, service.min_days, service),
            self._serve(left, (service.min_days + service.max_days + 1) // 2 + extra, service),
            self._serve(left, slowest, service),
        )
        return self._not_past(stage, window, service, slack=max(2, service.max_days // 2))

    def _not_past(
        self, stage: Stage, window: Window, service: Service, slack: int
    ) -> Window | None:
        """The window as of today; when it is over, the next days; None when it is long over."""
        if window.latest >= self._today:
            first = self._serve(max(window.earliest, self._today), 0, service)
            last = max(self._serve(window.latest, 0, service), first)
            return Window(stage, first, min(max(window.likely, first), last), last)
        if self._today - window.latest > timedelta(days=_SILENT_DAYS):
            return None
        first = self._serve(self._today, 0, service)
        last = self._serve(first, slack, service)
        likely = self._serve(first, 1, service)
        return Window(stage, first, min(likely, last), last, overdue_since=window.latest)

    def _unshipped_window(self) -> Window | None:
        stage = self._order_stage()
        if stage in ("in_transit", "out_for_delivery", "exception"):  # the shop tells no parcels
            return self._by_promise(stage)
        return self._from_warehouse(stage, _widest(self._facts.services))

    def _from_warehouse(self, stage: Stage, service: Service | None) -> Window | None:
        if self._facts.missing is not None and stage != "packed":
            return self._when_complete(service)
        if self._expecting is not None:
            found = self._expecting.of_order(unpaid=stage == "unpaid")
            if found is not None:
                return self._learnt(stage, found[0])._replace(leaves=found[1])
        origin = self._facts.origin
        if origin is None or service is None:
            return self._by_promise(stage)
        ready = self._dispatch_day(origin)
        return self._sent_between(stage, ready, ready, origin, service)

    def _when_complete(self, service: Service | None) -> Window | None:
        """For what waits for stock or parts: counted from the days on which those are there."""
        missing, origin = self._facts.missing, self._facts.origin
        assert missing is not None
        stage: Stage = "waiting_for_stock" if missing.kind == "stock" else "made_to_order"
        if origin is None or service is None:
            return self._by_promise(stage)
        first, last = self._complete(missing, origin)
        if first is None or last is None:
            return None
        return self._sent_between(stage, first, last, origin, service)

    def _complete(self, missing: Missing, origin: Origin) -> tuple[date | None, date | None]:
        """The first and last day on which everything may be there; None where nobody knows."""
        soonest, back = self._dispatch_day(origin), missing.restock_on
        if missing.kind == "stock" or back is not None:
            if back is None or back < self._today:  # past, and still not there
                return None, None
            soonest = self._open(max(back, soonest), 0, origin)
        if missing.kind == "stock":
            return soonest, soonest
        ordered = self._facts.paid_at or self._now
        start = ordered.astimezone(zone(origin.time_zone)).date()
        first, last = (self._open(start, days, origin) for days in missing.part_days)
        return max(first, soonest), max(last, soonest)

    def _sent_between(
        self, stage: Stage, ready: date, ready_at_last: date, origin: Origin, service: Service
    ) -> Window:
        handling = 1 if stage == "packed" else _HANDLING_DAYS
        latest_dispatch = self._open(ready_at_last, handling, origin)
        likely_days = (service.min_days + service.max_days + 1) // 2
        earliest = self._serve(ready, service.min_days, service)
        latest = self._serve(latest_dispatch, service.max_days + _allowance(service), service)
        likely = self._serve(self._open(ready_at_last, 1, origin), likely_days, service)
        return Window(
            stage,
            earliest,
            min(max(likely, earliest), latest),
            latest,
            leaves=(ready, latest_dispatch),
        )

    def _learnt(self, stage: Stage, found: Expected) -> Window:
        days = found.earliest, found.likely, found.latest
        return Window(stage, *days, chance=found.chance, basis="learnt")

    def _dispatch_day(self, origin: Origin) -> date:
        """The first day on which the warehouse can hand the goods over: never before today."""
        day = self._now.astimezone(zone(origin.time_zone)).date()
        if origin.is_too_late(self._now):
            day += timedelta(days=1)
        return self._open(day, 0, origin)

    def _by_promise(self, stage: Stage) -> Window | None:
        """Between today and the promised day; None without a promise or long after it."""
        promised = self._facts.promised_on
        if promised is None or self._today - promised > timedelta(days=_SILENT_DAYS):
            return None
        if promised >= self._today:
            half = (promised - self._today) // 2
            return Window(stage, self._today, self._today + half, promised)
        week = self._today + timedelta(days=7)
        likely = self._today + timedelta(days=3)
        return Window(stage, self._today, likely, week, overdue_since=promised)

    def _open(self, day: date, count: int, origin: Origin) -> date:
        """So many working days of a warehouse after a day; with 0, the next one from it on."""
        return self._calendars.after(
            day,
            count,
            origin.country,
            region=origin.region,
            saturday=origin.saturday,
            sunday=origin.sunday,
            closed=origin.closed,
        )

    def _serve(self, day: date, count: int, service: Service) -> date:
        return self._calendars.after(
            day,
            count,
            self._facts.destination,
            region=self._facts.region,
            saturday=service.saturday,
            sunday=service.sunday,
        )

    def _order_stage(self) -> Stage:
        return _ORDER_STAGES.get(self._facts.status, "processing")

    def _expected(
        self, window: Window, outstanding: int, lost: list[ParcelFacts]
    ) -> DeliveryEstimate:
        promised = self._facts.promised_on
        overdue = window.overdue_since if window.overdue_since != promised else None
        chance = window.chance if outstanding == 1 else None  # that of the last is not that of all
        return DeliveryEstimate(
            stage=window.stage,
            earliest=window.earliest,
            likely=window.likely,
            latest=window.latest,
            chance=chance,
            basis=window.basis,
            promised=promised,
            late=promised is not None and window.earliest > promised,
            note=notes.expected(
                window.stage, overdue, outstanding, lost, self._doubts, self._closed(window)
            ),
            leaves_from=window.leaves[0] if window.leaves else None,
            leaves_by=window.leaves[1] if window.leaves else None,
        )

    def _closed(self, window: Window) -> tuple[date, date] | None:
        """The closure of the warehouse that keeps the order from leaving."""
        origin, leaves = self._facts.origin, window.leaves
        if origin is None or leaves is None:
            return None
        return Closures(origin.closed, self._today).until(leaves[1])

    def _delivered(self) -> DeliveryEstimate:
        times = [p.delivered_at for p in self._facts.parcels if p.delivered_at is not None]
        day = max(times).astimezone(self._zone).date() if times else None
        promised = self._facts.promised_on
        return DeliveryEstimate(
            stage="delivered",
            earliest=day,
            likely=day,
            latest=day,
            delivered_on=day,
            promised=promised,
            late=day is not None and promised is not None and day > promised,
            note=None if day else notes.DELIVERED_UNDATED,
        )

    def _without_dates(self, stage: Stage, note: Text | None) -> DeliveryEstimate:
        promised = self._facts.promised_on
        late = stage != "closed" and promised is not None and promised < self._today
        return DeliveryEstimate(stage=stage, promised=promised, late=late, note=note)

    def _why_unknown(self) -> Text:
        promised = self._facts.promised_on
        if promised is not None:
            return notes.long_overdue(promised)
        if any(parcel.last_scan_at for parcel in self._facts.parcels):
            return notes.SILENT
        if self._facts.missing is not None:
            return notes.NO_RESTOCK
        return notes.NO_DATES


def _allowance(service: Service) -> int:
    return max(1, round(service.max_days * _LATE_TRANSIT))


def _widest(services: tuple[Service, ...]) -> Service | None:
    """All that may carry an order taken together, as long as nobody knows which one will."""
    if not services:
        return None
    return Service(
        carrier="",
        min_days=min(service.min_days for service in services),
        max_days=max(service.max_days for service in services),
        saturday=all(service.saturday for service in services),
        sunday=all(service.sunday for service in services),
    )
