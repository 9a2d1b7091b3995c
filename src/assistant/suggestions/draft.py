"""A reply that was drafted: its words, what they rest on, and the proposal that goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from assistant.citing import cited
from assistant.events import ToolCall
from assistant.grounding import Facts, facts_of
from assistant.grounding.claims import Claim, claims
from assistant.suggestions.suggestion import Origin, ReadyProposal, Suggestion, UsedFact
from orderdb.text import Language
from tools.results import Citation, ToolResult

LookedUp = Sequence[tuple[ToolCall, ToolResult]]


@dataclass(frozen=True)
class Draft:
    text: str
    language: Language
    intent: str
    origin: Origin
    results: tuple[ToolResult, ...] = ()
    facts: tuple[UsedFact, ...] = ()
    citations: tuple[Citation, ...] = ()
    proposal: ReadyProposal | None = None
    example_id: int | None = None

    @property
    def order_number(self) -> str | None:
        """The order that it is about first, as its cards and its proposal have it."""
        if self.proposal is not None:
            return self.proposal.order_number
        for result in self.results:
            for card in result.cards:
                number = card.get("order_number") or card.get("number")
                if number:
                    return str(number)
        return None

    def suggestion(self, suggestion_id: str) -> Suggestion:
        return Suggestion(
            suggestion_id=suggestion_id,
            text=self.text,
            language=self.language,
            intent=self.intent,
            origin=self.origin,
            facts=list({one.text: one for one in self.facts if one.text in self.text}.values()),
            citations=[one.model_dump(mode="json") for one in self.citations],
            cards=[card for result in self.results for card in result.cards],
            proposal=self.proposal,
        )


def drafted(
    text: str,
    looked_up: LookedUp,
    *,
    language: Language,
    intent: str,
    origin: Origin,
    zone: ZoneInfo,
    proposal: ReadyProposal | None = None,
    example_id: int | None = None,
) -> Draft:
    """A draft over tool results, with its facts and clauses found."""
    results = [result for _, result in looked_up]
    return Draft(
        text=text,
        language=language,
        intent=intent,
        origin=origin,
        results=tuple(results),
        facts=facts_used(text, looked_up, zone),
        citations=tuple(cited(text, results)),
        proposal=proposal or readied(looked_up),
        example_id=example_id,
    )


def readied(looked_up: LookedUp) -> ReadyProposal | None:
    """The first proposal that was rehearsed."""
    for call, result in looked_up:
        told = result.appraisal
        if told is not None:
            return ReadyProposal(
                tool=call.name,
                arguments=call.arguments,
                order_number=told.order_number,
                summary=told.summary,
                amount=told.amount,
                clause=told.clause,
            )
    return None


def facts_used(text: str, looked_up: LookedUp, zone: ZoneInfo) -> tuple[UsedFact, ...]:
    """What the text states, each with the source that holds it; each value once."""
    sources = [(_source(call, result), facts_of([result], zone)) for call, result in looked_up]
    found: dict[tuple[str, frozenset[str]], UsedFact] = {}
    for claim in claims(text):
        for source, facts in sources:
            if holds(facts, claim):
                found.setdefault(
                    (claim.kind, claim.values), UsedFact(text=claim.text, source=source)
                )
                break
    return tuple(found.values())


def holds(facts: Facts, claim: Claim) -> bool:
    """Whether the facts hold a value of that kind; days match without their year."""
    values = {fact.value for fact in facts.facts if fact.kind == claim.kind}
    if claim.kind == "date":
        return bool({one[-5:] for one in values} & {one[-5:] for one in claim.values})
    return bool(values & claim.values)


def _source(call: ToolCall, result: ToolResult) -> str:
    number = str(call.arguments.get("order_number", "")).strip()
    if result.citations and not (result.cards or result.appraisal):
        return result.citations[0].clause
    return f"{call.name} {number}".strip()
