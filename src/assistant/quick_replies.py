"""Buttons under a reply: what the customer is likely to say next, already worded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.choice import Choice
from assistant.events import QuickReply
from assistant.memory import needs_person
from orderdb.statuses import OrderStatus
from orderdb.text import Language, Text
from tools.results import ToolResult

_MOST_ORDERS = 4
_PERSON = Text(en="Talk to a person", zh="转人工")
_OFFERS = {
    "cancel": Text(en="Cancel {number}", zh="取消{number}"),
    "return": Text(en="Return {number}", zh="{number}我要退货"),
    "exchange": Text(en="Exchange {number}", zh="{number}我要换货"),
    "change_address": Text(en="Change the address of {number}", zh="修改{number}的地址"),
    "change_payment": Text(en="Pay {number} in another way", zh="{number}换一种付款方式"),
    "change_items": Text(en="Change the items of {number}", zh="修改{number}的商品"),
}


def quick_replies(
    choices: Sequence[Choice], results: Sequence[ToolResult], language: Language
) -> tuple[QuickReply, ...]:
    """Answers to what was asked, the change just allowed, a person where only a person helps."""
    if any(choice.missing_order for choice in choices):
        return tuple(
            _button(" · ".join([number, *names[:1]]), number)
            for number, names in _to_choose(results, language)[:_MOST_ORDERS]
        )
    asked = [choice.question for choice in choices if choice.question is not None][:1]
    buttons = [
        _button(one.label.get(language), one.says.get(language))
        for question in asked
        for one in question.options
    ]
    if not asked:
        buttons += [_button(text, text) for text in _offers(results, language)]
    handed_off = any(result.handoff for result in results)
    if not handed_off and any(needs_person(choice, results) for choice in choices):
        buttons.append(_button(_PERSON.get(language), _PERSON.get(language)))
    return tuple(buttons)


def _offers(results: Sequence[ToolResult], language: Language) -> list[str]:
    """What the rules have just allowed, in the words that ask for it."""
    return [
        _OFFERS[card["action"]].get(language).format(number=card["order_number"])
        for result in results
        for card in result.cards
        if card["type"] == "verdict" and card["allowed"] and card["action"] in _OFFERS
    ]


def order_actions(results: Sequence[ToolResult], language: Language) -> tuple[QuickReply, ...]:
    """What is usually done next with the one order that was shown."""
    orders = [card for result in results for card in result.cards if card["type"] == "order"]
    if len(orders) != 1:
        return ()
    (order,) = orders
    actions = _NEXT.get(OrderStatus(order["status"]), ())
    texts = [_OFFERS[action].get(language).format(number=order["number"]) for action in actions]
    return (*(_button(text, text) for text in texts), _button(*[_PERSON.get(language)] * 2))


_UNSENT = ("cancel", "change_address", "change_items")
_NEXT: Mapping[OrderStatus, Sequence[str]] = {
    OrderStatus.PENDING_PAYMENT: ("cancel", "change_payment"),
    OrderStatus.PAID: _UNSENT,
    OrderStatus.PROCESSING: _UNSENT,
    OrderStatus.PACKED: ("cancel",),
    OrderStatus.DELIVERED: ("return", "exchange"),
    OrderStatus.PARTIALLY_RETURNED: ("return", "exchange"),
}


def _to_choose(results: Sequence[ToolResult], language: Language) -> list[tuple[str, list[str]]]:
    """The orders shown, each with the names of its items."""
    cards: list[dict[str, Any]] = [card for result in results for card in result.cards]
    found = []
    for card in cards:
        if card["type"] == "orders":
            found += [
                (one["number"], [it[language] for it in one["items"]]) for one in card["orders"]
            ]
        elif card["type"] == "order":
            found.append((card["number"], [line["name"][language] for line in card["lines"]]))
    return found


def _button(label: str, text: str) -> QuickReply:
    return QuickReply(label=label, text=text)
