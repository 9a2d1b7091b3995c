"""What the closures of a warehouse do to the days of work that are counted there."""

from __future__ import annotations

from datetime import date, timedelta

from orderdb.delivery.calendars import Closed

_DAY = timedelta(days=1)


class Closures:
    """The periods in which a warehouse is closed, as seen on a day; overlapping ones count once."""

    def __init__(self, closed: Closed, today: date) -> None:
        self._periods = _merged(closed)
        self._today = today

    def lost(self, since: date) -> int:
        """How many days it was closed from a day until yesterday."""
        return sum(
            max(0, (min(last, self._today - _DAY) - max(first, since)).days + 1)
            for first, last in self._periods
        )

    def moved(self, day: date) -> date:
        """A day counted from today on as if it were open all the time, moved on by its closures."""
        for first, last in self._periods:
            begins = max(first, self._today)
            if begins <= min(last, day):
                day += last - begins + _DAY
        return day

    def until(self, day: date) -> tuple[date, date] | None:
        """The first closure that is not over and begins by a day."""
        return next((one for one in self._periods if one[0] <= day and one[1] >= self._today), None)


def was_closed(closed: Closed, first: date, last: date) -> bool:
    """Whether any day between two, both included, was one of a closure."""
    return any(begins <= last and ends >= first for begins, ends in closed)


def _merged(closed: Closed) -> Closed:
    found: list[tuple[date, date]] = []
    for first, last in sorted(closed):
        if found and first <= found[-1][1] + _DAY:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return tuple(found)
