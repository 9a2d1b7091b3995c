"""A reply that leaves out what was asked for is completed from the card."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.completeness import left_out
from tools.results import ToolResult

CARD: dict[str, Any] = {
    "type": "order",
    "number": "A20001",
    "status": "shipped",
    "total": {"minor": 120050, "currency": "EUR"},
    "lines": [
        {"line": 1, "name": {"en": "Desk Lamp", "zh": "台灯"}, "variant": None, "quantity": 2}
    ],
    "shipments": [
        {"number": 1, "carrier": "UPS", "tracking": "1Z99", "status": "in_transit", "events": []}
    ],
    "delivery": {
        "stage": "in_transit", "earliest": "2026-11-23", "latest": "2026-11-25",
        "likely": "2026-11-24", "chance": None, "basis": "rules", "delivered_on": None,
        "promised": None, "late": False, "note": None,
    },
    "payments": [
        {"method": "card", "amount": {"minor": 120050, "currency": "EUR"}, "status": "captured",
         "detail": None}
    ],
    "refunds": [
        {"amount": {"minor": 1999, "currency": "EUR"}, "status": "pending", "method": "card",
         "at": None}
    ],
}  # fmt: skip
RESULT = ToolResult(text="", cards=[CARD])


@pytest.mark.parametrize(
    ("label", "reply"),
    [
        ("order.contents", "It holds two desk lamps: Desk Lamp."),
        ("order.contents", "里面是台灯。"),
        ("order.when", "It arrives by 25 November."),
        ("order.where", "It is on its way (1Z99) and comes between 23 and 25 November."),
    ],
)
def test_a_reply_that_says_it_all_is_left_as_it_is(label: str, reply: str) -> None:
    assert left_out(reply, RESULT, label, "en") == ""


@pytest.mark.parametrize(
    ("label", "reply", "told"),
    [
        ("order.contents", "It holds one item.", "Desk Lamp"),
        ("order.when", "It arrives soon.", "25 November"),
        ("order.where", "It arrives by 25 November.", "1Z99"),
    ],
)
def test_what_was_left_out_is_told_plainly(label: str, reply: str, told: str) -> None:
    assert told in left_out(reply, RESULT, label, "en")


def test_only_what_was_asked_for_is_missed() -> None:
    assert left_out("Hello.", RESULT, "greeting", "en") == ""
