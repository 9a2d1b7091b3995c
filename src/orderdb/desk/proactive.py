"""Events worth a word before the customer asks, each of them once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from orderdb.database import writing
from orderdb.delivery import Calendars
from orderdb.delivery.late_risk import late_risks
from orderdb.errors import DeskError, NotFound
from orderdb.models import Claim, Order, OrderLine, ProactiveMessage, Refund, Shipment
from orderdb.numbers import number_key
from orderdb.repository.delivery_models import current_model
from orderdb.repository.open_orders import promised_orders
from orderdb.statuses import (
    CaseStatus,
    OrderStatus,
    ProactiveKind,
    ProactiveStatus,
    RefundStatus,
    ShipmentStatus,
)

LIKELY = 0.5
"""Chance of a missed promise from which it is worth a message."""

_MOST = 500
_KINDS = {
    ShipmentStatus.LOST: ProactiveKind.LOST,
    ShipmentStatus.HELD: ProactiveKind.HELD,
    ShipmentStatus.DAMAGED: ProactiveKind.DAMAGED,
}
_OVER = (
    OrderStatus.DELIVERED,
    OrderStatus.CANCELLED,
    OrderStatus.RETURNED,
    OrderStatus.PARTIALLY_RETURNED,
)


class AlreadyDecided(DeskError):
    """The message was sent or dismissed before."""

    code = "already_decided"


class Occurrence(NamedTuple):
    """An event about an order. ``key`` is the same whenever it is found; ``risk`` of being late."""

    key: str
    kind: ProactiveKind
    customer_id: str
    order_number: str
    risk: float | None = None


def occurrences(session: Session, now: datetime, likely: float = LIKELY) -> list[Occurrence]:
    """What has happened to open orders, or is likely to, and has no message yet.

    Troubles first, then the likeliest to be late: a fixed number, the others another time.
    """
    found = list(_troubles(session))
    troubled = {one.order_number for one in found}
    found += [one for one in _late(session, now, likely) if one.order_number not in troubled]
    keys = [one.key for one in found]
    known: set[str] = set()
    for start in range(0, len(keys), _MOST):
        some = keys[start : start + _MOST]
        known |= set(
            session.exec(select(ProactiveMessage.key).where(col(ProactiveMessage.key).in_(some)))
        )
    return [one for one in found if one.key not in known][:_MOST]


def add_once(session: Session, message: ProactiveMessage) -> bool:
    """Store a draft unless its event has one, whoever looks at the same time; commits."""
    connection = writing(session).connection()
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    done = connection.execute(
        make(ProactiveMessage)
        .values(message.model_dump())
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(col(ProactiveMessage.id))
    ).first()
    session.commit()
    return done is not None


def proactive_messages(
    session: Session, status: ProactiveStatus | None = ProactiveStatus.DRAFTED, limit: int = 200
) -> list[ProactiveMessage]:
    """The newest first; of drafts, which are what it gives unless told otherwise, those of
    troubles, then those of the likeliest to be late."""
    query = select(ProactiveMessage)
    if status is not None:
        query = query.where(ProactiveMessage.status == status)
    if status is ProactiveStatus.DRAFTED:
        risk = col(ProactiveMessage.risk)
        query = query.order_by(risk.is_not(None), risk.desc())
    newest = col(ProactiveMessage.created_at).desc(), col(ProactiveMessage.id)
    return list(session.exec(query.order_by(*newest).limit(limit)))


def drafted(session: Session, message_id: str, *, locked: bool = False) -> ProactiveMessage:
    """A draft that nobody has decided on; raises NotFound and AlreadyDecided."""
    found = session.exec(
        select(ProactiveMessage).where(ProactiveMessage.id == message_id).with_for_update()
        if locked
        else select(ProactiveMessage).where(ProactiveMessage.id == message_id)
    ).first()
    if found is None:
        raise NotFound("there is no such message")
    if found.status is not ProactiveStatus.DRAFTED:
        raise AlreadyDecided("somebody decided on it before")
    return found


def decide(
    session: Session,
    message_id: str,
    status: ProactiveStatus,
    agent_id: str,
    now: datetime,
    *,
    conversation_id: str | None = None,
    text: str | None = None,
) -> ProactiveMessage:
    """Say what became of a draft, once; the caller commits. Raises NotFound, AlreadyDecided."""
    found = drafted(session, message_id, locked=True)
    found.status, found.decided_at, found.decided_by = status, now, agent_id
    found.conversation_id = conversation_id
    if text is not None:
        found.text = text
    session.add(found)
    session.flush()
    return found


def _troubles(session: Session) -> Iterator[Occurrence]:
    rows = session.exec(
        select(Shipment.id, Shipment.status, Order.customer_id, Order.number)
        .join(Order, col(Order.id) == Shipment.order_id)
        .where(
            col(Shipment.status).in_(_KINDS),
            col(Order.status).not_in(_OVER),
            ~_is_made_good(),
        )
        .order_by(col(Shipment.id))
        .limit(_MOST)
    )
    for shipment, status, customer, number in rows:
        kind = _KINDS[ShipmentStatus(status)]
        yield Occurrence(f"{kind.value}:{shipment}", kind, customer, number)


def _is_made_good() -> ColumnElement[bool]:
    """Whether a report is registered already, or the money is back."""
    reported = exists().where(
        col(Claim.order_line_id) == OrderLine.id,
        col(OrderLine.order_id) == Order.id,
        col(Claim.status) != CaseStatus.REJECTED,
    )
    back = (
        select(func.coalesce(func.sum(Refund.amount_minor), 0))
        .where(Refund.order_id == Order.id, col(Refund.status) != RefundStatus.FAILED)
        .correlate(Order)
        .scalar_subquery()
    )
    return or_(reported.correlate(Order), (back > 0) & (back >= Order.items_minor))


def _late(session: Session, now: datetime, likely: float) -> Iterator[Occurrence]:
    learnt = current_model(session, now)
    open_orders = promised_orders(session, promised_from=now.date())
    risks = [
        risk for risk in late_risks(open_orders, Calendars(), now, learnt) if risk.chance >= likely
    ]
    whose: dict[str, str] = {}
    for start in range(0, len(risks), _MOST):
        keys = [number_key(risk.number) for risk in risks[start : start + _MOST]]
        whose |= dict(
            session.exec(
                select(Order.number, Order.customer_id).where(col(Order.number_key).in_(keys))
            ).all()
        )
    for risk in risks:
        key = f"late:{risk.number}:{risk.promised.isoformat()}"
        yield Occurrence(key, ProactiveKind.LATE, whose[risk.number], risk.number, risk.chance)
