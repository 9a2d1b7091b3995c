"""One leg as learnt by the morning of a day: what it takes, and the range that meets the chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from orderdb.delivery.learning.arrays import Floats
from orderdb.delivery.learning.spread import Spread, shortest_range

OFFSET = 2.0
"""Added to service time before its logarithm is taken: a day counts less where it takes long."""

AHEAD = 100  # days that a range may reach


class Reach(NamedTuple):
    """Days after the start of a leg."""

    earliest: int
    likely: int
    latest: int


@dataclass(frozen=True)
class Leg:
    """``shift`` and ``tail`` say how slow things are now; ``level`` is the chance asked for."""

    day: int
    coefficients: Floats
    lanes: Floats
    places: Floats
    shift: float
    tail: float
    spread: Spread
    level: float
    known: int

    def expected(self, features: Floats, place: int | None) -> float:
        """The log of OFFSET more than the service time expected; a place unknown adds nothing."""
        beyond = float(self.places[place]) if place is not None else 0.0
        return float(features @ self.coefficients) + beyond + self.shift

    def arrived_by(self, expected: float, ahead: Floats) -> Floats:
        """The chance of arriving before each day begins; ``ahead`` is the service time to it."""
        z = np.log(ahead + OFFSET) - expected
        chances = self.spread.below(bent(z, self.tail))
        chances[0] = 0.0
        return chances


def bent(z: Floats, tail: Floats | float) -> Floats:
    """Deviations with their late side measured in tails of its time."""
    return np.where(z > 0, z / tail, z)


def reach(arrived_by: Floats, level: float, elapsed: int = 0) -> Reach | None:
    """The range for what has not arrived ``elapsed`` days after its start.

    The shortest at the start; later it begins no sooner than it did, so that time alone never
    brings a delivery forward. None when next to nothing of the distribution is left.
    """
    left = 1.0 - arrived_by[elapsed]
    if left < 0.01:
        return None
    first, last = shortest_range(arrived_by, level)
    if elapsed > 0:
        first = max(first, elapsed)
        held = arrived_by[first] + level * left
        last = min(int(np.searchsorted(arrived_by, held - 1e-9)), len(arrived_by) - 1) - 1
        last = max(first, last)
    likely = int(np.searchsorted(arrived_by, arrived_by[elapsed] + 0.5 * left)) - 1
    return Reach(first, min(max(likely, first), last), last)


def miss_chance(arrived_by: Floats, promise: int, elapsed: int = 0) -> float:
    """The chance of arriving after the ``promise``-th day, given that it has not arrived yet."""
    left = 1.0 - float(arrived_by[elapsed])
    if promise < elapsed or left <= 0.0:
        return 1.0
    after = 1.0 - float(arrived_by[min(promise + 1, len(arrived_by) - 1)])
    return min(1.0, max(0.0, after / left))
