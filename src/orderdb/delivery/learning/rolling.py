"""Learning day by day: what was known each morning, and nothing later, makes that day's leg."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from orderdb.delivery.learning import conformal
from orderdb.delivery.learning.arrays import NONE, Days, Flags, Floats
from orderdb.delivery.learning.clock import ServiceClock
from orderdb.delivery.learning.effects import Effects
from orderdb.delivery.learning.history import History
from orderdb.delivery.learning.leg import AHEAD, OFFSET, Leg, bent
from orderdb.delivery.learning.pace import pace, surge, tail
from orderdb.delivery.learning.spread import Spread, nested_ranges

# Chosen on the first 60 per cent of the orders of a real marketplace; docs/delivery.md has how.
_SETTLED = 7  # days before a delivery says what is usual, so that quick ones are not ahead
_LOST = 60  # days after which what has not come is not waited for
_FAST, _SLOW, _TREND = 4.0, 40.0, 0.8
_TAIL, _SPREAD, _LEVEL = 7.0, 365.0, 7.0  # half-lives in days, as _FAST and _SLOW
_ENOUGH = 80  # deliveries before anything is estimated
_ENOUGH_ESTIMATES = 60  # estimates with an outcome before a range is given
_YOUTH, _SUREST = 6.0, 0.98  # few deliveries: a little more is asked for, half an effect for each
_CAP = 6_000  # rows that are enough for one figure of one day
SCORED_DAYS = round(10 * _LEVEL)  # estimates longer ago count next to nothing
_SCORED = 64  # estimates of one day that are enough to calibrate by


class Rolling:
    """Goes through a history once. ``legs`` yields what was known on the mornings asked for."""

    def __init__(
        self, history: History, clock: ServiceClock, lanes: int, scored_from: int = 0
    ) -> None:
        """Only estimates made from the day ``scored_from`` on serve to calibrate: scoring takes
        longer than all else, and only the last weeks count.
        """
        self._scored_from = scored_from
        self._history = history
        self._clock = clock
        self._features = history.features()
        self._log = np.full(len(history), np.nan)
        ended = np.flatnonzero(history.end != NONE)
        self._log[ended] = np.log(
            OFFSET
            + clock.until_delivery(history.rhythm[ended], history.start[ended], history.end[ended])
        )
        self._due = np.maximum(history.end[ended] + 1, history.start[ended] + _SETTLED)
        order = np.argsort(self._due, kind="stable")
        self._due, self._by_due = self._due[order], ended[order]
        self._taken = 0
        self._effects = Effects(lanes, history.lane_of)
        self.expected = np.full(len(history), np.nan)
        self._tails = np.ones(len(history))
        self._ranges: dict[int, Days] = {}
        self._paces = [0.0, 0.0]

    @property
    def first_day(self) -> int:
        """The day on which the oldest row started."""
        return int(self._history.start[0])

    def legs(self, days: Days) -> Iterator[Leg | None]:
        """The leg of each of rising days; None as long as too little is known."""
        before = int(days[0]) if len(days) else 0
        for day in (int(day) for day in days):
            self._effects.pass_days(day - before)
            before = day
            self._learn(day)
            yield self._leg(day) if self._effects.count >= _ENOUGH else None

    def arrived_by(self, leg: Leg, row: int, days: int = AHEAD) -> Floats:
        """What a leg says of a row that starts on its day."""
        ahead = self._clock.ahead(int(self._history.rhythm[row]), leg.day, days)
        return leg.arrived_by(float(self.expected[row]), ahead)

    def over_by(self, day: int, until: int) -> Days:
        """Rows that started on a day and were over before another."""
        rows = self._history.started(day, day + 1)
        over: Days = rows[self._history.known(rows, until)]
        return over

    def took(self, row: int) -> int:
        """The days from start to end of a row that is over."""
        return int(self._history.end[row] - self._history.start[row])

    def _learn(self, day: int) -> None:
        until = int(np.searchsorted(self._due, day, side="right"))
        rows = self._by_due[self._taken : until]
        self._taken = until
        history = self._history
        self._effects.add(
            self._features[rows],
            self._log[rows],
            history.lane[rows],
            history.place[rows],
            day - history.start[rows],
        )

    def _leg(self, day: int) -> Leg | None:
        coefficients, lanes, places, sigma = self._effects.solve()
        shift = self._shift(day, coefficients, places, sigma)
        today = self._history.started(day, day + 1)
        self.expected[today] = (
            self._features[today] @ coefficients + places[self._history.place[today]] + shift
        )
        tail_now = self._tail(day)
        self._tails[today] = tail_now
        spread = self._spread(day)
        if spread is None:
            return None
        level = min(self._level(day) + _YOUTH / self._effects.count, _SUREST)
        leg = Leg(day, coefficients, lanes, places, shift, tail_now, spread, level, self._taken)
        for row in _thin(today, _SCORED if day >= self._scored_from else 0):
            chances = self.arrived_by(leg, int(row))
            self._ranges[int(row)] = nested_ranges(chances, conformal.LEVELS)
        return leg

    def _shift(self, day: int, coefficients: Floats, places: Floats, sigma: float) -> float:
        history = self._history
        for index, half_life in enumerate((_FAST, _SLOW)):
            rows = self._waiting_or_known(day, round(10 * half_life))
            usual = self._features[rows] @ coefficients + places[history.place[rows]]
            log, arrived = self._seen(rows, day)
            weight = _fading(day - history.start[rows], half_life)
            guess = self._paces[index]
            self._paces[index] = pace(log - usual, arrived, weight, sigma, guess)
        fast, slow = self._paces
        return fast + _TREND * (fast - slow) + self._surge(day)

    def _surge(self, day: int) -> float:
        span = min(60, day - int(self._history.start[0]))
        if span < 30:
            return 0.0
        week = len(self._history.started(day - 7, day))
        return surge(week, len(self._history.started(day - span, day)) * 7 / span)

    def _tail(self, day: int) -> float:
        rows = self._estimated(day, round(10 * _TAIL))
        log, arrived = self._seen(rows, day)
        weight = _fading(day - self._history.start[rows], _TAIL)
        return tail(log - self.expected[rows], arrived, weight)

    def _spread(self, day: int) -> Spread | None:
        rows = self._estimated(day, round(2 * _SPREAD))
        log, arrived = self._seen(rows, day)
        if arrived.sum() < _ENOUGH_ESTIMATES:
            return None
        z = bent(log - self.expected[rows], self._tails[rows])
        return Spread.of(z, arrived, _fading(day - self._history.start[rows], _SPREAD))

    def _level(self, day: int) -> float:
        history = self._history
        rows = self._estimated(day, round(10 * _LEVEL))
        rows = rows[[int(row) in self._ranges for row in rows]] if len(rows) else rows
        if not len(rows):
            return conformal.CHANCE
        arrived = history.known(rows, day)
        scores = np.array(
            [
                conformal.score(self._ranges[int(row)], int(history.end[row] - history.start[row]))
                if known
                else conformal.missed(self._ranges[int(row)], day - int(history.start[row]))
                for row, known in zip(rows, arrived, strict=True)
            ]
        )
        return conformal.level(scores, arrived, _fading(day - history.start[rows], _LEVEL))

    def _waiting_or_known(self, day: int, span: int) -> Days:
        """Rows of the last ``span`` days but those given up as lost."""
        rows = _thin(self._history.started(day - span, day), _CAP)
        late = day - self._history.start[rows] >= _LOST
        kept: Days = rows[self._history.known(rows, day) | ~late]
        return kept

    def _estimated(self, day: int, span: int) -> Days:
        rows = self._waiting_or_known(day, span)
        estimated: Days = rows[np.isfinite(self.expected[rows])]
        return estimated

    def _seen(self, rows: Days, day: int) -> tuple[Floats, Flags]:
        """Log durations as seen on the morning of a day; lower bounds where not arrived."""
        history = self._history
        arrived = history.known(rows, day)
        so_far = self._clock.until_midnight(
            history.rhythm[rows], history.start[rows], np.full(len(rows), day)
        )
        return np.where(arrived, self._log[rows], np.log(so_far + OFFSET)), arrived


def _thin(rows: Days, enough: int) -> Days:
    """Evenly chosen rows, of a number that is enough."""
    if enough == 0:
        return rows[:0]
    every = max(1, -(-len(rows) // enough))
    thin: Days = rows[::every]
    return thin


def _fading(age: Days, half_life: float) -> Floats:
    weight: Floats = 0.5 ** (age / half_life)
    return weight
