"""Order numbers as customers type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdb.numbers import number_key


@pytest.mark.parametrize(
    "typed", ["A20031", "a20031", "#A20031", "# a 20031", "A-20031", "Ａ２００３１", "“A20031”。"]
)
def test_every_way_to_type_a_number_finds_the_same_order(typed: str) -> None:
    assert number_key(typed) == "A20031"


def test_numbers_of_other_shops_keep_what_tells_them_apart() -> None:
    assert number_key("#W2611340") == "W2611340"
    assert number_key("2e7a8482f6fb09756ca50c10d7bfc047") == "2E7A8482F6FB09756CA50C10D7BFC047"


@pytest.mark.parametrize("typed", ["", "#", " - ", "\x00", "\ud800"])
def test_a_number_without_letters_and_digits_is_empty(typed: str) -> None:
    assert number_key(typed) == ""


@given(st.text(max_size=80))
def test_a_key_is_its_own_key(typed: str) -> None:
    key = number_key(typed)
    assert number_key(key) == key


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1), st.data())
def test_spaces_hyphens_and_hashes_never_matter(number: str, data: st.DataObject) -> None:
    noise = data.draw(st.lists(st.sampled_from([" ", "-", "#", "–", "　"]), max_size=5))
    at = data.draw(st.integers(0, len(number)))
    assert number_key(number[:at] + "".join(noise) + number[at:]) == number
