"""Goods that are wanted in an order that was placed."""

from __future__ import annotations

import pytest

from assistant.adding import asks_to_add


@pytest.mark.parametrize(
    "text",
    [
        "can you put an apron in the box as well",
        "could I get another mug in the same parcel",
        "please add a second towel",
        "throw in a candle with my order, there is room",
        "能再加一条围裙吗",
        "帮我多拿两个杯子",
        "追加一个台灯",
    ],
)
def test_goods_that_shall_join_an_order_are_heard(text: str) -> None:
    assert asks_to_add(text)


@pytest.mark.parametrize(
    "text",
    [
        "please add my flat number to the address",
        "is there an extra charge for express",
        "where is the order with the mug",
        "加急要多少钱",
        "到不了我再来找你",
    ],
)
def test_other_words_add_no_goods(text: str) -> None:
    assert not asks_to_add(text)
