"""Which days count: public holidays, weekends, and the days on which a carrier delivers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

_SATURDAY, _SUNDAY = 5, 6

PublicHolidays = Callable[[str, int], frozenset[date]]


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country (ISO 3166 alpha-2); none for an unknown country."""
    import holidays  # calendars of the whole world: only once one is asked for

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


class Calendars:
    """Counts working days of warehouses and service days of carriers."""

    def __init__(self, public_holidays: PublicHolidays = public_holidays) -> None:
        self._public_holidays = public_holidays

    def is_open(
        self, day: date, country: str | None, *, saturday: bool = False, sunday: bool = False
    ) -> bool:
        """Whether people work on that day; without a country only the weekend counts."""
        if day.weekday() == _SATURDAY and not saturday:
            return False
        if day.weekday() == _SUNDAY and not sunday:
            return False
        return country is None or day not in self._public_holidays(country, day.year)

    def next_open(
        self, day: date, country: str | None, *, saturday: bool = False, sunday: bool = False
    ) -> date:
        """The day itself when open, else the first open day after it."""
        while not self.is_open(day, country, saturday=saturday, sunday=sunday):
            day += timedelta(days=1)
        return day

    def after(
        self,
        day: date,
        count: int,
        country: str | None,
        *,
        saturday: bool = False,
        sunday: bool = False,
    ) -> date:
        """The ``count``-th open day after a day; with 0, the next open day from it on."""
        for _ in range(count):
            day = self.next_open(day + timedelta(days=1), country, saturday=saturday, sunday=sunday)
        return self.next_open(day, country, saturday=saturday, sunday=sunday)
