"""Whether a draft is right: facts, clause, action and language, by code alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.grounding.claims import Claim, claims, code_key
from assistant.language import language_of
from assistant.suggestions.suggestion import Suggestion
from orderdb.text import Language

PARTS = ("facts", "clause", "action", "language")


class Situation(BaseModel):
    """What a customer wrote, and what a good draft holds; ``action`` is a tool's arguments."""

    model_config = ConfigDict(extra="forbid")

    id: str
    customer: str
    language: Language
    say: str
    facts: list[str] = Field(default_factory=list)
    words: list[str] = Field(default_factory=list)
    clause: list[str] = Field(default_factory=list)
    action: Literal["none"] | dict[str, Any]


@dataclass(frozen=True)
class Score:
    """Each part right or not; a draft is right when all are."""

    parts: Mapping[str, bool]

    @property
    def right(self) -> bool:
        return all(self.parts.values())

    @property
    def wrong(self) -> str:
        return ", ".join(name for name in PARTS if not self.parts[name])


def score(draft: Suggestion, wanted: Situation) -> Score:
    return Score(
        {
            "facts": _facts(draft.text, wanted),
            "clause": _clause(draft, wanted),
            "action": _action(draft, wanted),
            "language": language_of(draft.text, "") == wanted.language,
        }
    )


def _facts(text: str, wanted: Situation) -> bool:
    stated = claims(text)
    codes = code_key(text)
    for fact in wanted.facts:
        looked_for = claims(fact)
        found = bool(looked_for) and all(_stated(one, stated) for one in looked_for)
        if not found and not (fact.isalnum() and code_key(fact) in codes):
            return False
    lowered = text.lower()
    return not wanted.words or any(word.lower() in lowered for word in wanted.words)


def _stated(wanted: Claim, stated: list[Claim]) -> bool:
    for one in stated:
        if one.kind != wanted.kind:
            continue
        if one.values & wanted.values:
            return True
        days = {value[-5:] for value in one.values} & {value[-5:] for value in wanted.values}
        if one.kind == "date" and days:
            return True
    return False


def _clause(draft: Suggestion, wanted: Situation) -> bool:
    if not wanted.clause:
        return True
    shown = {str(one["clause"]) for one in draft.citations}
    if draft.proposal is not None:
        shown.add(draft.proposal.clause)
    return any(clause in shown or clause in draft.text for clause in wanted.clause)


def _action(draft: Suggestion, wanted: Situation) -> bool:
    ready = draft.proposal
    if wanted.action == "none" or ready is None:
        return wanted.action == "none" and ready is None
    asked = dict(wanted.action)
    if asked.pop("tool") != ready.tool:
        return False
    return all(str(ready.arguments.get(name)) == str(value) for name, value in asked.items())
