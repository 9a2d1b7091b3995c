"""Conversations in the database: opening one, and storing what customers say.

A message is stored before anything else happens to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import BindParameter, bindparam, insert, or_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from orderdb.database import writing
from orderdb.desk.messages import hear
from orderdb.errors import MessageConflict, NotFound
from orderdb.models import Conversation, Customer, Message, Turn
from orderdb.newest import newest
from orderdb.statuses import Role, Speaker, TurnStatus
from orderdb.turns import (
    BegunTurn,
    Lease,
    begin,
    begin_attempt,
    store_turn,
    take_from_assistant,
)

_THIS: BindParameter[str] = bindparam("conversation_id")
_LANGUAGE = select(Customer.language).where(col(Customer.id) == bindparam("customer_id"))
_OPEN = insert(Conversation)
_HISTORY = (
    sql_select(col(Message.id), col(Message.role), col(Message.text), col(Turn.position))
    .outerjoin(Turn, col(Message.turn_id) == Turn.id)
    .where(
        col(Message.conversation_id) == _THIS,
        or_(col(Turn.id).is_(None), col(Turn.position) < bindparam("before")),
    )
    .order_by(col(Message.id).desc())
    .limit(bindparam("most"))
)
_ALL = 2**31 - 1
"""No turn stands as far back."""


class Said(NamedTuple):
    """A stored message's turn, and the turn that was begun with storing it: another where an
    earlier one still waits, None where somebody else answers."""

    turn: Turn
    begun: BegunTurn | None


class Line(NamedTuple):
    """What somebody said."""

    role: Role
    text: str


def open_conversation(
    session: Session,
    customer_id: str,
    language: str | None,
    prompt_versions: dict[str, str],
    now: datetime,
) -> Conversation:
    """Start a conversation; it remembers the prompt versions that it began with.

    Without a ``language`` it is in the customer's own, English where that is neither of ours.
    Raises NotFound for a customer whom the shop does not know.
    """
    connection = writing(session).connection()
    own = connection.execute(_LANGUAGE, {"customer_id": customer_id}).scalar()
    if own is None:
        raise NotFound("there is no such customer")
    conversation = Conversation(
        id=str(uuid4()),
        customer_id=customer_id,
        language=language or ("zh" if own.startswith("zh") else "en"),
        prompt_versions=prompt_versions,
        created_at=now,
    )
    connection.execute(_OPEN, conversation.model_dump())
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
    ours = lease and take_from_assistant(session, customer_id, conversation_id, lease, now)
    conversation = ours or conversation_of(session, customer_id, conversation_id, locked=True)
    stands = newest(session, conversation_id, client_message_id)
    if stands.knows:
        turn = _known(session, conversation_id, text, client_message_id)
    else:
        turn = _new(conversation, stands.position + 1, client_message_id, now)
        if conversation.handled_by is Speaker.AGENT and not stands.runs:
            hear(session, conversation, turn, text, stands.seq, now)
            session.commit()
            return Said(turn, None)
        if ours and not stands.runs:
            turn.attempt = 1
        store_turn(session, turn, Role.CUSTOMER, text)
        if turn.attempt:
            first = begin_attempt(session, conversation, turn, text, stands.seq, opening or {})
            session.commit()
            return Said(turn, first)
    begun = begin(session, conversation_id, lease, now, opening or {}) if lease else None
    session.commit()
    return Said(turn, begun)


def _known(session: Session, conversation_id: str, text: str, key: str) -> Turn:
    turn, said = session.exec(
        select(Turn, Message.text)
        .join(Message, col(Message.turn_id) == Turn.id)
        .where(
            Turn.conversation_id == conversation_id,
            Turn.client_message_id == key,
            Message.role == Role.CUSTOMER,
        )
    ).one()
    if said != text:
        raise MessageConflict("this client_message_id was used for another text")
    return turn


def _new(conversation: Conversation, position: int, key: str, now: datetime) -> Turn:
    return Turn(
        id=str(uuid4()),
        conversation_id=conversation.id,
        position=position,
        attempt=0,
        client_message_id=key,
        status=TurnStatus.RUNNING,
        handled_by=conversation.handled_by,
        started_at=now,
    )


def history(
    session: Session, conversation_id: str, limit: int, *, before: Turn | None = None
) -> list[Line]:
    """The newest ``limit`` messages, oldest first, each answer behind its question.

    ``before``: only what belongs to earlier turns, whatever has been sent since.
    """
    this = {
        "conversation_id": conversation_id,
        "before": _ALL if before is None else before.position,
        "most": limit,
    }
    rows = [*reversed(session.connection().execute(_HISTORY, this).all())]
    asked: dict[int | None, int | None] = {}
    for message, _, _, position in rows:
        asked.setdefault(position, message)
    rows.sort(key=lambda row: (row[0] if row[3] is None else asked[row[3]], row[0]))
    return [Line(role, text) for _, role, text, _ in rows]
