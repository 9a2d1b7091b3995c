"""Speaking to a customer who did not ask: in their newest conversation, or a new one."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from sqlmodel import Session, col, select

from orderdb import audit
from orderdb.conversations import open_conversation
from orderdb.database import writing
from orderdb.desk.voice import open_handoff
from orderdb.models import Agent, Conversation, Handoff
from orderdb.statuses import HandoffStatus, ReasonCode


class Reached(NamedTuple):
    """``ours``: nobody waited there before, so it goes back to the assistant afterwards."""

    conversation_id: str
    ours: bool


def reach(session: Session, customer_id: str, agent: Agent, now: datetime) -> Reached:
    """A conversation of the customer's in which an agent may take the word; commits."""
    writing(session)
    conversation = session.exec(
        select(Conversation)
        .where(Conversation.customer_id == customer_id)
        .order_by(col(Conversation.created_at).desc(), col(Conversation.id))
        .limit(1)
    ).first()
    if conversation is None:
        conversation = open_conversation(session, customer_id, None, {}, now)
        writing(session)
    if open_handoff(session, conversation.id) is not None:
        session.rollback()
        return Reached(conversation.id, ours=False)
    handoff = Handoff(
        id=str(uuid4()),
        conversation_id=conversation.id,
        reason_code=ReasonCode.PROACTIVE,
        status=HandoffStatus.WAITING,
        created_at=now,
    )
    session.add(handoff)
    session.flush()
    audit.append(
        session,
        actor=f"agent:{agent.name}",
        kind="handoff.created",
        subject=f"conversation:{conversation.id}",
        payload={"handoff": handoff.id, "reason": ReasonCode.PROACTIVE.value},
        now=now,
    )
    session.commit()
    return Reached(conversation.id, ours=True)
