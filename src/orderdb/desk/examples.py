"""Replies that agents sent, kept without personal data: examples for the next draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from sqlmodel import Session, col, select

from orderdb.database import writing
from orderdb.errors import NotFound
from orderdb.models import ReplyExample

_READ = 2000
"""The newest examples of a language and intent that are looked through."""


def nearest(
    session: Session,
    language: str,
    intent: str,
    embedding: str,
    query: Sequence[float],
    least: float,
) -> list[tuple[ReplyExample, float]]:
    """Approved examples about the same matter by cosine, the likest first; none below ``least``.

    ``query`` and all vectors are of unit length, by the model ``embedding``.
    """
    rows = session.exec(
        select(ReplyExample)
        .where(
            ReplyExample.language == language,
            ReplyExample.intent == intent,
            ReplyExample.embedding == embedding,
            col(ReplyExample.approved),
        )
        .order_by(col(ReplyExample.id).desc())
        .limit(_READ)
    ).all()
    if not rows:
        return []
    cosines = np.asarray([row.vector for row in rows], dtype=np.float32) @ np.asarray(query)
    likest = np.argsort(-cosines, kind="stable")
    return [(rows[at], float(cosines[at])) for at in likest if cosines[at] >= least]


def keep_example(session: Session, example: ReplyExample) -> ReplyExample:
    """Store an example, unless the same reply to the same words is there; commits."""
    writing(session)
    same = session.exec(
        select(ReplyExample).where(
            ReplyExample.language == example.language,
            ReplyExample.intent == example.intent,
            ReplyExample.message == example.message,
            ReplyExample.reply == example.reply,
        )
    ).first()
    if same is not None:
        session.rollback()
        return same
    session.add(example)
    session.commit()
    return example


def approve_example(
    session: Session, example_id: int, agent_id: str, now: datetime, *, approved: bool = True
) -> ReplyExample:
    """Let it serve other drafts and be a candidate for evals, or not; raises NotFound."""
    writing(session)
    example = session.get(ReplyExample, example_id)
    if example is None:
        raise NotFound("there is no such example")
    example.approved = approved
    example.approved_by = agent_id if approved else None
    example.approved_at = now if approved else None
    session.add(example)
    session.commit()
    return example


def examples(
    session: Session, *, approved: bool | None = None, limit: int = 200
) -> list[ReplyExample]:
    """The newest examples; only those approved, or only the others, where asked for."""
    query = select(ReplyExample).order_by(col(ReplyExample.id).desc()).limit(limit)
    if approved is not None:
        query = query.where(ReplyExample.approved == approved)
    return list(session.exec(query))
