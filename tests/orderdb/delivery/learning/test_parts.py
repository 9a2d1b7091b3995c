"""The parts of learning, each on cases that can be told by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderdb.delivery.learning.clock import Rhythm, ServiceClock
from orderdb.delivery.learning.conformal import LEVELS, level, missed, score
from orderdb.delivery.learning.effects import Effects
from orderdb.delivery.learning.history import FEATURES, relative_promise, usual_promises
from orderdb.delivery.learning.leg import miss_chance, reach
from orderdb.delivery.learning.pace import pace, tail
from orderdb.delivery.learning.spread import Spread, nested_ranges, shortest_range

EVEN = np.linspace(0.0, 1.0, 11)  # ten days, each as likely


def flags(*values: bool) -> np.ndarray:
    return np.array(values, dtype=np.bool_)


def test_a_week_holds_five_days_of_service_and_a_little() -> None:
    monday = date(2026, 11, 16).toordinal()
    clock = ServiceClock([Rhythm(None), Rhythm(None, True, True)], monday, monday + 7)
    spent = clock.until_midnight(
        np.array([0, 1]), np.array([monday] * 2), np.array([monday + 7] * 2)
    )
    assert spent == pytest.approx([5.4, 6.6])


def test_a_public_holiday_counts_little() -> None:
    christmas = date(2026, 12, 25).toordinal()  # a Friday
    clock = ServiceClock([Rhythm("DE"), Rhythm("CN")], christmas, christmas + 1)
    assert clock.ahead(0, christmas, 1)[1] == pytest.approx(0.2)
    assert clock.ahead(1, christmas, 1)[1] == pytest.approx(1.0)


def test_a_holiday_of_a_region_counts_little_only_there() -> None:
    all_saints = date(2027, 11, 1).toordinal()  # a Monday
    rhythms = [Rhythm.at("DE", "Bayern"), Rhythm.at("DE", "Berlin"), Rhythm.at("DE", "somewhere")]
    clock = ServiceClock(rhythms, all_saints, all_saints + 1)
    assert [float(clock.ahead(row, all_saints, 1)[1]) for row in range(3)] == [0.2, 1.0, 1.0]
    assert rhythms[2] == Rhythm("DE")


def test_what_is_under_way_makes_deliveries_look_slower() -> None:
    z, weight = np.zeros(40), np.ones(40)
    all_here = pace(z, np.ones(40, dtype=np.bool_), weight, 0.5)
    half_here = pace(z, np.arange(40) % 2 == 0, weight, 0.5)
    assert all_here == pytest.approx(0.0, abs=0.01)
    assert half_here > 0.1


@given(st.floats(-0.8, 0.8))
@settings(max_examples=30, deadline=None)
def test_the_pace_is_found_where_it_is(shift: float) -> None:
    z = shift + np.linspace(-0.5, 0.5, 201)
    found = pace(z, np.ones(201, dtype=np.bool_), np.ones(201), 0.3)
    assert found == pytest.approx(shift, abs=0.05)


def test_late_ones_that_run_far_lengthen_the_tail() -> None:
    arrived, weight = np.ones(200, dtype=np.bool_), np.ones(200)
    near, far = np.full(200, 0.33), np.full(200, 0.99)
    assert tail(near, arrived, weight) == pytest.approx(1.0)
    assert tail(far, arrived, weight) > 2.5


def test_lower_bounds_move_a_distribution_up() -> None:
    z, weight = np.array([0.1, 0.2, 0.3, 0.4]), np.ones(4)
    known = Spread.of(z, flags(True, True, True, True), weight)
    waiting = Spread.of(z, flags(True, False, False, True), weight)
    assert float(waiting.below(np.array([0.25]))[0]) < float(known.below(np.array([0.25]))[0])


def test_a_spread_keeps_its_shape_when_thinned() -> None:
    z = np.sort(np.random.default_rng(1).normal(size=5_000))
    spread = Spread.of(z, np.ones(5_000, dtype=np.bool_), np.ones(5_000))
    at = np.linspace(-2, 2, 20)
    assert spread.thinned().below(at) == pytest.approx(spread.below(at), abs=0.01)


def test_the_shortest_range_has_the_chance_and_no_day_more() -> None:
    assert shortest_range(EVEN, 0.5) == (0, 4)
    peak = np.array([0.0, 0.05, 0.1, 0.6, 0.9, 0.95, 1.0])
    assert shortest_range(peak, 0.8) == (2, 3)


@given(st.lists(st.floats(0.0, 1.0), min_size=3, max_size=60))
@settings(max_examples=100, deadline=None)
def test_ranges_of_rising_chances_hold_one_another(parts: list[float]) -> None:
    total = sum(parts) or 1.0
    arrived_by = np.concatenate([[0.0], np.cumsum(parts) / total])
    ranges = nested_ranges(arrived_by, LEVELS)
    assert (np.diff(ranges[:, 0]) <= 0).all()
    assert (np.diff(ranges[:, 1]) >= 0).all()


def test_the_days_that_are_over_are_left_out_of_a_range() -> None:
    found = reach(EVEN, 0.8, elapsed=5)
    assert found is not None
    assert (found.earliest, found.latest) == (5, 8)
    assert reach(EVEN, 0.8, elapsed=10) is None


def test_the_chance_to_miss_a_promise_rises_while_nothing_comes() -> None:
    chances = [miss_chance(EVEN, 7, elapsed) for elapsed in range(8)]
    assert chances[0] == pytest.approx(0.2)
    assert chances == sorted(chances)
    assert miss_chance(EVEN, 4, elapsed=6) == 1.0


def test_a_score_is_the_first_level_that_holds_the_day() -> None:
    ranges = np.array([[2, 3], [1, 4], [0, 6]])
    assert [score(ranges, day) for day in (3, 4, 6)] == [0, 1, 2]
    assert score(ranges, 9) == len(LEVELS)
    assert [missed(ranges, elapsed) for elapsed in (3, 5, 8)] == [0, 2, 3]


def test_estimates_that_missed_ask_for_a_higher_level() -> None:
    weight, all_here = np.ones(300), np.ones(300, dtype=np.bool_)
    low, high = np.full(300, 2), np.full(300, len(LEVELS))
    assert level(low, all_here, weight) < level(high, all_here, weight)


def test_a_few_estimates_hardly_move_the_level() -> None:
    missed_all, all_here = np.full(10, len(LEVELS)), np.ones(10, dtype=np.bool_)
    nominal = level(missed_all, all_here, np.zeros(10))
    assert nominal == pytest.approx(0.9)
    assert nominal < level(missed_all, all_here, np.ones(10)) < 0.96


def test_a_place_with_few_deliveries_stays_close_to_its_lane() -> None:
    random = np.random.default_rng(3)
    effects = Effects(lanes=2, lane_of=np.array([0, 0, 1]))
    place = np.array([0] * 200 + [1] * 3 + [2] * 200)
    lane = np.array([0] * 203 + [1] * 200)
    y = np.where(lane == 0, 1.0, 2.0) + np.where(place == 1, 1.0, 0.0)
    features = np.zeros((403, FEATURES))
    features[:, 0] = 1.0
    features[:, 2] = random.normal(size=403)
    effects.add(features, y, lane, place, np.zeros(403, dtype=np.int64))
    coefficients, _, places, _ = effects.solve()
    told = coefficients[0] + places
    assert told[0] == pytest.approx(1.0, abs=0.15)
    assert told[2] == pytest.approx(2.0, abs=0.15)
    assert 0.0 < told[1] - told[0] < 0.4  # three parcels a day late are not a rule


def test_a_promise_is_measured_against_the_usual_one() -> None:
    start = np.arange(1_000, 1_200)
    length = np.full(200, 20)
    usual = usual_promises(start, length, 1_000, 1_200)
    assert np.isnan(usual[0])
    assert usual[-1] == 20
    relative, promised = relative_promise(np.array([20, 40, -1]), np.array([20.0, 20.0, 20.0]))
    assert relative == pytest.approx([0.0, np.log(2), 0.0])
    assert promised.tolist() == [True, True, False]
