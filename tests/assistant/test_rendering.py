"""Plain words for tool results, in both languages, for what was asked."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.calls import Call
from assistant.choice import Choice
from assistant.order_words import order_in_words
from assistant.rendering import in_words, render
from orderdb.delivery import DeliveryEstimate
from orderdb.text import Language
from tests.assistant.turning import Desk
from tools.context import DeskContext
from tools.results import Citation, ToolResult


def taken(label: str, *, missing_order: bool = False) -> list[Choice]:
    return [Choice(label, (Call("get_order"),), 1.0, missing_order)]


def result(desk: Desk, customer: str, language: Language, number: str) -> ToolResult:
    context = DeskContext(
        customer, None, language, desk.sessions, desk.book, desk.policies, desk.clock
    )
    return desk.registry["get_order"](context, order_number=number)


@pytest.mark.parametrize(
    ("label", "en", "zh"),
    [
        ("order.where", "JDA200011", "JDA200031"),
        ("order.when", "24-30 November 2026", "11月22日至24日"),
        ("order.contents", "It holds Kettle; total €44.80", "包含电热水壶，合计¥44.80"),
        ("order.payment", "You paid €44.80 by card.", "已付款¥44.80（银行卡）。"),
        ("order.refund", "There is no refund", "没有退款记录"),
    ],
)
def test_one_order_is_told_for_what_was_asked(desk: Desk, label: str, en: str, zh: str) -> None:
    choices = taken(label)
    english = render([result(desk, "anna", "en", "A20001")], choices, "en")
    chinese = render([result(desk, "wei", "zh", "A20003")], choices, "zh")
    assert en in english
    assert english.startswith("Order A20001 has been shipped.")
    assert zh in chinese
    assert chinese.startswith("订单A20003已发货。")


def test_two_questions_about_one_order_are_both_answered(desk: Desk) -> None:
    call = Call("get_order")
    choices = [Choice(label, (call,), 1.0) for label in ("order.where", "order.payment")]
    told = render([result(desk, "anna", "en", "A20001")], choices, "en")
    assert told.startswith("Order A20001 has been shipped. Delivery expected")
    assert told.endswith("You paid €44.80 by card.")


@pytest.mark.parametrize(
    ("status", "parcel", "en", "zh"),
    [
        (
            "cancelled",
            "label_created",
            "Order A1 is cancelled. €44.80 was refunded to your card.",
            "订单A1已取消。退款€44.80已退回银行卡。",
        ),
        (
            "delivered",
            "delivered",
            "Order A1 was delivered on 22 November 2026. Promised by 24 November 2026.",
            "订单A1已于2026年11月22日送达。承诺2026年11月24日前送达。",
        ),
    ],
)
def test_an_order_that_is_over_is_told_by_its_end(
    status: str, parcel: str, en: str, zh: str
) -> None:
    amount = {"minor": 4480, "currency": "EUR"}
    came = DeliveryEstimate(
        stage="delivered",
        earliest=date(2026, 11, 22),
        latest=date(2026, 11, 22),
        likely=date(2026, 11, 22),
        promised=date(2026, 11, 24),
        delivered_on=date(2026, 11, 22),
    )
    refund = {"amount": amount, "method": "card", "status": "succeeded", "at": None}
    card = {
        "number": "A1",
        "status": status,
        "total": amount,
        "shipments": [
            {"number": 1, "carrier": "DHL", "tracking": "1", "status": parcel, "events": []}
        ],
        "delivery": came.model_dump(mode="json") if status == "delivered" else None,
        "refunds": [refund] if status == "cancelled" else [],
    }
    assert order_in_words(card, ["order.where"], "en") == en
    assert order_in_words(card, ["order.where"], "zh") == zh


def test_a_refusal_is_told_as_it_is(desk: Desk) -> None:
    refusal = result(desk, "anna", "en", "A29999")
    assert render([refusal], taken("order.where"), "en") == refusal.text


def test_the_missing_order_is_asked_for() -> None:
    listed = ToolResult(text="Orders: 2.")
    asked = taken("order.where", missing_order=True)
    assert "Which of your orders" in render([listed], asked, "en")
    assert "哪一笔订单" in render([listed], asked, "zh")


def test_nobody_without_orders_is_asked_which() -> None:
    none = ToolResult(text="There are no orders.", cards=[{"type": "orders", "orders": []}])
    assert render([none], taken("order.where", missing_order=True), "en") == none.text


def test_the_only_order_is_asked_about_as_such() -> None:
    one = ToolResult(text="Orders: 1.", cards=[{"type": "orders", "orders": [{}]}])
    assert "Is it this one?" in render([one], taken("do.cancel", missing_order=True), "en")
    assert "请问是这笔订单吗" in render([one], taken("do.cancel", missing_order=True), "zh")


@pytest.mark.parametrize("label", ["greeting", "thanks", "yes", "no", "other"])
def test_small_talk_has_words_in_both_languages(label: str) -> None:
    english, chinese = (render([], taken(label), language) for language in ("en", "zh"))
    assert english.isascii()
    assert not chinese.isascii()


@pytest.mark.parametrize(
    ("likely", "told"),
    [(1, "30 days. (RETURN-1)"), (2, "30 days. (RETURN-1)\nWe pay. (RETURN-7)")],
)
def test_clauses_that_are_as_likely_to_answer_are_both_quoted(likely: int, told: str) -> None:
    clauses = [
        Citation(clause=clause, version=1, effective_from=date(2026, 1, 1), title="", quote=quote)
        for clause, quote in (("RETURN-1", "30 days."), ("RETURN-7", "We pay."))
    ]
    found = ToolResult(text="", citations=clauses, likely=likely)
    assert in_words(found, ["policy"], "en") == told
