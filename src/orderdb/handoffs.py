"""Conversations that wait for a person: first come, first served."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import func
from sqlmodel import Session, col, select

from orderdb import audit
from orderdb.database import writing
from orderdb.errors import NotFound
from orderdb.models import Conversation, Handoff
from orderdb.statuses import HandoffStatus

_OPEN = (HandoffStatus.WAITING, HandoffStatus.ACTIVE)


def hand_off(
    session: Session, customer_id: str, conversation_id: str, reason: str, now: datetime
) -> Handoff:
    """Queue a conversation for a person; one that waits already keeps its place.

    Raises NotFound for another customer's conversation.
    """
    writing(session)
    conversation = session.exec(
        select(Conversation)
        .where(Conversation.id == conversation_id, Conversation.customer_id == customer_id)
        .with_for_update()
    ).first()
    if conversation is None:
        raise NotFound("this customer has no such conversation")
    waiting = session.exec(
        select(Handoff).where(
            Handoff.conversation_id == conversation_id, col(Handoff.status).in_(_OPEN)
        )
    ).first()
    if waiting is not None:
        return waiting
    handoff = Handoff(
        id=str(uuid4()),
        conversation_id=conversation_id,
        reason=reason,
        status=HandoffStatus.WAITING,
        created_at=now,
    )
    session.add(handoff)
    audit.append(
        session,
        actor=f"customer:{customer_id}",
        kind="handoff.created",
        subject=f"conversation:{conversation_id}",
        payload={"handoff": handoff.id, "reason": reason},
        now=now,
    )
    session.commit()
    return handoff


def position(session: Session, handoff: Handoff) -> int | None:
    """The place in the queue, from 1; None when it waits no longer."""
    if handoff.status is not HandoffStatus.WAITING:
        return None
    before = (col(Handoff.created_at) < handoff.created_at) | (
        (col(Handoff.created_at) == handoff.created_at) & (col(Handoff.id) < handoff.id)
    )
    ahead = session.exec(
        select(func.count())
        .select_from(Handoff)
        .where(Handoff.status == HandoffStatus.WAITING, before)
    ).one()
    return ahead + 1
