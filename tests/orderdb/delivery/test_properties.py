"""What holds of every estimate: of days and clocks, of scans, and of stages."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderdb.delivery import Calendars, DeliveryEstimate, past_estimates, with_past
from orderdb.delivery.believing import believed
from orderdb.delivery.facts import DeliveryFacts, ParcelFacts
from orderdb.delivery.learning.learnt import Learnt
from orderdb.statuses import ShipmentStatus
from tests.orderdb.delivery.learnt_shop import learnt
from tests.orderdb.delivery.test_closures import FROM_LEJ, told
from tests.orderdb.delivery.test_estimate import NOW, SF, days, moving, parcel

MODELS = st.sampled_from(["rules", "learnt"]).map(
    lambda name: learnt() if name == "learnt" else None
)
EDGES = st.sampled_from(
    [
        ("Europe/Berlin", date(2026, 3, 29)),  # clocks go forward
        ("Europe/Berlin", date(2026, 10, 25)),  # and back
        ("America/New_York", date(2027, 3, 14)),
        ("America/New_York", date(2026, 11, 1)),
        ("America/Sao_Paulo", date(2018, 11, 4)),  # a day without a midnight
        ("Asia/Shanghai", date(2028, 2, 29)),
        ("Asia/Shanghai", date(2026, 10, 1)),  # a public holiday
        ("Pacific/Apia", date(2026, 12, 31)),
        ("Europe/Berlin", date(2028, 2, 29)),
        ("Europe/Berlin", date(2026, 12, 25)),
    ]
)
ON_THE_WAY = st.sampled_from([ShipmentStatus.HANDED_OVER, ShipmentStatus.IN_TRANSIT])
MOVING = (ShipmentStatus.IN_TRANSIT, ShipmentStatus.DELAYED, ShipmentStatus.HELD)
TROUBLED = (
    ShipmentStatus.OUT_FOR_DELIVERY,
    ShipmentStatus.DELAYED,
    ShipmentStatus.HELD,
    ShipmentStatus.LOST,
    ShipmentStatus.DAMAGED,
    ShipmentStatus.RETURNED_TO_SENDER,
)


def _without_note(found: DeliveryEstimate) -> DeliveryEstimate:
    return found.model_copy(update={"note": None})


@settings(max_examples=200, deadline=None)
@given(EDGES, st.integers(-2, 2), st.integers(-180, 180), st.integers(0, 8), MODELS)
def test_no_range_begins_before_the_day_it_is_where_the_parcel_goes(
    edge: tuple[str, date], off: int, minutes: int, since: int, model: Learnt | None
) -> None:
    name, day = edge
    midnight = datetime.combine(day + timedelta(days=off), time(), ZoneInfo(name))
    now = midnight.astimezone(UTC) + timedelta(minutes=minutes)
    left = now - timedelta(days=since)
    of = moving(parcel(left=left, scanned=left), time_zone=name, placed_at=left, paid_at=left)
    assert days(told(of, now, model))[0] >= now.astimezone(ZoneInfo(name)).date()


@settings(max_examples=100, deadline=None)
@given(EDGES, st.integers(-3, 3))
def test_the_day_turns_at_midnight_where_the_parcel_goes(edge: tuple[str, date], off: int) -> None:
    name, day = edge[0], edge[1] + timedelta(days=off)
    first = datetime.combine(day, time(), ZoneInfo(name)).astimezone(UTC)
    while first.astimezone(ZoneInfo(name)).date() < day:  # a night in which clocks go forward
        first += timedelta(minutes=30)
    left = first - timedelta(days=1)
    out = parcel(ShipmentStatus.OUT_FOR_DELIVERY, left=left, scanned=None, service=SF)
    of = moving(out, time_zone=name, destination=None, placed_at=left, paid_at=left)
    before, after = told(of, first - timedelta(seconds=1)), told(of, first)
    assert (days(before)[0], days(after)[0]) == (day - timedelta(days=1), day)


@settings(max_examples=100, deadline=None)
@given(ON_THE_WAY, st.integers(1, 20), st.integers(0, 400), MODELS)
def test_missing_scans_move_nothing(
    status: ShipmentStatus, since: int, hours: int, model: Learnt | None
) -> None:
    left = NOW - timedelta(days=since)
    seen = min(left + timedelta(hours=hours), NOW)
    with_scan, without = (moving(parcel(status, left=left, scanned=at)) for at in (seen, None))
    assert told(with_scan, by=model) == told(without, by=model)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(MOVING), st.integers(1, 20), st.integers(1, 400), MODELS)
def test_scans_from_before_the_hand_over_are_flagged_and_move_nothing(
    status: ShipmentStatus, since: int, hours: int, model: Learnt | None
) -> None:
    left = NOW - timedelta(days=since)
    out_of_turn = moving(parcel(status, left=left, scanned=left - timedelta(hours=hours)))
    found, without = (
        told(of, by=model) for of in (out_of_turn, moving(parcel(status, left=left, scanned=None)))
    )
    assert believed(out_of_turn, NOW)[1] == {"disorder"}
    assert found.note is not None
    assert _without_note(found) == _without_note(without)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(TROUBLED), st.integers(1, 10), st.integers(1, 400), MODELS)
def test_a_state_told_by_a_scan_of_the_future_is_flagged_and_not_believed(
    status: ShipmentStatus, since: int, hours: int, model: Learnt | None
) -> None:
    left = NOW - timedelta(days=since)
    of = moving(parcel(status, left=left, scanned=NOW + timedelta(hours=hours)))
    found, without = (told(one, by=model) for one in (of, moving(parcel(left=left, scanned=None))))
    assert found.note is not None
    assert "dated in the future" in found.note.en
    assert _without_note(found) == _without_note(without)


@st.composite
def a_course(draw: st.DrawFn) -> DeliveryFacts:
    """An order as it went, each step some time after the one before."""
    step = st.integers(0, 120).map(lambda hours: timedelta(hours=hours))
    placed = NOW - timedelta(days=25)
    paid = placed + draw(step)
    packed = paid + draw(step)
    left = packed + draw(step)
    return moving(
        parcel(
            draw(st.sampled_from(TROUBLED[:3]) | ON_THE_WAY),
            left=left,
            scanned=left + draw(step),
            carrier="dhl",
        ),
        placed_at=placed,
        paid_at=paid,
        packed_at=packed,
        origin=FROM_LEJ,
    )


STAGES = ["unpaid", "processing", "packed", "in_transit", "out_for_delivery"]


@settings(max_examples=100, deadline=None)
@given(a_course(), st.integers(0, 25 * 24), MODELS)
def test_no_stage_goes_back_while_facts_only_arrive(
    of: DeliveryFacts, hours: int, model: Learnt | None
) -> None:
    now = NOW - timedelta(days=25) + timedelta(hours=hours)
    said = past_estimates(of, Calendars(), now, lambda _: model)[:-1]
    stages = [one.estimate.stage.replace("handed_over", "in_transit") for one in said]
    ranks = [STAGES.index(stage) if stage in STAGES else len(STAGES) for stage in stages]
    assert ranks == sorted(ranks)


@settings(max_examples=100, deadline=None)
@given(a_course(), st.integers(0, 400), MODELS)
def test_no_range_moves_back_by_days_without_a_reason(
    of: DeliveryFacts, hours: int, model: Learnt | None
) -> None:
    now = NOW + timedelta(hours=hours)
    said = past_estimates(of, Calendars(), now, lambda _: model)
    lasts = [one.estimate.latest for one in said if one.estimate.latest is not None]
    if len(lasts) < 2 or max(one - lasts[-1] for one in lasts) >= timedelta(0):
        return  # it stands, or comes sooner
    moved = with_past(of, Calendars(), now, lambda _: model)[0].moved
    assert all(then - one < timedelta(days=2) for one, then in pairwise(lasts)) or (
        moved is not None and not moved.en.startswith("Before,")
    )


@pytest.mark.parametrize("status", TROUBLED)
def test_a_doubted_parcel_is_kept_as_it_was_told(status: ShipmentStatus) -> None:
    told_so: ParcelFacts = parcel(status, scanned=NOW + timedelta(days=2))
    of = moving(told_so)
    trusted, doubts = believed(of, NOW)
    assert doubts == {"future"}
    assert of.parcels == (told_so,)
    assert trusted.parcels[0].status is ShipmentStatus.IN_TRANSIT
