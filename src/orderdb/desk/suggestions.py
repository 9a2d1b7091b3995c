"""Drafts as they were offered, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from difflib import SequenceMatcher

from sqlalchemy import update
from sqlmodel import Session, col, select

from orderdb.database import writing
from orderdb.errors import DeskError, NotFound
from orderdb.models import Suggestion
from orderdb.statuses import SuggestionStatus
from orderdb.unanswered import said_last


class SuggestionVoid(DeskError):
    """The conversation moved on: what was drafted answers an earlier message."""

    code = "suggestion_void"


def offer(session: Session, suggestion: Suggestion) -> bool:
    """Store a draft; False when its message is not the newest any more."""
    writing(session)
    if said_last(session, suggestion.conversation_id) != suggestion.message_id:
        session.rollback()
        return False
    session.add(suggestion)
    session.commit()
    return True


def offered(session: Session, conversation_id: str, message_id: int) -> list[Suggestion]:
    """The drafts for a message that nobody has decided on, oldest first; wishes are left out."""
    return list(
        session.exec(
            select(Suggestion)
            .where(
                Suggestion.conversation_id == conversation_id,
                Suggestion.message_id == message_id,
                Suggestion.status == SuggestionStatus.OFFERED,
                col(Suggestion.wish).is_(None),
            )
            .order_by(col(Suggestion.created_at), col(Suggestion.ready_ms))
        )
    )


def find_suggestion(session: Session, conversation_id: str, suggestion_id: str) -> Suggestion:
    """Raises NotFound, for one of another conversation as for none."""
    found = session.get(Suggestion, suggestion_id)
    if found is None or found.conversation_id != conversation_id:
        raise NotFound("there is no such suggestion")
    return found


def usable(session: Session, conversation_id: str, suggestion_id: str) -> Suggestion:
    """A draft that answers the newest message; raises NotFound and SuggestionVoid."""
    found = find_suggestion(session, conversation_id, suggestion_id)
    current = said_last(session, conversation_id) == found.message_id
    if found.status is not SuggestionStatus.OFFERED or not current:
        raise SuggestionVoid("the conversation moved on")
    return found


def void_all(
    session: Session, conversation_id: str, now: datetime, *, but: str | None = None
) -> None:
    """Throw away what is still offered; the caller commits."""
    session.connection().execute(
        update(Suggestion)
        .where(
            col(Suggestion.conversation_id) == conversation_id,
            col(Suggestion.status) == SuggestionStatus.OFFERED,
            col(Suggestion.id) != (but or ""),
        )
        .values(status=SuggestionStatus.VOID, decided_at=now)
    )


def accept(
    session: Session,
    suggestion: Suggestion,
    agent_id: str,
    sent: str,
    facts_kept: int,
    turn_id: str,
    now: datetime,
) -> None:
    """Keep what was sent in the end and how far it is from the draft; the caller commits."""
    suggestion.status, suggestion.decided_at = SuggestionStatus.ACCEPTED, now
    suggestion.agent_id, suggestion.turn_id = agent_id, turn_id
    suggestion.sent, suggestion.distance = sent, distance(suggestion.text, sent)
    suggestion.facts_kept = facts_kept
    session.add(suggestion)
    session.flush()
    void_all(session, suggestion.conversation_id, now, but=suggestion.id)


def distance(before: str, after: str) -> int:
    """How many characters were put in, taken out or replaced."""
    blocks: Sequence[tuple[str, int, int, int, int]] = SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes()
    return sum(
        max(end - start, other_end - other_start)
        for kind, start, end, other_start, other_end in blocks
        if kind != "equal"
    )
