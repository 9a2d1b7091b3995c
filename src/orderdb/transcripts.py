"""A conversation as it is shown again: what was said, and with which answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from orderdb.columns import JsonObject
from orderdb.conversations import conversation_of
from orderdb.models import Message, Proposal, Turn, TurnEvent
from orderdb.statuses import Role, TurnStatus


@dataclass(frozen=True)
class Said:
    """One message; ``reply`` is the whole stored answer, not on customers' messages."""

    message: Message
    reply: JsonObject | None


@dataclass(frozen=True)
class Transcript:
    """``last_event_id`` is the last event of an answered turn.

    Following the events after it replays a turn that is still being answered from its start.
    """

    conversation_id: str
    said: Sequence[Said]
    last_event_id: int


def read_transcript(
    session: Session, customer_id: str, conversation_id: str, limit: int = 500
) -> Transcript:
    """The newest ``limit`` messages, oldest first; raises NotFound, for another's as for none."""
    conversation_of(session, customer_id, conversation_id)
    rows = session.exec(
        select(Message, Turn.reply)
        .outerjoin(Turn, col(Message.turn_id) == Turn.id)
        .where(Message.conversation_id == conversation_id)
        .order_by(col(Message.id).desc())
        .limit(limit)
    ).all()
    answered = session.exec(
        select(func.max(TurnEvent.seq))
        .join(Turn, col(TurnEvent.turn_id) == Turn.id)
        .where(
            TurnEvent.conversation_id == conversation_id,
            Turn.status != TurnStatus.RUNNING,
        )
    ).one()
    states = _proposal_states(session, conversation_id)
    said = [
        Said(message, None if message.role is Role.CUSTOMER else _as_of_now(reply, states))
        for message, reply in reversed(rows)
    ]
    return Transcript(conversation_id, said, answered or 0)


def _proposal_states(session: Session, conversation_id: str) -> Mapping[str, str]:
    rows = session.exec(
        select(Proposal.id, Proposal.status).where(Proposal.conversation_id == conversation_id)
    ).all()
    return dict(rows)


def _as_of_now(reply: JsonObject | None, states: Mapping[str, str]) -> JsonObject | None:
    """The stored answer, its proposals with what became of them since."""
    if reply is None or not reply.get("proposals"):
        return reply
    proposals = [
        proposal | {"status": str(states.get(proposal["proposal_id"], proposal["status"]))}
        for proposal in reply["proposals"]
    ]
    return reply | {"proposals": proposals}
