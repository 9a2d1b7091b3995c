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
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import Exists, ScalarSelect, Update, exists, func, insert, or_, update
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from orderdb import audit
from orderdb.database import writing
from orderdb.desk.messages import hear
from orderdb.desk.voice import leave_waiting
from orderdb.errors import MessageConflict, NotFound, OrderError
from orderdb.models import Conversation, Message, Turn, TurnEvent
from orderdb.statuses import Role, Speaker, TurnStatus

_AT_ONCE = 500
_NO_LEASE: dict[str, Any] = {"lease_owner": None, "lease_until": None}


class TurnLost(OrderError):
    """The turn was closed or begun again by another process; what this one has is void."""

    code = "turn_lost"


@dataclass(frozen=True)
class BegunTurn:
    """A turn as its attempt starts, with the events that this has stored."""

    conversation: Conversation
    turn: Turn
    text: str
    events: tuple[TurnEvent, ...]


@dataclass(frozen=True)
class Lease:
    """Who wants to answer, and for how many ``seconds`` nobody else may."""

    owner: str
    seconds: float

    def until(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.seconds)


class Said(NamedTuple):
    """A stored message's turn, and the turn that was begun with storing it: another where an
    earlier one still waits, None where somebody else answers."""

    turn: Turn
    begun: BegunTurn | None


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
    lease: Lease | None = None,
    opening: Mapping[str, Any] | None = None,
) -> Said:
    """Store a customer's message with its turn, once per ``client_message_id``.

    While a person is to answer, the turn is closed at once, with an empty reply. With a ``lease``,
    the oldest turn without an answer is begun in the same transaction, as
    ``begin_turn`` would. Raises MessageConflict when the id is known with another text.
    """
    writing(session)
    conversation = conversation_of(session, customer_id, conversation_id, locked=True)
    turn = _known(session, conversation_id, text, client_message_id)
    if turn is None:
        heard = conversation.handled_by is Speaker.AGENT and not _is_running(session, conversation)
        turn = _add(session, conversation, text, client_message_id, now)
        if heard:
            hear(session, conversation, turn, now)
            session.commit()
            return Said(turn, None)
    begun = _begin(session, conversation_id, lease, now, opening or {}) if lease else None
    session.commit()
    return Said(turn, begun)


def _known(session: Session, conversation_id: str, text: str, key: str) -> Turn | None:
    known = session.exec(
        select(Turn, Message.text)
        .join(Message, col(Message.turn_id) == Turn.id)
        .where(
            Turn.conversation_id == conversation_id,
            Turn.client_message_id == key,
            Message.role == Role.CUSTOMER,
        )
    ).first()
    if known is None:
        return None
    turn, said = known
    if said != text:
        raise MessageConflict("this client_message_id was used for another text")
    return turn


def _add(session: Session, conversation: Conversation, text: str, key: str, now: datetime) -> Turn:
    last = session.exec(
        select(func.max(Turn.position)).where(Turn.conversation_id == conversation.id)
    ).one()
    turn = Turn(
        id=str(uuid4()),
        conversation_id=conversation.id,
        position=(last or 0) + 1,
        attempt=0,
        client_message_id=key,
        status=TurnStatus.RUNNING,
        handled_by=conversation.handled_by,
        started_at=now,
    )
    session.add(turn)
    session.flush()
    message = Message(
        conversation_id=conversation.id,
        turn_id=turn.id,
        role=Role.CUSTOMER,
        text=text,
        created_at=now,
    )
    session.connection().execute(insert(Message), message.model_dump(exclude={"id"}))
    return turn


def keep_leases(
    session: Session, conversations: Sequence[str], lease: Lease, now: datetime
) -> None:
    """Stay the one who answers in these; changes nothing where another does by now."""
    writing(session)
    for first in range(0, len(conversations), _AT_ONCE):
        session.connection().execute(
            update(Conversation)
            .where(
                col(Conversation.id).in_(conversations[first : first + _AT_ONCE]),
                col(Conversation.lease_owner) == lease.owner,
            )
            .values(lease_until=lease.until(now))
        )
    session.commit()


def drop_lease(session: Session, conversation_id: str, owner: str) -> None:
    """Let anybody answer from now on; changes nothing when it is another's."""
    writing(session)
    session.connection().execute(_lease_of(conversation_id, owner).values(_NO_LEASE))
    session.commit()


def _lease_of(conversation_id: str, owner: str) -> Update:
    return update(Conversation).where(
        col(Conversation.id) == conversation_id, col(Conversation.lease_owner) == owner
    )


def begin_turn(
    session: Session,
    conversation_id: str,
    lease: Lease,
    now: datetime,
    opening: Mapping[str, Any],
) -> BegunTurn | None:
    """Become the one who answers and begin the oldest turn without an answer, once more if need be.

    Its first event, ``turn``, says whose it is, and what ``opening`` adds to that; a ``reset`` of
    what earlier attempts have left comes before it. None when all turns are answered,
    or left to a person, or while another holds a lease that is still good.
    """
    writing(session)
    begun = _begin(session, conversation_id, lease, now, opening)
    session.commit()
    return begun


def _begin(
    session: Session,
    conversation_id: str,
    lease: Lease,
    now: datetime,
    opening: Mapping[str, Any],
) -> BegunTurn | None:
    query = (
        select(Conversation, Turn, Message.text, _newest_seq(conversation_id))
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
    # Locked in the sequence of ``_close``: the conversation by taking its lease, then the turn.
    if not _take(session, conversation_id, lease, now):
        return None
    found = session.exec(query.with_for_update(of=Turn, key_share=True)).first()
    if found is None:
        session.connection().execute(_lease_of(conversation_id, lease.owner).values(_NO_LEASE))
        return None
    conversation, turn, text, newest = found
    if conversation.handled_by is Speaker.AGENT:
        leave_waiting(session, conversation, now)
        session.connection().execute(_lease_of(conversation_id, lease.owner).values(_NO_LEASE))
        return None
    turn.attempt += 1
    first: list[tuple[str, dict[str, Any]]] = []
    if turn.attempt > 1:
        first.append(("reset", {"reason": "restarted"}))
    whose = {
        "turn_id": turn.id,
        "message_id": turn.id,
        "client_message_id": turn.client_message_id,
    }
    first.append(("turn", {**whose, **opening}))
    events = tuple(
        TurnEvent(
            conversation_id=conversation_id, seq=seq, turn_id=turn.id, kind=kind, payload=payload
        )
        for seq, (kind, payload) in enumerate(first, (newest or 0) + 1)
    )
    session.connection().execute(insert(TurnEvent), [event.model_dump() for event in events])
    return BegunTurn(conversation, turn, text, events)


def _is_running(session: Session, conversation: Conversation) -> bool:
    return bool(session.connection().execute(select(_runs(conversation.id))).scalar())


def _take(session: Session, conversation_id: str, lease: Lease, now: datetime) -> bool:
    """Whether the conversation is ours to answer, which it then is for a while."""
    taken = session.connection().execute(
        update(Conversation)
        .where(
            col(Conversation.id) == conversation_id,
            or_(
                col(Conversation.lease_owner).is_(None),
                col(Conversation.lease_owner) == lease.owner,
                col(Conversation.lease_until) < now,
            ),
        )
        .values(lease_owner=lease.owner, lease_until=lease.until(now))
    )
    return bool(taken.rowcount)


def unfinished(session: Session) -> list[str]:
    """Ids of the conversations that hold a turn without an answer."""
    return list(
        session.exec(
            select(Turn.conversation_id).where(Turn.status == TurnStatus.RUNNING).distinct()
        )
    )


def _newest_seq(conversation_id: str | Mapped[str]) -> ScalarSelect[int]:
    return (
        select(func.max(TurnEvent.seq))
        .where(TurnEvent.conversation_id == conversation_id)
        .scalar_subquery()
    )


def _runs(conversation_id: str) -> Exists:
    """Whether the conversation holds a turn without an answer."""
    return exists().where(
        col(Turn.conversation_id) == conversation_id, col(Turn.status) == TurnStatus.RUNNING
    )


class Stored(NamedTuple):
    """What is stored of a conversation: the events asked for, the newest event's id (0 for none),
    and whether a turn still runs."""

    events: list[TurnEvent]
    newest: int
    waiting: bool


def look(
    session: Session,
    customer_id: str,
    conversation_id: str,
    after: int,
    turn_id: str | None = None,
) -> Stored:
    """Events above ``after``, of one turn or all; raises NotFound as ``conversation_of`` does."""
    found = (
        session.connection()
        .execute(
            select(
                Conversation.customer_id, _newest_seq(conversation_id), _runs(conversation_id)
            ).where(Conversation.id == conversation_id)
        )
        .first()
    )
    if found is None or found[0] != customer_id:
        raise NotFound("there is no such conversation")
    _, newest, waiting = found
    if (newest or 0) <= after:
        return Stored([], newest or 0, waiting)
    events = events_after(session, conversation_id, after, turn_id)
    return Stored(events, max([newest, *(event.seq for event in events)]), waiting)


class Standing(NamedTuple):
    """The newest event's id, and whether nobody's lease on the conversation holds any more."""

    newest: int
    free: bool


def standing(session: Session, conversations: Sequence[str], now: datetime) -> dict[str, Standing]:
    """How these conversations stand, by id."""
    found: dict[str, Standing] = {}
    for first in range(0, len(conversations), _AT_ONCE):
        rows = session.connection().execute(
            select(
                Conversation.id,
                _newest_seq(col(Conversation.id)),
                or_(col(Conversation.lease_owner).is_(None), col(Conversation.lease_until) < now),
            ).where(col(Conversation.id).in_(conversations[first : first + _AT_ONCE]))
        )
        found |= {key: Standing(newest or 0, bool(free)) for key, newest, free in rows}
    return found


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
    return _close(
        session,
        turn,
        events,
        {"memory": memory, "language": language},
        {
            "status": TurnStatus.DONE,
            "reply": reply,
            "handled_by": handled_by,
            "finished_at": now,
        },
        Message(
            conversation_id=turn.conversation_id,
            turn_id=turn.id,
            role=Role.ASSISTANT,
            text=text,
            created_at=now,
        ),
        now,
    )


def fail_turn(session: Session, turn: Turn, events: Sequence[TurnEvent], now: datetime) -> bool:
    """Close a turn that could not be answered, so that it is not tried for ever.

    Returns whether another turn waits, as ``finish_turn`` does. Raises TurnLost when it is another
    process's to close.
    """
    ending = {"status": TurnStatus.FAILED, "finished_at": now}
    return _close(session, turn, events, {}, ending, None, now)


def _close(
    session: Session,
    turn: Turn,
    events: Sequence[TurnEvent],
    learnt: dict[str, Any],
    ending: dict[str, Any],
    message: Message | None,
    now: datetime,
) -> bool:
    """End a turn and commit, with its audit event; gives the lease back when no other waits.

    Rows are locked in the sequence of ``begin_turn``: conversation, turn.
    """
    connection = writing(session).connection()
    conversation = session.get_one(
        Conversation, turn.conversation_id, with_for_update={"key_share": True}
    )
    ended = connection.execute(
        update(Turn)
        .where(
            col(Turn.id) == turn.id,
            col(Turn.status) == TurnStatus.RUNNING,
            col(Turn.attempt) == turn.attempt,
        )
        .values(ending)
    )
    if not ended.rowcount:
        raise TurnLost(f"turn {turn.id} is no longer ours")
    waits = bool(connection.execute(select(_runs(turn.conversation_id))).scalar())
    if not waits:
        learnt = learnt | _NO_LEASE
    if learnt:
        this = col(Conversation.id) == conversation.id
        connection.execute(update(Conversation).where(this).values(learnt))
    if message is not None:
        connection.execute(insert(Message), message.model_dump(exclude={"id"}))
    if events:
        connection.execute(insert(TurnEvent), [event.model_dump() for event in events])
    audit.record_turn(session, conversation, turn, ending.get("reply"), now)
    session.commit()
    return waits


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
