"""What an estimate has to beat: the seller's own promise, and the median of recent likes of it."""

from __future__ import annotations

import numpy as np

from orderdb.delivery.learning.arrays import NONE, Days, Floats

_RECENT_DAYS = 90
_SIMILAR_DAYS = 3
_FEW = 10  # fewer likes than these, and all recent deliveries are asked


def median_of_similar(start: Days, end: Days, promise: Days) -> Floats:
    """Median duration of recent deliveries with a promise within three days of an order's own.

    In days, for each row; only deliveries that had ended before the row's day. NaN for none.
    """
    durations = (end - start).astype(np.float64)
    medians = np.full(len(start), np.nan)
    for day in np.unique(start):
        recent = np.flatnonzero((end != NONE) & (end < day) & (end >= day - _RECENT_DAYS))
        if not len(recent):
            continue
        for row in np.flatnonzero(start == day):
            alike = recent[np.abs(promise[recent] - promise[row]) <= _SIMILAR_DAYS]
            medians[row] = np.median(durations[alike if len(alike) >= _FEW else recent])
    return medians
