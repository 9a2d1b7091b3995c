"""The rolling evaluation: an estimate for every order, by what was known that morning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from orderdb.delivery.backtest.baselines import median_of_similar
from orderdb.delivery.backtest.orders_file import PastOrder
from orderdb.delivery.learning.arrays import NONE, Days, Flags, Floats
from orderdb.delivery.learning.clock import Rhythm, ServiceClock
from orderdb.delivery.learning.history import History, relative_promise, usual_promises
from orderdb.delivery.learning.leg import AHEAD, Leg, Reach, reach
from orderdb.delivery.learning.rolling import Rolling

Moment = Literal["purchase", "hand-over"]
_LAST_SHARE = 0.2


@dataclass(frozen=True)
class Trial:
    """Orders that were estimated at one moment and have arrived, by time of that moment.

    ``start``: the moment's day, as an ordinal. All others in days after it; ``promise`` is the
    promise's length from the purchase. ``median``: the baseline's.
    """

    moment: Moment
    start: Days
    took: Days
    earliest: Days
    likely: Days
    latest: Days
    promised: Days
    median: Floats
    promise: Days
    unestimated: int

    def __len__(self) -> int:
        return len(self.start)

    def last(self, share: float = _LAST_SHARE) -> Flags:
        """The last ``share`` of the orders by time."""
        return np.arange(len(self)) >= round(len(self) * (1 - share))

    def held(self) -> Flags:
        """Which ranges held the day of delivery."""
        inside: Flags = (self.earliest <= self.took) & (self.took <= self.latest)
        return inside


def evaluate(orders: list[PastOrder], country: str | None) -> list[Trial]:
    """Estimate at purchase and at hand-over; ``country`` tells the public holidays."""
    purchased = np.array([_day(order.purchased.date()) for order in orders], dtype=np.int64)
    handed = _days([order.handed_over.date() if order.handed_over else None for order in orders])
    delivered = _days([order.delivered.date() if order.delivered else None for order in orders])
    promised = _days([order.promised.date() if order.promised else None for order in orders])
    length = np.where(promised == NONE, NONE, promised - purchased)
    if not len(orders):
        return []
    usual = usual_promises(purchased, length, int(purchased[0]), int(purchased[-1]))
    relative, stated = relative_promise(length, usual[purchased - purchased[0]])
    last = int(max(purchased.max(), handed.max(), delivered.max()))
    clock = ServiceClock([Rhythm(country)], int(purchased[0]), last)
    everything = np.arange(len(orders))
    legs: list[tuple[Moment, Days, Days]] = [
        ("purchase", purchased, everything),
        ("hand-over", handed, np.flatnonzero(handed != NONE)),
    ]
    trials = []
    for moment, start, rows in legs:
        rows = rows[np.argsort(start[rows], kind="stable")]
        nought = np.zeros(len(rows), dtype=np.int64)
        history = History(
            start[rows], delivered[rows], relative[rows], stated[rows],
            after_cutoff=nought != 0, lane=nought, place=nought,
            lane_of=np.zeros(1, dtype=np.int64), rhythm=nought,
        )  # fmt: skip
        trials.append(_trial(moment, history, clock, promised[rows], length[rows]))
    return trials


def _trial(
    moment: Moment, history: History, clock: ServiceClock, promised: Days, length: Days
) -> Trial:
    rolling = Rolling(history, clock, lanes=1)
    found: dict[int, Reach] = {}
    days = np.unique(history.start)
    for day, leg in zip(days, rolling.legs(days), strict=True):
        if leg is not None:
            today = history.started(int(day), int(day) + 1)
            found |= {int(row): _reach(leg, rolling, int(row)) for row in today}
    median = median_of_similar(history.start, history.end, length)
    arrived = [row for row in range(len(history)) if history.end[row] != NONE]
    known = [row for row in arrived if row in found and promised[row] != NONE]
    rows = np.array(known, dtype=np.int64)
    start = history.start[rows]
    return Trial(
        moment,
        start=start,
        took=history.end[rows] - start,
        earliest=np.array([found[row].earliest for row in known], dtype=np.int64),
        likely=np.array([found[row].likely for row in known], dtype=np.int64),
        latest=np.array([found[row].latest for row in known], dtype=np.int64),
        promised=promised[rows] - start,
        median=median[rows],
        promise=length[rows],
        unestimated=len(arrived) - len(known),
    )


def _reach(leg: Leg, rolling: Rolling, row: int) -> Reach:
    return reach(rolling.arrived_by(leg, row), leg.level) or Reach(0, 0, AHEAD)


def _day(day: date) -> int:
    return day.toordinal()


def _days(days: list[date | None]) -> Days:
    return np.array([NONE if day is None else _day(day) for day in days], dtype=np.int64)
