"""What the customers of a crash run want: each kind of change in turn, in words and as a call."""

from __future__ import annotations

from typing import Any, Literal

Wish = Literal["cancel", "return", "exchange", "address"]

WISHES: tuple[Wish, ...] = ("cancel", "return", "exchange", "address")
FIRST = 30_000
REASON = "I ordered it by mistake"
CITY, CODE = "Berlin", "10115"


def number(index: int) -> str:
    return f"A{FIRST + index}"


def wish(index: int) -> Wish:
    return WISHES[index % len(WISHES)]


def street(index: int) -> str:
    return f"Neue Strasse {index + 1}"


def message(index: int) -> str:
    told = {
        "cancel": f"Please cancel order {number(index)}. {REASON}.",
        "return": f"I want to return order {number(index)}. {REASON}.",
        "exchange": f"Please exchange order {number(index)} for blue.",
        "address": f"Send order {number(index)} to {street(index)}, {CODE} {CITY}.",
    }
    return told[wish(index)]


def call(order_number: str) -> tuple[str, dict[str, Any]]:
    """The tool call that prepares what the owner of an order wants."""
    index = int(order_number[1:]) - FIRST
    about = {"order_number": order_number}
    calls: dict[Wish, tuple[str, dict[str, Any]]] = {
        "cancel": ("propose_cancellation", {"reason": REASON}),
        "return": ("propose_return", {"reason": REASON}),
        "exchange": ("propose_exchange", {"items": [{"item": 1, "variant": "blue"}]}),
        "address": (
            "propose_address_change",
            {"line1": street(index), "city": CITY, "postal_code": CODE},
        ),
    }
    name, more = calls[wish(index)]
    return name, about | more
