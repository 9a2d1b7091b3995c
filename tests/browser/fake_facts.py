"""Cards, citations and proposals of a scripted shop; `hostile` puts markup into every field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]

MARKUP = "<img src=x onerror=\"document.title='owned'\"><b>bold</b>"
TODAY = datetime.now(UTC).date()


def text(en: str, zh: str) -> Json:
    return {"en": en, "zh": zh}


def money(minor: int, currency: str = "USD") -> Json:
    return {"minor": minor, "currency": currency}


def day(offset: int) -> str:
    return (TODAY + timedelta(days=offset)).isoformat()


def at(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


def delivery(**changes: Any) -> Json:
    return {
        "stage": "in_transit",
        "earliest": day(1),
        "latest": day(5),
        "likely": day(2),
        "chance": 0.9,
        "basis": "learnt",
        "delivered_on": None,
        "promised": day(3),
        "late": False,
        "note": None,
    } | changes


def past_range(said: int, days: tuple[int, int], why: Json | None) -> Json:
    """A range of days that was told some days ago; all in days from today."""
    first, last = (day(offset) for offset in days)
    when = f"{day(said)}T12:00:00Z"
    return {
        "at": when, "earliest": first, "likely": first, "latest": last, "chance": 0.9, "why": why
    }  # fmt: skip


def order(number: str = "A20031", **changes: Any) -> Json:
    """An order on its way in two parcels."""
    return {
        "type": "order",
        "number": number,
        "placed_at": at(-80),
        "status": "partially_shipped",
        "channel": "web",
        "total": money(12890),
        "lines": [
            line(
                1,
                text("Gooseneck kettle", "细嘴手冲壶"),
                text("Matt black, 0.9 l", "哑光黑，0.9 升"),
            ),
            line(2, text("Paper filters, pack of 100", "滤纸（100 张）"), None, quantity=3),
            line(3, text("Ceramic dripper", "陶瓷滤杯"), text("White", "白色"), status="cancelled"),
        ],
        "shipments": [
            {
                "number": "S1",
                "carrier": "DHL",
                "tracking": "JD014600008877665544",
                "status": "in_transit",
                "lines": [{"line": 1, "quantity": 1}],
                "events": [
                    {"at": at(-50), "code": "label_created", "place": "Leipzig"},
                    {"at": at(-42), "code": "handed_over", "place": "Leipzig"},
                    {"at": at(-12), "code": "in_transit", "place": "Rotterdam"},
                ],
            },
            {
                "number": "S2",
                "carrier": "SF Express",
                "tracking": None,
                "status": "label_created",
                "lines": [{"line": 2, "quantity": 3}],
                "events": [],
            },
        ],
        "progress": {
            "steps": ["placed", "paid", "packed", "shipped", "out_for_delivery", "delivered"],
            "current": 3,
            "exception": None,
        },
        "delivery": delivery(),
        "past_ranges": [
            past_range(-4, (-1, 2), None),
            past_range(-2, (0, 3), text("It left the warehouse a day late.", "比预计晚1天出库。")),
        ],
        "payments": [
            {"method": "card", "amount": money(9890), "status": "captured", "detail": "•••• 4242"},
            {"method": "gift_card", "amount": money(3000), "status": "captured", "detail": None},
        ],
        "refunds": [
            {
                "amount": money(1800),
                "status": "succeeded",
                "method": "card",
                "at": at(-20),
            }
        ],
    } | changes


def line(position: int, name: Json, variant: Json | None, **changes: Any) -> Json:
    return {
        "line": position,
        "name": name,
        "variant": variant,
        "quantity": 1,
        "unit_price": money(1290),
        "status": "shipped",
    } | changes


def late_order() -> Json:
    return order(
        "A20044",
        status="exception",
        total=money(18400, "JPY"),
        progress=order()["progress"] | {"current": 4, "exception": "delayed"},
        delivery=delivery(
            late=True,
            promised=day(-2),
            note=text("Held at customs since Friday.", "包裹自周五起在海关等待清关。"),
        ),
    )


def paid_order() -> Json:
    """One of a shop that has learnt nothing yet: a range of two weeks by the rules."""
    why = text("The carrier reports a delay.", "承运商报告运输延误。")
    moved = text(why["en"] + " Before, it was expected tomorrow.", why["zh"] + "此前预计明天送达。")
    return order(
        "A20060",
        status="paid",
        delivery=delivery(
            stage="processing", basis="rules", chance=None, latest=day(14),
            leaves_from=day(0), leaves_by=day(2), moved=moved, note=why,
        ),
    )  # fmt: skip


def cancelled_order() -> Json:
    return order(
        "A20050",
        status="cancelled",
        progress=order()["progress"] | {"current": 1, "exception": "cancelled"},
        delivery=None,
        shipments=[],
    )


def delivered_order() -> Json:
    return order(
        "A20020",
        status="delivered",
        progress=order()["progress"] | {"current": 5},
        delivery=delivery(delivered_on=day(-3), stage="delivered"),
    )


def orders() -> Json:
    rows = [
        {
            "number": f"A200{31 + index}",
            "placed_at": at(-80 - 24 * index),
            "status": status,
            "total": money(*amount),
            "items": [
                text("Gooseneck kettle", "细嘴手冲壶"),
                text("Paper filters, pack of 100", "滤纸（100 张）"),
                text("Ceramic dripper", "陶瓷滤杯"),
            ][: 1 + index % 3],
            "delivery": given,
        }
        for index, (status, amount, given) in enumerate(
            [
                ("shipped", (12890, "USD"), delivery()),
                ("delivered", (1980000, "JPY"), delivery(delivered_on=day(-9))),
                ("pending_payment", (45600, "CNY"), None),
                ("exception", (7900, "EUR"), delivery(late=True)),
            ]
        )
    ]
    return {"type": "orders", "orders": rows, "total": 12, "shown": 4}


OFFER = {
    "warehouse": "LEJ", "place": "Leipzig", "free": 42, "from_stock": True,
    "earliest": day(3), "latest": day(6), "chance": None,
}  # fmt: skip


def products() -> Json:
    def variant(sku: str, name: Json, stock: int, restock: str | None = None) -> Json:
        price = money(6490)
        return {"sku": sku, "name": name, "price": price, "in_stock": stock, "restock_on": restock}

    kettle = {
        "sku": "KET",
        "name": text("Gooseneck kettle", "细嘴手冲壶"),
        "category": "kitchen",
        "variants": [
            variant("KET-B", text("Matt black", "哑光黑"), 42) | {"if_ordered_now": [OFFER]},
            variant("KET-W", text("White", "白色"), 3),
            variant("KET-C", text("Copper", "古铜色"), 0, day(9)),
            variant("KET-R", text("Red", "红色"), 0),
        ],
    }
    return {"type": "products", "products": [kettle]}


def verdict(allowed: bool) -> Json:
    reason = (
        text("The order is delivered and within 30 days.", "订单已送达，且在 30 天退货期内。")
        if allowed
        else text("The parcel is already with the carrier.", "包裹已交快递公司，无法取消。")
    )
    return {
        "type": "verdict",
        "order_number": "A20020",
        "action": "return" if allowed else "cancel",
        "allowed": allowed,
        "until": at(24 * 20) if allowed else None,
        "refund": money(6490) if allowed else None,
        "reason": reason,
        "clause": "RETURN-1" if allowed else "CANCEL-2",
        "version": "3",
    }


def citation() -> Json:
    return {
        "clause": "RETURN-1",
        "version": 3,
        "effective_from": "2026-03-01",
        "title": text("Thirty days to return", "三十天退货"),
        "quote": text("You have 30 days from delivery.", "自送达之日起 30 天内可以退货。"),
    }


def proposal(key: str, number: str = "A20033", **changes: Any) -> Json:
    return {
        "proposal_id": key,
        "kind": "cancel_order",
        "order_number": number,
        "summary": text(
            "The whole order is cancelled and the payment goes back to your card.",
            "取消整个订单，款项原路退回您的银行卡。",
        ),
        "amount": money(45600, "CNY"),
        "clause": "CANCEL-1",
        "digest": f"digest-{key}",
        "expires_at": at(0.5),
        "status": "open",
    } | changes


def clause(name: str) -> Json:
    return {
        "clause": name,
        "version": 3,
        "effective_from": "2026-03-01",
        "effective_to": None,
        "title": {"RETURN-1": "Thirty days to return"}.get(name, "A clause"),
        "text": "You have 30 days from delivery\nto send things back.\n\n- unused\n- in the box",
        "document": "returns",
        "document_title": "Returns",
    }


KEPT = {
    "type", "status", "currency", "digest", "proposal_id", "kind", "event", "code", "action",
    "agent_id", "conversation_id", "customer_id", "draft_id", "handoff_id", "message_id",
    "suggestion_id", "role", "handled_by", "reason_code", "resolution", "mood", "language",
    "languages", "membership", "csrf", "tool", "id", "number",
}  # fmt: skip


def hostile(value: Any, key: str = "") -> Any:
    """The same shape with markup in every field that is not a code, an amount or a date."""
    if isinstance(value, dict):
        return {name: hostile(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [hostile(inner, key) for inner in value]
    if not isinstance(value, str) or key in KEPT or key in DATES or key == "steps":
        return value
    return value + MARKUP


DATES = {"placed_at", "earliest", "latest", "likely", "promised", "delivered_on", "at", "until"} | {
    "effective_from",
    "expires_at",
    "restock_on",
    "created_at",
    "day",
    "due_at",
    "customer_since",
}
