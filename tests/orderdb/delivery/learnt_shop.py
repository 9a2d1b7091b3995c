"""A shop whose parcels take two to nine days, and what was learnt of it by NOW."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from random import Random

from orderdb.delivery.learning.clock import Rhythm
from orderdb.delivery.learning.learnt import Learnt, LegName, Way
from orderdb.delivery.learning.training import LegColumns, PastLeg, learn

TODAY = date(2026, 11, 18)
_DAYS, _A_DAY = 150, 6
_REST = Rhythm("DE")
_FROM = Way.of("LEJ", "DE", "DE", "", _REST)
_DHL = Way.of("dhl", "DE", "DE", "", Rhythm("DE", False, False))


@cache
def learnt() -> Learnt:
    """Learnt on the morning of TODAY."""
    random = Random(7)
    legs: dict[LegName, LegColumns] = {
        name: LegColumns() for name in ("order", "handling", "transit")
    }
    today = TODAY.toordinal()
    for day in range(today - _DAYS, today):
        for _ in range(_A_DAY):
            left = day + random.choice((0, 1, 1, 2))
            came = left + 1 + round(random.lognormvariate(1.1, 0.4))
            ends: list[tuple[LegName, int, int, Way]] = [
                ("order", day, came, _FROM),
                ("handling", day, left, _FROM),
                ("transit", left, came, _DHL),
            ]
            for name, start, end, way in ends:
                if start < today:
                    legs[name].add(PastLeg(start, end if end < today else -1, 7, way))
    found = {name: learn(rows, TODAY) for name, rows in legs.items()}
    return Learnt(
        TODAY - timedelta(days=_DAYS),
        TODAY - timedelta(days=1),
        _DAYS * _A_DAY,
        legs["order"].usual_promise(),
        {name: leg for name, leg in found.items() if leg is not None},
    )
