"""Returns, exchanges and reports that wait for a person: goods to come back, photos to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session, col, select

from orderdb.models import (
    Claim,
    Customer,
    Exchange,
    Order,
    OrderLine,
    Proposal,
    ReturnRequest,
    Variant,
)
from orderdb.money import Money
from orderdb.statuses import CaseStatus, ClaimMatter, Remedy
from orderdb.text import Text

_OVER = (CaseStatus.COMPLETED, CaseStatus.REJECTED)
_MOST = 200


@dataclass(frozen=True)
class OpenCase:
    """``promised`` is what is released at most; ``remedy``, ``matter``, ``photos`` and
    the conversation that it came from are a claim's, ``becomes`` and ``to_pay`` an exchange's."""

    kind: Literal["return", "exchange", "claim"]
    id: int
    customer: Customer
    order_number: str
    item: Text
    quantity: int
    status: CaseStatus
    promised: Money
    at: datetime | None
    reason: str = ""
    matter: ClaimMatter | None = None
    remedy: Remedy | None = None
    photos: tuple[str, ...] = ()
    conversation_id: str | None = None
    becomes: Text | None = None
    to_pay: Money | None = None


def open_cases(session: Session) -> list[OpenCase]:
    """All that a person settles, the oldest first."""
    returns = session.exec(
        select(ReturnRequest, OrderLine, Order, Customer)
        .join(OrderLine, col(OrderLine.id) == ReturnRequest.order_line_id)
        .join(Order, col(Order.id) == OrderLine.order_id)
        .join(Customer, col(Customer.id) == Order.customer_id)
        .where(col(ReturnRequest.status).not_in(_OVER))
        .order_by(col(ReturnRequest.id))
        .limit(_MOST)
    )
    exchanges = session.exec(
        select(Exchange, OrderLine, Order, Customer)
        .join(OrderLine, col(OrderLine.id) == Exchange.order_line_id)
        .join(Order, col(Order.id) == OrderLine.order_id)
        .join(Customer, col(Customer.id) == Order.customer_id)
        .where(col(Exchange.status).not_in(_OVER))
        .order_by(col(Exchange.id))
        .limit(_MOST)
    ).all()
    claims = session.exec(
        select(Claim, OrderLine, Order, Customer)
        .join(OrderLine, col(OrderLine.id) == Claim.order_line_id)
        .join(Order, col(Order.id) == OrderLine.order_id)
        .join(Customer, col(Customer.id) == Order.customer_id)
        .where(Claim.status == CaseStatus.REQUESTED)
        .order_by(col(Claim.id))
        .limit(_MOST)
    ).all()
    chats = dict(
        session.exec(
            select(Proposal.id, Proposal.conversation_id).where(
                col(Proposal.id).in_([claim.proposal_id for claim, *_ in claims])
            )
        ).all()
    )
    found = [
        OpenCase("return", **_shared(one, line, order, customer), reason=one.reason)
        for one, line, order, customer in returns
    ]
    variants = {
        one.id: one.name
        for one in session.exec(
            select(Variant).where(
                col(Variant.id).in_([exchange.new_variant_id for exchange, *_ in exchanges])
            )
        )
    }
    found += [
        OpenCase(
            "exchange",
            **_shared(one, line, order, customer),
            becomes=variants.get(one.new_variant_id),
            to_pay=Money(minor=max(0, one.difference_minor), currency=order.currency),
        )
        for one, line, order, customer in exchanges
    ]
    found += [
        OpenCase(
            "claim",
            **_shared(one, line, order, customer),
            matter=one.matter,
            remedy=one.remedy,
            photos=_photos(one),
            conversation_id=chats.get(one.proposal_id or ""),
        )
        for one, line, order, customer in claims
    ]
    return sorted(found, key=lambda one: (one.at.timestamp() if one.at else 0.0, one.id))


def _shared(
    case: ReturnRequest | Exchange | Claim, line: OrderLine, order: Order, customer: Customer
) -> dict[str, Any]:
    promised = max(0, -case.difference_minor) if isinstance(case, Exchange) else case.refund_minor
    return {
        "id": case.id or 0,
        "customer": customer,
        "order_number": order.number,
        "item": line.name,
        "quantity": case.quantity,
        "status": case.status,
        "promised": Money(minor=promised, currency=order.currency),
        "at": case.created_at,
    }


def _photos(claim: Claim) -> tuple[str, ...]:
    """What the customer sent along, by the shop's own names."""
    photos = claim.evidence.get("photos", [])
    return tuple(str(one) for one in photos) if isinstance(photos, list) else ()
