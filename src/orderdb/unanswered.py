"""What a customer has said and nobody has answered: what drafts for the desk are made for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from orderdb.errors import NotFound
from orderdb.models import Conversation, Handoff, Message, Turn
from orderdb.statuses import HandoffStatus, Role

_READ = 40


@dataclass(frozen=True)
class Unanswered:
    """The messages of a customer since the last answer, oldest first.

    ``turn`` is the first of them; ``newest`` is the id of the last message. What an assistant said
    while it passed the conversation on counts as no answer.
    """

    conversation: Conversation
    turn: Turn
    texts: tuple[str, ...]
    newest: int

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def unanswered(session: Session, conversation_id: str) -> Unanswered | None:
    """None where an agent spoke last or nothing was said; raises NotFound.

    Where the assistant has answered, its answer stands, and there is nothing to draft, unless the
    conversation waits for a person or is with one.
    """
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound("there is no such conversation")
    rows = session.exec(
        select(Message, Turn)
        .join(Turn, col(Turn.id) == Message.turn_id)
        .where(Message.conversation_id == conversation_id)
        .order_by(col(Message.id).desc())
        .limit(_READ)
    ).all()
    called = _called_for_at(session, conversation_id)
    asked: list[tuple[Message, Turn]] = []
    for message, turn in rows:
        if message.role is Role.AGENT:
            break
        if message.role is Role.ASSISTANT:
            if called is None or (asked and message.created_at < called):
                break
            continue
        asked.append((message, turn))
    if not asked:
        return None
    asked.reverse()
    texts = tuple(message.text for message, _ in asked)
    return Unanswered(conversation, asked[0][1], texts, asked[-1][0].id or 0)


def said_last(session: Session, conversation_id: str) -> int:
    """The id of the last message of a customer or an agent, 0 for none: it rises with the talk."""
    found = session.exec(
        select(func.max(Message.id)).where(
            Message.conversation_id == conversation_id, Message.role != Role.ASSISTANT
        )
    ).one()
    return found or 0


def _called_for_at(session: Session, conversation_id: str) -> datetime | None:
    """Since when a person is waited for or speaks; None where the assistant answers."""
    return session.exec(
        select(Handoff.created_at)
        .where(
            Handoff.conversation_id == conversation_id,
            Handoff.status != HandoffStatus.CLOSED,
        )
        .order_by(col(Handoff.created_at).desc())
    ).first()
