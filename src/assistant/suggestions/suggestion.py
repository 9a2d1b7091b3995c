"""A drafted reply as the desk sees it, and the events by which it comes."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from orderdb.money import Money
from orderdb.text import Language

Origin = Literal["code", "alternative", "example", "canned", "model", "wish"]
Wish = Literal["shorter", "apologise", "offer_exchange", "translate", "ask"]


class UsedFact(BaseModel):
    """A value as a draft states it, and where it comes from: a tool with its order, or a clause."""

    text: str
    source: str


class ReadyProposal(BaseModel):
    """A proposal that is made when the agent accepts: the tool, its arguments, its effect."""

    tool: str
    arguments: dict[str, Any]
    order_number: str
    summary: str
    amount: Money | None
    clause: str


class Translation(BaseModel):
    """``text`` is None where no translation kept every number, date and code."""

    language: Language
    text: str | None


class Suggestion(BaseModel):
    """One draft, whole. ``intent`` is the matter that the customer's message was read as."""

    suggestion_id: str
    text: str
    language: Language
    intent: str
    origin: Origin
    facts: list[UsedFact] = Field(default_factory=list)
    citations: list[dict[str, Any]] = Field(default_factory=list)
    cards: list[dict[str, Any]] = Field(default_factory=list)
    proposal: ReadyProposal | None = None
    translation: Translation | None = None


class DraftEvent(BaseModel):
    """``draft`` and ``token`` carry a draft_id, ``ready`` the suggestion, ``void`` a reason.

    A ``draft`` whose id was told before begins that draft anew.
    """

    id: None = None
    kind: Literal["draft", "token", "ready", "void", "done"]
    payload: dict[str, Any] = Field(default_factory=dict)


class Wanted(BaseModel):
    """What an agent asks for: a draft in another way. ``draft_id`` names the one to start from."""

    wish: Wish
    language: Language | None = None
    draft_id: str | None = Field(default=None, max_length=36)
