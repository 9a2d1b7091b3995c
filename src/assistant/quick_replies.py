"""Buttons under a reply: what the customer is likely to say next, already worded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.events import QuickReply
from assistant.memory import needs_person
from assistant.readings import Choice
from orderdb.text import Language, Text
from tools.results import ToolResult

_MOST_ORDERS = 4
_PERSON = Text(en="Talk to a person", zh="转人工")
_CANCEL = Text(en="Cancel {number}", zh="取消{number}")


def quick_replies(
    choices: Sequence[Choice], results: Sequence[ToolResult], language: Language
) -> tuple[QuickReply, ...]:
    """Which order was meant, a person where only a person helps, or the change just allowed."""
    if any(choice.missing_order for choice in choices):
        return tuple(
            _button(f"{order['number']} · {order['items'][0][language]}", order["number"])
            if order["items"]
            else _button(order["number"], order["number"])
            for order in _listed(results)[:_MOST_ORDERS]
        )
    buttons = [
        _button(text, text)
        for result in results
        for card in result.cards
        if card["type"] == "verdict" and card["action"] == "cancel" and card["allowed"]
        for text in [_CANCEL.get(language).format(number=card["order_number"])]
    ]
    handed_off = any(result.handoff for result in results)
    if not handed_off and any(needs_person(choice.label) for choice in choices):
        buttons.append(_button(_PERSON.get(language), _PERSON.get(language)))
    return tuple(buttons)


def _listed(results: Sequence[ToolResult]) -> list[dict[str, Any]]:
    return [
        order
        for result in results
        for card in result.cards
        if card["type"] == "orders"
        for order in card["orders"]
    ]


def _button(label: str, text: str) -> QuickReply:
    return QuickReply(label=label, text=text)
