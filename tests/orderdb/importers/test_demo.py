"""The demo shop: whole, true to its day, the same every time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text

from orderdb.errors import ImportRefused
from orderdb.importers.demo import import_demo, snapshot, stories
from orderdb.importers.demo.catalogue import load_catalogue
from orderdb.models import ImportRun
from orderdb.statuses import (
    CaseStatus,
    OrderStatus,
    PaymentStatus,
    RefundStatus,
    ReturnClass,
    ShipmentStatus,
    Tier,
)
from tests.orderdb.importers.contents import contents

DAY = date(2026, 11, 20)


def rows(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def column(engine: Engine, query: str) -> set[Any]:
    return {row[0] for row in rows(engine, query)}


@pytest.fixture
def big_engine(sqlite_engine: Engine) -> Engine:
    """Large enough for rare states."""
    import_demo(sqlite_engine, orders=4000, customers=800, as_of=DAY)
    return sqlite_engine


def test_it_has_the_orders_and_customers_asked_for(demo_engine: Engine) -> None:
    assert rows(demo_engine, "SELECT count(*) FROM orders") == [(600,)]
    assert rows(demo_engine, "SELECT count(*) FROM customers") == [(120,)]
    assert rows(demo_engine, "SELECT min(number), max(number) FROM orders") == [
        ("A20000", "A20599")
    ]


def test_the_same_seed_and_day_make_the_same_shop(sqlite_engine: Engine, engine: Engine) -> None:
    """On both databases, to the last row; only when it was made differs."""
    for one in (sqlite_engine, engine):
        import_demo(one, orders=300, customers=60, seed=5, as_of=DAY)
    first, second = contents(sqlite_engine), contents(engine)
    assert first.pop(ImportRun.__tablename__) != []
    second.pop(ImportRun.__tablename__)
    assert first == second


def test_another_seed_makes_another_shop(sqlite_demo_engine: Engine, sqlite_engine: Engine) -> None:
    import_demo(sqlite_engine, orders=600, customers=120, seed=2, as_of=DAY)
    query = "SELECT total_minor FROM orders ORDER BY number"
    assert rows(sqlite_demo_engine, query) != rows(sqlite_engine, query)


def test_importing_it_twice_changes_nothing(demo_engine: Engine) -> None:
    before = contents(demo_engine)
    report = import_demo(demo_engine, orders=600, customers=120)
    assert report.is_unchanged
    assert contents(demo_engine) == before


@pytest.mark.parametrize("other", [{"orders": 601}, {"seed": 9}, {"as_of": date(2026, 11, 21)}])
def test_a_database_holds_one_demo_shop(sqlite_demo_engine: Engine, other: dict[str, Any]) -> None:
    wanted = {"orders": 600, "customers": 120} | other
    with pytest.raises(ImportRefused, match="orders=600, customers=120, seed=1"):
        import_demo(sqlite_demo_engine, **wanted)


def test_a_shop_that_has_such_customers_is_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO customers (id, name, language, time_zone, tier) "
                "VALUES ('c-00007', 'Somebody', 'en', 'UTC', 'none')"
            )
        )
    before = contents(engine)
    with pytest.raises(ImportRefused, match="already in this database"):
        import_demo(engine, orders=300, customers=40, as_of=DAY)
    assert contents(engine) == before


@pytest.mark.parametrize(("orders", "customers"), [(299, 100), (1000, 39)])
def test_a_shop_too_small_for_its_stories_is_refused(
    sqlite_engine: Engine, orders: int, customers: int
) -> None:
    with pytest.raises(ImportRefused, match="at least 300 orders and 40 customers"):
        import_demo(sqlite_engine, orders=orders, customers=customers)


def test_nothing_has_happened_after_its_day(demo_engine: Engine, demo_now: datetime) -> None:
    assert demo_now == snapshot(DAY) == datetime(2026, 11, 20, 9, tzinfo=UTC)
    now = "'2026-11-20 09:00:00.000000'"
    if demo_engine.dialect.name == "postgresql":
        now += "::timestamp AT TIME ZONE 'UTC'"
    for table, moments in {
        "orders": ["placed_at", "paid_at", "packed_at", "cancelled_at"],
        "shipments": ["handed_over_at", "delivered_at"],
        "shipment_events": ["at"],
        "payments": ["at"],
        "refunds": ["created_at"],
        "return_requests": ["created_at"],
        "exchanges": ["created_at"],
        "customers": ["created_at"],
    }.items():
        for moment in moments:
            late = rows(
                demo_engine,
                f"SELECT count(*) FROM {table} WHERE {moment} > '2026-11-20 09:00:00.000000'"
                + (
                    "" if demo_engine.dialect.name == "sqlite" else "::timestamp AT TIME ZONE 'UTC'"
                ),
            )
            assert late == [(0,)], (table, moment)


def test_the_default_day_has_begun() -> None:
    assert snapshot(date.today()).tzinfo is UTC


def test_every_state_occurs(big_engine: Engine) -> None:
    for table, states in {
        "orders": OrderStatus,
        "shipments": ShipmentStatus,
        "payments": PaymentStatus,
        "refunds": RefundStatus,
        "return_requests": CaseStatus,
    }.items():
        found = column(big_engine, f"SELECT DISTINCT status FROM {table}")
        assert found == {state.value for state in states}, table
    assert column(big_engine, "SELECT DISTINCT tier FROM customers") == {t.value for t in Tier}
    assert column(big_engine, "SELECT DISTINCT currency FROM orders") == {
        "EUR",
        "USD",
        "GBP",
        "CNY",
        "JPY",
    }


def test_items_are_the_sum_of_their_lines(demo_engine: Engine) -> None:
    assert not rows(
        demo_engine,
        "SELECT o.number FROM orders o JOIN order_lines l ON l.order_id = o.id "
        "GROUP BY o.id, o.number, o.items_minor HAVING sum(l.total_minor) <> o.items_minor",
    )


def test_paid_orders_are_paid_in_full_and_others_not_at_all(demo_engine: Engine) -> None:
    captured = (
        "coalesce((SELECT sum(amount_minor) FROM payments p "
        "WHERE p.order_id = o.id AND p.status = 'captured'), 0)"
    )
    assert not rows(
        demo_engine,
        f"SELECT number FROM orders o WHERE paid_at IS NOT NULL AND {captured} <> total_minor "
        f"OR paid_at IS NULL AND {captured} <> 0",
    )


def test_refunds_stay_within_their_payment_and_match_it(demo_engine: Engine) -> None:
    assert not rows(
        demo_engine,
        "SELECT p.id FROM payments p LEFT JOIN refunds r "
        "ON r.payment_id = p.id AND r.status <> 'failed' GROUP BY p.id, p.refunded_minor "
        "HAVING p.refunded_minor <> coalesce(sum(r.amount_minor), 0)",
    )


def test_cancelled_paid_orders_are_refunded(demo_engine: Engine) -> None:
    assert not rows(
        demo_engine,
        "SELECT number FROM orders o WHERE status = 'cancelled' AND paid_at IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.order_id = o.id)",
    )


def test_gift_cards_hold_what_was_not_spent(big_engine: Engine) -> None:
    assert not rows(
        big_engine,
        "SELECT g.code FROM gift_cards g JOIN payments p ON p.gift_card_id = g.id "
        "LEFT JOIN refunds r ON r.payment_id = p.id AND r.status = 'succeeded' "
        "GROUP BY g.id HAVING balance_minor <> initial_minor - p.amount_minor "
        "+ coalesce(sum(r.amount_minor), 0)",
    )
    assert rows(big_engine, "SELECT count(*) > 20 FROM gift_cards WHERE balance_minor > 0") == [
        (1,)
    ]


def test_stock_promised_is_what_open_orders_wait_for(demo_engine: Engine) -> None:
    waiting = (
        "SELECT l.variant_id, o.warehouse_code, sum(l.quantity - l.shipped_quantity) "
        "FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.status <> 'cancelled' "
        "AND l.quantity > l.shipped_quantity GROUP BY l.variant_id, o.warehouse_code "
        "ORDER BY 1, 2"
    )
    promised = (
        "SELECT variant_id, warehouse_code, reserved FROM stock WHERE reserved > 0 ORDER BY 1, 2"
    )
    assert rows(demo_engine, waiting) == rows(demo_engine, promised)


def test_lines_are_shipped_as_far_as_their_parcels_have_left(demo_engine: Engine) -> None:
    gone = (
        "coalesce((SELECT sum(sl.quantity) FROM shipment_lines sl JOIN shipments s "
        "ON s.id = sl.shipment_id AND s.status <> 'label_created' "
        "WHERE sl.order_line_id = l.id), 0)"
    )
    assert not rows(
        demo_engine,
        f"SELECT id FROM order_lines l WHERE shipped_quantity > {gone} "
        f"OR shipped_quantity < quantity AND shipped_quantity <> {gone}",
    )


def test_a_parcel_is_where_its_last_scan_says(demo_engine: Engine) -> None:
    assert not rows(
        demo_engine,
        "SELECT s.id FROM shipments s JOIN shipment_events e ON e.shipment_id = s.id "
        "WHERE e.id = (SELECT max(id) FROM shipment_events x WHERE x.shipment_id = s.id) "
        "AND e.code <> s.status",
    )
    assert not rows(
        demo_engine,
        "SELECT a.id FROM shipment_events a JOIN shipment_events b "
        "ON b.shipment_id = a.shipment_id AND b.id = a.id + 1 WHERE b.at <= a.at",
    )


def test_goods_that_cannot_come_back_do_not(big_engine: Engine) -> None:
    returned = column(
        big_engine,
        "SELECT DISTINCT return_class FROM order_lines l "
        "JOIN return_requests r ON r.order_line_id = l.id",
    )
    assert returned == {ReturnClass.STANDARD.value, ReturnClass.ELECTRONICS.value}


def test_there_are_split_parcels_with_part_of_a_line(demo_engine: Engine) -> None:
    assert rows(
        demo_engine,
        "SELECT l.id FROM order_lines l JOIN shipment_lines sl ON sl.order_line_id = l.id "
        "JOIN orders o ON o.id = l.order_id WHERE sl.quantity < l.quantity",
    )


def test_new_rows_get_new_ids_afterwards(demo_engine: Engine) -> None:
    """PostgreSQL counts on its own; rows written with ids must not stand in its way."""
    with demo_engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO refunds (order_id, payment_id, amount_minor, status) "
                "SELECT order_id, id, 1, 'failed' FROM payments LIMIT 1"
            )
        )
        connection.execute(
            text(
                "INSERT INTO addresses (customer_id, recipient, line1, line2, city, region, "
                "postal_code, country, is_default) "
                "VALUES ('c-00001', 'E', '1', '', '', '', '', 'GB', false)"
            )
        )


def test_each_story_has_its_customer_in_its_language(demo_engine: Engine) -> None:
    told = stories()
    found = {
        row[0]: row[1:] for row in rows(demo_engine, "SELECT id, name, language FROM customers")
    }
    for story in told:
        assert found[story.customer_id] == (story.person.name, story.person.language)
    assert [story.person.language for story in told] == ["en", "zh"] * (len(told) // 2)
    assert told[0].customer_id == "c-00001"


STORIES = {
    "A parcel is late": "s.status = 'delayed' AND o.promised_on < '2026-11-20'",
    "One order in two parcels": "o.status = 'shipped' AND s.status = 'delivered'",
    "Paid with a gift card": "p.method = 'gift_card' AND o.status = 'paid'",
    "Cancelled yesterday": "o.status = 'cancelled' AND r.status = 'pending'",
    "A parcel is lost": "o.status = 'exception' AND s.status = 'lost'",
    "Something arrived damaged": "o.status = 'exception' AND s.status = 'damaged'",
    "Not paid yet": "o.status = 'pending_payment' AND p.status = 'pending'",
    "The parcel waits": "s.status = 'held'",
}


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2026, 11, 22), date(2027, 1, 1)])
def test_each_story_is_as_its_note_says(sqlite_engine: Engine, day: date) -> None:
    """Whatever the day of the week or the year."""
    import_demo(sqlite_engine, orders=300, customers=40, as_of=day)
    for story in stories():
        condition = next((c for start, c in STORIES.items() if story.note.en.startswith(start)), "")
        orders = rows(
            sqlite_engine,
            f"SELECT DISTINCT o.status FROM orders o WHERE customer_id = '{story.customer_id}'",
        )
        if not condition:
            assert story.note.en == "New here, no orders yet"
            assert not orders
            continue
        assert len(orders) >= 3, story.note.en
        assert rows(
            sqlite_engine,
            "SELECT o.number FROM orders o LEFT JOIN shipments s ON s.order_id = o.id "
            "LEFT JOIN payments p ON p.order_id = o.id LEFT JOIN refunds r ON r.order_id = o.id "
            f"WHERE o.customer_id = '{story.customer_id}' "
            f"AND {condition.replace('2026-11-20', day.isoformat())}",
        ), story


def test_the_catalogue_speaks_both_languages_and_five_currencies() -> None:
    products = load_catalogue()
    variants = [variant for product in products for variant in product.variants]
    assert len(products) >= 120
    assert len({product.category for product in products}) == 12
    assert {product.return_class for product in products} == {c.value for c in ReturnClass}
    assert len({variant.sku for variant in variants}) == len(variants)
    for product in products:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in product.name.zh), product.name
        names = {variant.name.zh for variant in product.variants}
        assert len(names) == len(product.variants), product.name
    assert all(min(variant.prices.values()) > 0 for variant in variants)
    assert {len(variant.prices) for variant in variants} == {5}
