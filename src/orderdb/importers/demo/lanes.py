"""How a parcel travels from a warehouse to a city: the days it takes and the scans it leaves."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Literal

from orderdb.importers.demo.days import DAY, Days
from orderdb.importers.demo.draft import Scan
from orderdb.importers.demo.geography import CARRIERS, CUTOFF_HOUR, WAREHOUSES, City, Route

Mishap = Literal["none", "delayed", "held", "lost", "damaged", "returned"]

_HOUR = 3600
_NEAR_DAYS, _ABROAD_DAYS = 5, 15  # what the shop promises, in the carrier's days
_WAREHOUSES = {warehouse.code: warehouse for warehouse in WAREHOUSES}
_CARRIERS = {carrier.code: carrier for carrier in CARRIERS}


class Lane:
    """One warehouse, one carrier, one city."""

    def __init__(self, days: Days, route: Route, city: City) -> None:
        warehouse, carrier = _WAREHOUSES[route.warehouse], _CARRIERS[route.carrier]
        self.warehouse = route.warehouse
        self.carrier = route.carrier
        self.min_days = route.min_days
        self.max_days = route.max_days
        self._first = days.first
        self._leaves = days.open_days(warehouse.country, False, False)
        self._arrives = days.open_days(city.country, carrier.saturday, carrier.sunday)
        self._warehouse_offsets = days.offsets(warehouse.time_zone)
        self._city_offsets = days.offsets(city.time_zone)
        self.origin = "苏州转运中心" if city.country == "CN" else warehouse.city
        self._hub = route.hub or self.origin
        self._destination = city.name
        self._promise = _ABROAD_DAYS if route.is_far else max(_NEAR_DAYS, route.max_days)

    def dispatch_day(self, paid: int) -> int:
        """The day on which an order paid at that moment leaves, by the shop's cut-off."""
        local = paid + self._warehouse_offsets[paid // DAY - self._first]
        day, second = divmod(local, DAY)
        return self._leaves.next(day + (second >= CUTOFF_HOUR * _HOUR))

    def later(self, day: int, count: int) -> int:
        """A dispatch day that many working days later."""
        return self._leaves.after(day, count)

    def promise(self, dispatch_day: int) -> int:
        """The day promised at the checkout."""
        return self._arrives.after(dispatch_day, self._promise)

    def arrival(self, dispatch_day: int, transit: int) -> int:
        """The day at the door after so many of the carrier's days."""
        return self._arrives.after(dispatch_day, transit)

    def travel(
        self, random: Random, day: int, arrival: int, mishap: Mishap = "none", extra: int = 4
    ) -> list[Scan]:
        """Every scan of a parcel that leaves on ``day``; the first, its label, is its packing.

        ``arrival`` is the day at the door; ``extra`` are the carrier's days that a mishap adds.
        """
        chance = random.random
        midnight = day * DAY - self._warehouse_offsets[day - self._first]
        packed = midnight + 51_000 + int(chance() * 6_600)
        handed = midnight + 57_600 + int(chance() * 9_000)
        scans: list[Scan] = [
            (packed, "label_created", self.origin),
            (handed, "handed_over", self.origin),
        ]
        if arrival - day > 2:
            scans.append((handed + 10_800 + int(chance() * 10_800), "in_transit", self._hub))
        if mishap != "none":
            return scans + self._trouble(random, handed, arrival, mishap, extra)
        self._deliver(chance, scans, arrival)
        return scans

    def _deliver(self, chance: Callable[[], float], scans: list[Scan], arrival: int) -> None:
        midnight = arrival * DAY - self._city_offsets[arrival - self._first]
        door = self._destination
        scans.append((midnight + 10_800 + int(chance() * 10_800), "in_transit", door))
        scans.append((midnight + 25_200 + int(chance() * 6_000), "out_for_delivery", door))
        scans.append((midnight + 34_500 + int(chance() * 36_000), "delivered", door))

    def _trouble(
        self, random: Random, handed: int, arrival: int, mishap: Mishap, extra: int
    ) -> list[Scan]:
        morning = arrival * DAY - self._city_offsets[arrival - self._first] + 5 * _HOUR
        door = self._destination
        scans: list[Scan] = []
        match mishap:
            case "delayed":
                scans.append((morning + 4 * _HOUR, "delayed", self._hub))
                self._deliver(random.random, scans, self._arrives.after(arrival, extra))
            case "held":
                scans.append((morning, "in_transit", door))
                scans.append((morning + 2 * _HOUR, "held", door))
                self._deliver(random.random, scans, self._arrives.after(arrival, extra))
            case "lost":
                scans.append((handed + 6 * _HOUR, "in_transit", self._hub))
                scans.append((handed + (9 + extra) * DAY, "lost", self._hub))
            case "damaged":
                scans.append((morning - _HOUR, "in_transit", door))
                scans.append((morning, "damaged", door))
            case _:
                scans.append((morning + 3 * _HOUR, "out_for_delivery", door))
                scans.append((morning + 9 * _HOUR, "held", door))
                back = morning + (7 + extra) * DAY
                scans.append((back, "returned_to_sender", door))
        return scans
