"""What a turn sends to its surface: the events of the HTTP contract, and the whole reply."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

EventKind = Literal[
    "turn", "tool", "card", "citation", "proposal", "token", "reset", "handoff", "done", "error"
]
FINAL_KINDS: frozenset[str] = frozenset({"done", "error"})


class Event(BaseModel):
    """One event; ``id`` rises within a conversation and is what Last-Event-ID names."""

    id: int
    turn_id: str
    kind: EventKind
    payload: dict[str, Any]


class ToolCall(BaseModel):
    name: str
    arguments: dict[str, Any]
    status: Literal["ok", "refused", "error"]
    duration_ms: int


class Usage(BaseModel):
    llm_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class QuickReply(BaseModel):
    """A button under a reply: ``text`` is sent as the customer's next message."""

    label: str
    text: str


class Speaking(BaseModel):
    """The person who speaks, as customers see them."""

    display_name: str


class Reply(BaseModel):
    """The whole answer to one message (the JSON form of the contract)."""

    turn_id: str
    message_id: str
    reply: str
    language: Literal["en", "zh"]
    cards: list[dict[str, Any]] = Field(default_factory=list)
    citations: list[dict[str, Any]] = Field(default_factory=list)
    proposals: list[dict[str, Any]] = Field(default_factory=list)
    tool_calls: list[ToolCall] = Field(default_factory=list)
    usage: Usage = Field(default_factory=Usage)
    handled_by: Literal["assistant", "guided", "agent"]
    quick_replies: list[QuickReply] = Field(default_factory=list)
    agent: Speaking | None = None
