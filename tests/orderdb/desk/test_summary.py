"""Which orders an agent is shown first, on both databases."""

from __future__ import annotations

import pytest

from orderdb.models import Conversation
from tests.orderdb.desk.staff import Staff
from tests.orderdb.shop import WEI, Shop

LISTED = ["A20005", "A20004", "A20003", "A20002", "A20001"]


@pytest.fixture
def bought(staff: Staff) -> Staff:
    """Anna has five orders, Wei one."""
    shop = Shop.__new__(Shop)
    shop.session, shop._addresses = staff.sessions(), {}
    for number in reversed(LISTED[:-1]):
        shop.order(number)
    shop.order("A20009", customer=WEI)
    shop.session.close()
    return staff


def orders(staff: Staff) -> list[str]:
    return (staff.call().summary or {})["orders"]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("My lawyer will write about order A20002", ["A20002"]),
        ("我要起诉你们，订单a20003和A 20004都是", ["A20003", "A20004"]),
        ("What of A20009, A200021 and XA20002?", []),
    ],
)
def test_who_is_handed_over_before_anything_was_looked_up_named_their_order(
    bought: Staff, said: str, named: list[str]
) -> None:
    bought.hear(said)
    assert sorted(orders(bought)) == named


def test_of_orders_that_were_only_listed_the_newest_are_told(bought: Staff) -> None:
    with bought.sessions() as session:
        chat = session.get_one(Conversation, bought.chat)
        chat.memory = {"focus": None, "listed": LISTED}
        session.add(chat)
        session.commit()
    bought.hear("I want a person")
    assert orders(bought) == LISTED[:3]
