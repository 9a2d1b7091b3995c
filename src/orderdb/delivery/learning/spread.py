"""How durations scatter around what is expected, and the shortest range with a given chance."""

from __future__ import annotations

import numpy as np

from orderdb.delivery.learning.arrays import Days, Flags, Floats

_SMOOTHING = 0.05 * np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
_POINTS = 400


class Spread:
    """A distribution of deviations ``z``: ``points`` rising, ``chances`` of being at most each."""

    def __init__(self, points: Floats, chances: Floats) -> None:
        self.points = points
        self.chances = chances

    @classmethod
    def of(cls, z: Floats, arrived: Flags, weight: Floats) -> Spread:
        """Kaplan and Meier's estimate: ``z`` is a lower bound where not arrived."""
        order = np.lexsort((~arrived, z))
        z, arrived, weight = z[order], arrived[order], weight[order]
        at_risk = np.cumsum(weight[::-1])[::-1]
        ended = np.where(arrived, weight / np.maximum(at_risk, 1e-12), 0.0)
        chances = np.asarray(1.0 - np.cumprod(1.0 - np.minimum(ended, 1.0)), np.float64)
        if chances[-1] > 0:
            chances = chances / chances[-1]  # what never arrives is no question of when
        return cls(z, chances)

    def thinned(self) -> Spread:
        """The same in a few hundred points, for keeping."""
        if len(self.points) <= _POINTS:
            return self
        chances = np.linspace(self.chances[0], self.chances[-1], _POINTS)
        return Spread(np.interp(chances, self.chances, self.points), chances)

    def below(self, z: Floats) -> Floats:
        """The chance of at most each deviation, smoothed a little."""
        parts = np.interp(z[..., None] + _SMOOTHING, self.points, self.chances, left=0.0, right=1.0)
        smooth: Floats = parts.mean(axis=-1)
        return smooth


def shortest_range(arrived_by: Floats, chance: float) -> tuple[int, int]:
    """First and last day of the shortest range with at least that chance.

    ``arrived_by[k]`` is the chance of arriving before day ``k`` begins; of several ranges as short
    the likeliest.
    """
    first, last = _shortest_ranges(arrived_by, np.array([chance]))[0]
    return int(first), int(last)


def nested_ranges(arrived_by: Floats, chances: Floats) -> Days:
    """The shortest range for each of rising chances, each holding the one before: (n, 2)."""
    ranges = _shortest_ranges(arrived_by, chances)
    np.minimum.accumulate(ranges[:, 0], out=ranges[:, 0])
    np.maximum.accumulate(ranges[:, 1], out=ranges[:, 1])
    return ranges


def _shortest_ranges(arrived_by: Floats, chances: Floats) -> Days:
    """All of them at once, since a model in training asks for very many: (n, 2)."""
    starts = np.arange(len(arrived_by) - 1)
    ends = np.searchsorted(arrived_by, arrived_by[:-1] + chances[:, None] - 1e-9)
    length = np.where(ends <= len(starts), ends - starts, len(starts) + 1)
    held = arrived_by[np.minimum(ends, len(starts))] - arrived_by[:-1]
    held = np.where(length == length.min(axis=1, keepdims=True), np.round(held, 9), -np.inf)
    first = held.argmax(axis=1)  # ties: the earliest
    last = np.maximum(first, ends[np.arange(len(first)), first] - 1)
    last = np.where(last < len(starts), last, len(starts) - 1)  # where none fits: all days
    return np.stack([first, last], axis=1).astype(np.int64)
