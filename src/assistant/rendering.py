"""A reply without a model: the tool results in plain words, what was asked for first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from assistant.choice import Choice
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
from tools.delivery_text import delivery_text
from tools.results import Citation, ToolResult
from tools.wording import (
    ORDER_STATUS,
    PAYMENT_METHOD,
    PAYMENT_STATUS,
    REFUND_STATUS,
    SHIPMENT_STATUS,
)

Card = dict[str, Any]

_TALK = {
    "greeting": Text(
        en="Hello! I can look up your orders, deliveries, returns and our policies. "
        "What can I do for you?",
        zh="您好！我可以为您查询订单、物流、退换货和店铺政策。请问需要什么帮助？",
    ),
    "thanks": Text(
        en="You're welcome. Is there anything else I can do for you?",
        zh="不客气！还有其他需要帮忙的吗？",
    ),
    "yes": Text(
        en="Nothing is waiting for a yes in words. Where a change is proposed, please use the "
        "Confirm button on its card.",
        zh="文字回复不会执行任何操作。如有待确认的变更，请点击卡片上的“确认”按钮。",
    ),
    "no": Text(
        en="All right, nothing was changed. What else can I do for you?",
        zh="好的，没有做任何更改。还有什么可以帮您？",
    ),
    "other": Text(
        en="I can help with your orders, deliveries, returns, products and our policies. "
        "What would you like to know about those?",
        zh="我可以帮您处理订单、物流、退换货、商品和店铺政策方面的问题。请问您想了解哪一方面？",
    ),
}
_FOCUSED = ("order.where", "order.when", "order.contents", "order.payment", "order.refund")
_ORDERS_NAMED = 5
_SORRY = Text(en="I am sorry about the trouble.", zh="非常抱歉给您带来不便。")
_YES = Text(en="Yes.", zh="可以。")
_NO = Text(en="I'm afraid not.", zh="抱歉，不可以。")
_WHICH_ORDER = Text(en="Which of your orders do you mean?", zh="请问您指的是哪一笔订单？")


def render(results: list[ToolResult], choices: Sequence[Choice], language: Language) -> str:
    """What the tools said, as far as ``choices`` ask for it; small talk where none was called.

    ``results`` are in the order of the choices' calls.
    """
    questions = [one.question.words.get(language) for one in choices if one.question]
    if not results and not questions:
        return talk(choices[-1].label if choices else "other", language)
    asked = {choice.label for choice in choices if choice.question}
    said = [
        in_words(result, label, language, asked=label in asked)
        for result, label in zip(results, labels_of(choices, len(results)), strict=True)
    ]
    if any(choice.label == "complaint" for choice in choices):
        said.insert(0, _SORRY.get(language))
    if any(choice.missing_order for choice in choices):
        said = ["\n".join(one.splitlines()[: 1 + _ORDERS_NAMED]) for one in said]
        said.append(_WHICH_ORDER.get(language))
    said += questions[:1]
    return "\n".join(dict.fromkeys(part for part in said if part))


def labels_of(choices: Sequence[Choice], results: int) -> list[str]:
    """The label that each of so many results was looked up for."""
    calls = {call: choice.label for choice in reversed(choices) for call in choice.calls}
    ordered = dict.fromkeys(call for choice in choices for call in choice.calls if call.tool)
    labels = [calls[call] for call in ordered]
    return [*labels, *["other"] * results][:results]


def talk(label: str, language: Language) -> str:
    """The words for a message that needs no tool."""
    return _TALK.get(label, _TALK["other"]).get(language)


def in_words(result: ToolResult, label: str, language: Language, *, asked: bool = False) -> str:
    """One result in plain words, what ``label`` asks for first or alone.

    ``asked``: a question follows that says what comes next.
    """
    for card in result.cards:
        if card["type"] == "order" and label in _FOCUSED:
            glue = "" if language == "zh" else " "
            return glue.join(part for part in _order(card, label, language) if part)
        if card["type"] == "verdict":
            return _verdict(card, label, language, next_step=not asked)
    if result.citations and not (result.cards or result.proposal or result.appraisal):
        return "\n".join(_quoted(one, language) for one in result.citations[: result.likely])
    return result.text


def _quoted(clause: Citation, language: Language) -> str:
    return _both(
        language, f"{clause.quote} ({clause.clause})", f"{clause.quote}（{clause.clause}）"
    )


def _verdict(card: Card, label: str, language: Language, *, next_step: bool) -> str:
    """Yes or no, why, and what to do next, ending with what it is about and by which clause."""
    sorry = label in ("damaged", "missing")
    answer = _SORRY if sorry else _YES if card["allowed"] else _NO
    said = [answer.get(language), card["reason"][language]]
    if next_step and card.get("next_step"):
        said.append(card["next_step"][language])
    about = _both(
        language,
        f"(order {card['order_number']}, {card['clause']})",
        f"（订单{card['order_number']}，条款{card['clause']}）",
    )
    return (" " if language == "en" else "").join([*said, about])


def _order(card: Card, label: str, language: Language) -> Iterator[str]:
    status = ORDER_STATUS[OrderStatus(card["status"])].get(language)
    yield _both(language, f"Order {card['number']}: {status}.", f"订单{card['number']}：{status}。")
    if label == "order.contents":
        yield _contents(card, language)
        return
    if label == "order.payment":
        yield _payments(card, language)
        return
    if label == "order.refund":
        yield _refunds(card, language)
        return
    if card["delivery"]:
        expected = delivery_text(DeliveryEstimate.model_validate(card["delivery"]))
        yield expected.get(language) if expected else ""
    if label == "order.where":
        yield from (
            _parcel(parcel, len(card["shipments"]), language) for parcel in card["shipments"]
        )


def _contents(card: Card, language: Language) -> str:
    items = [
        (line["name"][language] or line["name"]["en"])
        + (f"（{line['variant'][language]}）" if line["variant"] and language == "zh" else "")
        + (f" ({line['variant']['en']})" if line["variant"] and language == "en" else "")
        + (f" ×{line['quantity']}" if line["quantity"] > 1 else "")
        for line in card["lines"]
    ]
    total = Money(**card["total"])
    if not items:
        return _both(language, "Its contents are not on file.", "订单内容未记录。")
    return _both(
        language,
        f"It holds {', '.join(items)}; total {total}.",
        f"包含{'、'.join(items)}，合计{total}。",
    )


def _payments(card: Card, language: Language) -> str:
    paid = [
        f"{Money(**one['amount'])} "
        + _both(
            language,
            f"by {PAYMENT_METHOD[PaymentMethod(one['method'])].en} "
            f"({PAYMENT_STATUS[PaymentStatus(one['status'])].en})",
            f"{PAYMENT_METHOD[PaymentMethod(one['method'])].zh}"
            f"（{PAYMENT_STATUS[PaymentStatus(one['status'])].zh}）",
        )
        for one in card["payments"]
    ]
    total = Money(**card["total"])
    if not paid:
        return _both(language, f"Total {total}; no payment yet.", f"合计{total}，尚无付款记录。")
    return _both(
        language, f"Total {total}: {', '.join(paid)}.", f"合计{total}：{'，'.join(paid)}。"
    )


def _refunds(card: Card, language: Language) -> str:
    if not card["refunds"]:
        return _both(language, "There is no refund for it.", "该订单没有退款记录。")
    parts = []
    for one in card["refunds"]:
        status = REFUND_STATUS[RefundStatus(one["status"])].get(language)
        method = PAYMENT_METHOD[PaymentMethod(one["method"])].get(language)
        amount = Money(**one["amount"])
        parts.append(
            _both(
                language, f"Refund of {amount} to {method}: {status}.",
                f"退款{amount}退回{method}：{status}。",
            )
        )  # fmt: skip
    return (" " if language == "en" else "").join(parts)


def _parcel(parcel: Card, parcels: int, language: Language) -> str:
    status = SHIPMENT_STATUS[ShipmentStatus(parcel["status"])]
    carrier, tracking = parcel["carrier"], parcel["tracking"]
    english = f"Parcel {parcel['number']}" if parcels > 1 else "The parcel"
    chinese = f"包裹{parcel['number']}" if parcels > 1 else "包裹"
    by = Text(en=f" with {carrier}", zh=f"（{carrier}）") if carrier else Text(en="", zh="")
    said = Text(en=f"{english}{by.en}: {status.en}", zh=f"{chinese}{by.zh}：{status.zh}")
    for more in (_tracking(tracking), _last_scan(parcel)):
        said = Text(en=said.en + more.en, zh=said.zh + more.zh)
    return f"{said.get(language)}{_both(language, '.', '。')}"


def _tracking(number: str | None) -> Text:
    if not number:
        return Text(en="", zh="")
    return Text(en=f", tracking number {number}", zh=f"，运单号{number}")


def _last_scan(parcel: Card) -> Text:
    """Where it was seen last, while it is on its way; the day is on the card, in local time."""
    places = [event["place"] for event in parcel["events"] if event["place"]]
    if not places or parcel["status"] == ShipmentStatus.DELIVERED:
        return Text(en="", zh="")
    return Text(en=f", last scanned in {places[-1]}", zh=f"，最近一次扫描地点为{places[-1]}")


def _both(language: Language, en: str, zh: str) -> str:
    return zh if language == "zh" else en
