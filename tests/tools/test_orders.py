"""What the order tools say: short, labelled, in the customer's language, and never too long."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from orderdb.models import Refund
from orderdb.statuses import OrderStatus, PaymentMethod, RefundStatus, ShipmentStatus
from tests.orderdb.shop import ANNA, NOW, WEI, Shop, at
from tests.tools.desk import desk
from tools.registry import ToolRegistry
from tools.results import ToolResult

LONG_EN = "Stainless steel vacuum insulated water bottle with bamboo lid"
LONG_ZH = "双层不锈钢真空保温大容量运动水壶竹盖款"


@pytest.fixture
def shop(sqlite_engine: Engine) -> Shop:
    return Shop(sqlite_engine)


def ask(
    shop: Shop, tool: str, customer: str = ANNA, language: str = "en", **said: str
) -> ToolResult:
    engine = shop.session.get_bind()
    assert isinstance(engine, Engine)
    return ToolRegistry()[tool](desk(engine, customer, language), **said)


def tokens(text: str) -> float:
    """What Qwen2.5 takes for such texts at most.

    A digit or mark is one token, a Chinese character nine tenths, a Latin word one for each five
    letters begun; on 300 demo orders that lay at most 8% below the tokenizer's own count.
    """
    words = re.findall(r"[A-Za-zÀ-ÿ]+", text)
    han = re.findall(r"[\u4e00-\u9fff]", text)
    others = re.findall(r"[^A-Za-zÀ-ÿ\s\u4e00-\u9fff]", text)
    return (sum(-(-len(word) // 5) for word in words) + len(others) + 0.9 * len(han)) * 1.08


def test_one_order_leads_with_its_state_and_its_delivery(shop: Shop) -> None:
    order = shop.order("A20001", status=OrderStatus.SHIPPED)
    shop.ship(
        order,
        handed_over_at=at(11, 20, 15),
        scans=[(at(11, 21), ShipmentStatus.IN_TRANSIT)],
    )
    assert ask(shop, "get_order", order_number="#a20001").text == (
        "Order A20001: shipped.\n"
        "Delivery expected 24-30 November 2026, most likely 25 November 2026.\n"
        "Placed on 20 November 2026. Total €44.80 (with €4.90 shipping).\n"
        "Items:\n"
        "1. Kettle, 1 × €39.90\n"
        "Parcel 1: in transit; DHL JDA200011; handed to the carrier on 20 November 2026; "
        "last scan 21 November 2026, Leipzig.\n"
        "Payment: €44.80 by card, paid."
    )


def test_the_same_order_in_chinese(shop: Shop) -> None:
    order = shop.order("A20001", customer=WEI, status=OrderStatus.SHIPPED)
    shop.ship(
        order,
        handed_over_at=at(11, 20, 15),
        scans=[(at(11, 21), ShipmentStatus.IN_TRANSIT)],
    )
    assert ask(shop, "get_order", WEI, "zh", order_number="Ａ２０００１").text == (
        "订单A20001：已发货。\n"
        "预计2026年11月22日至24日送达，最可能是2026年11月22日。\n"
        "2026年11月20日下单。合计¥44.80（含运费¥4.90）。\n"
        "商品：\n"
        "1. 电热水壶，1件，单价¥39.90\n"
        "包裹1：运输中，SF Express JDA200011，2026年11月20日发出，"
        "最新物流2026年11月21日（Leipzig）。\n"
        "付款：银行卡 ¥44.80，已支付。"
    )


def test_days_are_those_of_the_customers_clock(shop: Shop) -> None:
    shop.order("A20001", customer=WEI, placed_at=at(11, 20, 23))  # 7 o'clock the next day
    assert "2026年11月21日下单" in ask(shop, "get_order", WEI, "zh", order_number="A20001").text


def test_a_refund_tells_where_the_money_goes_and_since_when(shop: Shop) -> None:
    order = shop.order("A20001", status=OrderStatus.CANCELLED, cancelled_at=NOW, paid=False)
    payment = shop.pay(order, order.total_minor, method=PaymentMethod.PAYPAL)
    shop.save(
        Refund(
            order_id=order.id,
            payment_id=payment.id,
            amount_minor=order.total_minor,
            status=RefundStatus.PENDING,
            created_at=NOW,
        )
    )
    text = ask(shop, "get_order", order_number="A20001").text
    assert "Cancelled on 22 November 2026." in text
    assert "Refund: €44.80 to PayPal, under way, released on 22 November 2026." in text
    assert "expected" not in text


def test_a_wrong_number_and_somebody_elses_get_the_same_words(shop: Shop) -> None:
    shop.order("A20001", customer=WEI)
    foreign = ask(shop, "get_order", order_number="A20001")
    missing = ask(shop, "get_order", order_number="A20009")
    assert foreign.status == missing.status == "refused"
    assert foreign.text.replace("A20001", "A20009") == missing.text
    assert "list of orders" in missing.text
    assert foreign.cards == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_order_of_forty_lines_stays_under_six_hundred_tokens(shop: Shop, language: str) -> None:
    lines = [
        {"name_en": f"{LONG_EN} {number}", "name_zh": f"{LONG_ZH}{number}", "quantity": 2}
        for number in range(40)
    ]
    order = shop.order(
        "A20001", lines=lines, status=OrderStatus.EXCEPTION, paid=False, promised_on=NOW.date()
    )
    for position in range(1, 6):
        part = shop.lines(order)[(position - 1) * 8 : position * 8]
        shop.ship(
            order,
            ShipmentStatus.HELD,
            lines=part,
            position=position,
            tracking=f"0034043416109414213{position}",
            handed_over_at=at(11, 20),
            scans=[(at(11, 21), ShipmentStatus.HELD)],
        )
    for _ in range(5):
        payment = shop.pay(order, 100_000, detail="visa 4242")
        shop.save(
            Refund(
                order_id=order.id,
                payment_id=payment.id,
                amount_minor=100,
                status=RefundStatus.PENDING,
                created_at=NOW,
            )
        )
    told = ask(shop, "get_order", language=language, order_number="A20001")
    assert tokens(told.text) < 600
    assert told.text.count("×2") == 40
    assert len(told.cards[0]["lines"]) == 40
    assert len(told.cards[0]["shipments"]) == 5


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_list_of_ten_orders_stays_under_six_hundred_tokens(shop: Shop, language: str) -> None:
    for number in range(12):
        shop.delivered(
            f"A2000{number:02}",
            lines=[{"name_en": LONG_EN, "name_zh": LONG_ZH} for _ in range(9)],
            placed_at=at(10, 1) + timedelta(days=number),
        )
    told = ask(shop, "list_orders", language=language)
    assert tokens(told.text) < 600
    assert told.cards[0]["total"] == 12
    assert told.cards[0]["shown"] == 10


def test_a_list_counts_its_orders_from_the_newest(shop: Shop) -> None:
    shop.order("A20001", placed_at=at(11, 1))
    shop.delivered("A20002", placed_at=at(11, 2), on=at(11, 5))
    first, second, third = ask(shop, "list_orders").text.splitlines()
    assert first == "Orders: 2."
    assert second.startswith("1. Order A20002: delivered on 5 November 2026; Kettle")
    assert third.startswith("2. Order A20001: being prepared, expected ")


def test_a_list_of_none_says_so(shop: Shop) -> None:
    told = ask(shop, "list_orders", status="cancelled")
    assert (told.status, told.text) == ("ok", "No such orders.")
    assert told.cards[0]["orders"] == []


def test_a_card_is_plain_json_with_both_languages(shop: Shop) -> None:
    order = shop.order("A20001", status=OrderStatus.PARTIALLY_SHIPPED, lines=2)
    shop.ship(order, lines=shop.lines(order)[:1], handed_over_at=at(11, 20))
    [card] = ask(shop, "get_order", order_number="A20001").cards
    assert card["type"] == "order"
    assert card["placed_at"] == "2026-11-20T09:00:00Z"
    assert card["total"] == {"minor": 8470, "currency": "EUR"}
    assert card["lines"][0] == {
        "line": 1,
        "name": {"en": "Kettle", "zh": "电热水壶"},
        "variant": None,
        "quantity": 1,
        "unit_price": {"minor": 3990, "currency": "EUR"},
        "status": "shipped",
    }
    assert card["progress"]["current"] == 3
    assert card["progress"]["steps"][3] == "shipped"
    assert set(card["delivery"]) == {
        "stage", "earliest", "latest", "likely", "chance", "basis", "delivered_on", "promised",
        "late", "note", "leaves_from", "leaves_by", "moved",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "exception"),
    [
        (ShipmentStatus.LOST, "lost"),
        (ShipmentStatus.DAMAGED, "damaged"),
        (ShipmentStatus.HELD, "held"),
        (ShipmentStatus.DELAYED, "delayed"),
        (ShipmentStatus.RETURNED_TO_SENDER, "returned"),
        (ShipmentStatus.IN_TRANSIT, None),
    ],
)
def test_a_card_names_what_went_wrong(
    shop: Shop, status: ShipmentStatus, exception: str | None
) -> None:
    shop.ship(shop.order("A20001", status=OrderStatus.SHIPPED), status)
    [card] = ask(shop, "get_order", order_number="A20001").cards
    assert card["progress"]["exception"] == exception


def test_a_delay_that_moved_the_range_is_told_once(shop: Shop) -> None:
    placed = NOW - timedelta(days=6)
    order = shop.order(
        "A20001",
        status=OrderStatus.SHIPPED,
        placed_at=placed,
        promised_on=(NOW - timedelta(days=1)).date(),
    )
    shop.ship(
        order,
        ShipmentStatus.DELAYED,
        handed_over_at=placed + timedelta(days=1),
        scans=[(NOW - timedelta(hours=1), ShipmentStatus.DELAYED)],
    )
    told = ask(shop, "get_order", order_number="A20001")
    assert told.cards[0]["delivery"]["moved"]["en"].startswith("The carrier reports a delay.")
    assert told.text.count("The carrier reports a delay.") == 1


def test_a_cancelled_order_stops_where_it_was(shop: Shop) -> None:
    shop.order("A20001", status=OrderStatus.CANCELLED, cancelled_at=NOW)
    [card] = ask(shop, "get_order", order_number="A20001").cards
    assert (card["progress"]["current"], card["progress"]["exception"]) == (1, "cancelled")
    assert card["delivery"] is None


def test_an_order_whose_items_nobody_recorded_says_so(shop: Shop) -> None:
    shop.order("A20001", lines=0, shipping=0, paid=False)
    text = ask(shop, "get_order", order_number="A20001").text
    assert "no items" in text
    assert "€0.00" not in text
    assert ask(shop, "list_orders").text.endswith("December 2026")


def test_a_parcel_that_never_left_is_not_told_of_a_cancelled_order(shop: Shop) -> None:
    order = shop.order("A20001", status=OrderStatus.CANCELLED, cancelled_at=NOW)
    shop.ship(order, ShipmentStatus.LABEL_CREATED)
    assert "Parcel" not in ask(shop, "get_order", order_number="A20001").text
