"""An agent takes a draft: its proposal is made, what was sent is kept, as an example too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from assistant.suggestions.making import Proposing
from assistant.suggestions.occasion import Occasion, find_occasion
from assistant.suggestions.service import Suggestions
from assistant.suggestions.suggestion import ReadyProposal, Suggestion
from assistant.suggestions.variants import HOLDING
from orderdb.desk.suggestions import SuggestionVoid, accept, find_suggestion, usable
from orderdb.models import Agent
from tools.results import Appraisal, Citation, ToolResult


@dataclass(frozen=True)
class Accepting:
    """One draft being taken by ``agent``; raises NotFound and SuggestionVoid from the start."""

    suggestions: Suggestions
    agent: Agent
    occasion: Occasion
    suggestion: Suggestion

    @classmethod
    def begin(
        cls, suggestions: Suggestions, agent: Agent, conversation_id: str, suggestion_id: str
    ) -> Accepting:
        with suggestions.sessions() as session:
            row = usable(session, conversation_id, suggestion_id)
        found = find_occasion(
            suggestions.sessions, suggestions.preparation, conversation_id, agent.display_name
        )
        if found is None:
            raise SuggestionVoid("there is nothing to answer any more")
        shown = Suggestion.model_validate(row.content)
        return cls(suggestions, agent, found.spoken_in(shown.language), shown)

    def propose(self) -> str | None:
        """Make the proposal that was shown, if there is one; raises as ``Proposing`` does."""
        ready = self.suggestion.proposal
        if ready is None:
            return None
        desk = self.occasion.request.desk
        return Proposing(desk, self.suggestions.registry, self.agent.name).make(ready)

    def accepted(self, sent: str, turn_id: str) -> Callable[[Session], None]:
        """What is stored together with the message."""
        kept = sum(fact.text in sent for fact in self.suggestion.facts)

        def store(session: Session) -> None:
            row = find_suggestion(
                session, self.occasion.conversation_id, self.suggestion.suggestion_id
            )
            now = self.suggestions.clock()
            accept(session, row, self.agent.id, sent, kept, turn_id, now)

        return store

    def keep_example(self, sent: str) -> None:
        """Keep what was sent for the next draft, without personal data."""
        shown = self.suggestion
        if HOLDING.get(shown.language) in sent:
            return  # it answers nothing
        ready = shown.proposal
        results = [
            ToolResult(
                text="",
                cards=shown.cards,
                citations=[Citation.model_validate(one) for one in shown.citations],
                appraisal=_appraisal(ready) if ready else None,
            )
        ]
        tools = [ready.tool] if ready else []
        now = self.suggestions.clock()
        self.suggestions.examples.keep(self.occasion, shown.intent, sent, results, tools, now)

    @property
    def citations(self) -> list[dict[str, Any]]:
        return self.suggestion.citations


def _appraisal(ready: ReadyProposal) -> Appraisal:
    return Appraisal(
        kind=ready.tool.removeprefix("propose_"),
        order_number=ready.order_number,
        summary=ready.summary,
        amount=ready.amount,
        clause=ready.clause,
    )
