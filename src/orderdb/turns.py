"""Turns in the database: the lease on who answers, their beginning, their events and their end.

A turn stays ``running`` until an answer is stored, so whoever next holds the conversation's lease
finds what is left to do. Each beginning counts up the turn's ``attempt``, and only the newest may
write: a process that slept past its lease can neither add to nor close what another has taken over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import BindParameter, Update, bindparam, case, insert, or_, update
from sqlalchemy import select as sql_select
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session, SQLModel, col, select

from orderdb import audit
from orderdb.database import writing
from orderdb.desk.voice import leave_waiting
from orderdb.errors import OrderError
from orderdb.models import Conversation, Message, Turn, TurnEvent
from orderdb.newest import newest_seq, runs
from orderdb.statuses import Role, Speaker, TurnStatus

Row = TypeVar("Row", Conversation, Turn)

_AT_ONCE = 500
_NO_LEASE: dict[str, Any] = {"lease_owner": None, "lease_until": None}


class TurnLost(OrderError):
    """The turn was closed or begun again by another process; what this one has is void."""

    code = "turn_lost"


class StoredEvent(NamedTuple):
    """An event as its row holds it; most are written and sent, and never changed."""

    conversation_id: str
    seq: int
    turn_id: str
    kind: str
    payload: dict[str, Any]


def store_events(session: Session, events: Iterable[StoredEvent]) -> None:
    """Within the caller's transaction."""
    rows = [
        {
            "conversation_id": one.conversation_id,
            "seq": one.seq,
            "turn_id": one.turn_id,
            "kind": one.kind,
            "payload": one.payload,
        }
        for one in events
    ]
    if rows:
        session.connection().execute(_STORE, rows)


@dataclass(frozen=True)
class BegunTurn:
    """A turn as its attempt starts, with the events that this has stored."""

    conversation: Conversation
    turn: Turn
    text: str
    events: tuple[StoredEvent, ...]


@dataclass(frozen=True)
class Lease:
    """Who wants to answer, and for how many ``seconds`` nobody else may."""

    owner: str
    seconds: float

    def until(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.seconds)


_CONVERSATION: BindParameter[str] = bindparam("conversation_id")
_OLDEST = (
    select(Conversation, Turn, Message.text, newest_seq(_CONVERSATION))
    .join(Turn, col(Turn.conversation_id) == Conversation.id)
    .join(Message, col(Message.turn_id) == Turn.id)
    .where(
        col(Conversation.id) == _CONVERSATION,
        Turn.status == TurnStatus.RUNNING,
        Message.role == Role.CUSTOMER,
    )
    .order_by(col(Turn.position))
    .limit(1)
    .with_for_update(of=Turn, key_share=True)
)
_TAKE = (
    update(Conversation)
    .where(
        col(Conversation.id) == _CONVERSATION,
        or_(
            col(Conversation.lease_owner).is_(None),
            col(Conversation.lease_owner) == bindparam("owner"),
            col(Conversation.lease_until) < bindparam("now"),
        ),
    )
    .values(lease_owner=bindparam("owner"), lease_until=bindparam("until"))
)
_TAKE_OF_ASSISTANT = _TAKE.where(
    col(Conversation.customer_id) == bindparam("customer"),
    col(Conversation.handled_by) == Speaker.ASSISTANT,
).returning(*SQLModel.metadata.tables["conversations"].columns)
_END = update(Turn).where(
    col(Turn.id) == bindparam("this_turn"),
    col(Turn.status) == TurnStatus.RUNNING,
    col(Turn.attempt) == bindparam("this_attempt"),
)
_ATTEMPTS = select(Turn.id, Turn.attempt).where(
    col(Turn.id).in_(bindparam("turns", expanding=True)), Turn.status == TurnStatus.RUNNING
)
_EVENT_COLUMNS = SQLModel.metadata.tables["turn_events"].columns
_APPEND = insert(TurnEvent).from_select(
    StoredEvent._fields,
    sql_select(
        *(bindparam(f"new_{name}", type_=_EVENT_COLUMNS[name].type) for name in StoredEvent._fields)
    )
    .where(
        col(Turn.id) == bindparam("new_turn_id"),
        col(Turn.status) == TurnStatus.RUNNING,
        col(Turn.attempt) == bindparam("attempt"),
    )
    .with_for_update(of=Turn, key_share=True),
)
"""An event, while its turn's newest attempt is ours; whoever would begin another waits for it."""
_STORE = insert(TurnEvent)
_STORE_TURN = insert(Turn)
_STORE_MESSAGE = insert(Message)
_HOLD = (
    select(Conversation.customer_id, Conversation.prompt_versions)
    .where(col(Conversation.id) == _CONVERSATION)
    .with_for_update(key_share=True)
)
_THIS: BindParameter[str] = bindparam("this_conversation")
_LEARN = (
    update(Conversation)
    .where(col(Conversation.id) == _THIS)
    .values(
        {
            name: case((runs(_THIS), col(getattr(Conversation, name))), else_=None)
            for name in _NO_LEASE
        }
    )
    .returning(runs(_THIS))
)
"""What a turn leaves behind; the lease is given back where no other turn waits."""


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
    begun = begin(session, conversation_id, lease, now, opening)
    session.commit()
    return begun


def begin(
    session: Session,
    conversation_id: str,
    lease: Lease,
    now: datetime,
    opening: Mapping[str, Any],
) -> BegunTurn | None:
    """``begin_turn`` within a transaction of the caller's, which commits."""
    # Locked in the sequence of ``_close``: the conversation by taking its lease, then the turn.
    if not take(session, conversation_id, lease, now):
        return None
    found = session.exec(_OLDEST, params={"conversation_id": conversation_id}).first()
    if found is None:
        session.connection().execute(_lease_of(conversation_id, lease.owner).values(_NO_LEASE))
        return None
    conversation, turn, text, newest = found
    if conversation.handled_by is Speaker.AGENT:
        leave_waiting(session, conversation, now)
        session.connection().execute(_lease_of(conversation_id, lease.owner).values(_NO_LEASE))
        return None
    turn.attempt += 1
    return begin_attempt(session, conversation, turn, text, newest or 0, opening)


def begin_attempt(
    session: Session,
    conversation: Conversation,
    turn: Turn,
    text: str,
    newest: int,
    opening: Mapping[str, Any],
) -> BegunTurn:
    """Store what an attempt begins with; the caller has counted it and holds the lease.

    ``newest`` is the conversation's newest event.
    """
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
        StoredEvent(conversation.id, seq, turn.id, kind, payload)
        for seq, (kind, payload) in enumerate(first, newest + 1)
    )
    store_events(session, events)
    return BegunTurn(conversation, turn, text, events)


def take(session: Session, conversation_id: str, lease: Lease, now: datetime) -> bool:
    """Whether the conversation is ours to answer, which it then is for a while."""
    taken = session.connection().execute(_TAKE, _wanted(conversation_id, lease, now))
    return bool(taken.rowcount)


def take_from_assistant(
    session: Session, customer_id: str, conversation_id: str, lease: Lease, now: datetime
) -> Conversation | None:
    """The customer's conversation once it is ours, as ``take`` does; None where it is not theirs,
    a person is to answer, or another process does."""
    wanted = {"customer": customer_id, **_wanted(conversation_id, lease, now)}
    taken = session.connection().execute(_TAKE_OF_ASSISTANT, wanted).one_or_none()
    return None if taken is None else _as_read(session, Conversation(**taken._mapping))


def _wanted(conversation_id: str, lease: Lease, now: datetime) -> dict[str, Any]:
    return {
        "conversation_id": conversation_id,
        "now": now,
        "owner": lease.owner,
        "until": lease.until(now),
    }


def store_turn(session: Session, turn: Turn, role: Role, text: str, **more: Any) -> None:
    """A new turn with what was said in it, within the caller's transaction."""
    connection = session.connection()
    connection.execute(_STORE_TURN, turn.model_dump())
    _as_read(session, turn)
    message = {
        "conversation_id": turn.conversation_id,
        "turn_id": turn.id,
        "role": role,
        "text": text,
        "created_at": turn.started_at,
        **more,
    }
    connection.execute(_STORE_MESSAGE, message)


def _as_read(session: Session, row: Row) -> Row:
    """A row that was written or read beside the session, as it would be had it read it."""
    make_transient_to_detached(row)
    session.add(row)
    return row


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


def unfinished(session: Session) -> list[str]:
    """Ids of the conversations that hold a turn without an answer."""
    return list(
        session.exec(
            select(Turn.conversation_id).where(Turn.status == TurnStatus.RUNNING).distinct()
        )
    )


def append_events(
    session: Session, attempts: Mapping[str, int], events: Sequence[StoredEvent]
) -> frozenset[str]:
    """Store events of several turns; returns the ids of those turns that are not ours any more.

    ``attempts`` holds the attempt by turn id; events of a turn whose newest attempt is another are
    left out. There is one event at least, and all are sorted so that who stores for the same turns
    does it in the same sequence. One statement: a session ``at_once`` will do.
    """
    writing(session)
    rows = [
        {f"new_{name}": getattr(one, name) for name in StoredEvent._fields}
        | {"attempt": attempts[one.turn_id]}
        for one in sorted(events, key=lambda one: one.turn_id)
    ]
    stored = session.connection().execute(_APPEND, rows if len(rows) > 1 else rows[0])
    lost: frozenset[str] = frozenset()
    if stored.rowcount < len(rows):
        found = session.connection().execute(_ATTEMPTS, {"turns": list(attempts)})
        ours = {(row.id, row.attempt) for row in found}
        lost = frozenset(turn_id for turn_id, _ in attempts.items() - ours)
    session.commit()
    return lost


def finish_turn(
    session: Session,
    turn: Turn,
    *,
    reply: dict[str, Any],
    text: str,
    memory: dict[str, Any],
    language: str,
    handled_by: Speaker,
    events: Sequence[StoredEvent],
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
        {
            "conversation_id": turn.conversation_id,
            "turn_id": turn.id,
            "role": Role.ASSISTANT,
            "text": text,
            "created_at": now,
        },
        now,
    )


def fail_turn(session: Session, turn: Turn, events: Sequence[StoredEvent], now: datetime) -> bool:
    """Close a turn that could not be answered, so that it is not tried for ever.

    Returns whether another turn waits, as ``finish_turn`` does. Raises TurnLost when it is another
    process's to close.
    """
    ending = {"status": TurnStatus.FAILED, "finished_at": now}
    return _close(session, turn, events, {}, ending, None, now)


def _close(
    session: Session,
    turn: Turn,
    events: Sequence[StoredEvent],
    learnt: dict[str, Any],
    ending: dict[str, Any],
    message: dict[str, Any] | None,
    now: datetime,
) -> bool:
    """End a turn and commit, with its audit event; gives the lease back when no other waits.

    Rows are locked in the sequence of ``begin_turn``: conversation, turn.
    """
    connection = writing(session).connection()
    held = connection.execute(_HOLD, {"conversation_id": turn.conversation_id})
    customer_id, prompts = held.one()
    this = {"this_turn": turn.id, "this_attempt": turn.attempt}
    ended = connection.execute(_END, this | ending)
    if not ended.rowcount:
        raise TurnLost(f"turn {turn.id} is no longer ours")
    learning = {"this_conversation": turn.conversation_id} | learnt
    waits = bool(connection.execute(_LEARN, learning).scalar_one())
    if message is not None:
        connection.execute(_STORE_MESSAGE, message)
    store_events(session, events)
    audit.record_turn(session, turn, ending.get("reply"), customer_id, prompts, now)
    session.commit()
    return waits
