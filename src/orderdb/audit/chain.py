"""What happened, in an append-only chain: each event holds the hash of the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, insert, text
from sqlmodel import Session, col, select

from orderdb.canonical import sha256
from orderdb.columns import JsonObject
from orderdb.models import AuditEvent

START = "0" * 64
"""What the first event holds for the hash of the one before."""

_NEWEST = select(AuditEvent.hash).order_by(col(AuditEvent.id).desc()).limit(1)
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
    last = session.exec(_NEWEST)
    event = AuditEvent(
        at=now.astimezone(UTC),
        actor=actor,
        kind=kind,
        subject=subject,
        payload=payload,
        previous_hash=last.first() or START,
        hash="",
    )
    event.hash = _hash(event)
    session.connection().execute(insert(AuditEvent), event.model_dump(exclude={"id"}))


def verify(session: Session) -> BrokenLink | None:
    """Walk the whole chain; None when it holds."""
    previous = START
    for event in session.exec(
        select(AuditEvent).order_by(col(AuditEvent.id)).execution_options(yield_per=1_000)
    ):
        fault = None
        if event.previous_hash != previous:
            fault = "it does not hold the hash of the event before it"
        elif event.hash != _hash(event):
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


def _hash(event: AuditEvent) -> str:
    return sha256(
        {
            "at": event.at.isoformat(timespec="microseconds"),
            "actor": event.actor,
            "kind": event.kind,
            "subject": event.subject,
            "payload": event.payload,
            "previous_hash": event.previous_hash,
        }
    )
