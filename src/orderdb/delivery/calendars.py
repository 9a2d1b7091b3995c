"""Which days count: public holidays, weekends, and the days on which a carrier delivers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

_SATURDAY, _SUNDAY = 5, 6
_LONGEST_CLOSURE = 400  # days; beyond it a calendar is wrong rather than a shop closed

PublicHolidays = Callable[[str, str | None, int], frozenset[date]]
Closed = tuple[tuple[date, date], ...]
"""First and last days of periods in which a shop does nothing."""


@cache
def public_holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    """The public holidays of a country (ISO 3166-1) and of its region (ISO 3166-2, after the dash).

    None for an unknown country; those of the country alone for an unknown region.
    """
    import holidays  # calendars of the whole world: only once one is asked for

    for part in (region, None):
        try:
            return frozenset(holidays.country_holidays(country, subdiv=part, years=year))
        except NotImplementedError:
            continue
    return frozenset()


@cache
def makeup_workdays(country: str, year: int) -> frozenset[date]:
    """Weekend days that are worked, in exchange for a bridge day (mainland China only)."""
    if country != "CN":
        return frozenset()
    from chinese_calendar import constants

    return frozenset(day for day in constants.workdays if day.year == year)


class Calendars:
    """Counts working days of warehouses and service days of carriers."""

    def __init__(self, public_holidays: PublicHolidays = public_holidays) -> None:
        self._public_holidays = public_holidays

    def is_holiday(self, day: date, country: str | None, region: str | None = None) -> bool:
        """Whether it is a public holiday there; never without a country."""
        return country is not None and day in self._public_holidays(country, region, day.year)

    def holidays(self, first: date, last: date, country: str | None) -> list[date]:
        """The public holidays from a day to another, both included."""
        if country is None:
            return []
        years = range(first.year, last.year + 1)
        found = (self._public_holidays(country, None, year) for year in years)
        return [day for days in found for day in days if first <= day <= last]

    def is_open(
        self,
        day: date,
        country: str | None,
        *,
        region: str | None = None,
        saturday: bool = False,
        sunday: bool = False,
        closed: Closed = (),
    ) -> bool:
        """Whether people work on that day; without a country only the weekend counts."""
        if any(first <= day <= last for first, last in closed):
            return False
        weekend = (day.weekday() == _SATURDAY and not saturday) or (
            day.weekday() == _SUNDAY and not sunday
        )
        if weekend and not (country and day in makeup_workdays(country, day.year)):
            return False
        return not self.is_holiday(day, country, region)

    def next_open(
        self,
        day: date,
        country: str | None,
        *,
        region: str | None = None,
        saturday: bool = False,
        sunday: bool = False,
        closed: Closed = (),
    ) -> date:
        """The day itself when open, else the first open day after it."""
        for _ in range(_LONGEST_CLOSURE):
            if self.is_open(
                day, country, region=region, saturday=saturday, sunday=sunday, closed=closed
            ):
                break
            day += timedelta(days=1)
        return day

    def after(
        self,
        day: date,
        count: int,
        country: str | None,
        *,
        region: str | None = None,
        saturday: bool = False,
        sunday: bool = False,
        closed: Closed = (),
    ) -> date:
        """The ``count``-th open day after a day; with 0, the next open day from it on."""

        def following(day: date) -> date:
            return self.next_open(
                day, country, region=region, saturday=saturday, sunday=sunday, closed=closed
            )

        for _ in range(count):
            day = following(day + timedelta(days=1))
        return following(day)
