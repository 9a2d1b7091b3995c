"""Effects on other systems, stored with the change they follow and delivered afterwards.

Delivery is at least once: a worker that dies between sending and saying so leaves its claim to
expire, and the next sends again under the same key. Receivers go by the key.

Rows are locked in one sequence: order, effect, refund or payment, audit chain.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from orderdb import audit
from orderdb.columns import JsonObject
from orderdb.database import writing
from orderdb.errors import NotFound
from orderdb.models import Claim, Effect, Order, OrderLine, Payment, Refund
from orderdb.statuses import (
    CaseStatus,
    EffectKind,
    EffectStatus,
    PaymentStatus,
    RefundStatus,
)

_ERROR_LENGTH = 500
_Moved = Refund | Payment | Claim


def enqueue(
    session: Session,
    kind: EffectKind,
    key: str,
    payload: JsonObject,
    now: datetime,
    *,
    after: str | None = None,
) -> None:
    """Add an effect within the caller's transaction: it exists exactly when the change does.

    ``key`` is unique, such as ``refund:17``; using one twice fails the transaction. ``after`` is
    the key of one that must be delivered before it. The payload of a refund names its
    ``refund_id``, that of a charge its ``payment_id``, that of a reshipment its ``claims``: with
    the delivery the refund has succeeded, the payment is captured, the claims are completed.
    """
    session.add(
        Effect(kind=kind, key=key, payload=payload, created_at=now, due_at=now, after=after)
    )
    session.flush()


def is_due(session: Session, kinds: Collection[EffectKind], now: datetime) -> bool:
    """Whether anything could be claimed; a read only, for those who ask often."""
    return session.exec(select(Effect.id).where(_free(kinds, now)).limit(1)).first() is not None


def claim(
    session: Session,
    worker: str,
    kinds: Collection[EffectKind],
    now: datetime,
    *,
    seconds: float,
    limit: int,
) -> list[Effect]:
    """Take what is due, oldest first; nobody else may for ``seconds``, unless it is released."""
    writing(session)
    effects = session.exec(
        select(Effect)
        .where(_free(kinds, now))
        .order_by(col(Effect.due_at), col(Effect.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for effect in effects:
        effect.claimed_by, effect.claimed_until = worker, now + timedelta(seconds=seconds)
    session.commit()
    return list(effects)


def release(session: Session, worker: str) -> None:
    """Give up every claim of a worker that ends, so that nobody waits for them to expire."""
    writing(session)
    session.connection().execute(
        update(Effect)
        .where(col(Effect.claimed_by) == worker)
        .values(claimed_by=None, claimed_until=None)
    )
    session.commit()


def mark_delivered(session: Session, effect_id: int, now: datetime) -> None:
    """The receiver took it: whoever still held a claim, and also after a repeat."""
    writing(session)
    rows = _rows_of(session, effect_id)
    effect = _locked(session, effect_id)
    if effect.status is EffectStatus.DELIVERED:
        return
    effect.status, effect.delivered_at, effect.last_error = EffectStatus.DELIVERED, now, None
    effect.claimed_by = effect.claimed_until = None
    effect.attempts += 1
    changed = _succeed(session, rows)
    _record(session, effect, "effect.delivered", "outbox", now, changes=changed)
    session.commit()


def mark_failed(
    session: Session,
    effect_id: int,
    worker: str,
    error: str,
    retry_at: datetime | None,
    now: datetime,
) -> None:
    """One attempt came to nothing; without ``retry_at`` the effect is dead until replayed.

    Says nothing where another worker has taken it up meanwhile.
    """
    writing(session)
    effect = _locked(session, effect_id)
    if effect.status is not EffectStatus.WAITING or effect.claimed_by != worker:
        return
    effect.attempts += 1
    effect.last_error = error[:_ERROR_LENGTH]
    effect.claimed_by = effect.claimed_until = None
    if retry_at is None:
        effect.status = EffectStatus.DEAD
        _record(session, effect, "effect.dead", "outbox", now, error=effect.last_error)
    else:
        effect.due_at = retry_at
    session.commit()


def replay(session: Session, effect_id: int, actor: str, now: datetime) -> bool:
    """Let a dead effect be tried anew; False, and nothing done, when it is not dead.

    Raises NotFound.
    """
    writing(session)
    effect = _locked(session, effect_id)
    if effect.status is not EffectStatus.DEAD:
        return False
    effect.status, effect.attempts, effect.due_at = EffectStatus.WAITING, 0, now
    _record(session, effect, "effect.replayed", actor, now)
    session.commit()
    return True


def find(session: Session, effect_id: int) -> Effect:
    """Raises NotFound."""
    effect = session.get(Effect, effect_id)
    if effect is None:
        raise NotFound(f"there is no effect {effect_id}")
    return effect


def listed(
    session: Session, status: EffectStatus | None, kind: EffectKind | None, limit: int
) -> Sequence[Effect]:
    """The newest effects, oldest first."""
    query = select(Effect).order_by(col(Effect.id).desc()).limit(limit)
    if status is not None:
        query = query.where(Effect.status == status)
    if kind is not None:
        query = query.where(Effect.kind == kind)
    return list(reversed(session.exec(query).all()))


def counts(session: Session) -> dict[tuple[EffectKind, EffectStatus], int]:
    """How many there are of each kind and status."""
    rows = session.exec(
        select(Effect.kind, Effect.status, func.count()).group_by(Effect.kind, Effect.status)
    )
    return {(EffectKind(kind), EffectStatus(status)): number for kind, status, number in rows}


def _free(kinds: Collection[EffectKind], now: datetime) -> ColumnElement[bool]:
    return (
        (col(Effect.status) == EffectStatus.WAITING)
        & (col(Effect.due_at) <= now)
        & col(Effect.kind).in_(kinds)
        & or_(col(Effect.claimed_until).is_(None), col(Effect.claimed_until) < now)
        & or_(col(Effect.after).is_(None), _follows_a_delivered_one())
    )


def _follows_a_delivered_one() -> ColumnElement[bool]:
    before = aliased(Effect)
    delivered = col(before.status) == EffectStatus.DELIVERED
    return exists().where(col(before.key) == col(Effect.after), delivered).correlate(Effect)


def _locked(session: Session, effect_id: int) -> Effect:
    effect = session.get(Effect, effect_id, with_for_update=True, populate_existing=True)
    if effect is None:
        raise NotFound(f"there is no effect {effect_id}")
    return effect


def _rows_of(session: Session, effect_id: int) -> list[_Moved]:
    """The rows that an effect brings about, their order locked before anything else."""
    effect = find(session, effect_id)
    told = effect.payload
    found: list[_Moved | None] = []
    match effect.kind:
        case EffectKind.REFUND:
            found = [session.get(Refund, told.get("refund_id"))]
        case EffectKind.CHARGE:
            found = [session.get(Payment, told.get("payment_id"))]
        case EffectKind.RESHIPMENT:
            found = [session.get(Claim, claim) for claim in told.get("claims", [])]
    rows = [row for row in found if row is not None]
    for order in sorted({_order_of(session, row) for row in rows}):
        session.exec(select(Order.id).where(Order.id == order).with_for_update()).one()
    for row in rows:
        session.refresh(row)
    return rows


def _order_of(session: Session, row: _Moved) -> int:
    if isinstance(row, Claim):
        return session.get_one(OrderLine, row.order_line_id).order_id
    return row.order_id


def _succeed(session: Session, rows: Sequence[_Moved]) -> JsonObject | None:
    """The money has moved, or the goods have: what that changes of the order; None when it was
    known already."""
    if not rows:
        return None
    order = _order_of(session, rows[0])
    before = audit.order_state(session, order)
    changed = [_settle(row) for row in rows]
    if not any(changed):
        return None
    return audit.changes(before, audit.order_state(session, order))


def _settle(row: _Moved) -> bool:
    """Say so in the row; False where that was known already."""
    match row:
        case Refund(status=RefundStatus.PENDING):
            row.status = RefundStatus.SUCCEEDED
        case Payment(status=PaymentStatus.PENDING):
            row.status = PaymentStatus.CAPTURED
        case Claim(status=CaseStatus.APPROVED):
            row.status = CaseStatus.COMPLETED
        case _:
            return False
    return True


def _record(
    session: Session, effect: Effect, kind: str, actor: str, now: datetime, **more: object
) -> None:
    audit.append(
        session,
        actor=actor,
        kind=kind,
        subject=f"effect:{effect.id}",
        payload={"kind": effect.kind.value, "key": effect.key, "attempts": effect.attempts, **more},
        now=now,
    )
