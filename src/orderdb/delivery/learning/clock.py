"""Service time: how much of a carrier's work fits between two days.

A weekday counts 1, as does a weekend day worked in exchange; a Saturday, a Sunday and a public
holiday count less, since little is delivered on them. Durations learnt in service time carry over
from one week, and one Christmas, to another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from orderdb.delivery.calendars import Calendars, subdivision
from orderdb.delivery.learning.arrays import Days, Floats

_HOLIDAY = 0.2
_MARGIN_DAYS = 130  # beyond the last day asked for, so that ranges fit


@dataclass(frozen=True)
class Rhythm:
    """Whose days they are: the country that receives, and what its carrier does at weekends; of a
    warehouse, its own.

    ``saturday`` and ``sunday`` are None where nobody says; ``region`` is a code of the country's
    public holidays, so that there are few rhythms however addresses are written.
    """

    country: str | None = None
    saturday: bool | None = None
    sunday: bool | None = None
    region: str | None = None

    @classmethod
    def at(
        cls,
        country: str | None,
        region: str | None,
        saturday: bool | None = None,
        sunday: bool | None = None,
    ) -> Rhythm:
        """That of an address, whose region is as somebody wrote it."""
        return cls(country, saturday, sunday, subdivision(country, region))

    def week(self) -> list[float]:
        """How much is done on each day of a week without holidays, from Monday on."""
        saturday = 0.3 if self.saturday is None else 0.8 if self.saturday else 0.1
        sunday = 0.1 if self.sunday is None else 0.8 if self.sunday else 0.05
        return [1.0, 1.0, 1.0, 1.0, 1.0, saturday, sunday]


class ServiceClock:
    """The service time of several rhythms, between any days of a stretch."""

    def __init__(
        self, rhythms: list[Rhythm], first: int, last: int, calendars: Calendars | None = None
    ) -> None:
        calendars = calendars or Calendars()
        self.first = first
        days = np.arange(first, last + _MARGIN_DAYS)
        weights = np.array([rhythm.week() for rhythm in rhythms])[:, (days - 1) % 7]
        until = date.fromordinal(int(days[-1]))
        for line, rhythm in zip(weights, rhythms, strict=True):
            began = date.fromordinal(first)
            for day in calendars.holidays(began, until, rhythm.country, rhythm.region):
                line[day.toordinal() - first] = _HOLIDAY
            for day in calendars.makeup_workdays(began, until, rhythm.country):
                line[day.toordinal() - first] = 1.0
        zero = np.zeros((len(rhythms), 1))
        self._at_midnight = np.concatenate([zero, np.cumsum(weights, axis=1)], axis=1)

    def until_midnight(self, rhythm: Days, start: Days, end: Days) -> Floats:
        """Service time from the start of one day to the start of another."""
        spent: Floats = (
            self._at_midnight[rhythm, end - self.first]
            - self._at_midnight[rhythm, start - self.first]
        )
        return spent

    def until_delivery(self, rhythm: Days, start: Days, end: Days) -> Floats:
        """Service time to the middle of the day of delivery: nobody knows the hour."""
        half: Floats = (
            self.until_midnight(rhythm, start, end) + self.until_midnight(rhythm, start, end + 1)
        ) / 2
        return half

    def ahead(self, rhythm: int, start: int, count: int) -> Floats:
        """Service time from the start of a day to the start of it and the ``count`` days after."""
        position = start - self.first
        line = self._at_midnight[rhythm, position : position + count + 1]
        ahead: Floats = line - line[0]
        return ahead
