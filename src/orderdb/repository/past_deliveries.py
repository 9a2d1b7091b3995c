"""A shop's deliveries so far, streamed: what learning reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Row
from sqlmodel import Session, col, select

from orderdb.dates import zone
from orderdb.delivery.closures import was_closed
from orderdb.delivery.facts import Origin
from orderdb.delivery.learning.arrays import NONE
from orderdb.delivery.learning.clock import Rhythm
from orderdb.delivery.learning.learnt import LegName, Way
from orderdb.delivery.learning.training import LegColumns, PastLeg
from orderdb.models import Address, Carrier, Closure, Customer, Order, Shipment, Warehouse
from orderdb.repository.delivery import origin
from orderdb.statuses import OrderStatus, ShipmentStatus

_CHUNK = 5_000
_CLOCKS_DIFFER = timedelta(minutes=15)
_FUTURE = "is dated in the future"
_NEVER = (OrderStatus.CANCELLED, OrderStatus.PENDING_PAYMENT)
_GONE = (ShipmentStatus.LOST, ShipmentStatus.DAMAGED, ShipmentStatus.RETURNED_TO_SENDER)
_PAST = (
    select(  # type: ignore[call-overload, misc]
        col(Order.id).label("order_id"),
        Order.number,
        Order.status,
        Order.placed_at,
        Order.paid_at,
        Order.promised_on,
        Order.warehouse_code,
        Customer.time_zone,
        col(Customer.country).label("home"),
        col(Address.country).label("country"),
        Address.region,
        Shipment.handed_over_at,
        Shipment.delivered_at,
        col(Shipment.status).label("parcel"),
        Shipment.carrier_code,
        Carrier.delivers_saturday,
        Carrier.delivers_sunday,
    )
    .join(Customer, col(Customer.id) == col(Order.customer_id))
    .outerjoin(Address, col(Address.id) == col(Order.address_id))
    .outerjoin(Shipment, col(Shipment.order_id) == col(Order.id))
    .outerjoin(Carrier, col(Carrier.code) == col(Shipment.carrier_code))
    .where(col(Order.status).not_in(_NEVER), col(Order.placed_at).is_not(None))
    .order_by(col(Order.id))
)

Report = Callable[[int, int | None], None]
Rest = tuple[str | None, str | None, bool | None, bool | None]
"""Whose days they are: country and region, and whether somebody works on Saturdays and Sundays."""


class Unbelievable(NamedTuple):
    """An order whose times cannot be: it, or the part of it that is meant, teaches nothing."""

    number: str
    reason: str

    def __str__(self) -> str:
        return f"order {self.number}: {self.reason}"


@dataclass
class PastDeliveries:
    """Rows for each leg, and the days of the first and last delivery among them.

    ``origins`` are the warehouses by code.
    """

    legs: dict[LegName, LegColumns] = field(
        default_factory=lambda: {
            "order": LegColumns(),
            "handling": LegColumns(),
            "transit": LegColumns(),
        }
    )
    first: date | None = None
    last: date | None = None
    deliveries: int = 0
    left_out: list[Unbelievable] = field(default_factory=list)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    _zones: dict[str, ZoneInfo] = field(default_factory=dict)
    _ways: dict[tuple[object, ...], Way] = field(default_factory=dict)

    def add(self, rows: list[Row[Any]], now: datetime) -> None:
        """One order with its parcels; it is left out, by name, where its times cannot be."""
        order = rows[0]
        local = self._zones.get(order.time_zone)
        if local is None:
            local = self._zones[order.time_zone] = zone(order.time_zone)
        future = False

        def day(moment: datetime | None) -> int:
            nonlocal future
            if moment is None:
                return NONE
            future = future or moment > now + _CLOCKS_DIFFER
            return moment.astimezone(local).toordinal()

        placed, paid = day(order.placed_at), day(order.paid_at)
        left = [day(row.handed_over_at) for row in rows]
        came = [day(row.delivered_at) for row in rows]
        if reason := _FUTURE if future else _impossible(placed, left, came):
            self.left_out.append(Unbelievable(order.number, reason))
            return
        if any(row.parcel in _GONE for row in rows):
            return
        promise = order.promised_on.toordinal() - placed if order.promised_on else NONE
        promise = max(promise, NONE)
        country = order.country or order.home
        arrived = max(came) if NONE not in came else NONE
        if arrived == NONE and order.status is OrderStatus.DELIVERED:
            return  # delivered, but nobody says when
        begun, at = placed, order.placed_at
        first_known = min((one for one in (*left, *came) if one != NONE), default=paid)
        if placed <= paid <= first_known:  # else it is paid on delivery
            begun, at = paid, max(order.placed_at, order.paid_at)
        first_left = min((one for one in left if one != NONE), default=NONE)
        origin = self.origins.get(order.warehouse_code)
        ends = order.warehouse_code, origin.country if origin else None, country, order.region
        if origin is None or not _was_closed(
            origin, begun, first_left if first_left != NONE else day(now)
        ):
            late = origin is not None and origin.is_too_late(at)
            there: Rest = (country, order.region, None, None)
            here: Rest = there
            if origin is not None:
                here = origin.country, origin.region, origin.saturday, origin.sunday
            self._add("order", begun, arrived, promise, self._way(*ends, there), late)
            self._add("handling", begun, first_left, promise, self._way(*ends, here), late)
        for row, gone, came_on in zip(rows, left, came, strict=True):
            if gone != NONE:
                rest = country, order.region, row.delivers_saturday, row.delivers_sunday
                self._add(
                    "transit", gone, came_on, promise, self._way(row.carrier_code, *ends[1:], rest)
                )
        self._note(arrived)

    def _add(
        self, leg: LegName, start: int, end: int, promise: int, way: Way, late: bool = False
    ) -> None:
        self.legs[leg].add(PastLeg(start, end, promise, way, late))

    def _way(
        self,
        sender: str | None,
        origin: str | None,
        country: str | None,
        region: str | None,
        rest: Rest,
    ) -> Way:
        """Each way is made once: there are few of them and many parcels."""
        key = (sender, origin, country, region, rest)
        way = self._ways.get(key)
        if way is None:
            rhythm = Rhythm.at(*rest)
            way = self._ways[key] = Way.of(sender, origin, country, region, rhythm)
        return way

    def _note(self, arrived: int) -> None:
        if arrived == NONE:
            return
        self.deliveries += 1
        day = date.fromordinal(arrived)
        self.first = min(self.first or day, day)
        self.last = max(self.last or day, day)


def _was_closed(origin: Origin, first: int, last: int) -> bool:
    """Whether a closure kept an order: that says nothing of how long orders usually take."""
    if not origin.closed:
        return False
    return was_closed(origin.closed, date.fromordinal(first), date.fromordinal(last))


def _impossible(placed: int, left: list[int], came: list[int]) -> str | None:
    """What is wrong with an order's days, in words; None for nothing."""
    for gone, there in zip(left, came, strict=True):
        if gone != NONE and gone < placed:
            return "was handed over before it was placed"
        if there != NONE and there < placed:
            return "was delivered before it was placed"
        if there != NONE and there < gone:
            return "was delivered before it was handed over"
    return None


def read_past_deliveries(
    session: Session, now: datetime, report: Report | None = None
) -> PastDeliveries:
    """All of a shop's orders that were or will be sent, in one streamed statement."""
    closures = session.exec(select(Closure)).all()
    warehouses = session.exec(select(Warehouse))
    past = PastDeliveries(origins={one.code: origin(one, closures) for one in warehouses})
    for count, rows in enumerate(_by_order(session), 1):
        past.add(rows, now)
        if report is not None and count % _CHUNK == 0:
            report(count, None)
    return past


def _by_order(session: Session) -> Iterator[list[Row[Any]]]:
    rows = session.connection().execute(_PAST.execution_options(yield_per=_CHUNK))
    for _, group in groupby(rows, key=attrgetter("order_id")):
        yield list(group)
