"""Returns, exchanges and reports that wait for a person: goods to come back, photos to look at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from sqlalchemy import ColumnElement
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
    exchanges = _waiting(session, Exchange, col(Exchange.status).not_in(_OVER))
    claims = _waiting(session, Claim, col(Claim.status) == CaseStatus.REQUESTED)
    variants = _variants(session, [case.new_variant_id for case, _ in exchanges])
    chats = _chats(session, [case.proposal_id for case, _ in claims])
    found = [
        OpenCase("return", **shared, reason=case.reason)
        for case, shared in _waiting(
            session, ReturnRequest, col(ReturnRequest.status).not_in(_OVER)
        )
    ]
    found += [
        OpenCase(
            "exchange",
            **shared,
            becomes=variants.get(case.new_variant_id),
            to_pay=Money(minor=max(0, case.difference_minor), currency=shared["promised"].currency),
        )
        for case, shared in exchanges
    ]
    found += [
        OpenCase(
            "claim",
            **shared,
            matter=case.matter,
            remedy=case.remedy,
            photos=_photos(case),
            conversation_id=chats.get(case.proposal_id or ""),
        )
        for case, shared in claims
    ]
    return sorted(found, key=lambda one: (one.at.timestamp() if one.at else 0.0, one.id))


CaseT = TypeVar("CaseT", ReturnRequest, Exchange, Claim)


def _waiting(
    session: Session, table: type[CaseT], which: ColumnElement[bool]
) -> list[tuple[CaseT, dict[str, Any]]]:
    """The oldest of a table, each with what all kinds of cases tell."""
    rows = session.exec(
        select(table, OrderLine, Order, Customer)
        .join(OrderLine, col(OrderLine.id) == table.order_line_id)
        .join(Order, col(Order.id) == OrderLine.order_id)
        .join(Customer, col(Customer.id) == Order.customer_id)
        .where(which)
        .order_by(col(table.id))
        .limit(_MOST)
    ).all()
    return [(case, _shared(case, line, order, customer)) for case, line, order, customer in rows]


def _variants(session: Session, ids: Collection[int]) -> dict[int, Text]:
    found = session.exec(select(Variant).where(col(Variant.id).in_(ids)))
    return {one.id or 0: one.name for one in found}


def _chats(session: Session, proposals: Collection[str | None]) -> dict[str, str | None]:
    """The conversation that each proposal was made in."""
    return dict(
        session.exec(
            select(Proposal.id, Proposal.conversation_id).where(col(Proposal.id).in_(proposals))
        ).all()
    )


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
