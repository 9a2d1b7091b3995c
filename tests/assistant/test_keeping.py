"""What stays, and what a Chinese name is called for short."""

from __future__ import annotations

import pytest

from assistant.asking.keeping import parted_by_keeping, singled_out
from assistant.asking.naming import named
from assistant.likeness import heads_in

NAMES = [["Copper Pan (large)", "铜锅（大号）"], ["Soup Bowl (white)", "陶瓷汤碗（白色）"],
         ["Cotton Scarf", "棉围巾"]]  # fmt: skip


def meant(said: str) -> set[int]:
    wanted, kept = parted_by_keeping(said)
    return set(named(wanted, NAMES)) - set(named(kept, NAMES))


@pytest.mark.parametrize(
    ("said", "which"),
    [
        ("send back the pan, I'm keeping the bowl", {0}),
        ("return the bowl but the pan stays", {1}),
        ("the scarf goes back and I keep the pan", {2}),
        ("only the pan please, not the bowl", {0}),
        ("take out the bowl, leave the pan", {1}),
        ("return the pan and the bowl", {0, 1}),
        ("take the bowl out of the order with the pan", {1}),
        ("remove the bowl from the one that has the scarf in it", {1}),
        ("the parcel with the pan and the bowl, can you take the bowl off it", {1}),
        ("把和铜锅一起买的围巾去掉", {2}),
        ("退掉锅，碗留着", {0}),
        ("汤碗不要了，围巾还要", {1}),
        ("围巾退，锅不退", {2}),
        ("只退汤碗，别的保留", {1}),
        ("围巾和汤碗都退", {1, 2}),
        ("锅不想要了 只要围巾", {0}),
        ("汤碗不要了，就留锅吧", {1}),
    ],
)
def test_what_is_kept_is_not_meant(said: str, which: set[int]) -> None:
    assert meant(said) == which


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("everything except the scarf", {2}),
        ("all but the pan", {0}),
        ("return it all apart from the bowl", {1}),
        ("除了锅都退", {0}),
        ("除了围巾以外全部退掉", {2}),
    ],
)
def test_exceptions_are_kept(said: str, kept: set[int]) -> None:
    assert set(named(parted_by_keeping(said)[1], NAMES)) == kept


@pytest.mark.parametrize("said", ["锅坏了", "那个锅", "锅子退掉", "我要退锅", "锅呢"])
def test_the_last_character_names_a_thing(said: str) -> None:
    assert heads_in(said, "铜锅（大号）") == {"锅"}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("锅炉房的灯", "铜锅"),
        ("包邮吗", "双肩包"),
        ("这笔订单", "签字笔"),
        ("老板在吗", "砧板"),
        ("等了十分钟", "闹钟"),
    ],
)
def test_a_character_inside_another_word_names_nothing(said: str, name: str) -> None:
    assert heads_in(said, name) == set()


def test_what_is_not_wanted_goes_though_something_else_is_just_wanted() -> None:
    assert singled_out("I don't need the scarf any more, just the pan").startswith("I don't need")
    assert singled_out("the pan and the bowl came, just the bowl please") == " just the bowl please"


@pytest.mark.parametrize(
    ("said", "which"),
    [
        ("I ordered a pan and a bowl. Please take the bowl out", {1}),
        ("there's a scarf and a pan in it, could you leave the scarf off", {2}),
        ("the pan and the bowl came, remove the pan", {0}),
    ],
)
def test_what_is_taken_out_is_meant_and_not_what_else_was_ordered(
    said: str, which: set[int]
) -> None:
    assert set(named(singled_out(parted_by_keeping(said)[0]), NAMES)) == which


def test_what_is_in_the_parcel_is_not_reported() -> None:
    wanted, kept = parted_by_keeping("opened it, the pan's in there, no bowl", reported=True)
    assert set(named(wanted, NAMES)) - set(named(kept, NAMES)) == {1}


def test_what_is_not_in_the_parcel_is_not_taken_for_what_is() -> None:
    wanted, kept = parted_by_keeping("箱子里就一个锅 围巾没有", reported=True)
    assert set(named(wanted, NAMES)) - set(named(kept, NAMES)) == {2}
