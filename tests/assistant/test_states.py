"""Orders named by their state."""

from __future__ import annotations

import pytest

from assistant.scene import Recent
from assistant.states import in_state
from orderdb.statuses import OrderStatus as Status

ORDERS = [
    Recent("A6", (), Status.PENDING_PAYMENT),
    Recent("A5", (), Status.PROCESSING),
    Recent("A4", (), Status.SHIPPED),
    Recent("A3", (), Status.DELIVERED),
    Recent("A2", (), Status.CANCELLED),
    Recent("A1", (), Status.EXCEPTION),
    Recent("A0", (), Status.RETURNED),
]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("please change the address of my unpaid order", "A6"),
        ("the one i haven't paid yet", "A6"),
        ("没付款的那个订单能改地址吗", "A6"),
        ("待付款订单帮我取消", "A6"),
        ("我忘付款的那单还在吗", "A6"),
        ("花瓶那单为啥取消了", "A2"),
        ("cancel the order that hasn't shipped", "A6 A5"),
        ("还没发货的那单", "A6 A5"),
        ("cancel the order you are still packing", "A5"),
        ("还在备货的那单不要了", "A5"),
        ("the parcel that's on its way", "A4"),
        ("在路上的那个包裹什么时候到", "A4"),
        ("the order that hasn't arrived yet", "A5 A4 A1"),
        ("没收到的那个快递", "A5 A4 A1"),
        ("the most recent one that arrived", "A3"),
        ("i want to return the order i received", "A3"),
        ("已经签收的那单想退", "A3"),
        ("收到的那件不喜欢", "A3"),
        ("what about the cancelled one?", "A2"),
        ("取消的那单退款了吗", "A2"),
        ("the lost parcel", "A1"),
        ("丢了的那个包裹怎么办", "A1"),
        ("the order i returned", "A0"),
        ("is my parcel lost?", "A1"),
        ("我的包裹是不是丢了", "A1"),
        ("这个还没付钱 能不能不要了", "A6"),
    ],
)
def test_an_order_is_named_by_its_state(text: str, numbers: str) -> None:
    found = in_state(text, ORDERS)
    assert found is not None
    assert " ".join(found.numbers) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "has my order arrived?",
        "when will my order be delivered",
        "can i return it if it has been delivered",
        "is it shipped",
        "我的订单发货了吗",
        "订单到哪了",
        "cancel my order",
        "我要取消订单",
        "我要退货",
        "i lost my password",
        "what happens if i have not paid",
        "how long until delivery",
        "is my order on its way",
        "我想取消的订单还没发货",
        "你们退货的快递是哪家",
        "did you get my order",
        "the order arrived damaged",
    ],
)
def test_what_is_asked_of_an_order_does_not_name_one(text: str) -> None:
    assert in_state(text, ORDERS) is None


def test_a_state_that_no_order_is_in_names_none() -> None:
    assert in_state("my unpaid order", ORDERS[1:]) is None


def test_the_parcel_on_the_van_is_the_one_that_comes_today() -> None:
    orders = [*ORDERS, Recent("A9", (), Status.OUT_FOR_DELIVERY)]
    for text in ("今天有个快递要来吧", "显示正在派件 家里没人"):
        found = in_state(text, orders)
        assert found is not None
        assert found.numbers == ("A9",)
    assert in_state("包裹什么时候派送", orders) is None
