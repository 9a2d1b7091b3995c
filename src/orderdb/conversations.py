"""Conversations in the database: messages, turns, events, and the lease on who answers.

A message is stored before anything else happens to it. Its turn stays ``running`` until an
answer is stored, so whoever next holds the conversation's lease finds what is left to do. Each
beginning counts up the turn's ``attempt``, and only the newest may write: a process that slept
past its lease can neither add to nor close what another has taken over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Update, func, insert, or_, update
from sqlmodel import Session, col, select

from orderdb import audit
from orderdb.database import writing
from orderdb.errors import MessageConflict, NotFound, OrderError
from orderdb.models import Conversation, Message, Turn, TurnEvent
from orderdb.statuses import Role, Speaker, TurnStatus


class TurnLost(OrderError):
    """The turn was closed or begun again by another process; what this one has is void."""

    code = "turn_lost"


@dataclass(frozen=True)
class BegunTurn:
    """A turn as its attempt starts; ``restarted`` when an earlier one has left events."""

    conversation: Conversation
    turn: Turn
    text: str
    last_seq: int
    restarted: bool


def open_conversation(
    session: Session,
    customer_id: str,
    language: str,
    prompt_versions: dict[str, str],
    now: datetime,
) -> Conversation:
    """Start a conversation; it remembers the prompt versions that it began with."""
    writing(session)
    conversation = Conversation(
        id=str(uuid4()),
        customer_id=customer_id,
        language=language,
        prompt_versions=prompt_versions,
        created_at=now,
    )
    session.add(conversation)
    session.commit()
    return conversation


def conversation_of(
    session: Session, customer_id: str, conversation_id: str, *, locked: bool = False
) -> Conversation:
    """The customer's conversation; raises NotFound for another's just as for none.

    ``locked``: messages sent at the same time are stored one after the other.
    """
    lock = {"key_share": True} if locked else None
    conversation = session.get(Conversation, conversation_id, with_for_update=lock)
    if conversation is None or conversation.customer_id != customer_id:
        raise NotFound("there is no such conversation")
    return conversation


def add_message(
    session: Session,
    customer_id: str,
    conversation_id: str,
    text: str,
    client_message_id: str,
    now: datetime,
) -> Turn:
    """Store a customer's message with its turn, once per ``client_message_id``.

    Raises MessageConflict when the id is known with another text.
    """
    writing(session)
    conversation = conversation_of(session, customer_id, conversation_id, locked=True)
    known = session.exec(
        select(Turn, Message)
        .join(Message, col(Message.turn_id) == Turn.id)
        .where(
            Turn.conversation_id == conversation_id,
            Turn.client_message_id == client_message_id,
            Message.role == Role.CUSTOMER,
        )
    ).first()
    if known is not None:
        turn, message = known
        if message.text != text:
            raise MessageConflict("this client_message_id was used for another text")
        return turn
    last = session.exec(
        select(func.max(Turn.position)).where(Turn.conversation_id == conversation_id)
    ).one()
    turn = Turn(
        id=str(uuid4()),
        conversation_id=conversation_id,
        position=(last or 0) + 1,
        attempt=0,
        client_message_id=client_message_id,
        status=TurnStatus.RUNNING,
        handled_by=conversation.handled_by,
        started_at=now,
    )
    session.add(turn)
    session.flush()
    session.add(
        Message(
            conversation_id=conversation_id,
            turn_id=turn.id,
            role=Role.CUSTOMER,
            text=text,
            created_at=now,
        )
    )
    session.commit()
    return turn


def keep_lease(
    session: Session, conversation_id: str, owner: str, now: datetime, seconds: float
) -> None:
    """Stay the one who answers for ``seconds`` more; changes nothing when another does by now."""
    writing(session)
    session.connection().execute(
        _lease_of(conversation_id, owner).values(lease_until=now + timedelta(seconds=seconds))
    )
    session.commit()


def drop_lease(session: Session, conversation_id: str, owner: str) -> None:
    """Let anybody answer from now on; changes nothing when it is another's."""
    writing(session)
    session.connection().execute(
        _lease_of(conversation_id, owner).values(lease_owner=None, lease_until=None)
    )
    session.commit()


def _lease_of(conversation_id: str, owner: str) -> Update:
    return update(Conversation).where(
        col(Conversation.id) == conversation_id, col(Conversation.lease_owner) == owner
    )


def next_turn(
    session: Session, conversation_id: str, *, locked: bool = False
) -> tuple[Conversation, Turn, str] | None:
    """The oldest turn still without an answer, with its conversation and the message's text."""
    query = (
        select(Conversation, Turn, Message.text)
        .join(Turn, col(Turn.conversation_id) == Conversation.id)
        .join(Message, col(Message.turn_id) == Turn.id)
        .where(
            Conversation.id == conversation_id,
            Turn.status == TurnStatus.RUNNING,
            Message.role == Role.CUSTOMER,
        )
        .order_by(col(Turn.position))
        .limit(1)
    )
    if locked:
        query = query.with_for_update(of=Turn, key_share=True)
    row = session.exec(query).first()
    return None if row is None else (row[0], row[1], row[2])


def begin_turn(
    session: Session, conversation_id: str, owner: str, now: datetime, seconds: float
) -> BegunTurn | None:
    """Become the one who answers and begin the oldest turn without an answer, once more if need be.

    None when all are answered, or while another holds a lease that is still good.
    """
    writing(session)
    leased = session.connection().execute(
        update(Conversation)
        .where(
            col(Conversation.id) == conversation_id,
            or_(
                col(Conversation.lease_owner).is_(None),
                col(Conversation.lease_owner) == owner,
                col(Conversation.lease_until) < now,
            ),
        )
        .values(lease_owner=owner, lease_until=now + timedelta(seconds=seconds))
    )
    found = next_turn(session, conversation_id, locked=True) if leased.rowcount else None
    if found is None:
        session.rollback()
        return None
    conversation, turn, text = found
    turn.attempt += 1
    newest = last_seq(session, conversation_id)
    restarted = turn.attempt > 1 and bool(events_after(session, conversation_id, 0, turn.id))
    session.commit()
    return BegunTurn(conversation, turn, text, newest, restarted)


def unfinished(session: Session) -> list[str]:
    """Ids of the conversations that hold a turn without an answer."""
    return list(
        session.exec(
            select(Turn.conversation_id).where(Turn.status == TurnStatus.RUNNING).distinct()
        )
    )


def last_seq(session: Session, conversation_id: str) -> int:
    """The id of the conversation's newest event; 0 when there is none."""
    newest = session.exec(
        select(func.max(TurnEvent.seq)).where(TurnEvent.conversation_id == conversation_id)
    ).one()
    return newest or 0


def append_events(
    session: Session, attempts: Mapping[str, int], events: Sequence[TurnEvent]
) -> frozenset[str]:
    """Store events of several turns; returns the ids of those turns that are not ours any more.

    ``attempts`` holds the attempt by turn id; events of a turn whose newest attempt is another are
    left out.
    """
    writing(session)
    found = session.connection().execute(
        select(Turn.id, Turn.status, Turn.attempt)
        .where(col(Turn.id).in_(attempts))
        .order_by(col(Turn.id))
        .with_for_update(key_share=True)
    )
    ours = {
        row.id
        for row in found
        if row.status is TurnStatus.RUNNING and row.attempt == attempts[row.id]
    }
    rows = [event.model_dump() for event in events if event.turn_id in ours]
    if rows:
        session.connection().execute(insert(TurnEvent), rows)
    session.commit()
    return frozenset(attempts.keys() - ours)


def finish_turn(
    session: Session,
    turn: Turn,
    *,
    reply: dict[str, Any],
    text: str,
    memory: dict[str, Any],
    language: str,
    handled_by: Speaker,
    events: Sequence[TurnEvent],
    now: datetime,
) -> bool:
    """Store an answer, what later turns need of it, and its last events, all or nothing.

    Returns whether another turn waits; when none does, the lease is given back. Raises TurnLost
    when another process has answered, or is about to.
    """
    conversation, row = _running(session, turn)
    row.status, row.finished_at = TurnStatus.DONE, now
    row.reply, row.handled_by = reply, handled_by
    conversation.memory = memory
    conversation.language = language
    session.add(
        Message(
            conversation_id=turn.conversation_id,
            turn_id=turn.id,
            role=Role.ASSISTANT,
            text=text,
            created_at=now,
        )
    )
    return _close(session, conversation, row, events, now)


def fail_turn(session: Session, turn: Turn, events: Sequence[TurnEvent], now: datetime) -> bool:
    """Close a turn that could not be answered, so that it is not tried for ever.

    Returns whether another turn waits, as ``finish_turn`` does. Raises TurnLost when it is another
    process's to close.
    """
    conversation, row = _running(session, turn)
    row.status, row.finished_at = TurnStatus.FAILED, now
    return _close(session, conversation, row, events, now)


def _close(
    session: Session,
    conversation: Conversation,
    turn: Turn,
    events: Sequence[TurnEvent],
    now: datetime,
) -> bool:
    """Store a turn's last events and what is kept of it for ever, and commit.

    Gives the lease back when nothing waits.
    """
    session.add_all(events)
    session.flush()
    waits = next_turn(session, conversation.id) is not None
    if not waits:
        conversation.lease_owner = conversation.lease_until = None
    audit.record_turn(session, conversation, turn, turn.reply, now)
    session.commit()
    return waits


def _running(session: Session, turn: Turn) -> tuple[Conversation, Turn]:
    """Conversation and turn, locked in this sequence as ``begin_turn`` does.

    Raises TurnLost unless the turn runs and ``turn`` is its newest attempt.
    """
    writing(session)
    lock = {"key_share": True}
    conversation = session.get_one(Conversation, turn.conversation_id, with_for_update=lock)
    row = session.get_one(Turn, turn.id, with_for_update=lock)
    if row.status is not TurnStatus.RUNNING or row.attempt != turn.attempt:
        raise TurnLost(f"turn {turn.id} is no longer ours")
    return conversation, row


def events_after(
    session: Session, conversation_id: str, after: int, turn_id: str | None = None
) -> list[TurnEvent]:
    """Stored events above ``after``, oldest first."""
    query = select(TurnEvent).where(
        TurnEvent.conversation_id == conversation_id, TurnEvent.seq > after
    )
    if turn_id is not None:
        query = query.where(TurnEvent.turn_id == turn_id)
    return list(session.exec(query.order_by(col(TurnEvent.seq))))


def history(
    session: Session, conversation_id: str, limit: int, *, before: Turn | None = None
) -> list[Message]:
    """The newest ``limit`` messages, oldest first, each answer behind its question.

    ``before``: only what belongs to earlier turns, whatever has been sent since.
    """
    query = (
        select(Message, Turn.position)
        .outerjoin(Turn, col(Message.turn_id) == Turn.id)
        .where(Message.conversation_id == conversation_id)
        .order_by(col(Message.id).desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(or_(col(Turn.id).is_(None), col(Turn.position) < before.position))
    rows = list(reversed(session.exec(query).all()))
    asked: dict[int | None, int | None] = {}
    for message, position in rows:
        asked.setdefault(position, message.id)
    rows.sort(key=lambda row: (row[0].id if row[1] is None else asked[row[1]], row[0].id))
    return [message for message, _ in rows]
