"""What was said and done in one trial of a case: all that scorers and reports look at."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from evals.suite.state import Snapshot


class ToolUse(BaseModel):
    """A tool that ran: what it was given, and all that it told."""

    name: str
    arguments: dict[str, Any]
    status: Literal["ok", "refused", "error"]
    text: str = ""
    cards: list[dict[str, Any]] = []
    citations: list[dict[str, Any]] = []


class Usage(BaseModel):
    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Answered(BaseModel):
    """One answer. ``fault`` is why there is none, or one from elsewhere than asked."""

    reply: str = ""
    tools: list[ToolUse] = []
    cards: list[dict[str, Any]] = []
    citations: list[dict[str, Any]] = []
    proposals: list[dict[str, Any]] = []
    handed_off: bool = False
    handled_by: str = "assistant"
    usage: Usage = Field(default_factory=Usage)
    first_token_seconds: float | None = None
    seconds: float = 0.0
    fault: str | None = None


class Click(BaseModel):
    kind: str
    order: str
    how: Literal["confirm", "decline"]
    outcome: str


class Exchange(BaseModel):
    """A message, its answer, and what the customer then clicked.

    ``written`` are orders that changed before any click of this exchange: nobody confirmed that.
    """

    said: str
    answer: Answered
    clicks: list[Click] = []
    written: list[str] = []


class Played(BaseModel):
    case: str
    arm: str
    exchanges: list[Exchange] = []
    before: Snapshot = Field({}, description="Orders that changed, or should have.")
    after: Snapshot = {}
    proposals: list[dict[str, Any]] = Field([], description="Rows of the table, as they ended.")
    handoffs: int = 0
    cut_short: bool = Field(False, description="Ended at its first wrong answer, as was asked.")
    customer_faults: list[str] = Field([], description="What the simulated customer did wrong.")
    prompt_versions: dict[str, str] = {}

    @property
    def fault(self) -> str | None:
        """Why it could not be played to the end as asked; that is nobody's answer."""
        return next((one.answer.fault for one in self.exchanges if one.answer.fault), None)

    @property
    def usage(self) -> Usage:
        used = [one.answer.usage for one in self.exchanges]
        return Usage(
            model_calls=sum(one.model_calls for one in used),
            prompt_tokens=sum(one.prompt_tokens for one in used),
            completion_tokens=sum(one.completion_tokens for one in used),
        )
