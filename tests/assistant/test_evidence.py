"""Labels that a message must bear out by its words."""

from __future__ import annotations

import pytest

from assistant.evidence import borne_out


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("let me talk to someone", "handoff"),
        ("转人工", "handoff"),
        ("it came in pieces", "damaged"),
        ("杯子裂了", "damaged"),
        ("only two of the three were in the box", "missing"),
        ("少了一件", "missing"),
    ],
)
def test_a_label_that_its_words_support_stays_the_likeliest(said: str, label: str) -> None:
    assert borne_out(said, [(label, 0.6), ("other", 0.4)]) == [(label, 0.6), ("other", 0.4)]


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("hold on a sec, she's on the line", "handoff"),
        ("they are tea people", "damaged"),
        ("you see every drip on it", "missing"),
        ("家里没法收", "damaged"),
    ],
)
def test_a_label_taken_by_tone_alone_gives_way_to_the_next(said: str, label: str) -> None:
    (first, share), (second, _) = borne_out(said, [(label, 0.6), ("order.when", 0.4)])
    assert (first, second) == ("order.when", label)
    assert share == pytest.approx(0.4 / 0.49)


def test_unused_goods_and_what_was_left_out_bear_out_no_damage_or_loss() -> None:
    for said, label in (("是漏发了吗", "damaged"), ("一次都没点", "missing")):
        ranked = borne_out(said, [(label, 0.6), ("followup", 0.4)])
        assert ranked[0][0] == "followup"


@pytest.mark.parametrize("said", ["先别转人工哈", "no need to transfer me to a person"])
def test_who_wants_no_person_gets_none(said: str) -> None:
    assert borne_out(said, [("handoff", 0.9), ("no", 0.1)])[0][0] == "no"
