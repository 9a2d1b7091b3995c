"""Reading orders: whole, scoped to one customer, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from orderdb.errors import NotFound
from orderdb.models import Exchange, Refund, ReturnRequest
from orderdb.money import Money
from orderdb.repository import find_order, newest_orders, search_products
from orderdb.repository.products import search_terms
from orderdb.statuses import (
    CaseStatus,
    OrderStatus,
    RefundStatus,
    ShipmentStatus,
)
from tests.orderdb.shop import ANNA, WEI, Shop, at


@pytest.fixture
def shop(engine: Engine) -> Shop:
    return Shop(engine)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that run inside."""
    statements: list[str] = []

    def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_an_order_comes_with_everything_that_hangs_on_it(engine: Engine, shop: Shop) -> None:
    order = shop.order("A20001", lines=2, status=OrderStatus.SHIPPED)
    shop.ship(
        order,
        handed_over_at=at(11, 20, 15),
        scans=[
            (at(11, 21), ShipmentStatus.IN_TRANSIT),
            (at(11, 20, 15), ShipmentStatus.HANDED_OVER),
        ],
    )
    with Session(engine) as session:
        view = find_order(session, ANNA, "A20001")
    assert [line.position for line in view.lines] == [1, 2]
    assert view.total == Money(minor=8470, currency="EUR")
    [parcel] = view.shipments
    assert parcel.carrier == "DHL"
    assert [part.line for part in parcel.lines] == [1, 2]
    assert [scan.code for scan in parcel.events] == ["handed_over", "in_transit"]
    assert [payment.amount for payment in view.payments] == [view.total]
    assert view.customer.time_zone == "Europe/Berlin"


def test_another_customers_order_and_a_missing_order_look_the_same(
    engine: Engine, shop: Shop
) -> None:
    shop.order("A20001", customer=WEI)
    with Session(engine) as session:
        with pytest.raises(NotFound) as foreign:
            find_order(session, ANNA, "A20001")
        with pytest.raises(NotFound) as missing:
            find_order(session, ANNA, "A99999")
    assert str(foreign.value) == str(missing.value)


@pytest.mark.parametrize("number", ["", "#", "' OR 1=1 --", "%", "A2000_"])
def test_a_number_that_is_none_finds_nothing(engine: Engine, shop: Shop, number: str) -> None:
    shop.order("A20001")
    with Session(engine) as session, pytest.raises(NotFound):
        find_order(session, ANNA, number)


def test_a_large_order_takes_as_many_statements_as_a_small_one(engine: Engine, shop: Shop) -> None:
    shop.delivered("A20001", lines=1)
    shop.delivered("A20002", lines=40)
    counts = []
    for number in ("A20001", "A20002"):
        with Session(engine) as session, counted(engine) as statements:
            find_order(session, ANNA, number)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 12


def test_ten_orders_take_as_many_statements_as_one(engine: Engine, shop: Shop) -> None:
    shop.delivered("A20000", customer=WEI)
    for number in range(10):
        shop.delivered(f"A2001{number}")
    counts = []
    for customer in (ANNA, WEI):
        with Session(engine) as session, counted(engine) as statements:
            newest_orders(session, customer)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 7


def test_the_newest_orders_come_first_with_their_total_number(engine: Engine, shop: Shop) -> None:
    for day in range(1, 13):
        shop.order(f"A200{day:02}", placed_at=at(11, day))
    with Session(engine) as session:
        page = newest_orders(session, ANNA)
    assert [order.number for order in page.orders][:2] == ["A20012", "A20011"]
    assert (len(page.orders), page.total) == (10, 12)


def test_orders_without_a_date_come_last(engine: Engine, shop: Shop) -> None:
    shop.order("A20001", placed_at=None)
    shop.order("A20002", placed_at=at(1, 5))
    with Session(engine) as session:
        page = newest_orders(session, ANNA)
    assert [order.number for order in page.orders] == ["A20002", "A20001"]


def test_orders_are_filtered_by_where_they_stand(engine: Engine, shop: Shop) -> None:
    shop.order("A20001", status=OrderStatus.PAID)
    shop.order("A20002", status=OrderStatus.CANCELLED)
    shop.delivered("A20003")
    shop.order("A20004", status=OrderStatus.EXCEPTION)
    found = {}
    with Session(engine) as session:
        for status in ("open", "delivered", "cancelled"):
            page = newest_orders(session, ANNA, status)
            found[status] = {order.number for order in page.orders}
            assert page.total == len(found[status])
    assert found == {
        "open": {"A20001", "A20004"},
        "delivered": {"A20003"},
        "cancelled": {"A20002"},
    }


def test_a_line_shows_what_its_own_parcel_does(engine: Engine, shop: Shop) -> None:
    order = shop.order("A20001", lines=3, status=OrderStatus.PARTIALLY_SHIPPED)
    first, second, _ = shop.lines(order)
    shop.ship(order, ShipmentStatus.DELIVERED, lines=[first], delivered_at=at(11, 21))
    shop.ship(order, ShipmentStatus.LABEL_CREATED, lines=[second], position=2)
    with Session(engine) as session:
        view = find_order(session, ANNA, "A20001")
    assert [line.status for line in view.lines] == ["delivered", "packed", "processing"]


def test_returns_exchanges_and_refunds_belong_to_the_order(engine: Engine, shop: Shop) -> None:
    order = shop.delivered("A20001", lines=2)
    first, second = shop.lines(order)
    variant = shop.product().id
    shop.save(ReturnRequest(order_line_id=first.id, quantity=1, status=CaseStatus.REQUESTED))
    shop.save(
        Exchange(
            order_line_id=second.id,
            new_variant_id=variant,
            quantity=1,
            status=CaseStatus.APPROVED,
        )
    )
    with Session(engine) as session:
        payment = find_order(session, ANNA, "A20001").payments[0]
    shop.save(
        Refund(
            order_id=order.id,
            payment_id=payment.id,
            amount_minor=1000,
            status=RefundStatus.PENDING,
            created_at=at(11, 22),
        )
    )
    with Session(engine) as session:
        view = find_order(session, ANNA, "A20001")
    assert [(case.kind, case.line) for case in view.cases] == [("return", 1), ("exchange", 2)]
    assert view.refundable_of(view.payments[0]).minor == view.total.minor - 1000


def test_a_failed_refund_leaves_the_money_to_be_given_back(engine: Engine, shop: Shop) -> None:
    order = shop.delivered("A20001")
    with Session(engine) as session:
        payment = find_order(session, ANNA, "A20001").payments[0]
    shop.save(
        Refund(
            order_id=order.id, payment_id=payment.id, amount_minor=1000, status=RefundStatus.FAILED
        )
    )
    with Session(engine) as session:
        view = find_order(session, ANNA, "A20001")
    assert view.refundable_of(view.payments[0]) == view.total


@pytest.mark.parametrize("query", ["kettle", "Kettles!", "电热水壶", "有没有水壶？", "KETTLE-2"])
def test_a_product_is_found_by_the_words_of_either_language(
    engine: Engine, shop: Shop, query: str
) -> None:
    shop.product("Kettle", "快煮电热水壶", variants=("silver", "black"))
    shop.product("Steel mug", "钢杯")
    with Session(engine) as session:
        found = search_products(session, ANNA, query)
    assert [product.sku for product in found] == ["KETTLE"]


def test_the_product_that_matches_most_words_comes_alone(engine: Engine, shop: Shop) -> None:
    shop.product("Steel kettle", "钢水壶")
    shop.product("Steel mug", "钢杯")
    with Session(engine) as session:
        found = search_products(session, ANNA, "steel mug please")
    assert [product.name.en for product in found] == ["Steel mug"]


@pytest.mark.parametrize("query", ["有没有纯棉 T 恤卖", "纯棉T恤", "cotton t shirt"])
def test_one_letter_or_character_tells_products_of_like_names_apart(
    engine: Engine, shop: Shop, query: str
) -> None:
    shop.product("Cotton Briefs", "纯棉内裤")
    shop.product("Cotton T-Shirt", "纯棉 T 恤")
    with Session(engine) as session:
        found = search_products(session, ANNA, query)
    assert [product.name.en for product in found] == ["Cotton T-Shirt"]


def test_a_variant_is_found_by_its_own_number(engine: Engine, shop: Shop) -> None:
    shop.product("Kettle", variants=("silver", "black"))
    shop.session.commit()
    with Session(engine) as session:
        assert search_products(session, ANNA, "black")[0].sku == "KETTLE"


def test_prices_are_in_the_currency_that_the_customer_pays_in(engine: Engine, shop: Shop) -> None:
    shop.product("Kettle", price=3990, currency="EUR")
    shop.product("Teapot", "茶壶", price=19900, currency="CNY")
    with Session(engine) as session:
        [teapot] = search_products(session, WEI, "茶壶")
        [kettle] = search_products(session, WEI, "kettle")
    assert teapot.variants[0].price == Money(minor=19900, currency="CNY")
    assert kettle.variants[0].price is None


def test_stock_counts_what_is_not_promised_to_others(engine: Engine, shop: Shop) -> None:
    shop.product("Kettle", stock=5, reserved=3, restock_on=at(12, 1).date())
    shop.product("Teapot", "茶壶", stock=2, reserved=2, restock_on=at(12, 1).date())
    with Session(engine) as session:
        [kettle] = search_products(session, ANNA, "kettle")
        [teapot] = search_products(session, ANNA, "teapot")
    assert (kettle.variants[0].in_stock, kettle.variants[0].restock_on) == (2, None)
    assert (teapot.variants[0].in_stock, teapot.variants[0].restock_on) == (0, at(12, 1).date())


@pytest.mark.parametrize("query", ["", "???", "the and of", "zzzz", "%", "_", "\x00", "''"])
def test_words_that_mean_nothing_find_nothing(engine: Engine, shop: Shop, query: str) -> None:
    shop.product("Kettle")
    with Session(engine) as session:
        assert search_products(session, ANNA, query) == ()


def test_chinese_is_searched_by_overlapping_pairs() -> None:
    assert search_terms("黑色水壶") == ["黑色", "色水", "水壶"]
    assert search_terms("杯") == ["杯"]
    assert search_terms("有没有 Steel mugs?") == ["steel", "mug"]
