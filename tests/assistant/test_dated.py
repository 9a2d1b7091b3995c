"""Orders named by the day they were placed or came."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.dated import by_day
from assistant.scene import Recent
from orderdb.statuses import OrderStatus as Status

MONDAY = date(2026, 11, 23)
ORDERS = [
    Recent("A9", (), Status.PAID, MONDAY),
    Recent("A8", (), Status.PAID, date(2026, 11, 22)),
    Recent("A7", (), Status.DELIVERED, date(2026, 11, 17), frozenset({date(2026, 11, 21)})),
    Recent("A6", (), Status.DELIVERED, date(2026, 11, 10), frozenset({date(2026, 11, 16)})),
    Recent("A5", (), Status.DELIVERED, date(2026, 11, 2), frozenset({date(2026, 11, 7)})),
    Recent("A4", (), Status.DELIVERED, date(2026, 10, 18), frozenset({date(2026, 10, 22)})),
    Recent("A3", (), Status.DELIVERED, date(2026, 8, 1)),
    Recent("A2", (), Status.DELIVERED, date(2025, 12, 1)),
]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("the thing i ordered on the 10th is broken", "A6"),
        ("bought a lamp on nov 2 and want to return it", "A5"),
        ("cancel yesterday's order", "A8"),
        ("new address for todays order please", "A9"),
        ("why was my order from the 11th cancelled?", "A6"),
        ("my october order", "A4"),
        ("the parcel i got on saturday", "A7"),
        ("what about the 2 november one", "A5"),
        ("i bought it three weeks ago and it broke", "A5"),
        ("the package that came two days ago", "A7"),
        ("i ordered two weeks ago and still nothing", "A6"),
        ("it says delivered on saturday but i have nothing", "A7"),
        ("the shoes i got in august", "A3"),
        ("我想退11月2号买的那个", "A5"),
        ("昨天下的单先别发", "A8"),
        ("就是十月那个", "A4"),
        ("取消22号的", "A8"),
        ("8月1号那个单拉链坏了", "A3"),
        ("今天的订单改地址", "A9"),
        ("双十一买的还没到", "A6"),
        ("上个月的订单", "A4"),
        ("周六收到的那件", "A7"),
        ("显示前天签收了但我没收到", "A7"),
        ("十一月二号下单的", "A5"),
    ],
)
def test_an_order_is_named_by_the_day_it_was_placed_or_came(text: str, numbers: str) -> None:
    found = by_day(text, ORDERS, MONDAY)
    assert found is not None
    assert " ".join(found.numbers) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "i need it by friday",
        "will it arrive on the 21st",
        "it should have arrived on the 21st",
        "can i move the delivery to the 2nd",
        "the order from the 5th of june",
        "the second one",
        "今天能到吗",
        "预计21号到的那个",
        "22号能送来吗",
        "退款三天了还没到",
        "昨天的天气真好",
    ],
)
def test_a_day_that_is_asked_or_hoped_for_names_no_order(text: str) -> None:
    assert by_day(text, ORDERS, MONDAY) is None


@pytest.mark.parametrize("text", ["the two that came last week", "上周到的那两个都想退"])
def test_several_orders_are_meant_together_where_the_words_say_so(text: str) -> None:
    found = by_day(text, ORDERS, MONDAY)
    assert found is not None
    assert (found.numbers, found.together) == (("A7", "A6"), True)


def test_a_week_that_begins_today_for_some_was_last_week_until_yesterday() -> None:
    found = by_day("the one that came last week", ORDERS, date(2026, 11, 22))
    assert found is not None
    assert found.numbers == ("A7", "A6")
    assert not found.together


@pytest.mark.parametrize(("text", "number"), [("上周二下的单", "A7"), ("周二下的单", "A8")])
def test_a_weekday_of_last_week_is_not_the_last_of_its_name(text: str, number: str) -> None:
    orders = [Recent("A8", (), Status.PAID, date(2026, 11, 24)), *ORDERS[2:]]
    found = by_day(text, orders, date(2026, 11, 26))
    assert found is not None
    assert found.numbers == (number,)


def test_what_remains_of_the_text_reads_as_if_the_order_had_been_numbered() -> None:
    found = by_day("那先把22号的那个取消", ORDERS, MONDAY)
    assert found is not None
    assert found.masked == "那先把{order}取消"
