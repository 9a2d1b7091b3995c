"""What agents say, and what customers say while a person is to answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, select

from orderdb.columns import JsonObject
from orderdb.desk.stream import Told, add_events, next_position, notify, opening, unanswered
from orderdb.desk.summary import last_said
from orderdb.desk.voice import open_handoff, record, speaking_agent
from orderdb.errors import MessageConflict
from orderdb.models import Agent, Conversation, Message, Turn
from orderdb.mood import mood
from orderdb.statuses import Role, Speaker, TurnStatus


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

    ``also`` is stored with it. Raises as ``speaking_agent`` does, and MessageConflict.
    """
    _, handoff = speaking_agent(session, conversation_id, agent, now)
    known = said_before(session, conversation_id, spoken.text, spoken.client_message_id)
    if known is not None:
        session.rollback()
        return known
    turn = Turn(
        id=spoken.turn_id,
        conversation_id=conversation_id,
        position=next_position(session, conversation_id),
        attempt=1,
        client_message_id=_key(spoken.client_message_id),
        status=TurnStatus.DONE,
        handled_by=Speaker.AGENT,
        reply=spoken.reply,
        started_at=now,
        finished_at=now,
    )
    session.add(turn)
    session.flush()
    session.add(
        Message(
            conversation_id=conversation_id,
            turn_id=turn.id,
            role=Role.AGENT,
            text=spoken.text,
            agent_id=agent.id,
            created_at=now,
        )
    )
    told: list[Told] = [
        opening(turn, agent.display_name),
        *spoken.events,
        ("token", {"text": spoken.text}),
        ("done", spoken.reply),
    ]
    add_events(session, conversation_id, turn.id, told)
    notify(session, conversation_id)
    proposals = [one["proposal_id"] for one in spoken.reply.get("proposals", [])]
    if also is not None:
        also(session)
    record(session, agent, "agent.message", handoff, now, turn=turn.id, proposals=proposals)
    session.commit()
    return spoken.reply


def hear(session: Session, conversation: Conversation, turn: Turn, now: datetime) -> None:
    """Close a customer's turn at once, for a person will answer; the caller commits.

    The caller holds the conversation, has stored the message, and no other turn of it runs.
    """
    reply = unanswered(turn.id, conversation.language)
    turn.status, turn.reply, turn.finished_at = TurnStatus.DONE, reply, now
    turn.handled_by = Speaker.AGENT
    session.add(turn)
    handoff = open_handoff(session, conversation.id)
    if handoff is not None:
        handoff.mood = mood(last_said(session, conversation.id))
        session.add(handoff)
    session.flush()
    add_events(session, conversation.id, turn.id, [opening(turn), ("done", reply)])
    notify(session, conversation.id)


def _key(client_message_id: str) -> str:
    """An agent's ids cannot meet a customer's, in which ``@`` may not stand."""
    return f"@{client_message_id}"
