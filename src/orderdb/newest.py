"""What a conversation's next turn and next event come after."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Exists, ScalarSelect, bindparam, exists, func
from sqlalchemy import select as sql_select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from orderdb.models import Turn, TurnEvent
from orderdb.statuses import TurnStatus


class Newest(NamedTuple):
    """The newest turn's position and the newest event's id, 0 for none; whether a turn waits for
    its answer, and whether the conversation holds the message that was asked for."""

    position: int
    seq: int
    runs: bool
    knows: bool


def newest(session: Session, conversation_id: str, client_message_id: str) -> Newest:
    """How the conversation stands; it stays so for whoever holds its row."""
    this = {"conversation_id": conversation_id, "key": client_message_id}
    position, seq, running, known = session.connection().execute(_NEWEST, this).one()
    return Newest(position or 0, seq or 0, running, known)


def newest_seq(conversation_id: ColumnElement[str] | Mapped[str]) -> ScalarSelect[int]:
    """The newest event's id, as part of a query."""
    return (
        select(func.max(TurnEvent.seq))
        .where(col(TurnEvent.conversation_id) == conversation_id)
        .scalar_subquery()
    )


def runs(conversation_id: ColumnElement[str] | Mapped[str]) -> Exists:
    """Whether the conversation holds a turn without an answer."""
    return exists().where(
        col(Turn.conversation_id) == conversation_id, col(Turn.status) == TurnStatus.RUNNING
    )


_THIS: BindParameter[str] = bindparam("conversation_id")
_NEWEST = sql_select(
    sql_select(func.max(Turn.position)).where(col(Turn.conversation_id) == _THIS).scalar_subquery(),
    newest_seq(_THIS),
    runs(_THIS),
    exists().where(
        col(Turn.conversation_id) == _THIS, col(Turn.client_message_id) == bindparam("key")
    ),
)
