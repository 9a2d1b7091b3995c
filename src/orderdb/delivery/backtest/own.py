"""How estimates of a shop's own last days would have held, leg by leg."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from orderdb.delivery.learning.learnt import LegName
from orderdb.delivery.learning.leg import reach
from orderdb.delivery.learning.rolling import SCORED_DAYS
from orderdb.delivery.learning.training import LegColumns, followed

_A_DAY = 200  # estimates of one day that are enough


@dataclass(frozen=True)
class OwnTrial:
    """Errors and widths in days; ``coverage`` is a share."""

    orders: int
    error: float
    coverage: float
    width: float


def own_trials(
    legs: Mapping[LegName, LegColumns], today: date, days: int
) -> list[tuple[LegName, OwnTrial]]:
    """For legs with anything estimated: those begun in the last ``days`` and over by today."""
    trials = ((name, _trial(rows, today, days)) for name, rows in legs.items() if len(rows))
    return [(name, trial) for name, trial in trials if trial is not None]


def _trial(rows: LegColumns, today: date, days: int) -> OwnTrial | None:
    now = today.toordinal()
    rolling = rows.rolling(now, now - days - SCORED_DAYS)
    told: list[tuple[int, int, int, int]] = []
    mornings = followed(rolling, now - 1)
    for day, leg in zip(mornings, rolling.legs(mornings), strict=True):
        if leg is None or day < now - days:
            continue
        for row in rolling.over_by(int(day), now)[:_A_DAY]:
            found = reach(rolling.arrived_by(leg, int(row)), leg.level)
            if found is not None:
                told.append((rolling.took(int(row)), *found))
    if not told:
        return None
    took, earliest, likely, latest = np.array(told).T
    return OwnTrial(
        len(told),
        float(np.abs(likely - took).mean()),
        float(((earliest <= took) & (took <= latest)).mean()),
        float((latest - earliest).mean()),
    )
