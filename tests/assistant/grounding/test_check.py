"""Planting wrong facts in replies: each must be found, and right replies must pass."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from assistant.grounding import Facts, Grounds, facts_of
from tools.results import Citation, ToolResult

BERLIN = ZoneInfo("Europe/Berlin")


def order_card(number: str, **changes: object) -> dict[str, object]:
    card: dict[str, object] = {
        "type": "order",
        "number": number,
        "placed_at": "2026-11-12T23:30:00Z",
        "status": "shipped",
        "channel": "web",
        "total": {"minor": 8990, "currency": "EUR"},
        "lines": [
            {
                "line": 1,
                "name": {"en": "Kettle", "zh": "水壶"},
                "variant": None,
                "quantity": 1,
                "unit_price": {"minor": 8500, "currency": "EUR"},
                "status": "shipped",
            }
        ],
        "shipments": [
            {
                "number": 1,
                "carrier": "DHL",
                "tracking": "JD0146000012",
                "status": "in_transit",
                "lines": [{"line": 1, "quantity": 1}],
                "events": [
                    {"at": "2026-11-14T09:00:00Z", "code": "handed_over", "place": "Leipzig"}
                ],
            }
        ],
        "delivery": {
            "stage": "in_transit",
            "earliest": "2026-11-24",
            "latest": "2026-11-28",
            "likely": "2026-11-25",
            "delivered_on": None,
            "promised": None,
            "late": False,
        },
        "payments": [],
        "refunds": [],
    }
    return card | changes


SHIPPED = ToolResult(
    text="Order A20031: shipped. Delivery expected 24-28 November 2026.",
    cards=[order_card("A20031")],
)
DELIVERED = ToolResult(
    text="Order A20035: delivered.",
    cards=[
        order_card(
            "A20035",
            status="delivered",
            placed_at="2026-10-01T10:00:00Z",
            shipments=[],
            delivery={"stage": "delivered", "delivered_on": "2026-10-06"},
            total={"minor": 4200, "currency": "EUR"},
        )
    ],
)
POLICY = ToolResult(
    text="RETURN-1: within 30 days of delivery.",
    citations=[
        Citation(
            clause="RETURN-1",
            version=2,
            effective_from=date(2026, 3, 1),
            title="Return window",
            quote="You may return goods within 30 days of delivery; the label costs €4.90.",
        )
    ],
)


def grounds(*results: ToolResult) -> Grounds:
    return Grounds(facts_of(results, BERLIN), Facts(), date(2026, 11, 22))


@pytest.mark.parametrize(
    "reply",
    [
        "Your order A20031 has shipped and should arrive between 24 and 28 November.",
        "Order A20031 was placed on 13 November 2026 and is on its way with DHL (JD0146000012).",
        "It was shipped on 14 November; the total is €89.90.",
        "您的订单A20031已发货，预计11月24日至28日送达，最可能是11月25日。",
        "您好！请问还有什么可以帮您？",
        "It has not been delivered yet.",
        "Once it has been delivered you can return it.",
        "We have changed carriers this year.",
        "请点击确认，之后才会更改地址。",
    ],
)
def test_a_reply_from_the_facts_passes(reply: str) -> None:
    assert grounds(SHIPPED).check(reply) == []


@pytest.mark.parametrize(
    "reply",
    [
        "It should arrive on 29 November.",
        "预计11月30日送达。",
        "The total is €98.90.",
        "The total is $89.90.",
        "一共是899元。",
        "Your order A20013 has shipped.",
        "The tracking number is JD0146000021.",
        "It has been delivered.",
        "您的订单已签收。",
        "I have cancelled your order.",
        "已为您取消订单。",
        "Changes made. Please confirm.",
        "I've updated your delivery address.",
        "Your payment method has been changed.",
        "已为您修改收货地址。",
        "It is out for delivery.",
        "Your order is still unpaid.",
        "The refund has been issued.",
        "According to RETURN-9 that is fine.",
        "You have 45 days for that.",
        "I am 95% sure.",
        "Write to help@example.test.",
    ],
)
def test_a_planted_fact_is_found(reply: str) -> None:
    assert grounds(SHIPPED).check(reply) != []


def test_a_date_is_not_the_date_of_something_else() -> None:
    told = grounds(SHIPPED)
    assert told.check("It was shipped on 13 November.") != []
    assert told.check("It was placed on 14 November.") != []
    assert told.check("您的订单于11月13日发货。") != []


def test_an_order_number_is_no_tracking_number() -> None:
    assert grounds(SHIPPED).check("The tracking number of your order is A20031.") != []
    assert grounds(SHIPPED).check("运单号是A20031。") != []
    assert grounds(SHIPPED).check("The tracking number of A20031 is JD0146000012.") == []


def test_what_was_delivered_is_not_expected_any_more() -> None:
    card = order_card(
        "A20035",
        status="delivered",
        lines=[],
        shipments=[],
        delivery={"delivered_on": "2026-11-20", "promised": "2026-11-27"},
    )
    told = grounds(ToolResult(text="", cards=[card]))
    assert told.check("A20035 was delivered on 20 November.") == []
    assert told.check("A20035 is expected by 27 November.") != []
    assert told.check("订单A20035预计11月27日前送达。") != []
    assert told.check("It will arrive soon.") != []


def test_nothing_is_expected_on_a_day_gone_by() -> None:
    card = order_card("A20031", delivery={"earliest": None, "promised": "2026-11-15"})
    told = grounds(ToolResult(text="", cards=[card]))
    assert told.check("It is expected to arrive on 15 November 2026.") != []


def test_a_cancelled_order_does_not_arrive() -> None:
    card = order_card("A20031", status="cancelled", lines=[], shipments=[], delivery=None)
    told = grounds(ToolResult(text="", cards=[card]))
    assert told.check("Order A20031 was cancelled.") == []
    assert told.check("The parcel is expected to arrive soon.") != []


def test_a_day_is_the_customers_day_not_the_servers() -> None:
    assert grounds(SHIPPED).check("It was placed on 12 November.") != []


def test_a_value_of_one_order_does_not_pass_for_another() -> None:
    told = grounds(SHIPPED, DELIVERED)
    assert told.check("Order A20035 comes to €42.00.") == []
    assert told.check("Order A20031 comes to €42.00.") != []
    assert told.check("Order A20031 was delivered on 6 October.") != []
    assert told.check("Order A20031 has been delivered.") != []


def test_a_clause_grounds_its_own_figures_only() -> None:
    told = grounds(POLICY)
    assert told.check("You have 30 days (RETURN-1); the label costs €4.90.") == []
    assert told.check("您有30天时间退货（RETURN-1）。") == []
    assert told.check("You have 14 days (RETURN-1).") != []
    assert told.check("You have 30 days (RETURN-2).") != []


def test_a_verdict_cannot_be_turned_round() -> None:
    card = {
        "type": "verdict",
        "order_number": "A20031",
        "action": "cancel",
        "allowed": False,
        "until": None,
        "refund": None,
        "reason": {"en": "It was handed to the carrier.", "zh": "订单已交快递公司。"},
        "clause": "CANCEL-2",
        "version": 1,
    }
    told = grounds(ToolResult(text="Order A20031 cannot be cancelled.", cards=[card]))
    assert told.check("Sorry, A20031 can no longer be cancelled (CANCEL-2).") == []
    assert told.check("Yes, you can cancel order A20031.") != []
    assert told.check("可以，订单A20031可以取消。") != []


def test_facts_of_earlier_turns_still_count() -> None:
    earlier = facts_of([SHIPPED], BERLIN)
    told = Grounds(facts_of([POLICY], BERLIN), earlier, date(2026, 11, 22))
    assert told.check("Order A20031 comes to €89.90 and you have 30 days (RETURN-1).") == []


def test_facts_survive_being_stored_as_json() -> None:
    facts = facts_of([SHIPPED, POLICY], BERLIN)
    assert Facts.model_validate_json(facts.model_dump_json()) == facts
