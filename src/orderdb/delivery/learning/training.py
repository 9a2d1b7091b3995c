"""Learning from a shop's history: a row for each order and parcel in, what was learnt out."""

from __future__ import annotations

from array import array
from datetime import date
from typing import NamedTuple

import numpy as np

from orderdb.delivery.learning.arrays import Days
from orderdb.delivery.learning.clock import Rhythm, ServiceClock
from orderdb.delivery.learning.history import History, relative_promise, usual_promises
from orderdb.delivery.learning.learnt import LearntLeg, Way
from orderdb.delivery.learning.leg import Leg
from orderdb.delivery.learning.rolling import SCORED_DAYS, Rolling

_FOLLOWED_DAYS = 400  # before these, deliveries only tell what is usual


class PastLeg(NamedTuple):
    """One leg of an order or parcel: local days as ordinals, NONE for what is not over.

    ``promise`` is the length of the promise in days, NONE without one. ``after_cutoff``: the order
    came too late to be taken up on its day.
    """

    start: int
    end: int
    promise: int
    way: Way
    after_cutoff: bool = False


class LegColumns:
    """Rows of one leg in columns, so that a million of them fit."""

    def __init__(self) -> None:
        self._columns = tuple(array("i") for _ in range(7))
        self._lanes: dict[str, int] = {}
        self._places: dict[str, int] = {}
        self._lane_of: list[int] = []
        self._rhythms: dict[Rhythm, int] = {}
        self._ways: dict[int, tuple[Way, tuple[int, int, int]]] = {}

    def __len__(self) -> int:
        return len(self._columns[0])

    def add(self, row: PastLeg) -> None:
        """Rows of one way should share one ``Way``: then it is looked up by what it is."""
        known = self._ways.get(id(row.way))
        if known is None:
            known = self._ways[id(row.way)] = (row.way, self._indices(row.way))
        start, end, promise, lane, place, rhythm, after_cutoff = self._columns
        start.append(row.start)
        end.append(row.end)
        promise.append(row.promise)
        lane.append(known[1][0])
        place.append(known[1][1])
        rhythm.append(known[1][2])
        after_cutoff.append(row.after_cutoff)

    def _indices(self, way: Way) -> tuple[int, int, int]:
        lane = self._lanes.setdefault(way.lane, len(self._lanes))
        place = self._places.setdefault(way.place, len(self._places))
        if place == len(self._lane_of):
            self._lane_of.append(lane)
        return lane, place, self._rhythms.setdefault(way.rhythm, len(self._rhythms))

    def rolling(self, today: int, scored_from: int) -> Rolling:
        """What goes through these rows day by day, up to ``today``."""
        start, end, promise, lane, place, rhythm, after_cutoff = self._arrays()
        order = np.argsort(start, kind="stable")
        start, end, promise = start[order], end[order], promise[order]
        usual = usual_promises(start, promise, int(start[0]), int(start[-1]))
        relative, promised = relative_promise(promise, usual[start - start[0]])
        history = History(
            start, end, relative, promised, after_cutoff[order] != 0, lane[order], place[order],
            np.array(self._lane_of, dtype=np.int64), rhythm[order],
        )  # fmt: skip
        last = max(today, int(end.max()), int(start[-1]))
        clock = ServiceClock(list(self._rhythms), int(start[0]), last)
        return Rolling(history, clock, len(self._lanes), scored_from)

    def usual_promise(self) -> float:
        """The usual promise after the last row, in days; NaN without any."""
        start, _, promise, *_ = self._arrays()
        order = np.argsort(start, kind="stable")
        after = int(start[order[-1]]) + 1
        return float(usual_promises(start[order], promise[order], after, after)[0])

    def _arrays(self) -> list[Days]:
        return [np.frombuffer(column, dtype=np.int32).astype(np.int64) for column in self._columns]

    def named(self, leg: Leg) -> LearntLeg:
        """A leg with its lanes and places by name."""
        beyond = {name: float(leg.lanes[index]) for name, index in self._lanes.items()}
        beyond |= {name: float(leg.places[index]) for name, index in self._places.items()}
        return LearntLeg(leg, beyond)


def learn(rows: LegColumns, today: date) -> LearntLeg | None:
    """What the rows tell on the morning of a day; None where they are too few."""
    if not len(rows):
        return None
    day = today.toordinal()
    rolling = rows.rolling(day, day - SCORED_DAYS)
    last: Leg | None = None
    for last in rolling.legs(followed(rolling, day)):  # noqa: B007 - the last one is wanted
        pass
    return rows.named(last) if last is not None else None


def followed(rolling: Rolling, today: int) -> Days:
    """The mornings that learning goes through one by one."""
    first = max(rolling.first_day, today - _FOLLOWED_DAYS)
    return np.arange(min(first, today), today + 1)
