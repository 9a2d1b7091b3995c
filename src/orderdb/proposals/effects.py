"""What other systems must do after a confirmed proposal, put into the outbox with it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from orderdb import outbox
from orderdb.ledger import Ledger
from orderdb.models import Payment, Proposal
from orderdb.proposals.kind import Change
from orderdb.statuses import EffectKind, PaymentStatus, RefundStatus


def enqueue_effects(change: Change, proposal: Proposal) -> None:
    """Refunds and charges for the payment provider, what the kind asked for, and an e-mail."""
    session, now = change.session, change.now
    number = proposal.arguments.get("order_number")
    enqueue_refunds(session, change.ledger, number, proposal.currency, now)
    enqueue_charges(session, change.ledger, number, proposal.currency, now)
    for kind, key, told in change.effects:
        outbox.enqueue(session, kind, key, told, now)
    outbox.enqueue(
        session,
        EffectKind.EMAIL,
        f"email:{proposal.id}",
        {
            "customer_id": proposal.customer_id,
            "template": proposal.kind.value,
            "order_number": number,
            "proposal_id": proposal.id,
        },
        now,
    )


def enqueue_charges(
    session: Session, ledger: Ledger, number: str | None, currency: str, now: datetime
) -> None:
    """Ask the payment provider for what a gift card has not paid already."""
    for payment in ledger.charges:
        if payment.status is PaymentStatus.PENDING:
            told = {
                "payment_id": payment.id,
                "saved_method": payment.saved_method_id,
                "order_number": number,
                "amount": {"minor": payment.amount_minor, "currency": currency},
            }
            outbox.enqueue(session, EffectKind.CHARGE, charge_key(payment), told, now)


def charge_key(payment: Payment) -> str:
    """The key of the effect that charges it."""
    return f"charge:{payment.id}"


def enqueue_refunds(
    session: Session, ledger: Ledger, number: str | None, currency: str, now: datetime
) -> None:
    """Ask the payment provider to give back what it holds; a gift card has it already."""
    for refund in ledger.refunds:
        if refund.status is RefundStatus.PENDING:
            told = {
                "refund_id": refund.id,
                "payment_id": refund.payment_id,
                "saved_method": refund.saved_method_id,
                "order_number": number,
                "amount": {"minor": refund.amount_minor, "currency": currency},
            }
            outbox.enqueue(session, EffectKind.REFUND, f"refund:{refund.id}", told, now)
