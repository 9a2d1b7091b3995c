"""Conversations in the database: opening one, and storing what customers say.

A message is stored before anything else happens to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import BindParameter, bindparam, exists, func, insert, or_
from sqlalchemy import select as sql_select
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session, col, select

from orderdb.database import writing
from orderdb.desk.messages import hear
from orderdb.errors import MessageConflict, NotFound
from orderdb.models import Conversation, Message, Turn
from orderdb.statuses import Role, Speaker, TurnStatus
from orderdb.turns import BegunTurn, Lease, begin, begin_attempt, newest_seq, runs, take

_THIS: BindParameter[str] = bindparam("conversation_id")
_STANDS = sql_select(
    sql_select(func.max(Turn.position)).where(col(Turn.conversation_id) == _THIS).scalar_subquery(),
    newest_seq(_THIS),
    runs(_THIS),
    exists().where(
        col(Turn.conversation_id) == _THIS, col(Turn.client_message_id) == bindparam("key")
    ),
)
"""Its newest turn and event, whether a turn of it runs, and whether it knows this message."""


_STORE_TURN = insert(Turn)
_STORE_MESSAGE = insert(Message)
_HISTORY = (
    sql_select(Message, col(Turn.position))
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
    this = {"conversation_id": conversation_id, "key": client_message_id}
    last, newest, running, known = session.connection().execute(_STANDS, this).one()
    if known:
        turn = _known(session, conversation_id, text, client_message_id)
    else:
        turn = _new(conversation, (last or 0) + 1, client_message_id, now)
        by_person = conversation.handled_by is Speaker.AGENT
        free = not running and not by_person
        if free and lease is not None and take(session, conversation_id, lease, now):
            turn.attempt = 1
        _store(session, turn, text)
        if by_person and not running:
            hear(session, conversation, turn, now)
            session.commit()
            return Said(turn, None)
        if turn.attempt:
            first = begin_attempt(session, conversation, turn, text, newest or 0, opening or {})
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


def _store(session: Session, turn: Turn, text: str) -> None:
    connection = session.connection()
    connection.execute(_STORE_TURN, turn.model_dump())
    make_transient_to_detached(turn)  # as it would be had it been read
    session.add(turn)
    message = {
        "conversation_id": turn.conversation_id,
        "turn_id": turn.id,
        "role": Role.CUSTOMER,
        "text": text,
        "created_at": turn.started_at,
    }
    connection.execute(_STORE_MESSAGE, message)


def history(
    session: Session, conversation_id: str, limit: int, *, before: Turn | None = None
) -> list[Message]:
    """The newest ``limit`` messages, oldest first, each answer behind its question.

    ``before``: only what belongs to earlier turns, whatever has been sent since.
    """
    this = {
        "conversation_id": conversation_id,
        "before": _ALL if before is None else before.position,
        "most": limit,
    }
    rows = list(reversed(session.execute(_HISTORY, this).all()))
    asked: dict[int | None, int | None] = {}
    for message, position in rows:
        asked.setdefault(position, message.id)
    rows.sort(key=lambda row: (row[0].id if row[1] is None else asked[row[1]], row[0].id))
    return [message for message, _ in rows]
