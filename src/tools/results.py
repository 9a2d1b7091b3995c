"""What every tool returns: text for the model, typed facts for the page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from orderdb.money import Money


class Citation(BaseModel):
    """A clause as quoted to the customer, in the version in force."""

    model_config = ConfigDict(frozen=True)

    clause: str
    version: int
    effective_from: date
    title: str
    quote: str


class ProposalCard(BaseModel):
    """A proposal as the customer sees it before the click."""

    model_config = ConfigDict(frozen=True)

    proposal_id: str
    kind: str
    order_number: str
    summary: str
    amount: Money | None
    clause: str
    digest: str
    expires_at: datetime
    status: str = "open"


class Appraisal(BaseModel):
    """What a proposal would be if it were made now; nothing of it is stored."""

    model_config = ConfigDict(frozen=True)

    kind: str
    order_number: str
    summary: str
    amount: Money | None
    clause: str


class HandoffNotice(BaseModel):
    model_config = ConfigDict(frozen=True)

    handoff_id: str
    reason: str
    position: int | None = None


class ToolResult(BaseModel):
    """One tool's answer.

    ``text`` is compact and in the customer's language: the model and the grounding check read
    it. ``cards`` are the typed facts that the page renders. A refusal says what to do next. In a
    rehearsal an ``appraisal`` stands where a ``proposal`` would. The first ``likely`` citations are
    as likely as one another to answer.
    """

    text: str
    status: Literal["ok", "refused"] = "ok"
    cards: list[dict[str, Any]] = Field(default_factory=list)
    citations: list[Citation] = Field(default_factory=list)
    likely: int = 1
    proposal: ProposalCard | None = None
    appraisal: Appraisal | None = None
    handoff: HandoffNotice | None = None
