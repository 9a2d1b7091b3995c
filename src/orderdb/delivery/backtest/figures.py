"""The figures of a rolling evaluation: error, coverage and width, overall and by group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from orderdb.delivery.backtest.evaluation import Trial
from orderdb.delivery.learning.arrays import Days, Flags, Floats

FEW = 50
"""Groups of fewer orders say too little to be judged."""

_LENGTHS = (15, 20, 25, 30, 40)


@dataclass(frozen=True)
class Figures:
    """Errors and widths in days; ``coverage`` is a share. ``width`` is last day minus first."""

    orders: int
    error: float
    coverage: float
    width: float
    error_of_promise: float
    error_of_median: float


@dataclass(frozen=True)
class Group:
    name: str
    orders: int
    coverage: float


def figures(trial: Trial, of: Flags | None = None) -> Figures:
    """Of all orders, or of those marked."""
    rows = np.ones(len(trial), dtype=np.bool_) if of is None else of
    took = trial.took[rows]
    return Figures(
        orders=int(rows.sum()),
        error=_mean(np.abs(trial.likely[rows] - took)),
        coverage=_mean(trial.held()[rows]),
        width=_mean(trial.latest[rows] - trial.earliest[rows]),
        error_of_promise=_mean(np.abs(trial.promised[rows] - took)),
        error_of_median=float(np.nanmean(np.abs(trial.median[rows] - took))),
    )


def by_month(trial: Trial) -> list[Group]:
    """Coverage by the month of the estimate, oldest first."""
    names = [date.fromordinal(int(day)).strftime("%Y-%m") for day in trial.start]
    return _groups(trial, names)


def by_promise(trial: Trial) -> list[Group]:
    """Coverage by the length of the promise at purchase, shortest first."""
    names = []
    for place in np.digitize(trial.promise, _LENGTHS):
        if place == 0:
            names.append(f"under {_LENGTHS[0]} days")
        elif place == len(_LENGTHS):
            names.append(f"{_LENGTHS[-1]} days or more")
        else:
            names.append(f"{_LENGTHS[place - 1]} to {_LENGTHS[place] - 1} days")
    order = np.argsort(trial.promise, kind="stable")
    ranked = list(dict.fromkeys(names[int(row)] for row in order))
    return sorted(_groups(trial, names), key=lambda group: ranked.index(group.name))


def _groups(trial: Trial, names: list[str]) -> list[Group]:
    held = trial.held()
    found = np.array(names)
    return [
        Group(name, int((found == name).sum()), _mean(held[found == name]))
        for name in dict.fromkeys(names)
    ]


def _mean(values: Floats | Days | Flags) -> float:
    return float(np.mean(values)) if len(values) else float("nan")
