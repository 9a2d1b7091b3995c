"""The tau2 retail shop: every id, option, amount and balance of the file can be found again."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from orderdb.errors import ImportFailed
from orderdb.importers import import_tau2_retail
from orderdb.models import (
    Address,
    Customer,
    GiftCard,
    Order,
    OrderLine,
    Payment,
    Product,
    Refund,
    SavedPaymentMethod,
    Shipment,
    ShipmentLine,
    Variant,
    VariantPrice,
)
from orderdb.statuses import OrderStatus, PaymentMethod, ShipmentStatus
from tests.orderdb.importers.contents import contents

SHARED = Path(__file__).parents[4] / "shared" / "data" / "tau2_retail"

HOME = {
    "address1": "1 Elm Street",
    "address2": "Suite 2",
    "city": "Denver",
    "state": "CO",
    "country": "USA",
    "zip": "80201",
}
OFFICE = HOME | {"address1": "9 Work Road", "zip": "80202"}
MUG = {
    "name": "Mug",
    "product_id": "100",
    "item_id": "101",
    "price": 12.5,
    "options": {"color": "red"},
}
DB: dict[str, Any] = {
    "products": {
        "100": {
            "name": "Mug",
            "product_id": "100",
            "variants": {
                "101": {
                    "item_id": "101",
                    "options": {"color": "red"},
                    "available": True,
                    "price": 12.5,
                },
                "102": {
                    "item_id": "102",
                    "options": {"color": "blue"},
                    "available": False,
                    "price": 13,
                },
            },
        }
    },
    "users": {
        "ann_lee_1": {
            "user_id": "ann_lee_1",
            "name": {"first_name": "Ann", "last_name": "Lee"},
            "email": "ann@example.com",
            "address": HOME,
            "payment_methods": {
                "credit_card_7": {
                    "source": "credit_card",
                    "id": "credit_card_7",
                    "brand": "visa",
                    "last_four": "1234",
                },
                "gift_card_8": {"source": "gift_card", "id": "gift_card_8", "balance": 75.0},
            },
            "orders": ["#W1", "#W2"],
        },
        "bob_ray_2": {
            "user_id": "bob_ray_2",
            "name": {"first_name": "Bob", "last_name": "Ray"},
            "email": "bob@example.com",
            "address": HOME,
            "payment_methods": {"paypal_9": {"source": "paypal", "id": "paypal_9"}},
            "orders": [],
        },
    },
    "orders": {
        "#W1": {
            "order_id": "#W1",
            "user_id": "ann_lee_1",
            "address": OFFICE,
            "items": [MUG, MUG],
            "status": "delivered",
            "fulfillments": [{"tracking_id": ["555"], "item_ids": ["101", "101"]}],
            "payment_history": [
                {"transaction_type": "payment", "amount": 25.0, "payment_method_id": "gift_card_8"}
            ],
        },
        "#W2": {
            "order_id": "#W2",
            "user_id": "ann_lee_1",
            "address": HOME,
            "items": [MUG],
            "status": "cancelled",
            "fulfillments": [],
            "payment_history": [
                {
                    "transaction_type": "payment",
                    "amount": 12.5,
                    "payment_method_id": "credit_card_7",
                },
                {
                    "transaction_type": "refund",
                    "amount": 12.5,
                    "payment_method_id": "credit_card_7",
                },
            ],
        },
    },
}


def folder(tmp_path: Path, **changes: Any) -> Path:
    """A folder with ``db.json``; changes are given as ``orders={"#W1": {"status": "lost"}}``."""
    db = copy.deepcopy(DB)
    for table, records in changes.items():
        for key, values in records.items():
            db[table].setdefault(key, {}).update(values)
    (tmp_path / "db.json").write_text(json.dumps(db, indent=2), encoding="utf-8")
    return tmp_path


def test_products_keep_their_ids_options_and_prices(engine: Engine, tmp_path: Path) -> None:
    import_tau2_retail(engine, folder(tmp_path))
    with Session(engine) as session:
        product = session.exec(select(Product)).one()
        variants = session.exec(select(Variant).order_by(col(Variant.sku))).all()
        prices = session.exec(
            select(VariantPrice.price_minor).order_by(VariantPrice.variant_id)
        ).all()
    assert (product.sku, product.name_en) == ("100", "Mug")
    assert [(v.sku, v.options, v.available) for v in variants] == [
        ("101", {"color": "red"}, True),
        ("102", {"color": "blue"}, False),
    ]
    assert prices == [1250, 1300]


def test_customers_keep_their_ids_and_ways_to_pay(engine: Engine, tmp_path: Path) -> None:
    report = import_tau2_retail(engine, folder(tmp_path))
    assert report.customers_added == 2  # one of them never ordered
    with Session(engine) as session:
        ann = session.get_one(Customer, "ann_lee_1")
        home = session.exec(
            select(Address).where(Address.customer_id == ann.id, Address.is_default)
        ).one()
        card = session.get_one(SavedPaymentMethod, "credit_card_7")
        paypal = session.get_one(SavedPaymentMethod, "paypal_9")
        gift = session.exec(select(GiftCard)).one()
    assert (ann.name, ann.email, home.line1, home.country) == (
        "Ann Lee",
        "ann@example.com",
        "1 Elm Street",
        "US",
    )
    assert (card.method, card.detail) == (PaymentMethod.CARD, "visa 1234")
    assert (paypal.method, paypal.customer_id) == (PaymentMethod.PAYPAL, "bob_ray_2")
    assert (gift.code, gift.balance_minor, gift.initial_minor) == ("gift_card_8", 7500, 10000)


def test_a_delivered_order_keeps_items_parcel_and_payment(engine: Engine, tmp_path: Path) -> None:
    import_tau2_retail(engine, folder(tmp_path))
    with Session(engine) as session:
        order = session.exec(select(Order).where(col(Order.number) == "#W1")).one()
        lines = session.exec(select(OrderLine).where(OrderLine.order_id == order.id)).all()
        parcel = session.exec(select(Shipment)).one()
        inside = session.exec(select(ShipmentLine.order_line_id)).all()
        payment = session.exec(select(Payment).where(Payment.order_id == order.id)).one()
        address = session.get_one(Address, order.address_id)
    assert (order.status, order.total_minor, order.placed_at) == (OrderStatus.DELIVERED, 2500, None)
    assert [(line.sku, line.shipped_quantity) for line in lines] == [("101", 1), ("101", 1)]
    assert all(line.variant_id for line in lines)
    assert (parcel.tracking, parcel.status) == ("555", ShipmentStatus.DELIVERED)
    assert sorted(inside) == sorted(line.id or 0 for line in lines)
    assert (payment.method, payment.amount_minor) == (PaymentMethod.GIFT_CARD, 2500)
    assert payment.gift_card_id is not None
    assert address.line1 == "9 Work Road"


def test_a_cancelled_order_keeps_its_refund(engine: Engine, tmp_path: Path) -> None:
    import_tau2_retail(engine, folder(tmp_path))
    with Session(engine) as session:
        order = session.exec(select(Order).where(col(Order.number) == "#W2")).one()
        payment = session.exec(select(Payment).where(Payment.order_id == order.id)).one()
        refund = session.exec(select(Refund)).one()
        line = session.exec(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    assert order.status is OrderStatus.CANCELLED
    assert (payment.saved_method_id, payment.refunded_minor) == ("credit_card_7", 1250)
    assert (refund.amount_minor, refund.payment_id) == (1250, payment.id)
    assert line.cancelled_quantity == 1


def test_refunds_and_payments_by_any_method_are_kept(engine: Engine, tmp_path: Path) -> None:
    """Two payments by one method are two; what goes back elsewhere still counts as refunded."""
    moved = [("payment", 10, "gift_card_8"), ("payment", 2.5, "gift_card_8")]
    back = [("refund", 12.5, "credit_card_7")]
    history = [
        {"transaction_type": kind, "amount": amount, "payment_method_id": method}
        for kind, amount, method in moved + back
    ]
    import_tau2_retail(engine, folder(tmp_path, orders={"#W2": {"payment_history": history}}))
    with Session(engine) as session:
        order = session.exec(select(Order).where(col(Order.number) == "#W2")).one()
        paid = session.exec(
            select(Payment.amount_minor, Payment.refunded_minor)
            .where(Payment.order_id == order.id)
            .order_by(col(Payment.id))
        ).all()
    assert paid == [(1000, 1000), (250, 250)]


def test_importing_twice_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    import_tau2_retail(engine, folder(tmp_path))
    before = contents(engine)
    assert import_tau2_retail(engine, tmp_path / "db.json").is_unchanged
    assert contents(engine) == before


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"orders": {"#W1": {"status": "lost"}}}, "orders.#W1.status", "'pending', 'processed'"),
        ({"orders": {"#W1": {"user_id": "eve"}}}, "orders.#W1.user_id", "no user 'eve'"),
        (
            {"orders": {"#W2": {"items": [MUG | {"item_id": "999"}]}}},
            "orders.#W2.items.0",
            "no item '999' of product '100'",
        ),
        (
            {"orders": {"#W2": {"items": [MUG, MUG]}}},
            "orders.#W2.payment_history",
            "12.5 paid for items of 25.0",
        ),
        (
            {"users": {"bob_ray_2": {"email": None}}},
            "users.bob_ray_2.email",
            "valid string",
        ),
        (
            {"orders": {"#W2": {"items": [MUG | {"price": 12.505}]}}},
            "orders.#W2.items.0.price",
            "decimal places",
        ),
    ],
)
def test_a_bad_record_is_named_by_its_place(
    sqlite_engine: Engine, tmp_path: Path, changes: dict[str, Any], column: str, reason: str
) -> None:
    path = folder(tmp_path, **changes)
    with pytest.raises(ImportFailed) as failed:
        import_tau2_retail(sqlite_engine, path)
    (bad,) = failed.value.rows
    assert (bad.file, bad.column) == ("db.json", column)
    assert reason in bad.reason
    key = column.split(".")[1]
    assert f'"{key}": {{' in (path / "db.json").read_text().splitlines()[bad.line - 1]
    with Session(sqlite_engine) as session:
        assert not session.exec(select(Customer)).all()


def test_bad_records_are_put_aside_with_their_reason(sqlite_engine: Engine, tmp_path: Path) -> None:
    path = folder(tmp_path, orders={"#W1": {"status": "lost"}})
    report = import_tau2_retail(sqlite_engine, path, skip_bad=True)
    assert report.orders_added == 1
    assert report.reject_file == path / "db.rejected.json"
    (aside,) = json.loads(report.reject_file.read_text(encoding="utf-8"))
    assert aside["orders"]["order_id"] == "#W1"
    assert aside["reason"].startswith("orders.#W1.status")


@pytest.mark.parametrize("content", ["", "[]", '{"products": {}}', '{"products": '])
def test_a_file_of_another_shape_is_refused(
    sqlite_engine: Engine, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "db.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ImportFailed):
        import_tau2_retail(sqlite_engine, path)


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is not there")
def test_the_real_shop_goes_in_whole(sqlite_engine: Engine) -> None:
    db = json.loads((SHARED / "db.json").read_text(encoding="utf-8"))
    report = import_tau2_retail(sqlite_engine, SHARED)
    assert (report.orders_added, report.customers_added) == (1000, 500)
    with Session(sqlite_engine) as session:
        paid = session.exec(select(func.sum(Payment.amount_minor))).one()
        held = session.exec(select(func.sum(GiftCard.balance_minor))).one()
        saved = session.exec(select(func.count()).select_from(SavedPaymentMethod)).one()
    entries = [entry for order in db["orders"].values() for entry in order["payment_history"]]
    methods = [m for user in db["users"].values() for m in user["payment_methods"].values()]
    assert paid == sum(
        round(entry["amount"] * 100) for entry in entries if entry["transaction_type"] == "payment"
    )
    assert held == sum(round(m["balance"] * 100) for m in methods if m["source"] == "gift_card")
    assert saved == sum(m["source"] != "gift_card" for m in methods)
