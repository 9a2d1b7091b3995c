"""Accepted replies as examples: stripped, embedded, found again and filled for the next order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from assistant.grounding import facts_of
from assistant.suggestions.draft import Draft
from assistant.suggestions.occasion import Occasion
from assistant.suggestions.slots import PersonalLeft, Slot, filled, masked, slots_of, templated
from orderdb.database import SessionFactory
from orderdb.desk.examples import keep_example, nearest
from orderdb.models import CannedReply, ReplyExample
from tools.embeddings import Embedding
from tools.results import ToolResult

_ALIKE = 0.5
"""How far between unrelated and the same a message must be, for its reply to serve again."""

_PRIVATE = frozenset({"do.address", "may.address"})
"""Matters in which customers write addresses: nothing of those is kept."""


@dataclass(frozen=True)
class Examples:
    sessions: SessionFactory
    embedding: Embedding

    def keep(
        self,
        occasion: Occasion,
        intent: str,
        reply: str,
        results: Sequence[ToolResult],
        tools: Sequence[str],
        now: datetime,
    ) -> ReplyExample | None:
        """Keep what was sent; None where that would keep something of the customer's."""
        if intent in _PRIVATE:
            return None
        slots = slots_of(results, occasion.customer, occasion.agent, occasion.zone)
        clauses = [one for result in results for one in result.citations]
        general = facts_of([ToolResult(text="", citations=clauses)], occasion.zone)
        try:
            template = templated(reply, slots, general)
        except PersonalLeft:
            return None
        message = masked(occasion.waiting.text, occasion.customer)
        example = ReplyExample(
            intent=intent,
            language=occasion.language,
            message=message,
            reply=template,
            embedding=self.embedding.name,
            vector=[float(value) for value in self.embedding.query(message)],
            clauses=sorted({one.clause for one in clauses if one.clause in template}),
            tools=list(dict.fromkeys(tools)),
            created_at=now,
        )
        with self.sessions() as session:
            return keep_example(session, example)

    def like(self, occasion: Occasion, draft: Draft) -> tuple[str, int | None] | None:
        """The nearest example's reply, else a canned one, with the values that ``draft`` rests on.

        With the example's id; None where none is near, or a value of it is not known here.
        """
        slots = slots_of(draft.results, occasion.customer, occasion.agent, occasion.zone)
        vector = [
            float(value)
            for value in self.embedding.query(masked(occasion.waiting.text, occasion.customer))
        ]
        unrelated = self.embedding.unrelated
        least = unrelated + _ALIKE * (1 - unrelated)
        with self.sessions() as session:
            found = nearest(
                session, occasion.language, draft.intent, self.embedding.name, vector, least
            )
            for example, _ in found:
                text = filled(example.reply, slots, occasion.language)
                if text is not None:
                    return text, example.id
            return _canned(session, occasion, draft.intent, slots)


def _canned(
    session: Session, occasion: Occasion, intent: str, slots: list[Slot]
) -> tuple[str, int | None] | None:
    rows = session.exec(
        select(CannedReply)
        .where(CannedReply.intent == intent, CannedReply.language == occasion.language)
        .order_by(CannedReply.name)
    )
    for row in rows:
        text = filled(row.text, slots, occasion.language)
        if text is not None:
            return text, None
    return None
