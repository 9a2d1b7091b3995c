"""A customer as the desk sees them: what they bought, said before, sent back, and are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import func
from sqlmodel import Session, col, select

from orderdb.models import (
    Claim,
    Conversation,
    Exchange,
    Handoff,
    Message,
    Order,
    OrderLine,
    Payment,
    Rating,
    ReturnRequest,
)
from orderdb.money import Money
from orderdb.statuses import PaymentStatus
from orderdb.text import Text
from orderdb.views import CaseKind

_CONTACTS = 20
_CASES = 50


@dataclass(frozen=True)
class PastContact:
    conversation: Conversation
    messages: int
    handoff: Handoff | None
    stars: int | None


@dataclass(frozen=True)
class PastCase:
    """``promised`` is what a return or claim will give back."""

    kind: CaseKind
    id: int
    order_number: str
    item: Text
    quantity: int
    status: str
    promised: Money | None
    at: datetime | None


def lifetime_value(session: Session, customer_id: str) -> list[Money]:
    """What was paid and not given back, a sum for each currency, the largest first."""
    kept = func.sum(Payment.amount_minor - Payment.refunded_minor)
    rows = session.exec(
        select(Order.currency, kept)
        .join(Payment, col(Payment.order_id) == Order.id)
        .where(Order.customer_id == customer_id, Payment.status == PaymentStatus.CAPTURED)
        .group_by(col(Order.currency))
        .order_by(kept.desc())
    ).all()
    return [Money(minor=int(minor), currency=currency) for currency, minor in rows]


def past_contacts(session: Session, customer_id: str) -> list[PastContact]:
    """The newest conversations, newest first."""
    found = session.exec(
        select(Conversation, Rating.stars)
        .outerjoin(Rating, col(Rating.conversation_id) == Conversation.id)
        .where(Conversation.customer_id == customer_id)
        .order_by(col(Conversation.created_at).desc())
        .limit(_CONTACTS)
    ).all()
    ids = [conversation.id for conversation, _ in found]
    said = dict(
        session.exec(
            select(Message.conversation_id, func.count())
            .where(col(Message.conversation_id).in_(ids))
            .group_by(col(Message.conversation_id))
        ).all()
    )
    handoffs = {
        handoff.conversation_id: handoff
        for handoff in session.exec(
            select(Handoff)
            .where(col(Handoff.conversation_id).in_(ids))
            .order_by(col(Handoff.created_at))
        )
    }
    return [
        PastContact(one, said.get(one.id, 0), handoffs.get(one.id), stars) for one, stars in found
    ]


def past_cases(session: Session, customer_id: str) -> list[PastCase]:
    """Returns, exchanges and claims, newest first."""
    tables: Sequence[tuple[CaseKind, type[ReturnRequest] | type[Exchange] | type[Claim]]] = (
        ("return", ReturnRequest),
        ("exchange", Exchange),
        ("claim", Claim),
    )
    found = []
    for kind, table in tables:
        rows = session.exec(
            select(table, OrderLine, Order)
            .join(OrderLine, col(OrderLine.id) == table.order_line_id)
            .join(Order, col(Order.id) == OrderLine.order_id)
            .where(Order.customer_id == customer_id)
            .order_by(col(table.id).desc())
            .limit(_CASES)
        ).all()
        for row, line, order in rows:
            case = cast(ReturnRequest | Exchange | Claim, row)
            promised = getattr(case, "refund_minor", None)
            found.append(
                PastCase(
                    kind=kind,
                    id=case.id or 0,
                    order_number=order.number,
                    item=line.name,
                    quantity=case.quantity,
                    status=case.status.value,
                    promised=None
                    if promised is None
                    else Money(minor=promised, currency=order.currency),
                    at=case.created_at,
                )
            )
    return sorted(found, key=lambda one: one.at.timestamp() if one.at else 0.0, reverse=True)
