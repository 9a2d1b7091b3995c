"""How much slower or faster than usual deliveries are just now.

Parcels still under way count with what they tell: a parcel not delivered after nine days says that
its duration is more than nine. Without them a week in which only the quick ones have arrived yet
would look quick.
"""

from __future__ import annotations

import numpy as np

from orderdb.delivery.learning.arrays import Flags, Floats

_STEEPNESS = 1.7  # makes a logistic curve as steep as a normal one
_DOUBT = 2.0  # deliveries' worth of the usual pace
_STEPS, _LONGEST_STEP, _CLOSE_ENOUGH = 15, 0.3, 1e-4

_TAIL_USUAL = 0.33  # mean excess over the usual, of those that take longer, in log days
_TAIL_DOUBT = 10.0


def pace(z: Floats, arrived: Flags, weight: Floats, spread: float, guess: float = 0.0) -> float:
    """The shift of log durations ``z`` beyond the usual; lower bounds where not arrived.

    The weighted most likely value when durations scatter by ``spread`` around it, a little drawn
    to zero; found by Newton's steps.
    """
    steepness = _STEEPNESS / spread
    prior = _DOUBT / _STEEPNESS
    shift = guess
    for _ in range(_STEPS):
        below = 1.0 / (1.0 + np.exp(-steepness * (z - shift)))
        slope = np.where(arrived, 2.0 * below - 1.0, below)
        curve = np.where(arrived, 2.0, 1.0) * below * (1.0 - below)
        step = float(
            (weight @ slope - prior * shift / spread)
            / ((weight @ curve) * steepness + prior / spread)
        )
        shift += min(max(step, -_LONGEST_STEP), _LONGEST_STEP)
        if abs(step) < _CLOSE_ENOUGH:
            break
    return shift


def tail(z: Floats, arrived: Flags, weight: Floats) -> float:
    """How far the late ones run, relative to the usual: 1 is as ever, 2 is twice as far.

    Excess time over arrivals among those later than expected, as for any exponential tail.
    """
    late = weight @ np.maximum(z, 0.0)
    arrivals = weight @ (arrived & (z > 0)).astype(np.float64)
    scale = (_TAIL_DOUBT * _TAIL_USUAL + late) / (_TAIL_DOUBT + arrivals)
    return float(scale / _TAIL_USUAL)


def surge(week: int, usual_week: float) -> float:
    """What a rush of orders adds to log durations before it shows in deliveries."""
    return float(0.15 * np.log((week + 5.0) / (usual_week + 5.0)))
