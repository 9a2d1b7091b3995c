"""Which open orders are likely to miss their promise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from orderdb.dates import zone
from orderdb.delivery.calendars import Calendars
from orderdb.delivery.estimate import estimate
from orderdb.delivery.expecting import Expecting
from orderdb.delivery.facts import DeliveryFacts
from orderdb.delivery.learning.learnt import Learnt


class LateRisk(NamedTuple):
    """``chance`` is that of arriving after the promised day; ``learnt`` says whether measured."""

    number: str
    promised: date
    chance: float
    learnt: bool


def late_risks(
    orders: Iterable[tuple[str, DeliveryFacts]],
    calendars: Calendars,
    now: datetime,
    learnt: Learnt | None = None,
) -> list[LateRisk]:
    """The orders by number with a promise that can still be missed, the likeliest first."""
    risks = (_risk(number, facts, calendars, now, learnt) for number, facts in orders)
    found = [risk for risk in risks if risk is not None]
    return sorted(found, key=lambda risk: (-risk.chance, risk.promised, risk.number))


def _risk(
    number: str,
    facts: DeliveryFacts,
    calendars: Calendars,
    now: datetime,
    learnt: Learnt | None,
) -> LateRisk | None:
    promised = facts.promised_on
    if promised is None:
        return None
    told = estimate(facts, calendars, now, learnt)
    if told.stage in ("delivered", "closed"):
        return None
    if promised < now.astimezone(zone(facts.time_zone)).date():
        return LateRisk(number, promised, 1.0, learnt=told.basis == "learnt")
    if learnt is not None and told.basis == "learnt":
        chance = Expecting(facts, calendars, now, learnt).miss_chance(promised)
        if chance is not None:
            return LateRisk(number, promised, chance, learnt=True)
    if told.earliest is None or told.latest is None:
        return LateRisk(number, promised, 1.0, learnt=False)
    span = (told.latest - told.earliest).days + 1
    beyond = min(max((told.latest - promised).days, 0), span)
    return LateRisk(number, promised, beyond / span, learnt=False)
