"""A hint says where a pattern could stand, and never misses a place where it does."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.grounding import hints
from assistant.grounding.check import _TELLING
from assistant.grounding.hints import Sieve, folded, hint_of, is_known_python
from assistant.grounding.names import _CARRIER
from assistant.grounding.topics import TOPICS

_ALL = [words for topic in TOPICS for _, words, _ in topic.words] + list(_CARRIER.values())


@pytest.mark.parametrize(
    ("words", "text", "may"),
    [
        (r"\bdelivered\b|\bdropped off\b", "It was DELIVERED.", True),
        (r"\bdelivered\b|\bdropped off\b", "It was dropped.", False),
        (r"\bdelivered\b", "It was del\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}vered.", True),
        (r"\blost\b", "It is lo\N{LATIN SMALL LETTER LONG S}t.", True),
        (r"\bre-?sent\b(?! it)", "Resent it", True),
        (r"(?:new |old )?order(?:s|ed)?", "an OLD thing", False),
        (r"(?:ab)?|cd", "nothing of either", True),
        (r"\d+", "no digit", True),
        (r"送达|签收", "已签收", True),
        (r"送达|签收", "已寄出", False),
    ],
)
def test_a_text_without_the_letters_need_not_be_looked_through(
    words: str, text: str, may: bool
) -> None:
    assert hint_of(re.compile(words, re.I))(folded(text)) is may


def test_this_python_reads_patterns_as_hints_rely_on() -> None:
    """Fails on a Python that reads them otherwise: look at ``_KNOWN`` and mend what reads."""
    assert is_known_python()


@pytest.mark.parametrize("other", [None, SimpleNamespace(parse=lambda words, flags: [("a", "b")])])
def test_on_another_python_every_pattern_is_tried(
    monkeypatch: pytest.MonkeyPatch, other: object
) -> None:
    monkeypatch.setattr(hints, "_parser", other)
    is_known_python.cache_clear()
    try:
        late = re.compile(r"\blate\b")
        assert hint_of(late)("on time")
        assert Sieve([("late", late)]).may_hold("on time") == ["late"]
    finally:
        is_known_python.cache_clear()


def test_what_a_pattern_finds_its_hint_has_announced() -> None:
    known = [(words, hint_of(words)) for words in _ALL]
    found = 0
    for file in (*Path(__file__).parent.glob("*.txt"), *Path("policies").rglob("*.md")):
        for line in file.read_text(encoding="utf-8").splitlines():
            bare = folded(line)
            for words, hint in known:
                if words.search(line):
                    found += 1
                    assert hint(bare), (words.pattern, line)
    assert found > 500


def test_a_sieve_lets_through_what_a_text_may_hold_as_it_was_given() -> None:
    sieve = Sieve(
        (name, re.compile(words, re.I))
        for name, words in [
            ("late", r"\blate\b|迟"),
            ("sent", r"\bre-?sent\b"),
            ("any", r"\d+|\w+"),
            ("edge", r"\b(?:it|parcel) arrived"),
            ("late", r"\boverdue\b"),
        ]
    )
    assert sieve.may_hold("It was RESENT late.") == ["late", "sent", "any"]
    assert sieve.may_hold("Overdue, plated") == ["late", "any"]
    assert sieve.may_hold("plated and preset") == ["any"]
    assert sieve.may_hold("来迟了") == ["late", "any"]
    assert sieve.may_hold("the parcel arrived") == ["any", "edge"]
    assert sieve.may_hold("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}") == [
        "late", "sent", "any", "edge",
    ]  # fmt: skip


def test_what_a_pattern_finds_its_sieve_has_let_through() -> None:
    kinds = [(words, words) for words in (*_ALL, *(one for _, many in _TELLING for one in many))]
    sieve = Sieve(kinds)
    for file in (*Path(__file__).parent.glob("*.txt"), *Path("policies").rglob("*.md")):
        for line in file.read_text(encoding="utf-8").splitlines():
            let_through = set(sieve.may_hold(line))
            assert {words for words, _ in kinds if words.search(line)} <= let_through, line
