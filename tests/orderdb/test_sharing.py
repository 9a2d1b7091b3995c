"""Sums shared out: they add up exactly, and nobody is more than a unit from fair."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdb.sharing import pieces, shares

SUMS = st.integers(0, 10**12)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)


@given(SUMS, WEIGHTS)
def test_shares_add_up_to_the_sum(total: int, weights: list[int]) -> None:
    assert sum(shares(total, weights)) == total


@given(SUMS, WEIGHTS)
def test_a_share_is_within_one_unit_of_its_fair_part(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    for share, weight in zip(shares(total, weights), weights, strict=True):
        if whole:
            assert abs(share * whole - total * weight) < whole


@given(SUMS, WEIGHTS)
def test_what_weighs_nothing_gets_nothing(total: int, weights: list[int]) -> None:
    for share, weight in zip(shares(total, weights), weights, strict=True):
        if any(weights) and not weight:
            assert share == 0


@given(SUMS, st.lists(st.integers(1, 4), min_size=1, max_size=8))
def test_pieces_given_up_in_any_steps_are_worth_the_whole(total: int, steps: list[int]) -> None:
    count, worth, first = sum(steps), 0, 0
    for taken in steps:
        worth += pieces(total, count, first, taken)
        first += taken
    assert worth == total


def test_the_odd_cent_goes_to_the_largest_remainder() -> None:
    assert shares(100, [1, 1, 1]) == [34, 33, 33]
    assert shares(1000, [1990, 2990, 20]) == [398, 598, 4]


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [-1, 2]), (1, [])])
def test_what_cannot_be_shared_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"shared|nobody"):
        shares(total, weights)
