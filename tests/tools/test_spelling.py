"""Slips of the keyboard are mended towards words that are known."""

from __future__ import annotations

import pytest

from tools.spelling import mended, sounded

KNOWN = {word: float(at) for at, word in enumerate(
    ["the", "order", "cancel", "where", "return", "tracking", "number", "arrive", "when", "will",
     "colour", "please", "parcel", "orders"])}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("cancell my oder", "cancel my order"),
        ("wehre is the parcle", "where is the parcel"),
        ("trackin numbr pleas", "tracking number please"),
        ("retrun it", "return it"),
        ("wen wil it arive", "when will it arrive"),
        ("teh ordre", "the order"),
    ],
)
def test_one_slip_is_mended(written: str, meant: str) -> None:
    assert mended(written, KNOWN) == meant


@pytest.mark.parametrize("written", ["{order}", "leeds", "取消订单", "it is ok", "a1 b2", "don't"])
def test_what_is_no_slip_stays(written: str) -> None:
    assert mended(written, KNOWN) == written


def test_chinese_words_of_the_same_sound_are_put_right() -> None:
    assert sounded("我的快弟到哪了，能推货吗") == "我的快递到哪了，能退货吗"
    assert sounded("包油吗，发瓢怎么开，里品卡呢") == "包邮吗，发票怎么开，礼品卡呢"
    for as_meant in (
        "快到了，地址不变",
        "可以退或换吗",
        "签收或拒收",
        "顾客付运费",
        "太快第二天就到",
        "钱包过了期限",
        "那份礼物留着",
        "由顾客服务部发活动券",
        "二手货也算",
        "杯子发漂亮的",
    ):
        assert sounded(as_meant) == as_meant
