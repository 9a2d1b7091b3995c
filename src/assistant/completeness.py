"""What a small model's reply about an order left out of what was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from assistant.rendering import in_words
from orderdb.text import Language
from tools.results import ToolResult

Card = dict[str, Any]

_NUMBERS = re.compile(r"\d+(?:\.\d+)?")


def left_out(text: str, result: ToolResult, label: str, language: Language) -> str:
    """The plain words for ``label`` where ``text`` lacks a fact that they hold; else empty."""
    for card in result.cards:
        if card["type"] == "order" and not all(_wanted(text, card, label, language)):
            return in_words(result, label, language)
    return ""


def _wanted(text: str, card: Card, label: str, language: Language) -> Iterator[bool]:
    """Whether each fact that an answer to ``label`` is made of stands in the text."""
    if label == "order.contents":
        for line in card["lines"]:
            yield any(name and name.lower() in text.lower() for name in line["name"].values())
    elif label in ("order.where", "order.when"):
        yield from (_has_day(text, day) for day in _days(card))
        if label == "order.where" and not (card["delivery"] or {}).get("delivered_on"):
            yield from (parcel["tracking"] in text for parcel in card["shipments"]
                        if parcel["tracking"])  # fmt: skip


def _days(card: Card) -> Iterator[str]:
    """The day of delivery, or the last that is expected."""
    delivery = card["delivery"] or {}
    day = delivery.get("delivered_on") or delivery.get("latest")
    if day:
        yield day


def _has_day(text: str, day: str) -> bool:
    return str(date.fromisoformat(day).day) in _NUMBERS.findall(text)
