"""All that was learnt from a shop's deliveries, as it is kept and as it is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np

from orderdb.delivery.calendars import Calendars
from orderdb.delivery.learning.arrays import NONE, Floats
from orderdb.delivery.learning.clock import Rhythm, ServiceClock
from orderdb.delivery.learning.history import features, relative_promise
from orderdb.delivery.learning.leg import AHEAD, Leg
from orderdb.delivery.learning.spread import Spread

LegName = Literal["order", "handling", "transit"]
"""From order to door, from order to hand-over, from hand-over to door."""

FORMAT = 2
STALE_AFTER = timedelta(days=21)
"""Deliveries drift: what ended longer ago says too little of today."""


@dataclass(frozen=True)
class Way:
    """Between where and where a leg goes: ``lane`` by country, ``place`` by region within it."""

    lane: str
    place: str
    rhythm: Rhythm

    @classmethod
    def of(
        cls, sender: str | None, origin: str | None, destination: str | None, region: str | None,
        rhythm: Rhythm,
    ) -> Way:  # fmt: skip
        """``sender`` is a warehouse or a carrier."""
        lane = f"{sender or '?'} {origin or '?'}>{destination or '?'}"
        return cls(lane, f"{lane} {(region or '?').strip().casefold()}", rhythm)


@dataclass(frozen=True)
class LearntLeg:
    """``places`` gives what a lane, and a place on it, adds to the log of its duration."""

    leg: Leg
    places: dict[str, float]

    def arrived_by(
        self,
        start: date,
        way: Way,
        promise: int | None,
        usual: float,
        calendars: Calendars,
        *,
        after_cutoff: bool = False,
    ) -> Floats:
        """The chance of having ended before each day from ``start`` on begins."""
        day = np.array([start.toordinal()])
        length = np.array([NONE if promise is None else promise])
        relative, promised = relative_promise(length, np.array([usual]))
        beyond = self.places.get(way.place, self.places.get(way.lane, 0.0))
        row = features(day, relative, promised, np.array([after_cutoff]))[0]
        expected = self.leg.expected(row, None) + beyond
        clock = ServiceClock([way.rhythm], int(day[0]), int(day[0]), calendars)
        return self.leg.arrived_by(expected, clock.ahead(0, int(day[0]), AHEAD))


@dataclass(frozen=True)
class Learnt:
    """``usual_promise`` is the median promise of late, in days; NaN where none is made."""

    data_from: date
    data_to: date
    deliveries: int
    usual_promise: float
    legs: dict[LegName, LearntLeg]

    def is_stale(self, today: date) -> bool:
        """Whether its newest delivery is too long ago to say anything of today."""
        return today - self.data_to > STALE_AFTER

    def dump(self) -> str:
        """JSON that ``load`` reads."""
        return json.dumps(
            {
                "format": FORMAT,
                "data_from": self.data_from.isoformat(),
                "data_to": self.data_to.isoformat(),
                "deliveries": self.deliveries,
                "usual_promise": self.usual_promise if np.isfinite(self.usual_promise) else None,
                "legs": {name: _dump(leg) for name, leg in self.legs.items()},
            }
        )


class UnknownFormat(ValueError):
    """The model was written by another version."""


def load(text: str) -> Learnt:
    """Raises UnknownFormat for a model of another version."""
    kept = json.loads(text)
    if kept.get("format") != FORMAT:
        raise UnknownFormat(f"the delivery model has format {kept.get('format')!r}")
    usual = kept["usual_promise"]
    return Learnt(
        date.fromisoformat(kept["data_from"]),
        date.fromisoformat(kept["data_to"]),
        kept["deliveries"],
        float("nan") if usual is None else usual,
        {name: _load(leg) for name, leg in kept["legs"].items()},
    )


def _dump(learnt: LearntLeg) -> dict[str, Any]:
    leg, spread = learnt.leg, learnt.leg.spread.thinned()
    return {
        "day": leg.day,
        "coefficients": leg.coefficients.tolist(),
        "shift": leg.shift,
        "tail": leg.tail,
        "level": leg.level,
        "known": leg.known,
        "points": np.round(spread.points, 5).tolist(),
        "chances": np.round(spread.chances, 6).tolist(),
        "places": {name: round(beyond, 5) for name, beyond in learnt.places.items()},
    }


def _load(kept: dict[str, Any]) -> LearntLeg:
    leg = Leg(
        day=kept["day"],
        coefficients=np.array(kept["coefficients"]),
        lanes=np.zeros(0),
        places=np.zeros(0),
        shift=kept["shift"],
        tail=kept["tail"],
        spread=Spread(np.array(kept["points"]), np.array(kept["chances"])),
        level=kept["level"],
        known=kept["known"],
    )
    return LearntLeg(leg, kept["places"])
