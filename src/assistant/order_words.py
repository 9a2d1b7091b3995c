"""One order in plain words, as its card has it: what was asked about it, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.likeness import likeness
from assistant.order_numbers import mentions
from orderdb.dates import date_text
from orderdb.delivery import DeliveryEstimate
from orderdb.money import Money
from orderdb.statuses import (
    OrderStatus,
    PaymentMethod,
    PaymentStatus,
    RefundStatus,
    ShipmentStatus,
)
from orderdb.text import Language, Text
from orderdb.wording import PAYMENT_METHOD
from tools.delivery_text import delivery_text, promise_text
from tools.results import ToolResult
from tools.wording import ORDER_STATUS, PAYMENT_STATUS, SHIPMENT_STATUS

Card = dict[str, Any]

ORDER_LABELS = frozenset(
    {
        "order.where",
        "order.when",
        "order.contents",
        "order.payment",
        "order.refund",
        "missing",
        "complaint",
    }
)
"""The matters that an order's own facts answer."""

_OUTSTANDING = re.compile(
    r"\bstill (?:missing|to come|outstanding|open|waiting)\b|\bmissing\b|\bleft to come\b"
    r"|[还還]?[差缺少](?:了)?(?:什么|什麼|啥|哪)|没到的|没来"
)
_PARCEL_LINE = re.compile(r"^(?:Parcel|包裹) ?(\d+)")
_MOST_NAMED = 3

_STATE = {
    OrderStatus.PENDING_PAYMENT: Text(en="is awaiting payment", zh="待付款"),
    OrderStatus.PAID: Text(en="is paid and not yet prepared", zh="已付款，等待备货"),
    OrderStatus.PROCESSING: Text(en="is being prepared", zh="正在备货"),
    OrderStatus.PACKED: Text(en="is packed and not yet shipped", zh="已打包，等待发货"),
    OrderStatus.PARTIALLY_SHIPPED: Text(en="has been partly shipped", zh="已部分发货"),
    OrderStatus.SHIPPED: Text(en="has been shipped", zh="已发货"),
    OrderStatus.OUT_FOR_DELIVERY: Text(en="is out for delivery", zh="正在派送"),
    OrderStatus.DELIVERED: Text(en="has been delivered", zh="已送达"),
    OrderStatus.EXCEPTION: Text(en="has a problem with the delivery", zh="配送异常"),
    OrderStatus.CANCELLED: Text(en="is cancelled", zh="已取消"),
    OrderStatus.RETURNED: Text(en="has been returned", zh="已退货"),
    OrderStatus.PARTIALLY_RETURNED: Text(en="has been partly returned", zh="已部分退货"),
}
_REFUND = {
    RefundStatus.PENDING: Text(
        en="A refund of {amount} to {method} is under way.", zh="退款{amount}正在退回{method}。"
    ),
    RefundStatus.SUCCEEDED: Text(
        en="{amount} was refunded to {method}.", zh="退款{amount}已退回{method}。"
    ),
    RefundStatus.FAILED: Text(
        en="The refund of {amount} to {method} failed.", zh="退款{amount}退回{method}失败。"
    ),
}
_REFUNDED_TO = {
    PaymentMethod.CARD: Text(en="your card", zh="银行卡"),
    PaymentMethod.PAYPAL: Text(en="your PayPal account", zh="PayPal账户"),
    PaymentMethod.ALIPAY: Text(en="your Alipay account", zh="支付宝"),
    PaymentMethod.WECHAT: Text(en="your WeChat Pay account", zh="微信支付"),
    PaymentMethod.BANK_TRANSFER: Text(en="your bank account", zh="银行账户"),
    PaymentMethod.GIFT_CARD: Text(en="a gift card", zh="礼品卡"),
    PaymentMethod.OTHER: Text(en="the account you paid with", zh="原支付账户"),
}
_OVER = (OrderStatus.CANCELLED, OrderStatus.RETURNED)
_ARRIVED = (OrderStatus.DELIVERED, OrderStatus.RETURNED, OrderStatus.PARTIALLY_RETURNED)


def order_in_words(
    card: Card,
    labels: Sequence[str],
    language: Language,
    about: str = "",
    result: ToolResult | None = None,
    *,
    lost: bool = False,
) -> str:
    """The order's state, then what each of ``labels`` asks for; of a ``lost`` one no day.

    ``about`` is what the customer said, whose words choose among the facts; ``result`` is what
    the card came with, which tells days in local time.
    """
    said = [_state(card, _named_otherwise(card, about))]
    for label in labels:
        match label:
            case "missing" if _mixed(card):
                said.append(_contents(card, ""))
            case "order.contents":
                said.append(_contents(card, about))
            case "order.payment":
                said += _prices(card, about)
                said.append(_payments(card))
                said += _breakdown(result, about)
            case "order.refund":
                said += _refunds(card) or [
                    Text(en="There is no refund for it.", zh="该订单没有退款记录。")
                ]
            case _:
                said += [] if lost else _delivery(card)
                arrived = label == "order.when" and not lost
                said += _arrived(card, result) if arrived else _parcels(card)
    words = dict.fromkeys(one.get(language) for one in said)
    return ("" if language == "zh" else " ").join(words)


def _named_otherwise(card: Card, about: str) -> Text:
    """What the order holds, where the customer did not call it by its number."""
    names = [line["name"] for line in card["lines"]] if "lines" in card else []
    if not about or mentions(about) or not 0 < len(names) <= _MOST_NAMED:
        return Text(en="", zh="")
    en, zh = [one["en"] for one in names], [one["zh"] or one["en"] for one in names]
    return Text(en=f" ({', '.join(en)})", zh=f"（{'、'.join(zh)}）")


def _arrived(card: Card, result: ToolResult | None) -> Iterator[Text]:
    """The parcels of an order that came, where others are still to come."""
    if result is None or OrderStatus(card["status"]) in _ARRIVED:
        return
    came = {one["number"] for one in card["shipments"] if one["status"] == "delivered"}
    for line in result.text.splitlines():
        found = _PARCEL_LINE.match(line)
        if found and int(found[1]) in came:
            yield Text(en=line, zh=line)


def _mixed(card: Card) -> bool:
    """Whether its items are not all as far as one another."""
    return len({line["status"] for line in card["lines"]}) > 1


def _state(card: Card, held: Text) -> Text:
    number, status = card["number"], OrderStatus(card["status"])
    delivery = card["delivery"] and DeliveryEstimate.model_validate(card["delivery"])
    if status is OrderStatus.DELIVERED and delivery and delivery.delivered_on:
        day = date_text(delivery.delivered_on)
        return Text(
            en=f"Order {number}{held.en} was delivered on {day.en}.",
            zh=f"订单{number}{held.zh}已于{day.zh}送达。",
        )
    state = _STATE[status]
    return Text(en=f"Order {number}{held.en} {state.en}.", zh=f"订单{number}{held.zh}{state.zh}。")


def _delivery(card: Card) -> Iterator[Text]:
    """When it comes or came; of an order that is over, what became of the money."""
    if card["delivery"]:
        delivery = DeliveryEstimate.model_validate(card["delivery"])
        if delivery.delivered_on and card["status"] == OrderStatus.DELIVERED:
            said = [promise_text(delivery), delivery.note]
        else:
            said = [delivery_text(delivery)]
        yield from (one for one in said if one)
    if card["status"] in _OVER:
        yield from _refunds(card)


def _contents(card: Card, about: str) -> Text:
    """Every item, with its own state where they differ; what is to come where that is asked."""
    total, lines, mixed = Money(**card["total"]), card["lines"], _mixed(card)
    if not lines:
        return Text(en="Its contents are not on file.", zh="订单内容未记录。")
    coming = [one for one in lines if OrderStatus(one["status"]) not in _ARRIVED]
    if mixed and coming and _OUTSTANDING.search(about.lower()):
        left = [_item(one, with_state=False) for one in coming]
        return Text(
            en=f"Still to come: {', '.join(one.en for one in left)}.",
            zh=f"尚未送达：{'、'.join(one.zh for one in left)}。",
        )
    items = [_item(line, with_state=mixed) for line in lines]
    en, zh = [one.en for one in items], [one.zh for one in items]
    return Text(
        en=f"It holds {', '.join(en)}; total {total}.", zh=f"包含{'、'.join(zh)}，合计{total}。"
    )


def _item(line: Card, *, with_state: bool) -> Text:
    name, variant = line["name"], line["variant"]
    state = ORDER_STATUS[OrderStatus(line["status"])]
    en = [variant["en"] if variant else "", state.en if with_state else ""]
    zh = [variant["zh"] if variant else "", state.zh if with_state else ""]
    more_en, more_zh = ", ".join(filter(None, en)), "，".join(filter(None, zh))
    times = f" ×{line['quantity']}" if line["quantity"] > 1 else ""
    return Text(
        en=name["en"] + (f" ({more_en})" if more_en else "") + times,
        zh=(name["zh"] or name["en"]) + (f"（{more_zh}）" if more_zh else "") + times.strip(),
    )


def _payments(card: Card) -> Text:
    total, payments = Money(**card["total"]), card["payments"]
    if not payments and not card["lines"]:
        return Text(en="Its payments are not on file.", zh="付款信息未记录。")
    if not payments:
        return Text(en=f"Total {total}; no payment yet.", zh=f"合计{total}，尚无付款记录。")
    en, zh = [], []
    for one in payments:
        amount, status = Money(**one["amount"]), PAYMENT_STATUS[PaymentStatus(one["status"])]
        method = PAYMENT_METHOD[PaymentMethod(one["method"])]
        en.append(f"{amount} by {method.en} ({status.en})")
        zh.append(f"{method.zh}{amount}（{status.zh}）")
    if len(payments) == 1 and payments[0]["status"] == PaymentStatus.CAPTURED and amount == total:
        return Text(en=f"You paid {amount} by {method.en}.", zh=f"已付款{amount}（{method.zh}）。")
    return Text(en=f"Total {total}: {', '.join(en)}.", zh=f"合计{total}：{'，'.join(zh)}。")


def _prices(card: Card, about: str) -> Iterator[Text]:
    """What the items named cost, where an order of several holds others, too."""
    named = [line for line in card["lines"] if likeness(about, line["name"]["en"])]
    named += [
        line for line in card["lines"] if line not in named and likeness(about, line["name"]["zh"])
    ]
    if not _BY_ITSELF.search(about) or not 0 < len(named) < len(card["lines"]):
        return
    for line in named:
        item, each = _item(line, with_state=False), Money(**line["unit_price"])
        more = line["quantity"] > 1
        yield Text(
            en=f"{item.en}: {each}{' each' if more else ''}.",
            zh=f"{item.zh}：{'单价' if more else ''}{each}。",
        )


_BY_ITSELF = re.compile(
    r"\b(?:by itself|on its own|alone|separately|individual\w*|each|cost|costs|how much|price"
    r"|what was|what were)\b|单独|单价|多少[钱錢]|[价價]",
    re.IGNORECASE,
)
_ADDED = re.compile(
    r"\b(?:shipping|postage|delivery|tax|vat|discount)\b|运费|邮费|税|优惠|折扣", re.IGNORECASE
)
_TOTAL = re.compile(r"(?:Total|合计) ?[^ （(]+ ?(?:\([^)]*\)|（[^）]*）)")


def _breakdown(result: ToolResult | None, about: str) -> Iterator[Text]:
    """What shipping, tax and discounts come to, where one of them is asked for."""
    if result and _ADDED.search(about) and (found := _TOTAL.search(result.text)):
        yield Text(en=f"{found[0]}.", zh=f"{found[0]}。")


def _refunds(card: Card) -> list[Text]:
    said = []
    for one in card["refunds"]:
        words, method = _REFUND[RefundStatus(one["status"])], PaymentMethod(one["method"])
        amount, to = Money(**one["amount"]), _REFUNDED_TO[method]
        said.append(
            Text(
                en=words.en.format(amount=amount, method=to.en),
                zh=words.zh.format(amount=amount, method=to.zh),
            )
        )
    return said


def _parcels(card: Card) -> Iterator[Text]:
    """The parcels that tell more than the order's own state does."""
    parcels = card["shipments"]
    for parcel in parcels:
        if card["status"] == OrderStatus.CANCELLED:
            silent = parcel["status"] == ShipmentStatus.LABEL_CREATED
        else:
            silent = len(parcels) == 1 and card["status"] == parcel["status"] == "delivered"
        if not silent:
            yield _parcel(parcel, len(parcels))


def _parcel(parcel: Card, parcels: int) -> Text:
    """Its state, and where it was seen last while it is on its way; the day of that is on the
    card, in local time."""
    status = SHIPMENT_STATUS[ShipmentStatus(parcel["status"])]
    carrier, tracking = parcel["carrier"], parcel["tracking"]
    places = [event["place"] for event in parcel["events"] if event["place"]]
    en = f"Parcel {parcel['number']}" if parcels > 1 else "The parcel"
    zh = f"包裹{parcel['number']}" if parcels > 1 else "包裹"
    if carrier:
        en, zh = f"{en} with {carrier}", f"{zh}（{carrier}）"
    en, zh = f"{en}: {status.en}", f"{zh}：{status.zh}"
    if tracking:
        en, zh = f"{en}, tracking number {tracking}", f"{zh}，运单号{tracking}"
    if places and parcel["status"] != ShipmentStatus.DELIVERED:
        en, zh = f"{en}, last scanned in {places[-1]}", f"{zh}，最近一次扫描地点为{places[-1]}"
    return Text(en=f"{en}.", zh=f"{zh}。")
