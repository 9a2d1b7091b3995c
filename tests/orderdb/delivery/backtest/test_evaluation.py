"""The rolling evaluation knows nothing of the future, and what it says is so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from random import Random

import numpy as np
import pytest

from orderdb.delivery.backtest.baselines import median_of_similar
from orderdb.delivery.backtest.evaluation import Trial, evaluate
from orderdb.delivery.backtest.figures import by_month, by_promise, figures
from orderdb.delivery.backtest.orders_file import PastOrder

FIRST = datetime(2025, 1, 6, 12)


def marketplace(days: int, slower_from: int | None = None, seed: int = 1) -> list[PastOrder]:
    """Eight orders a day; an order takes about two fifths of what was promised."""
    random = Random(seed)
    orders = []
    for day in range(days):
        for _ in range(8):
            promise = random.randint(12, 40)
            factor = 2.0 if slower_from is not None and day >= slower_from else 1.0
            handling = random.randint(0, 3)
            took = handling + 1 + round(promise * 0.35 * factor * random.lognormvariate(0, 0.4))
            bought = FIRST + timedelta(days=day)
            orders.append(
                PastOrder(
                    bought,
                    bought + timedelta(days=handling),
                    bought + timedelta(days=took),
                    bought + timedelta(days=promise),
                )
            )
    return orders


@cache
def of_marketplace(days: int, slower_from: int | None = None) -> list[Trial]:
    return evaluate(marketplace(days, slower_from), "BR")


@pytest.fixture(scope="module")
def trial() -> list[Trial]:
    return of_marketplace(200)


def rows(trial: Trial, before: int) -> list[tuple[int, ...]]:
    count = int((trial.start < before).sum())
    columns: Sequence[np.ndarray] = (trial.start, trial.earliest, trial.likely, trial.latest)
    return list(zip(*(column[:count].tolist() for column in columns), strict=True))


def test_both_moments_are_estimated_and_nearly_nine_in_ten_are_held(trial: list[Trial]) -> None:
    assert [one.moment for one in trial] == ["purchase", "hand-over"]
    for one in trial:
        assert 0.86 <= figures(one, one.last(0.5)).coverage <= 0.96


def test_following_the_times_costs_little_when_nothing_changes(trial: list[Trial]) -> None:
    found = figures(trial[0])
    assert found.error < found.error_of_median * 1.1
    assert found.error < found.error_of_promise


def test_what_happens_later_changes_no_earlier_estimate() -> None:
    calm, slow = (of_marketplace(200, slower)[0] for slower in (None, 160))
    until = FIRST.toordinal() + 160
    assert len(rows(calm, until)) > 500
    assert rows(calm, until) == rows(slow, until)


@pytest.mark.parametrize("days", [90, 133, 171])
def test_the_file_as_it_was_on_a_day_tells_the_same_until_then(days: int) -> None:
    """Whatever comes after a moment, estimates made before it are the same to the day."""
    orders, cut = marketplace(200, slower_from=120), FIRST + timedelta(days=days)
    known = [
        replace(
            order,
            handed_over=None if (order.handed_over or cut) >= cut else order.handed_over,
            delivered=None if (order.delivered or cut) >= cut else order.delivered,
        )
        for order in orders
        if order.purchased < cut
    ]
    for whole, then in zip(of_marketplace(200, 120), evaluate(known, "BR"), strict=True):
        over = whole.start + whole.took < cut.toordinal()
        assert len(then) == over.sum() > 200
        for name in ("start", "took", "earliest", "likely", "latest"):
            assert (getattr(whole, name)[over] == getattr(then, name)).all(), name


def test_a_delivery_of_the_same_day_is_not_known_yet() -> None:
    orders = marketplace(150)
    day = FIRST + timedelta(days=140)
    moved = [
        replace(order, delivered=day + timedelta(days=3))
        if order.delivered and order.delivered.date() == day.date()
        else order
        for order in orders
    ]
    assert moved != orders
    before, after = (evaluate(each, "BR")[0] for each in (orders, moved))
    ours = [row for row in rows(before, day.toordinal() + 1) if row[0] == day.toordinal()]
    theirs = [row for row in rows(after, day.toordinal() + 1) if row[0] == day.toordinal()]
    # Whether they came that day or three days later, what is told that morning is the same.
    assert {row[1:] for row in theirs} <= {row[1:] for row in ours}


def test_ranges_follow_when_deliveries_become_slower() -> None:
    trial = evaluate(marketplace(240, slower_from=120), "BR")[0]
    began = FIRST.toordinal() + 120
    at_once = (trial.start >= began) & (trial.start < began + 10)
    later = trial.start >= began + 60
    assert figures(trial, at_once).coverage < 0.75
    assert figures(trial, later).coverage > 0.85


def test_groups_add_up_to_all(trial: list[Trial]) -> None:
    for groups in (by_month(trial[0]), by_promise(trial[0])):
        assert sum(group.orders for group in groups) == len(trial[0])


def test_too_few_deliveries_are_not_estimated() -> None:
    assert all(len(one) == 0 for one in evaluate(marketplace(5), "BR"))
    assert evaluate([], "BR") == []


def test_the_baseline_asks_recent_orders_with_a_promise_like_it() -> None:
    start = np.array([100] * 10 + [100] * 10 + [130])
    end = np.array([105] * 10 + [120] * 10 + [140])
    promise = np.array([10] * 10 + [30] * 10 + [31])
    assert median_of_similar(start, end, promise)[-1] == 20
