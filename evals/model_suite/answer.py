"""One reply of the service, as the HTTP contract gives it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict

from orderdb.numbers import number_key


class ToolCall(BaseModel):
    name: str
    arguments: dict[str, Any] = {}
    status: str = "ok"


class Usage(BaseModel):
    llm_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Answer(BaseModel):
    """What came back for one message; fields that the suite does not need are ignored."""

    model_config = ConfigDict(extra="ignore")

    reply: str
    cards: list[dict[str, Any]] = []
    citations: list[dict[str, Any]] = []
    proposals: list[dict[str, Any]] = []
    tool_calls: list[ToolCall] = []
    usage: Usage = Usage()
    handled_by: str = "assistant"
    quick_replies: list[dict[str, Any]] = []

    @property
    def handed_off(self) -> bool:
        """Whether the conversation went to a person in this turn."""
        return any(call.name == "handoff" and call.status == "ok" for call in self.tool_calls)

    @property
    def buttons(self) -> str:
        return " ".join(str(button.get("label", "")) for button in self.quick_replies)

    def proposed_for(self, number: str) -> bool:
        """Whether a proposal for an order came with this reply."""
        named = {str(proposal.get("order_number", "")) for proposal in self.proposals}
        named |= {
            str(call.arguments.get("order_number", ""))
            for call in self.tool_calls
            if call.name.startswith("propose_") and call.status == "ok"
        }
        return bool(self.proposals) and any(same_number(number, other) for other in named)


def same_number(number: str, other: str) -> bool:
    """Whether two order numbers are one after normalising; the prefix letter may be left out."""
    key, written = number_key(number), number_key(other)
    return written in (key, key.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def cards_of(cards: list[dict[str, Any]], number: str) -> Iterator[dict[str, Any]]:
    """Every card, or entry of a list card, about one order; newest first."""
    for card in reversed(cards):
        entries = card["orders"] if card.get("type") == "orders" else [card]
        for entry in entries:
            if number in (entry.get("number"), entry.get("order_number")):
                yield entry
