"""Orders named by what they cost."""

from __future__ import annotations

import pytest

from assistant.amounts import by_amount
from assistant.scene import Recent
from orderdb.money import Money


def costing(number: str, minor: int, currency: str = "EUR") -> Recent:
    return Recent(number, total=Money(minor=minor, currency=currency), items=())


ORDERS = [
    costing("A4", 104700, "USD"),
    costing("A3", 5890),
    costing("A2", 3290),
    costing("A1", 980000, "JPY"),
]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("the 32.90 one, where is it", "A2"),
        ("my 32,90 order", "A2"),
        ("the €58.90 order", "A3"),
        ("my $59 order", "A3"),
        ("cancel the order for 58.90 euros", "A3"),
        ("the 1,047 dollar one", "A4"),
        ("32.9块的那单到哪了", "A2"),
        ("58.90元的订单", "A3"),
        ("¥980000的那笔", "A1"),
    ],
)
def test_a_sum_names_the_order_that_cost_it(text: str, number: str) -> None:
    found = by_amount(text, ORDERS)
    assert found is not None
    assert found.numbers == (number,)
    assert "{order}" in found.masked


@pytest.mark.parametrize(
    "text",
    ["i paid 32.90 for it", "the 12.00 one", "two orders", "refund me 58.90", "满58.90包邮吗"],
)
def test_a_sum_that_names_no_order_names_none(text: str) -> None:
    assert by_amount(text, ORDERS) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("what became of the most expensive one", "A3"),
        ("which of my orders was the cheapest", "A2"),
        ("my biggest order, please", "A3"),
        ("最贵的那笔发了没", "A3"),
        ("哪一单花的钱最多", "A3"),
        ("把最便宜的订单退掉", "A2"),
    ],
)
def test_the_dearest_and_the_cheapest_are_found_by_their_totals(text: str, number: str) -> None:
    found = by_amount(text, ORDERS[1:3])
    assert found is not None
    assert found.numbers == (number,)


@pytest.mark.parametrize(
    "text",
    [
        "what is the cheapest one you sell",
        "最便宜的马克杯多少钱",
        "你们店最贵的是哪个",
        "the biggest size",
    ],
)
def test_goods_for_sale_are_no_orders_to_compare(text: str) -> None:
    assert by_amount(text, ORDERS[1:3]) is None


def test_orders_in_several_currencies_are_not_compared() -> None:
    assert by_amount("最贵的那单", ORDERS) is None
