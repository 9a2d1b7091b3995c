"""A product is told for what was asked of it."""

from __future__ import annotations

import pytest

from assistant.product_words import NOT_TOLD, asks_of_goods, product_words, quality_words

BOWL = {
    "name": {"en": "Soup Bowl", "zh": "汤碗"},
    "variants": [
        {"sku": "B-1", "name": {"en": "white", "zh": "白色"}, "in_stock": 3,
         "price": {"minor": 1200, "currency": "EUR"}},
        {"sku": "B-2", "name": {"en": "dark blue", "zh": "深蓝色"}, "in_stock": 0,
         "price": {"minor": 1200, "currency": "EUR"}},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("how much is the bowl", "The price of Soup Bowl is €12.00."),
        ("price please", "The price of Soup Bowl is €12.00."),
        ("what colours are there", "Soup Bowl comes in white, dark blue."),
        ("is the dark blue one available", "Soup Bowl: dark blue, €12.00, out of stock."),
        ("do you have it in white", "Soup Bowl: white, €12.00, 3 in stock."),
    ],
)
def test_it_is_told_in_english(asked: str, told: str) -> None:
    assert product_words(BOWL, asked, "en") == told


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("汤碗多少钱", "汤碗的价格是€12.00。"),
        ("什么价格", "汤碗的价格是€12.00。"),
        ("有哪些颜色", "汤碗有白色、深蓝色可选。"),
        ("深蓝的还有吗", "汤碗：深蓝色，€12.00，缺货。"),
        ("白色有货吗", "汤碗：白色，€12.00，有货3件。"),
    ],
)
def test_it_is_told_in_chinese(asked: str, told: str) -> None:
    assert product_words(BOWL, asked, "zh") == told


def test_all_is_told_where_nothing_in_particular_is_asked() -> None:
    assert product_words(BOWL, "do you have bowls", "en") is None


@pytest.mark.parametrize(
    "said", ["price?", "how much is it", "any left?", "多少钱", "有货吗", "哪几种颜色"]
)
def test_questions_about_goods_are_known(said: str) -> None:
    assert asks_of_goods(said)


@pytest.mark.parametrize(
    "said",
    [
        "how much is shipping",
        "what does a return cost",
        "运费多少钱",
        "退货要多少钱",
        "where is it",
    ],
)
def test_other_costs_are_not_about_goods(said: str) -> None:
    assert not asks_of_goods(said)


@pytest.mark.parametrize("asked", ["能进微波炉吗", "多重", "吵不吵", "how big is it"])
def test_what_the_records_do_not_hold_is_said_to_be_unknown(asked: str) -> None:
    said = quality_words([BOWL], asked, "zh")
    assert said is not None
    assert said.startswith("汤碗。我能查到的只有")


@pytest.mark.parametrize(
    "asked", ["洗过缩水了能退吗", "多少钱", "有货吗", "it broke, is it fragile"]
)
def test_other_questions_of_goods_are_none_of_their_qualities(asked: str) -> None:
    assert quality_words([BOWL], asked, "en") is None


def test_a_measure_in_the_name_is_told() -> None:
    jug = {"name": {"en": "Water Jug 2.5 L", "zh": "水壶 2.5升"}, "variants": []}
    told = quality_words([jug], "how many litres does it hold?", "en")
    assert told is not None
    assert told.startswith("Water Jug 2.5 L: 2.5 L.")
    told = quality_words([jug], "这个容量多大", "zh")
    assert told is not None
    assert told.startswith("水壶 2.5升：2.5升。")


def test_a_measure_in_the_name_tells_nothing_of_the_weight() -> None:
    jug = {"name": {"en": "Water Jug 2.5 L", "zh": "水壶 2.5升"}, "variants": []}
    told = quality_words([jug], "how heavy is it?", "en")
    assert told is not None
    assert told.endswith(NOT_TOLD.en)
