"""Time as whole seconds and days, with tables instead of calendar arithmetic for each order.

Seconds count from 1970 UTC, days are ``seconds // 86400``; local days use the place's own clock.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from orderdb.delivery.calendars import Calendars

DAY = 86_400
_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    return (day - _EPOCH).days


def to_date(day: int) -> date:
    return _EPOCH + timedelta(days=day)


class OpenDays:
    """The days on which a warehouse or a carrier works."""

    def __init__(self, first: int, is_open: list[bool]) -> None:
        self._first = first
        self._open = [first + index for index, works in enumerate(is_open) if works]
        self._before = [0]
        for works in is_open:
            self._before.append(self._before[-1] + works)

    def next(self, day: int) -> int:
        """The day itself when open, else the first open day after it."""
        return self._open[self._before[day - self._first]]

    def after(self, day: int, count: int) -> int:
        """The ``count``-th open day after a day; ``count`` is at least 1."""
        return self._open[self._before[day - self._first + 1] + count - 1]


class Days:
    """Tables for all days from ``first`` to ``last`` (day numbers)."""

    def __init__(self, first: int, last: int) -> None:
        self.first = first
        self._last = last
        self._dates = [to_date(day).isoformat() for day in range(first, last + 1)]
        self._clock = [f" {s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}.000000" for s in range(DAY)]
        self._calendars = Calendars()
        self.offsets = cache(self._offsets)
        self.open_days = cache(self._open_days)

    def stamp(self, seconds: int) -> str:
        """UTC, as both databases read it."""
        return self._dates[seconds // DAY - self.first] + self._clock[seconds % DAY]

    def iso(self, day: int) -> str:
        """The date of a day number, as both databases read it."""
        return self._dates[day - self.first]

    def _offsets(self, time_zone: str) -> list[int]:
        """Seconds east of UTC for each day, as they are at noon."""
        zone = ZoneInfo(time_zone)
        return [
            int(datetime.combine(to_date(day), time(12), zone).utcoffset().total_seconds())  # type: ignore[union-attr]
            for day in range(self.first, self._last + 1)
        ]

    def _open_days(self, country: str, saturday: bool, sunday: bool) -> OpenDays:
        return OpenDays(
            self.first,
            [
                self._calendars.is_open(to_date(day), country, saturday=saturday, sunday=sunday)
                for day in range(self.first, self._last + 1)
            ],
        )


def seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())
