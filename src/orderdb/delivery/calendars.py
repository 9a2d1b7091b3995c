"""Which days count: public holidays, weekends, and the days on which a carrier delivers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache, lru_cache

_SATURDAY, _SUNDAY = 5, 6
_LONGEST_CLOSURE = 400  # days; beyond it a calendar is wrong rather than a shop closed

PublicHolidays = Callable[[str, str | None, int], frozenset[date]]
Closed = tuple[tuple[date, date], ...]
"""First and last days of periods in which a shop does nothing."""


def public_holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    """The public holidays of a country (ISO 3166-1) and of its region, however that is written.

    None for an unknown country; those of the country alone for an unknown region.
    """
    return _holidays(country, subdivision(country, region), year)


@lru_cache(maxsize=4096)  # regions are as customers wrote them: there may be any number
def subdivision(country: str | None, region: str | None) -> str | None:
    """The code (ISO 3166-2, after the dash) of a region written as a code or by its own name.

    "by", "DE-BY" and "Bayern" are "BY" in Germany; None where no such region is known.
    """
    if not country or not region or not region.strip():
        return None
    import holidays

    try:
        known = type(holidays.country_holidays(country))
    except NotImplementedError:
        return None
    codes = {name.casefold(): code for name, code in known.subdivisions_aliases.items()}
    codes |= {code.casefold(): code for code in known.subdivisions}
    written = region.strip().casefold()
    return codes.get(written) or codes.get(written.removeprefix(f"{country.casefold()}-"))


@cache
def _holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    import holidays  # calendars of the whole world: only once one is asked for

    try:
        return frozenset(holidays.country_holidays(country, subdiv=region, years=year))
    except NotImplementedError:
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

    def holidays(
        self, first: date, last: date, country: str | None, region: str | None = None
    ) -> list[date]:
        """The public holidays from a day to another, both included."""
        if country is None:
            return []
        years = range(first.year, last.year + 1)
        found = (self._public_holidays(country, region, year) for year in years)
        return [day for days in found for day in days if first <= day <= last]

    def makeup_workdays(self, first: date, last: date, country: str | None) -> list[date]:
        """The weekend days from a day to another, both included, that are worked in exchange."""
        if country is None:
            return []
        years = range(first.year, last.year + 1)
        found = (makeup_workdays(country, year) for year in years)
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
