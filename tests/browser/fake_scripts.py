"""What the scripted shop answers: a word in the message picks the script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.browser import fake_facts as facts

Json = dict[str, Any]
Step = tuple[str, Json]

ANSWER = "Your order A20031 is on its way. Most likely it arrives in two days."


IN_CHINESE = {
    ANSWER: "您的订单 A20031 正在运输途中，最可能在两天后送达。",
    "I prepared the cancellation. Please confirm it below.": "已为您准备好取消申请，请在下方确认。",
    "Here are your latest orders.": "这是您最近的订单。",
    "A colleague will answer you here.": "稍后会有客服在这里回复您。",
}


def tokens(text: str, asked: str = "") -> Iterator[Step]:
    """A reply in pieces of a few characters, as a model sends it, in the customer's language."""
    if not asked.isascii():
        text = IN_CHINESE.get(text, text)
    for start in range(0, len(text), 6):
        yield "token", {"text": text[start : start + 6]}


def tool(name: str, status: str = "ok", **arguments: Any) -> Iterator[Step]:
    call = {"id": f"call-{name}", "name": name, "arguments": arguments, "duration_ms": 12}
    yield "tool", call | {"status": "started"}
    yield "tool", call | {"status": status}


def order_answer(asked: str) -> Iterator[Step]:
    yield from tool("get_order", order_number="A20031")
    yield "card", facts.order()
    yield "citation", facts.citation()
    yield from tokens(ANSWER, asked)


def new_order(asked: str) -> Iterator[Step]:
    yield "card", facts.paid_order()
    yield from tokens(ANSWER, asked)


def my_orders(asked: str) -> Iterator[Step]:
    yield from tool("list_orders", status="all")
    yield "card", facts.orders()
    yield from tokens("Here are your latest orders.", asked)


def everything(_: str) -> Iterator[Step]:
    for card in (
        facts.order(),
        facts.late_order(),
        facts.cancelled_order(),
        facts.delivered_order(),
        facts.orders(),
        facts.products(),
        facts.verdict(True),
        facts.verdict(False),
    ):
        yield "card", card
    yield "citation", facts.citation()
    yield "proposal", facts.proposal("p-all-1")
    yield from tokens("Every kind of card.")


def cancellation(asked: str) -> Iterator[Step]:
    yield from tool("propose_cancellation", order_number="A20033", reason="cancel")
    yield "proposal", facts.proposal("p-1")
    yield from tokens("I prepared the cancellation. Please confirm it below.", asked)


def two_proposals(_: str) -> Iterator[Step]:
    yield "proposal", facts.proposal("p-2")
    yield "proposal", facts.proposal("p-3", "A20034")
    yield from tokens("Two cancellations are prepared.")


def changed_proposal(_: str) -> Iterator[Step]:
    yield "proposal", facts.proposal("p-changed")
    yield from tokens("Please confirm.")


def short_lived(_: str) -> Iterator[Step]:
    yield "proposal", facts.proposal("p-short", expires_at=facts.at(1.2 / 3600))
    yield from tokens("Quick, please.")


def corrected(_: str) -> Iterator[Step]:
    yield from tokens("It arrives on 31 February.")
    yield "reset", {"reason": "ungrounded"}
    yield from tokens("It arrives in two days.")


def handed_over(asked: str) -> Iterator[Step]:
    yield from tool("handoff", reason="asked")
    yield "handoff", {"handoff_id": "h-1", "reason": "asked", "position": 2}
    yield from tokens("A colleague will answer you here.", asked)


def broken(_: str) -> Iterator[Step]:
    yield from tokens("It arr")
    yield "error", {"type": "about:blank", "title": "Turn failed", "status": 500, "code": "turn"}


def markup(_: str) -> Iterator[Step]:
    yield from ((kind, facts.hostile(data)) for kind, data in everything(""))
    yield from tokens(facts.MARKUP)


def echo(message: str) -> Iterator[Step]:
    yield from tokens(f"You said: {message}")


SCRIPTS: dict[str, Callable[[str], Iterator[Step]]] = {
    "everything": everything,
    "markup": markup,
    "two": two_proposals,
    "changed": changed_proposal,
    "short": short_lived,
    "cancel": cancellation,
    "取消": cancellation,
    "wrong": corrected,
    "person": handed_over,
    "转人工": handed_over,
    "break": broken,
    "my orders": my_orders,
    "我的订单": my_orders,
    "bought": new_order,
    "order": order_answer,
    "订单": order_answer,
}


def script(message: str) -> Iterator[Step]:
    for word, steps in SCRIPTS.items():
        if word in message.lower():
            return steps(message)
    return echo(message)


def quick_replies(message: str) -> list[dict[str, str]]:
    if "订单" in message:
        return [{"label": "可以退货吗？", "text": "可以退货吗？"}]
    if "order" not in message.lower():
        return []
    return [
        {"label": "Can I return it?", "text": "Can I send it back?"},
        {"label": "Show the scans", "text": "Show the scans"},
    ]


def reply(message: str, steps: list[Step], handled_by: str) -> Json:
    """The whole reply of the contract, as `done` carries it."""
    words = ""
    for kind, data in steps:
        words = "" if kind == "reset" else words + (data["text"] if kind == "token" else "")
    ended = [data for kind, data in steps if kind == "tool" and data["status"] != "started"]
    return {
        "message_id": "m",
        "reply": words,
        "language": "en",
        "cards": [data for kind, data in steps if kind == "card"],
        "citations": [data for kind, data in steps if kind == "citation"],
        "proposals": [data for kind, data in steps if kind == "proposal"],
        "tool_calls": ended,
        "usage": {"llm_calls": 1, "prompt_tokens": 1, "completion_tokens": 1},
        "handled_by": handled_by,
        "quick_replies": quick_replies(message),
    }
