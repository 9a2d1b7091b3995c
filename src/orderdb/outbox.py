"""Effects on other systems, stored with the change they follow and delivered afterwards.

Delivery is at least once: a worker that dies between sending and saying so leaves its claim to
expire, and the next sends again under the same key. Receivers go by the key.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from orderdb.columns import JsonObject
from orderdb.errors import OrderError
from orderdb.models import Effect
from orderdb.statuses import EffectKind


class ClaimLost(OrderError):
    """The claim expired and another worker has the effect now."""

    code = "claim_lost"


def enqueue(
    session: Session, kind: EffectKind, key: str, payload: JsonObject, now: datetime
) -> None:
    """Add an effect within the caller's transaction: it exists exactly when the change does.

    ``key`` is unique, such as ``refund:17``; using one twice fails the transaction. The payload
    of a refund names its ``refund_id``, whose row succeeds with the delivery.
    """
    session.add(Effect(kind=kind, key=key, payload=payload, created_at=now, due_at=now))
    session.flush()
