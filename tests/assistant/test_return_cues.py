"""Words said around a return, an exchange or a report."""

from __future__ import annotations

import pytest

from assistant.return_cues import (
    asks_of_the_new_one,
    asks_the_same,
    asks_to_post_back,
    says_it_again,
    speaks_of_later,
    speaks_of_photos,
    tells_of_no_wear,
    tells_of_waiting,
    tells_of_wear,
    tells_when_bought,
    wants_no_longer,
)


@pytest.mark.parametrize(
    "said",
    [
        "那围裙呢",
        "浴巾总行了吧",
        "那条毯子也可以吗",
        "枕头能不能",
        "wow ok. and the pillow? only squeezed it",
        "what about my apron, I never wore it",
    ],
)
def test_goods_named_with_no_verb_ask_what_was_asked_before(said: str) -> None:
    assert asks_the_same(said)


def test_goods_named_with_a_verb_of_their_own_ask_something_else() -> None:
    assert not asks_the_same("那围裙什么时候到")
    assert not asks_the_same("我想退围裙")


def test_used_goods_are_told_from_unused_ones() -> None:
    assert tells_of_wear("已经用过一次了")
    assert tells_of_wear("包装盒扔了有影响吗")
    assert tells_of_wear("I already opened it")
    assert not tells_of_wear("没用过")
    assert tells_of_no_wear("吊牌都没剪")


def test_a_statement_of_when_or_how_long_asks_nothing_of_its_own() -> None:
    assert tells_when_bought("是十月初买的")
    assert tells_of_waiting("都一个星期了")
    assert not tells_when_bought("上周买的什么时候到")
    assert not tells_of_waiting("要几天")


def test_whether_something_has_to_be_sent_back_asks_for_no_return() -> None:
    assert asks_to_post_back("坏的那个要寄回去吗")
    assert asks_to_post_back("do I have to send the broken one back")
    assert not asks_to_post_back("我要寄回去")


def test_goods_no_longer_wanted_are_told_in_many_words() -> None:
    assert wants_no_longer("亮度不行,不想要了")
    assert wants_no_longer("颜色太土了")
    assert not wants_no_longer("要不要了解一下")


def test_what_holds_once_goods_have_come_is_asked_before_they_do() -> None:
    assert speaks_of_later("如果到了不喜欢可以退吗")
    assert not speaks_of_later("到了吗")


def test_photos_that_are_ready_or_asked_about_belong_to_the_report() -> None:
    assert speaks_of_photos("照片拍好了")
    assert speaks_of_photos("图片要发到哪里")
    assert not speaks_of_photos("没有照片行吗")


def test_a_bare_verb_says_again_only_the_change_of_the_card() -> None:
    assert says_it_again("那就换吧", "do.exchange")
    assert says_it_again("退", "do.return")
    assert not says_it_again("退", "do.exchange")
    assert not says_it_again("换大号", "do.exchange")


def test_the_new_piece_of_an_exchange_is_no_parcel_of_the_order() -> None:
    assert asks_of_the_new_one("新的什么时候寄")
    assert not asks_of_the_new_one("什么时候到")


@pytest.mark.parametrize(
    "said",
    ["That's nine days. NINE.", "it's been over a week already", "two weeks and still nothing"],
)
def test_days_that_went_by_are_waiting(said: str) -> None:
    assert tells_of_waiting(said)


def test_days_that_are_part_of_something_else_are_no_waiting() -> None:
    assert not tells_of_waiting("I need it in two days")
    assert not tells_of_waiting("it's been two days since I asked you to cancel")
