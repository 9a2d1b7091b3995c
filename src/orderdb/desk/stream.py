"""Adding to a conversation's stream outside of an answer of the assistant's.

The caller holds the conversation's row, and no turn runs: whoever answers counts the events of a
running turn alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, text, update
from sqlmodel import Session, col, select

from orderdb.columns import JsonObject
from orderdb.models import Conversation, Turn, TurnEvent
from orderdb.newest import newest_seq
from orderdb.statuses import Speaker, TurnStatus

CHANNEL = "orderdesk"
"""Where PostgreSQL tells of conversations that changed, by id."""

_NOTIFY = text("SELECT pg_notify(:channel, :conversation)")
_STORE = insert(TurnEvent)
_SEQ = select(newest_seq(bindparam("conversation_id")))

Told = tuple[str, dict[str, Any]]
"""An event's kind and payload."""


def unanswered(turn_id: str, language: str) -> JsonObject:
    """The reply to a message that a person will answer: nothing, yet."""
    return {
        "turn_id": turn_id,
        "message_id": turn_id,
        "reply": "",
        "language": "zh" if language.startswith("zh") else "en",
        "cards": [],
        "citations": [],
        "proposals": [],
        "tool_calls": [],
        "usage": {"llm_calls": 0, "prompt_tokens": 0, "completion_tokens": 0},
        "handled_by": Speaker.AGENT.value,
        "quick_replies": [],
        "agent": None,
    }


def opening(turn: Turn, agent: str | None = None) -> Told:
    """The event ``turn`` of a turn that is not the assistant's; ``agent`` is a display name."""
    return "turn", {
        "turn_id": turn.id,
        "message_id": turn.id,
        "client_message_id": turn.client_message_id,
        "handled_by": Speaker.AGENT.value,
        "mode_notice": None,
        "agent": None if agent is None else {"display_name": agent},
    }


def add_events(
    session: Session,
    conversation_id: str,
    turn_id: str,
    told: Sequence[Told],
    *,
    newest: int | None = None,
) -> None:
    """Number events behind the ``newest`` one, which is looked for unless given; store them."""
    if newest is None:
        newest = session.connection().execute(_SEQ, {"conversation_id": conversation_id}).scalar()
    first = (newest or 0) + 1
    rows = [
        {
            "conversation_id": conversation_id,
            "seq": seq,
            "turn_id": turn_id,
            "kind": kind,
            "payload": payload,
        }
        for seq, (kind, payload) in enumerate(told, first)
    ]
    session.connection().execute(_STORE, rows)


def last_turn(session: Session, conversation_id: str) -> str | None:
    """The newest turn's id: events about the conversation itself are kept with it."""
    return session.exec(
        select(Turn.id)
        .where(Turn.conversation_id == conversation_id)
        .order_by(col(Turn.position).desc())
        .limit(1)
    ).first()


def leave_to_person(session: Session, conversation: Conversation, now: datetime) -> int:
    """Close all that the assistant has not answered; returns how many turns that were.

    Whoever was answering finds its turn closed, and what it still has to say is void.
    """
    running = session.exec(
        select(Turn)
        .where(Turn.conversation_id == conversation.id, Turn.status == TurnStatus.RUNNING)
        .order_by(col(Turn.position))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    for turn in running:
        begun = turn.attempt > 0
        reply = unanswered(turn.id, conversation.language)
        session.connection().execute(
            update(Turn)
            .where(col(Turn.id) == turn.id)
            .values(
                status=TurnStatus.DONE,
                reply=reply,
                handled_by=Speaker.AGENT,
                finished_at=now,
                attempt=turn.attempt + 1,
            )
        )
        told: list[Told] = [("reset", {"reason": "a person answers"})] if begun else []
        told += [opening(turn), ("done", reply)]
        add_events(session, conversation.id, turn.id, told)
    return len(running)


def notify(session: Session, conversation_id: str) -> None:
    """Wake whoever follows the conversation, or the desk, in other processes, at the commit.

    Only PostgreSQL can; on SQLite they look for themselves.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(_NOTIFY, {"channel": CHANNEL, "conversation": conversation_id})
