"""Asking for the proposal that most tests stand on."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from orderdb.models import Proposal
from orderdb.policy_book import PolicyBook
from orderdb.proposals import CancelOrder, propose
from orderdb.statuses import ProposalKind


def propose_cancellation(
    session: Session,
    customer_id: str,
    order_number: str,
    reason: str,
    conversation_id: str | None,
    book: PolicyBook,
    now: datetime,
) -> Proposal:
    """The cancellation of a whole order."""
    asked, kind = CancelOrder(reason=reason), ProposalKind.CANCEL_ORDER
    return propose(session, customer_id, order_number, kind, asked, conversation_id, book, now)
