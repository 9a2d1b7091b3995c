"""One order in plain words, as its card has it: what was asked about it, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

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
from tools.wording import PAYMENT_STATUS, SHIPMENT_STATUS

Card = dict[str, Any]

ORDER_LABELS = frozenset(
    {"order.where", "order.when", "order.contents", "order.payment", "order.refund"}
)
"""The matters that an order's own facts answer."""

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


def order_in_words(card: Card, labels: Sequence[str], language: Language) -> str:
    """The order's state, then what each of ``labels`` asks for."""
    said = [_state(card)]
    for label in labels:
        match label:
            case "order.contents":
                said.append(_contents(card))
            case "order.payment":
                said.append(_payments(card))
            case "order.refund":
                said += _refunds(card) or [
                    Text(en="There is no refund for it.", zh="该订单没有退款记录。")
                ]
            case _:
                said += _delivery(card)
                said += _parcels(card) if label == "order.where" else []
    words = dict.fromkeys(one.get(language) for one in said)
    return ("" if language == "zh" else " ").join(words)


def _state(card: Card) -> Text:
    number, status = card["number"], OrderStatus(card["status"])
    delivery = card["delivery"] and DeliveryEstimate.model_validate(card["delivery"])
    if status is OrderStatus.DELIVERED and delivery and delivery.delivered_on:
        day = date_text(delivery.delivered_on)
        return Text(
            en=f"Order {number} was delivered on {day.en}.", zh=f"订单{number}已于{day.zh}送达。"
        )
    state = _STATE[status]
    return Text(en=f"Order {number} {state.en}.", zh=f"订单{number}{state.zh}。")


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


def _contents(card: Card) -> Text:
    total, lines = Money(**card["total"]), card["lines"]
    if not lines:
        return Text(en="Its contents are not on file.", zh="订单内容未记录。")
    en, zh = [], []
    for line in lines:
        name, variant = line["name"], line["variant"]
        times = f" ×{line['quantity']}" if line["quantity"] > 1 else ""
        en.append(name["en"] + (f" ({variant['en']})" if variant else "") + times)
        zh.append((name["zh"] or name["en"]) + (f"（{variant['zh']}）" if variant else "") + times)
    return Text(
        en=f"It holds {', '.join(en)}; total {total}.", zh=f"包含{'、'.join(zh)}，合计{total}。"
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
        return Text(en=f"You paid {amount} by {method.en}.", zh=f"已通过{method.zh}支付{amount}。")
    return Text(en=f"Total {total}: {', '.join(en)}.", zh=f"合计{total}：{'，'.join(zh)}。")


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
