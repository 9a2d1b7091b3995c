"""Only whole, checked sentences pass, in whatever pieces the text comes."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.gate import Gate
from assistant.grounding import Facts, Grounds
from orderdb.text import Language


def gate(language: Language = "en") -> Gate:
    return Gate(Grounds(Facts(), Facts(), date(2026, 11, 22)), language)


def test_a_sentence_is_held_until_it_is_whole() -> None:
    held = gate()
    assert held.feed("Happy to ") == ""
    assert held.feed("help you") == ""
    assert held.feed(". What else") == "Happy to help you."
    assert held.close() == " What else"


def test_nothing_passes_after_the_first_sentence_that_fails() -> None:
    shut = gate()
    passed = shut.feed("Happy to help. The total was €99.99. Anything else? ")
    assert passed == "Happy to help."
    assert [problem.text for problem in shut.problems] == ["€99.99"]
    assert shut.feed("Goodbye. ") == ""
    assert shut.close() == ""


def test_an_amount_is_not_cut_at_its_point() -> None:
    shut = gate()
    assert shut.feed("It was €99") == ""
    assert shut.feed(".99 in all. ") == ""
    assert shut.problems


def test_an_unfinished_sentence_of_a_cut_stream_is_left_out() -> None:
    cut = gate()
    cut.feed("Happy to help. It will arr")
    assert cut.close(complete=False) == ""
    assert cut.sent == "Happy to help."


def test_a_new_beginning_forgets_what_was_wrong() -> None:
    again = gate()
    again.feed("It was €99.99. ")
    again.restart()
    assert again.feed("Happy to help. ") == "Happy to help."
    assert again.problems == []


@pytest.mark.parametrize(
    ("language", "text", "passes"),
    [
        ("en", "Happy to help.", True),
        ("en", "您的包裹正在运输途中请您耐心等待。", False),
        ("zh", "很高兴为您服务。", True),
        ("zh", "I am very happy to help you.", False),
        ("zh", "由DHL承运。", True),
        ("en", "The item is a 电热水壶.", True),
    ],
)
def test_a_sentence_in_the_other_language_does_not_pass(
    language: Language, text: str, passes: bool
) -> None:
    one = gate(language)
    one.feed(text)
    one.close()
    assert (one.problems == []) is passes


TEXT = "Happy to help. What else? Fine!\nSee you. Bye"


@given(cuts=st.lists(st.integers(0, len(TEXT)), max_size=8))
def test_however_the_text_is_cut_the_same_comes_out(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(TEXT)]
    one = gate()
    out = "".join(one.feed(TEXT[a:b]) for a, b in pairwise(places))
    assert out + one.close() == TEXT == one.sent
