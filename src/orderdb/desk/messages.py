"""What agents say, and what customers say while a person is to answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, select

from orderdb.columns import JsonObject
from orderdb.desk.stream import (
    Told,
    add_events,
    leave_to_person,
    notify,
    opening,
    unanswered,
)
from orderdb.desk.summary import last_said
from orderdb.desk.voice import hold, may_speak, open_handoff, record
from orderdb.errors import MessageConflict
from orderdb.models import Agent, Conversation, Message, Turn
from orderdb.mood import mood
from orderdb.newest import newest
from orderdb.statuses import Role, Speaker, TurnStatus
from orderdb.turns import store_turn


@dataclass(frozen=True)
class Spoken:
    """An agent's message; ``events`` are shown before the text, ``reply`` is it all as stored."""

    turn_id: str
    client_message_id: str
    text: str
    reply: JsonObject
    events: Sequence[Told] = field(default=())


def said_before(
    session: Session, conversation_id: str, text: str, client_message_id: str
) -> JsonObject | None:
    """The stored reply when an agent's message comes once more; raises MessageConflict."""
    known = session.exec(
        select(Turn.reply, Message.text)
        .join(Message, Message.turn_id == Turn.id)  # type: ignore[arg-type]
        .where(
            Turn.conversation_id == conversation_id,
            Turn.client_message_id == _key(client_message_id),
        )
    ).first()
    if known is None:
        return None
    reply, before = known
    if before != text:
        raise MessageConflict("this client_message_id was used for another text")
    return None if reply is None else dict(reply)


def say(
    session: Session,
    conversation_id: str,
    agent: Agent,
    spoken: Spoken,
    now: datetime,
    *,
    also: Callable[[Session], None] | None = None,
) -> JsonObject:
    """Store an agent's message with its events in one transaction, once; returns the reply.

    ``also`` is stored with it. Raises as ``may_speak`` does, and MessageConflict.
    """
    conversation, handoff = may_speak(session, conversation_id, agent, now)
    key = _key(spoken.client_message_id)
    stands = newest(session, conversation_id, key)
    known = stands.knows and said_before(
        session, conversation_id, spoken.text, spoken.client_message_id
    )
    if known:
        session.rollback()
        return known
    if stands.runs:
        leave_to_person(session, conversation, now)
        stands = newest(session, conversation_id, key)
    hold(session, conversation, agent, now)
    turn = Turn(
        id=spoken.turn_id,
        conversation_id=conversation_id,
        position=stands.position + 1,
        attempt=1,
        client_message_id=key,
        status=TurnStatus.DONE,
        handled_by=Speaker.AGENT,
        reply=spoken.reply,
        started_at=now,
        finished_at=now,
    )
    store_turn(session, turn, Role.AGENT, spoken.text, agent_id=agent.id)
    told: list[Told] = [
        opening(turn, agent.display_name),
        *spoken.events,
        ("token", {"text": spoken.text}),
        ("done", spoken.reply),
    ]
    add_events(session, conversation_id, turn.id, told, newest=stands.seq)
    notify(session, conversation_id)
    proposals = [one["proposal_id"] for one in spoken.reply.get("proposals", [])]
    if also is not None:
        also(session)
    record(session, agent, "agent.message", handoff, now, turn=turn.id, proposals=proposals)
    session.commit()
    return spoken.reply


def hear(
    session: Session,
    conversation: Conversation,
    turn: Turn,
    text: str,
    newest: int,
    now: datetime,
) -> None:
    """Store a customer's turn closed, for a person will answer; the caller commits.

    The caller holds the conversation, and no other turn of it runs. ``newest`` is its newest event.
    """
    reply = unanswered(turn.id, conversation.language)
    turn.status, turn.reply, turn.finished_at = TurnStatus.DONE, reply, now
    turn.handled_by = Speaker.AGENT
    store_turn(session, turn, Role.CUSTOMER, text)
    handoff = open_handoff(session, conversation.id)
    if handoff is not None:
        handoff.mood = mood(last_said(session, conversation.id))
        session.add(handoff)
    add_events(session, conversation.id, turn.id, [opening(turn), ("done", reply)], newest=newest)
    notify(session, conversation.id)


def _key(client_message_id: str) -> str:
    """An agent's ids cannot meet a customer's, in which ``@`` may not stand."""
    return f"@{client_message_id}"
