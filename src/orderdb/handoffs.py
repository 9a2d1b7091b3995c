"""Conversations that wait for a person: first come, first served."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import func
from sqlmodel import Session, col, select

from orderdb import audit
from orderdb.database import writing
from orderdb.desk.stream import notify
from orderdb.desk.summary import summarise
from orderdb.errors import NotFound
from orderdb.models import Agent, Conversation, Handoff
from orderdb.mood import Mood
from orderdb.statuses import HandoffStatus, ReasonCode, Speaker

_OPEN = (HandoffStatus.WAITING, HandoffStatus.ACTIVE)


def hand_off(
    session: Session,
    customer_id: str,
    conversation_id: str,
    reason: str,
    now: datetime,
    code: ReasonCode = ReasonCode.WISH,
) -> Handoff:
    """Queue a conversation for a person; one that waits already keeps its place.

    The assistant is silent from then on, unless nobody works at the desk at all. ``reason`` are
    words that nobody checked. Raises NotFound for another customer's conversation.
    """
    writing(session)
    conversation = session.exec(
        select(Conversation)
        .where(Conversation.id == conversation_id, Conversation.customer_id == customer_id)
        .with_for_update(key_share=True)
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
    summary = summarise(session, conversation, reason, now)
    handoff = Handoff(
        id=str(uuid4()),
        conversation_id=conversation_id,
        reason=reason,
        reason_code=code,
        status=HandoffStatus.WAITING,
        mood=Mood(summary["mood"]),
        summary=summary,
        created_at=now,
    )
    session.add(handoff)
    if desk_is_staffed(session):
        conversation.handled_by = Speaker.AGENT
        session.add(conversation)
    session.flush()
    notify(session, conversation_id)
    audit.append(
        session,
        actor=f"customer:{customer_id}",
        kind="handoff.created",
        subject=f"conversation:{conversation_id}",
        payload={"handoff": handoff.id, "reason": reason, "code": code.value},
        now=now,
    )
    session.commit()
    return handoff


def desk_is_staffed(session: Session) -> bool:
    """Whether anybody could take a conversation: a shop need not run a desk."""
    return session.exec(select(Agent.id).where(col(Agent.active)).limit(1)).first() is not None


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
