"""Which nominal chance to ask for, so that the stated one is met.

A conformal calibration that follows the shop: each past estimate is scored with the smallest
nominal chance whose range would have held its delivery; the level asked for next is the one that
held nine in ten of late. What is still under way counts with the levels it has already missed.
How the shop speeds up and slows down within weeks is followed before, by the pace and the tail; a
level that chased it too would come weeks late, when the opposite is true. So it moves little.
"""

from __future__ import annotations

import numpy as np

from orderdb.delivery.learning.arrays import Days, Flags, Floats

CHANCE = 0.9
"""The chance that a range states."""

LEVELS: Floats = np.concatenate([np.arange(0.70, 0.97, 0.01), np.arange(0.97, 0.996, 0.005)])
_DOUBT = 200.0  # estimates' worth of trust in the nominal level: see docs/delivery.md


def score(ranges: Days, took: int) -> int:
    """The first level whose range holds the day; ``len(LEVELS)`` for none."""
    holds = np.flatnonzero((ranges[:, 0] <= took) & (took <= ranges[:, 1]))
    return int(holds[0]) if len(holds) else len(LEVELS)


def missed(ranges: Days, elapsed: int) -> int:
    """How many levels have been missed by what is still under way on that day."""
    return int((ranges[:, 1] < elapsed).sum())


def level(scores: Days, arrived: Flags, weight: Floats) -> float:
    """The nominal chance to ask for; a score is a lower bound where not arrived.

    Coverage as it was of late, drawn to the nominal one.
    """
    count = len(LEVELS)
    held = np.bincount(scores[arrived], weights=weight[arrived], minlength=count + 1)
    waiting = np.bincount(scores[~arrived], weights=weight[~arrived], minlength=count + 1)
    gone = np.concatenate([[0.0], np.cumsum(held)[:-1]])
    at_risk = weight.sum() - gone - np.cumsum(waiting)
    hazard = np.clip(held / np.maximum(at_risk, 1e-9), 0.0, 1.0)
    covered = (1.0 - np.cumprod(1.0 - hazard))[:count]
    trusted = (covered * weight.sum() + LEVELS * _DOUBT) / (weight.sum() + _DOUBT)
    rising = np.maximum.accumulate(trusted) + 1e-9 * np.arange(count)
    return float(np.interp(CHANCE, rising, LEVELS))
