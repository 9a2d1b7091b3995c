"""What deliveries usually take: a ridge regression that forgets, with lanes partly pooled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from orderdb.delivery.learning.arrays import Days, Floats
from orderdb.delivery.learning.history import FEATURES

_HALF_LIFE = 180  # days until a delivery counts half
_RIDGE = 5.0  # deliveries' worth of doubt about each effect
_POOLING = 20.0  # deliveries' worth of what the level above says
_LEAST_SCATTER = 0.05
_FREE = (0, 2)  # the mean and the promise are not drawn to zero


class Solved(NamedTuple):
    """Coefficients (FEATURES,), what each lane and place adds to them, and the scatter beyond.

    What a place adds holds what its lane does; a place never seen takes as long as its lane.
    """

    coefficients: Floats
    lanes: Floats
    places: Floats
    scatter: float


class Effects:
    """Sums over all deliveries known so far, each counting less by the day."""

    def __init__(self, lanes: int, lane_of: Days) -> None:
        self._lane_of = lane_of
        self._gram = np.zeros((FEATURES, FEATURES))
        self._moment = np.zeros(FEATURES)
        self._square = 0.0
        self._lane_sums = np.zeros((lanes, FEATURES + 2))
        self._place_sums = np.zeros((len(lane_of), FEATURES + 2))
        self.count = 0

    def add(self, features: Floats, y: Floats, lane: Days, place: Days, age: Days) -> None:
        """Take in deliveries that started ``age`` days ago, with their log durations ``y``."""
        weight = 0.5 ** (age / _HALF_LIFE)
        weighted = features * weight[:, None]
        self._gram += weighted.T @ features
        self._moment += weighted.T @ y
        self._square += float(weight @ y**2)
        sums = np.column_stack([weighted, weight * y, weight])
        np.add.at(self._lane_sums, lane, sums)
        np.add.at(self._place_sums, place, sums)
        self.count += len(y)

    def pass_days(self, days: int) -> None:
        """Let time pass over what is known."""
        forget = 0.5 ** (days / _HALF_LIFE)
        for sums in (self._gram, self._moment, self._lane_sums, self._place_sums):
            sums *= forget
        self._square *= forget

    def solve(self) -> Solved:
        """What the deliveries known so far say."""
        ridge = np.full(FEATURES, _RIDGE)
        ridge[list(_FREE)] = 1e-6
        solved = np.linalg.solve(self._gram + np.diag(ridge), self._moment)
        coefficients = np.asarray(solved, np.float64)
        lanes = _pooled(self._lane_sums, coefficients, np.zeros(len(self._lane_sums)))
        above = lanes[self._lane_of]
        places = above + _pooled(self._place_sums, coefficients, above)
        left = self._square - 2 * coefficients @ self._moment
        left += coefficients @ self._gram @ coefficients
        scatter = float(np.sqrt(max(left, 0.0) / max(self._gram[0, 0], 1e-9)))
        return Solved(coefficients, lanes, places, max(scatter, _LEAST_SCATTER))


def _pooled(sums: Floats, coefficients: Floats, above: Floats) -> Floats:
    """Mean residuals beyond ``above``, drawn to zero where there are few."""
    explained = sums[:, :FEATURES] @ coefficients
    weight = sums[:, FEATURES + 1]
    mean: Floats = (sums[:, FEATURES] - explained - above * weight) / (weight + _POOLING)
    return mean
