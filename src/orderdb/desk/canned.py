"""Replies kept for use, with variables."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session, col, select

from orderdb.database import writing
from orderdb.errors import DeskError, NotFound
from orderdb.models import CannedReply

_OF_CONVERSATION = ("customer_name", "order_number", "agent_name")
_OF_ORDER = ("tracking", "carrier", "total", "refund", "promised", "earliest", "latest", "likely",
             "delivered_on", "placed", "until", "item")  # fmt: skip
VARIABLES = frozenset((*_OF_CONVERSATION, *_OF_ORDER))
"""What a reply may leave open, for the conversation or its order to fill."""

_GAP = re.compile(r"\{[a-z][a-z_]*\}")


def gaps_in(text: str) -> list[str]:
    """Every ``{variable}`` of a text, each once; words that a customer must not see."""
    return list(dict.fromkeys(_GAP.findall(text)))


class NameTaken(DeskError):
    """There is a canned reply of that name in that language."""

    code = "name_taken"


def canned_replies(session: Session, language: str | None = None) -> list[CannedReply]:
    """All of them, or those of a language, by name."""
    query = select(CannedReply).order_by(col(CannedReply.name), col(CannedReply.language))
    if language is not None:
        query = query.where(CannedReply.language == language)
    return list(session.exec(query))


def save_canned(
    session: Session,
    reply_id: str | None,
    name: str,
    language: str,
    text: str,
    intent: str | None,
    agent_id: str,
    now: datetime,
) -> CannedReply:
    """Store a new one, or change that of ``reply_id``; raises NotFound and NameTaken."""
    writing(session)
    same = session.exec(
        select(CannedReply).where(CannedReply.name == name, CannedReply.language == language)
    ).first()
    if same is not None and same.id != reply_id:
        raise NameTaken(f"there is a reply named {name}")
    found = session.get(CannedReply, reply_id) if reply_id else None
    if reply_id is not None and found is None:
        raise NotFound("there is no such reply")
    row = found or CannedReply(id=str(uuid4()), name=name, language=language, text="",
                               updated_at=now)  # fmt: skip
    row.name, row.language, row.text, row.intent = name, language, text, intent
    row.updated_by, row.updated_at = agent_id, now
    session.add(row)
    session.commit()
    return row


def delete_canned(session: Session, reply_id: str) -> None:
    """Take one away; raises NotFound."""
    found = session.get(CannedReply, reply_id)
    if found is None:
        raise NotFound("there is no such reply")
    session.delete(found)
    session.commit()
