"""Why a range moved: what was known when another was told, and the facts that came since.

Estimates are pure, so what was said at any earlier moment is found by asking again with the facts
of then and the model of then; nothing has to be kept for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from orderdb.dates import date_text, range_text, zone
from orderdb.delivery.calendars import Calendars
from orderdb.delivery.estimate import DeliveryEstimate, estimate
from orderdb.delivery.facts import DeliveryFacts
from orderdb.delivery.learning.learnt import Learnt
from orderdb.delivery.notes import joined, of_stage
from orderdb.statuses import OrderStatus, ShipmentStatus
from orderdb.text import Text

_WORTH_TELLING = timedelta(days=2)
_NOW_LEARNT = Text(
    en="It is now estimated from the shop's own deliveries.", zh="现按店铺近期实际配送情况估算。"
)
_SLOWER = Text(en="Deliveries have become slower of late.", zh="近期整体配送变慢。")
_QUICKER = Text(en="Deliveries have become quicker of late.", zh="近期整体配送变快。")
_WAITED = Text(en="It has taken longer so far than most.", zh="目前用时已超过多数订单。")

Models = Callable[[datetime], Learnt | None]
"""The model that was in use at a moment."""


def rules_only(at: datetime) -> None:
    """For shops in which nothing was learnt."""


class PastEstimate(NamedTuple):
    """What was, or would have been, said from a moment on."""

    at: datetime
    estimate: DeliveryEstimate


class PastRange(BaseModel):
    """A range that was told from ``at`` on; ``why`` is what had moved it from the one before."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    earliest: date
    likely: date
    latest: date
    chance: float | None = None
    why: Text | None = None


def past_estimates(
    facts: DeliveryFacts, calendars: Calendars, now: datetime, models: Models = rules_only
) -> tuple[PastEstimate, ...]:
    """What was said after each fact, oldest first; what is said now is the last."""
    said = [PastEstimate(now, estimate(facts, calendars, now, models(now)))]
    said += [
        PastEstimate(at, estimate(known_at(facts, at), calendars, at, models(at)))
        for at in reversed(_moments(facts, now))  # most models serve for several of them
    ]
    return tuple(reversed(said))


def with_past(
    facts: DeliveryFacts, calendars: Calendars, now: datetime, models: Models = rules_only
) -> tuple[DeliveryEstimate, tuple[PastRange, ...]]:
    """The estimate, ``moved`` where another was told before; and those others, oldest first."""
    said = past_estimates(facts, calendars, now, models)
    told = said[-1].estimate
    if told.delivered_on is None:
        for before in reversed(said[:-1]):
            by_model_of_then = partial(_again, facts, calendars, now, models, before.at)
            moved = explained(before.estimate, told, facts, before.at, by_model_of_then)
            if moved is not None:
                told = told.model_copy(update={"moved": moved})
                break
    return told, _past_ranges(facts, said)


def _again(
    facts: DeliveryFacts, calendars: Calendars, now: datetime, models: Models, at: datetime
) -> DeliveryEstimate:
    return estimate(facts, calendars, now, models(at))


def _past_ranges(facts: DeliveryFacts, said: tuple[PastEstimate, ...]) -> tuple[PastRange, ...]:
    dated = [one for one in said if one.estimate.latest]
    local, found = zone(facts.time_zone), []
    before: PastEstimate | None = None
    for one, following in pairwise(dated):
        day = following.at.astimezone(local).date()
        if _shown(one.estimate, day) == _shown(following.estimate, day):
            continue
        known = known_at(facts, one.at)
        why = _reasons(before.estimate, one.estimate, known, before.at) if before else []
        found.append(_past_range(one, joined(why) if why else None))
        before = one
    return tuple(found)


def known_at(facts: DeliveryFacts, at: datetime) -> DeliveryFacts:
    """The facts as far as they were known at a moment."""

    def then(moment: datetime | None) -> datetime | None:
        return moment if moment is not None and moment <= at else None

    parcels = []
    for parcel in facts.parcels:
        left, came = then(parcel.handed_over_at), then(parcel.delivered_at)
        if left is None and parcel.handed_over_at is not None:
            continue  # it lay in no parcel that the carrier had
        seen = then(parcel.last_scan_at)
        state = parcel.status if seen == parcel.last_scan_at else ShipmentStatus.IN_TRANSIT
        if came is None and state is ShipmentStatus.DELIVERED:
            state = ShipmentStatus.IN_TRANSIT
        known = {"delivered_at": came, "last_scan_at": seen, "status": state}
        parcels.append(parcel.model_copy(update=known))
    times = {name: then(getattr(facts, name)) for name in ("paid_at", "packed_at")}
    return facts.model_copy(
        update={
            **times,
            "parcels": tuple(parcels),
            "waiting": facts.waiting or len(parcels) < len(facts.parcels),
            "status": _status(facts, times["paid_at"], times["packed_at"], bool(parcels)),
        }
    )


def explained(
    before: DeliveryEstimate,
    after: DeliveryEstimate,
    facts: DeliveryFacts,
    since: datetime,
    by_model_of_then: Callable[[], DeliveryEstimate] | None = None,
) -> Text | None:
    """Why ``after`` is another than ``before``; None where they hardly differ.

    ``by_model_of_then`` says what would be told now, had nothing been learnt since.
    """
    if before.latest is None or after.latest is None or after.earliest is None:
        return None
    assert before.earliest is not None
    shift = after.latest - before.latest
    if abs(shift) < _WORTH_TELLING:
        return None
    was = range_text(before.earliest, before.latest)
    later = shift > timedelta(0)
    moved = Text(
        en=f"Before, it was expected {was.en}; now {'later' if later else 'sooner'}.",
        zh=f"此前预计{was.zh}送达，现在{'推迟' if later else '提前'}。",
    )
    reasons = _reasons(before, after, facts, since)
    if not reasons and by_model_of_then is not None:
        reasons = _without_facts(before, after, by_model_of_then)
    return joined([*reasons, moved])


def _without_facts(
    before: DeliveryEstimate,
    after: DeliveryEstimate,
    by_model_of_then: Callable[[], DeliveryEstimate],
) -> list[Text]:
    """What moved a range when nothing happened to the order: what was learnt, or time itself."""
    assert before.latest is not None
    assert after.latest is not None
    shift = after.latest - before.latest
    later = shift > timedelta(0)
    if after.basis == "rules":
        return [_WAITED] if later else []
    if before.basis == "rules":
        return [_NOW_LEARNT]
    unmoved = by_model_of_then().latest
    if unmoved is None or abs(after.latest - unmoved) >= abs(shift) / 2:
        return [_SLOWER if later else _QUICKER]
    return [_WAITED] if later else []


def _shown(told: DeliveryEstimate, today: date) -> tuple[date | None, date | None]:
    """A range as it stands on a day: what is over is no part of it any more."""
    return (max(told.earliest, today) if told.earliest else None), told.latest


def _past_range(one: PastEstimate, why: Text | None) -> PastRange:
    told = one.estimate
    assert told.earliest is not None
    assert told.likely is not None
    assert told.latest is not None
    return PastRange(
        at=one.at,
        earliest=told.earliest,
        likely=told.likely,
        latest=told.latest,
        chance=told.chance,
        why=why,
    )


def _reasons(
    before: DeliveryEstimate, after: DeliveryEstimate, facts: DeliveryFacts, since: datetime
) -> list[Text]:
    local = zone(facts.time_zone)
    reasons = []
    if facts.paid_at is not None and facts.paid_at > since:
        day = date_text(facts.paid_at.astimezone(local).date())
        reasons.append(Text(en=f"It was paid on {day.en}.", zh=f"订单于{day.zh}付款。"))
    left = [p.handed_over_at for p in facts.parcels if p.handed_over_at]
    if not left and facts.packed_at is not None and facts.packed_at > since:
        day = date_text(facts.packed_at.astimezone(local).date())
        reasons.append(Text(en=f"It was packed on {day.en}.", zh=f"订单于{day.zh}打包。"))
    if left and max(left) > since:
        reasons.append(_left(before, max(left).astimezone(local)))
    if after.stage in ("delayed", "held") and before.stage != after.stage:
        reasons.append(of_stage(after.stage))
    if after.stage == "out_for_delivery" and before.stage != "out_for_delivery":
        reasons.append(Text(en="It is out for delivery.", zh="包裹正在派送。"))
    return reasons


def _left(before: DeliveryEstimate, left: datetime) -> Text:
    """When the warehouse handed it over, against what was expected."""
    day = left.date()
    first, last = before.leaves_from, before.leaves_by
    if last is not None and day > last:
        late = (day - last).days
        days = "a day" if late == 1 else f"{late} days"
        return Text(en=f"It left the warehouse {days} late.", zh=f"比预计晚{late}天出库。")
    if first is not None and day < first:
        early = (first - day).days
        days = "a day" if early == 1 else f"{early} days"
        return Text(en=f"It left the warehouse {days} early.", zh=f"比预计提前{early}天出库。")
    said = date_text(day)
    return Text(en=f"It left the warehouse on {said.en}.", zh=f"已于{said.zh}出库。")


def _moments(facts: DeliveryFacts, now: datetime) -> list[datetime]:
    """The times of facts up to now, oldest first."""
    times = [facts.placed_at, facts.paid_at, facts.packed_at]
    for parcel in facts.parcels:
        times += [parcel.handed_over_at, parcel.last_scan_at, parcel.delivered_at]
    return sorted({time for time in times if time is not None and time <= now})


def _status(
    facts: DeliveryFacts, paid: datetime | None, packed: datetime | None, shipped: bool
) -> OrderStatus:
    if shipped:
        return OrderStatus.SHIPPED
    if facts.paid_at is not None and paid is None:
        return OrderStatus.PENDING_PAYMENT
    return OrderStatus.PACKED if packed is not None else OrderStatus.PROCESSING
