"""What happened, in an append-only chain: each event holds the hash of the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, text
from sqlmodel import Session, col, select

from orderdb.canonical import sha256
from orderdb.columns import JsonObject
from orderdb.models import AuditEvent

START = "0" * 64
"""What the first event holds for the hash of the one before."""

_NEWEST = select(AuditEvent.hash).order_by(col(AuditEvent.id).desc()).limit(1)
_APPEND = insert(AuditEvent)
_HASHED = ("at", "actor", "kind", "subject", "payload", "previous_hash")
_POSTGRES_LOCK = 0x0DE5C  # any number that no other advisory lock of the shop uses


@dataclass(frozen=True)
class BrokenLink:
    """The first event that does not follow from the one before it."""

    event_id: int
    fault: str


def append(
    session: Session,
    *,
    actor: str,
    kind: str,
    subject: str,
    payload: JsonObject,
    now: datetime,
) -> None:
    """Add an event within the caller's transaction, which then holds the chain to its end.

    The session must be ``writing``. Call it last: on PostgreSQL others wait here for the
    commit, so what follows must not wait for them.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(
            text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK}
        )
    event = {
        "at": now.astimezone(UTC),
        "actor": actor,
        "kind": kind,
        "subject": subject,
        "payload": payload,
        "previous_hash": session.connection().execute(_NEWEST).scalar() or START,
    }
    session.connection().execute(_APPEND, event | {"hash": _hash(event)})


def verify(session: Session) -> BrokenLink | None:
    """Walk the whole chain; None when it holds."""
    previous = START
    for event in session.exec(
        select(AuditEvent).order_by(col(AuditEvent.id)).execution_options(yield_per=1_000)
    ):
        fault = None
        if event.previous_hash != previous:
            fault = "it does not hold the hash of the event before it"
        elif event.hash != _hash(event.model_dump()):
            fault = "its hash does not fit what it says"
        if fault is not None:
            return BrokenLink(event.id or 0, fault)
        previous = event.hash
    return None


def length(session: Session) -> tuple[int, str]:
    """How many events there are, and the hash of the newest.

    A chain whose end was cut off holds; only these two, kept elsewhere, tell.
    """
    events = session.exec(select(func.count()).select_from(AuditEvent)).one()
    return events, session.exec(_NEWEST).first() or START


def _hash(event: Mapping[str, Any]) -> str:
    told = {name: event[name] for name in _HASHED}
    return sha256(told | {"at": event["at"].isoformat(timespec="microseconds")})
