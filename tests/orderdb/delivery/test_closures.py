"""What a warehouse's closures, its cut-off and its weekend do to estimates, learnt or not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderdb.delivery import Calendars, DeliveryEstimate, estimate
from orderdb.delivery.calendars import Closed
from orderdb.delivery.closures import Closures, was_closed
from orderdb.delivery.facts import DeliveryFacts
from orderdb.delivery.late_risk import late_risks
from orderdb.delivery.learning.clock import Rhythm, ServiceClock
from orderdb.delivery.learning.learnt import Learnt, Way
from orderdb.delivery.learning.training import LegColumns, PastLeg, learn
from tests.orderdb.delivery.learnt_shop import TODAY, learnt
from tests.orderdb.delivery.test_estimate import LEIPZIG, NOW, days, facts

FROM_LEJ = LEIPZIG.model_copy(update={"code": "LEJ"})
FORTNIGHT = (TODAY, TODAY + timedelta(days=13))


@pytest.fixture(scope="module", params=["rules", "learnt"])
def model(request: pytest.FixtureRequest) -> Learnt | None:
    return learnt() if request.param == "learnt" else None


def closed(*periods: tuple[date, date], **fields: object) -> DeliveryFacts:
    return facts(origin=FROM_LEJ.model_copy(update={"closed": periods}), **fields)


def told(of: DeliveryFacts, now: datetime = NOW, by: Learnt | None = None) -> DeliveryEstimate:
    return estimate(of, Calendars(), now, by)


def test_nothing_leaves_while_the_warehouse_is_closed_and_the_customer_hears_why(
    model: Learnt | None,
) -> None:
    found = told(closed(FORTNIGHT), by=model)
    assert found.leaves_from is not None
    assert found.leaves_from > FORTNIGHT[1]
    assert days(found)[0] > FORTNIGHT[1]
    assert found.note is not None
    assert found.note.en == "The warehouse is closed 18 November - 1 December 2026."
    assert found.note.zh == "仓库2026年11月18日至12月1日休息，期间不发货。"


def test_no_chance_is_stated_for_what_a_closure_moves() -> None:
    found = told(closed(FORTNIGHT), by=learnt())
    assert (found.basis, found.chance) == ("learnt", None)


@pytest.mark.parametrize("away", [-30, 60])
def test_a_closure_that_is_over_or_far_away_changes_nothing(
    model: Learnt | None, away: int
) -> None:
    day = TODAY + timedelta(days=away)
    assert told(closed((day, day + timedelta(days=9))), by=model) == told(closed(), by=model)


def test_a_closure_that_only_slow_packing_meets_lengthens_the_range_alone() -> None:
    plain = told(closed(), by=learnt())
    assert plain.leaves_by is not None
    moved = told(closed((plain.leaves_by, plain.leaves_by + timedelta(days=6))), by=learnt())
    assert days(moved)[0] == days(plain)[0]
    assert days(moved)[2] == days(plain)[2] + timedelta(days=7)


def test_days_of_a_closure_do_not_count_as_waiting() -> None:
    placed = NOW - timedelta(days=11)
    waited = {"placed_at": placed, "paid_at": placed}
    yesterday = TODAY - timedelta(days=1)
    fresh = told(closed(), by=learnt())
    reopened = told(closed((yesterday - timedelta(days=9), yesterday), **waited), by=learnt())
    assert days(reopened) == days(fresh)
    assert days(told(closed(**waited), by=learnt()))[2] > days(fresh)[2]


def test_overlapping_closures_count_once() -> None:
    shop, warehouse = (TODAY, TODAY + timedelta(days=5)), (TODAY, TODAY + timedelta(days=3))
    assert Closures((warehouse, shop), TODAY).moved(TODAY) == TODAY + timedelta(days=6)
    later = TODAY + timedelta(days=10)
    assert Closures((warehouse, shop), later).lost(TODAY) == 6
    assert Closures((warehouse, shop), later).until(later) is None


def test_an_order_is_likelier_to_miss_its_promise_when_its_warehouse_closes() -> None:
    promised = TODAY + timedelta(days=9)
    orders = [
        ("open", closed(promised_on=promised)),
        ("closed", closed(FORTNIGHT, promised_on=promised)),
    ]
    first, second = late_risks(orders, Calendars(), NOW, learnt())
    assert (first.number, second.number) == ("closed", "open")
    assert first.learnt
    assert first.chance > 0.9 > 0.2 > second.chance


PERIODS = st.lists(
    st.tuples(st.integers(-20, 40), st.integers(0, 12)).map(
        lambda at: (TODAY + timedelta(days=at[0]), TODAY + timedelta(days=sum(at)))
    ),
    max_size=3,
)


@settings(max_examples=100, deadline=None)
@given(periods=PERIODS, waited=st.integers(0, 15), later=st.integers(1, 20))
def test_time_alone_never_brings_forward_what_closures_moved(
    model: Learnt | None, periods: list[tuple[date, date]], waited: int, later: int
) -> None:
    placed = NOW - timedelta(days=waited)
    of = closed(*periods, placed_at=placed, paid_at=placed)
    before, after = told(of, by=model), told(of, NOW + timedelta(days=later), by=model)
    if before.basis == after.basis:
        assert days(after)[0] >= days(before)[0]


@settings(max_examples=100, deadline=None)
@given(periods=PERIODS)
def test_nothing_is_handed_over_on_a_day_of_a_closure(
    model: Learnt | None, periods: list[tuple[date, date]]
) -> None:
    found = told(closed(*periods), by=model)
    assert found.leaves_from is not None
    assert found.leaves_by is not None
    assert not was_closed(tuple(periods), found.leaves_from, found.leaves_from)
    assert not was_closed(tuple(periods), found.leaves_by, found.leaves_by)
    assert days(found)[0] >= found.leaves_from


def test_a_warehouse_that_works_at_weekends_sends_then() -> None:
    saturday = datetime(2026, 11, 21, 8, tzinfo=UTC)
    works = FROM_LEJ.model_copy(update={"saturday": True})
    rests, sends = (
        told(facts(origin=origin, placed_at=saturday, paid_at=saturday), saturday)
        for origin in (FROM_LEJ, works)
    )
    assert (rests.leaves_from, sends.leaves_from) == (date(2026, 11, 23), date(2026, 11, 21))


def test_what_came_after_the_cut_off_is_learnt_to_take_longer() -> None:
    rows, random, today = LegColumns(), Random(5), TODAY.toordinal()
    way = Way.of("LEJ", "DE", "DE", "", Rhythm("DE", True, True))
    for day in range(today - 120, today - 10):
        for late in (False, True):
            for _ in range(3):
                took = 2 + 3 * late + random.choice((0, 1))
                rows.add(PastLeg(day, day + took, 9, way, late))
    leg = learn(rows, TODAY)
    assert leg is not None
    early, late = (
        leg.arrived_by(TODAY, way, 9, 9.0, Calendars(), after_cutoff=late) for late in (False, True)
    )
    assert int(np.searchsorted(late, 0.5)) >= int(np.searchsorted(early, 0.5)) + 2


def test_a_saturday_worked_in_exchange_for_a_bridge_day_is_a_day_of_service() -> None:
    makeup = date(2026, 10, 10).toordinal()
    clock = ServiceClock([Rhythm("CN"), Rhythm("DE")], makeup, makeup + 1)
    assert [float(clock.ahead(row, makeup, 1)[1]) for row in (0, 1)] == pytest.approx([1.0, 0.3])


def test_an_order_counts_from_its_payment() -> None:
    placed = NOW - timedelta(days=9)
    paid_today = told(facts(origin=FROM_LEJ, placed_at=placed, paid_at=NOW), by=learnt())
    ordered_today = told(facts(origin=FROM_LEJ, placed_at=NOW, paid_at=NOW), by=learnt())
    assert days(paid_today) == days(ordered_today)


def test_no_closure_is_none() -> None:
    nothing: Closed = ()
    assert Closures(nothing, TODAY).moved(TODAY) == TODAY
    assert not was_closed(nothing, TODAY, TODAY)
