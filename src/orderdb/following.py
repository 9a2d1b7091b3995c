"""What followers of a conversation see of it in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, or_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from orderdb.errors import NotFound
from orderdb.models import Conversation, TurnEvent
from orderdb.newest import newest_seq, runs
from orderdb.turns import StoredEvent

_AT_ONCE = 500
_THIS: BindParameter[str] = bindparam("conversation_id")
_STANDS = select(Conversation.customer_id, newest_seq(_THIS), runs(_THIS)).where(
    col(Conversation.id) == _THIS
)
_EVENTS = sql_select(*(getattr(TurnEvent, name) for name in StoredEvent._fields))


class Stored(NamedTuple):
    """What is stored of a conversation: the events asked for, the newest event's id (0 for none),
    and whether a turn still runs."""

    events: list[StoredEvent]
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
    this = {"conversation_id": conversation_id}
    found = session.connection().execute(_STANDS, this).first()
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
                newest_seq(col(Conversation.id)),
                or_(col(Conversation.lease_owner).is_(None), col(Conversation.lease_until) < now),
            ).where(col(Conversation.id).in_(conversations[first : first + _AT_ONCE]))
        )
        found |= {key: Standing(newest or 0, bool(free)) for key, newest, free in rows}
    return found


def events_after(
    session: Session, conversation_id: str, after: int, turn_id: str | None = None
) -> list[StoredEvent]:
    """Stored events above ``after``, oldest first."""
    query = _EVENTS.where(
        col(TurnEvent.conversation_id) == conversation_id, col(TurnEvent.seq) > after
    )
    if turn_id is not None:
        query = query.where(col(TurnEvent.turn_id) == turn_id)
    rows = session.connection().execute(query.order_by(col(TurnEvent.seq)))
    return [StoredEvent(*row) for row in rows]
