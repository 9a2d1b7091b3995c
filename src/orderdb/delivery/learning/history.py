"""What is known of one leg (order to door, say) of many deliveries: a row each, oldest first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orderdb.delivery.learning.arrays import NONE, Days, Flags, Floats

_PROMISES_NEEDED = 150
_PROMISE_DAYS = 14
_HINGES = (-0.4, -0.1, 0.2)  # where the effect of a longer promise may change its slope
FEATURES = 3 + len(_HINGES) + 6 + 1


@dataclass(frozen=True)
class History:
    """``start`` and ``end`` of the leg as local days, ``end`` being NONE while it is under way.

    ``promise`` is the length of the promise in days relative to what was usual, as a logarithm
    (0 where none was made, told by ``promised``). ``after_cutoff``: ordered too late to be taken up
    that day. ``lane`` and ``place`` are indices: who carries
    from where to where, and which region of that; ``lane_of`` gives the lane of each place.
    ``rhythm`` is an index too, into the rhythms of a service clock.
    """

    start: Days
    end: Days
    promise: Floats
    promised: Flags
    after_cutoff: Flags
    lane: Days
    place: Days
    lane_of: Days
    rhythm: Days

    def __len__(self) -> int:
        return len(self.start)

    def features(self) -> Floats:
        """A row of the design matrix for each row: (n, FEATURES)."""
        return features(self.start, self.promise, self.promised, self.after_cutoff)

    def known(self, rows: Days, day: int) -> Flags:
        """Which of the rows had ended before a day began."""
        end = self.end[rows]
        known: Flags = (end != NONE) & (end < day)
        return known

    def started(self, after: int, before: int) -> Days:
        """Rows that started in ``[after, before)``."""
        first, last = np.searchsorted(self.start, [after, before])
        return np.arange(first, last)


def features(start: Days, promise: Floats, promised: Flags, after_cutoff: Flags) -> Floats:
    """What a duration may depend on: the promise, bent at the hinges, weekday and cut-off."""
    weekday = (start - 1) % 7  # ordinal 1 was a Monday
    columns = [np.ones(len(start)), (~promised).astype(np.float64), promise]
    columns += [np.maximum(promise - hinge, 0.0) for hinge in _HINGES]
    columns += [(weekday == day).astype(np.float64) for day in range(1, 7)]
    columns.append(after_cutoff.astype(np.float64))
    return np.stack(columns, axis=1)


def usual_promises(start: Days, length: Days, first: int, last: int) -> Floats:
    """The usual promise on each day of ``[first, last]``, in days: the median of recent ones.

    Orders of the last two weeks count, more days where those hold fewer than 150; only orders
    placed before the day. Rows in order of ``start``; a ``length`` of NONE is no promise.
    """
    stated = length != NONE
    start, length = start[stated], length[stated]
    usual = np.full(last - first + 1, np.nan)
    for day in range(first, last + 1):
        until = int(np.searchsorted(start, day))
        since = int(np.searchsorted(start, day - _PROMISE_DAYS))
        since = min(since, max(0, until - _PROMISES_NEEDED))
        if until > since:
            usual[day - first] = np.median(length[since:until])
    return usual


def _within(length: Days | Floats) -> Floats:
    """Lengths that tell something; ``np.clip`` takes ten times as long for one."""
    return np.minimum(np.maximum(length, 3.0), 90.0)


def relative_promise(length: Days, usual: Floats) -> tuple[Floats, Flags]:
    """Logarithms of promises over what was usual, and which of them were made at all."""
    promised: Flags = (length != NONE) & np.isfinite(usual)
    shown = _within(np.where(promised, length, 1))
    ratio = np.log(shown / np.where(promised, _within(usual), shown))
    return np.where(promised, ratio, 0.0), promised
