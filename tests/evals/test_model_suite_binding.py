"""Situations find real orders, always the same ones, and say so when there is none."""

from typing import Any

import pytest
from sqlalchemy import Engine, func
from sqlmodel import Session, select

from evals.model_suite.binding import NothingFits, bind_all
from evals.model_suite.cases import Case
from evals.model_suite.shop import load_shop
from orderdb.models import Order, OrderLine, Refund
from tests.evals.small_shop import NOW, SHOP


def a_case(name: str = "en-x", **fields: Any) -> Case:
    turns = fields.pop("turns", [{"say": "hi", "tools": ["none"]}])
    return Case.model_validate(
        {"id": name, "language": name[:2], "matter": "state", "style": ["plain"], "turns": turns}
        | fields
    )


def bound(**fields: Any) -> dict[str, str]:
    case = a_case(**fields)
    return bind_all([case], SHOP, NOW)[case.id].numbers


@pytest.mark.parametrize(
    ("need", "number"),
    [
        ({"status": "shipped"}, "A20031"),
        ({"status": ["delivered", "paid"]}, "A20032"),
        ({"shipment": "in_transit"}, "A20031"),
        ({"shipments": 0}, "A20032"),
        ({"delivered_days_ago": "5-10"}, "A20033"),
        ({"placed_days_ago": 1}, "A20032"),
        ({"refunds": "1+"}, "A20033"),
        ({"lines": 2}, "A20033"),
        ({"return_class": "electronics", "status": "paid"}, "A20032"),
        ({"paid_with": "card"}, "A20031"),
    ],
)
def test_a_situation_finds_its_first_order(need: dict[str, Any], number: str) -> None:
    assert bound(orders={"o1": need}) == {"o1": number}


def test_several_orders_are_different_ones_of_one_customer() -> None:
    assert bound(orders={"o1": {}, "o2": {}}) == {"o1": "A20031", "o2": "A20032"}


def test_a_foreign_order_is_another_customers() -> None:
    found = bound(orders={"o1": {"status": "shipped"}, "f1": {"foreign": True}})
    assert found == {"o1": "A20031", "f1": "A20033"}


def test_a_missing_number_looks_real_but_no_order_has_it() -> None:
    number = bound(orders={"m1": {"missing": True}})["m1"]
    assert number not in SHOP.orders
    assert number.startswith("A200")


def test_speakers_of_the_cases_language_come_first() -> None:
    cases = [a_case("en-x"), a_case("zh-x")]
    found = bind_all(cases, SHOP, NOW)
    assert (found["en-x"].customer_id, found["zh-x"].customer_id) == ("C1", "C2")


def test_a_customer_is_used_again_only_when_no_other_fits() -> None:
    cases = [a_case(f"en-{n}", orders={"o1": {}}) for n in range(3)]
    found = bind_all(cases, SHOP, NOW)
    assert [found[case.id].customer_id for case in cases] == ["C1", "C2", "C1"]


def test_all_cases_that_nothing_fits_are_named() -> None:
    cases = [
        a_case("en-lost", orders={"o1": {"shipment": "lost"}}),
        a_case("en-good"),
        a_case("en-rich", customer={"orders": "9+"}),
    ]
    with pytest.raises(NothingFits, match="en-lost, en-rich"):
        bind_all(cases, SHOP, NOW)


def test_the_open_orders_of_a_customer_can_be_asked_for() -> None:
    assert bound(customer={"open_orders": 2, "open_status": ["shipped", "paid"]}) == {}
    with pytest.raises(NothingFits):
        bound(customer={"open_orders": 2, "open_status": ["paid"]})


def test_a_message_is_filled_with_numbers_as_typed_and_names_of_goods() -> None:
    case = a_case(
        orders={"o1": {"status": "shipped"}},
        products={"p1": {"in_stock": True}},
        turns=[{"say": "{o1:hash} {p1}", "tools": ["none"]}],
    )
    binding = bind_all([case], SHOP, NOW)[case.id]
    assert binding.render(case.turns[0].say, "en") == "#a20031 Gooseneck kettle"
    assert binding.render(case.turns[0].say, "zh") == "#a20031 细嘴手冲壶"


def test_the_shop_is_read_whole_from_its_database(sqlite_demo_engine: Engine) -> None:
    with Session(sqlite_demo_engine) as session:
        shop = load_shop(session)
        totals = dict(session.exec(select(Order.number, Order.total_minor)).all())
        lines = session.exec(select(func.count()).select_from(OrderLine)).one()
        refunds = session.exec(select(func.count()).select_from(Refund)).one()
    assert {number: order.total.minor for number, order in shop.orders.items()} == totals
    assert sum(len(order.lines) for order in shop.orders.values()) == lines
    assert sum(len(order.refunds) for order in shop.orders.values()) == refunds
    assert all(p.variants and p.prices for p in shop.products)
    delivered = [order for order in shop.orders.values() if order.status == "delivered"]
    assert all(order.delivered_at and order.trackings for order in delivered)
