"""Propose, confirm, decline: the only road to a write.

A proposal says exactly what will happen, and its digest binds the click to that. Confirming
judges again, on the rows as they are then, and does everything in one transaction. Rows are
locked in one sequence: order, proposal, payments, stock, audit chain.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from uuid import uuid4

from sqlmodel import Session, col, select

from orderdb import audit, outbox
from orderdb.cancellation import cancel_order
from orderdb.canonical import sha256
from orderdb.columns import JsonObject
from orderdb.database import writing
from orderdb.eligibility import Verdict, verdict
from orderdb.errors import DigestMismatch, NotFound, OrderChanged, ProposalClosed, Refused
from orderdb.models import Order, Proposal, Refund
from orderdb.money import Money
from orderdb.numbers import number_key
from orderdb.policy_book import PolicyBook
from orderdb.repository import find_order
from orderdb.statuses import EffectKind, ProposalKind, ProposalStatus, RefundStatus
from orderdb.text import Text
from orderdb.views import OrderView

LIFETIME = timedelta(minutes=30)


def propose_cancellation(
    session: Session,
    customer_id: str,
    order_number: str,
    reason: str,
    conversation_id: str | None,
    book: PolicyBook,
    now: datetime,
) -> Proposal:
    """Store a cancellation for the customer to confirm; the same one again is returned as it is.

    Raises NotFound, and Refused when the order cannot be cancelled.
    """
    writing(session)
    order = _locked_order(session, customer_id, number_key(order_number))
    view = find_order(session, customer_id, order.number)
    judged = verdict(view, "cancel", book, now)
    if not judged.allowed:
        raise Refused(_with_next_step(judged), judged.clause)
    proposal = _open(session, view, judged, reason.strip(), conversation_id, now)
    session.commit()
    return proposal


def confirm(
    session: Session,
    customer_id: str,
    proposal_id: str,
    digest: str,
    book: PolicyBook,
    now: datetime,
) -> JsonObject:
    """Carry a proposal out, exactly once; every repeat returns the first result.

    Raises NotFound (another's or none), DigestMismatch, ProposalClosed, and OrderChanged, which
    carries the id of a new proposal where the order can still be cancelled.
    """
    writing(session)
    proposal, order = _locked(session, customer_id, proposal_id)
    if not hmac.compare_digest(proposal.digest.encode(), digest.encode()):
        raise DigestMismatch("that is not what was proposed")
    if proposal.status is ProposalStatus.CONFIRMED and proposal.result is not None:
        return proposal.result
    _must_be_open(session, proposal, now)
    view = find_order(session, customer_id, order.number)
    judged = verdict(view, "cancel", book, now)
    if not judged.allowed or _digest(view, judged, proposal.arguments) != proposal.digest:
        _supersede(session, proposal, view, judged, now)
    before = audit.order_state(session, view.id)
    refunds = cancel_order(
        session, order, view, str(proposal.arguments["reason"]), proposal.id, now
    )
    proposal.status, proposal.decided_at = ProposalStatus.CONFIRMED, now
    proposal.result = _result(order, proposal, view, refunds)
    session.add(proposal)
    for refund in refunds:
        _enqueue(session, order, refund, now)
    changes = audit.changes(before, audit.order_state(session, view.id))
    _record(session, proposal, "proposal.confirmed", now, changes=changes)
    session.commit()
    return proposal.result


def decline(session: Session, customer_id: str, proposal_id: str, now: datetime) -> Proposal:
    """Put a proposal aside; repeats change nothing. Raises NotFound and ProposalClosed."""
    writing(session)
    proposal, _ = _locked(session, customer_id, proposal_id)
    if proposal.status is ProposalStatus.DECLINED:
        return proposal
    _must_be_open(session, proposal, now)
    _close(session, proposal, ProposalStatus.DECLINED, now)
    session.commit()
    return proposal


def find_proposal(session: Session, customer_id: str, proposal_id: str) -> Proposal:
    """One of this customer's proposals; raises NotFound for another's just as for none."""
    proposal = session.exec(
        select(Proposal).where(Proposal.id == proposal_id, Proposal.customer_id == customer_id)
    ).first()
    if proposal is None:
        raise NotFound("this customer has no such proposal")
    return proposal


def _locked_order(session: Session, customer_id: str, key: str) -> Order:
    order = session.exec(
        select(Order)
        .where(Order.customer_id == customer_id, Order.number_key == key)
        .with_for_update()
    ).first()
    if order is None:
        raise NotFound("this customer has no order with that number")
    return order


def _locked(session: Session, customer_id: str, proposal_id: str) -> tuple[Proposal, Order]:
    """The proposal and its order, as they are once nobody else may change them."""
    order_id = find_proposal(session, customer_id, proposal_id).order_id
    order = session.exec(select(Order).where(Order.id == order_id).with_for_update()).one()
    proposal = session.exec(
        select(Proposal)
        .where(Proposal.id == proposal_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return proposal, order


def _must_be_open(session: Session, proposal: Proposal, now: datetime) -> None:
    if proposal.status is ProposalStatus.OPEN and now >= proposal.expires_at:
        _close(session, proposal, ProposalStatus.EXPIRED, now)
        session.commit()
    if proposal.status is not ProposalStatus.OPEN:
        raise ProposalClosed(proposal.status)


def _open(
    session: Session,
    view: OrderView,
    judged: Verdict,
    reason: str,
    conversation_id: str | None,
    now: datetime,
) -> Proposal:
    """The open proposal with this digest, else a new one in place of the order's others."""
    arguments: JsonObject = {"order_number": view.number, "reason": reason}
    digest = _digest(view, judged, arguments)
    for earlier in session.exec(
        select(Proposal)
        .where(Proposal.order_id == view.id, Proposal.status == ProposalStatus.OPEN)
        .order_by(col(Proposal.created_at))
    ).all():
        if now >= earlier.expires_at:
            _close(session, earlier, ProposalStatus.EXPIRED, now)
        elif earlier.digest == digest:
            return earlier
        else:
            _close(session, earlier, ProposalStatus.SUPERSEDED, now)
    amount = _amount(view, judged)
    summary = _summary(view, amount)
    proposal = Proposal(
        id=str(uuid4()),
        customer_id=view.customer.id,
        conversation_id=conversation_id,
        order_id=view.id,
        order_version=view.version,
        kind=ProposalKind.CANCEL_ORDER,
        arguments=arguments,
        summary_en=summary.en,
        summary_zh=summary.zh,
        amount_minor=amount.minor,
        currency=amount.currency,
        clause=judged.clause,
        clause_version=judged.version,
        digest=digest,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    session.add(proposal)
    _record(session, proposal, "proposal.created", now)
    return proposal


def _supersede(
    session: Session, proposal: Proposal, view: OrderView, judged: Verdict, now: datetime
) -> None:
    """Close it and offer what is possible now; always raises OrderChanged."""
    _close(session, proposal, ProposalStatus.SUPERSEDED, now)
    replacement = None
    if judged.allowed:
        reason = str(proposal.arguments["reason"])
        replacement = _open(session, view, judged, reason, proposal.conversation_id, now).id
    session.commit()
    raise OrderChanged(replacement, _with_next_step(judged))


def _close(session: Session, proposal: Proposal, status: ProposalStatus, now: datetime) -> None:
    proposal.status, proposal.decided_at = status, now
    session.add(proposal)
    _record(session, proposal, f"proposal.{status}", now)


def _record(session: Session, proposal: Proposal, kind: str, now: datetime, **more: object) -> None:
    audit.append(
        session,
        actor=f"customer:{proposal.customer_id}",
        kind=kind,
        subject=f"proposal:{proposal.id}",
        payload={
            "order": proposal.arguments["order_number"],
            "order_version": proposal.order_version,
            "digest": proposal.digest,
            "amount_minor": proposal.amount_minor,
            "currency": proposal.currency,
            "clause": f"{proposal.clause}/{proposal.clause_version}",
            **more,
        },
        now=now,
    )


def _digest(view: OrderView, judged: Verdict, arguments: JsonObject) -> str:
    """What a click is bound to: who, what, on which state of the order, for how much, and why."""
    amount = _amount(view, judged)
    return sha256(
        {
            "kind": ProposalKind.CANCEL_ORDER,
            "customer": view.customer.id,
            "order": view.id,
            "order_version": view.version,
            "arguments": arguments,
            "amount_minor": amount.minor,
            "currency": amount.currency,
            "clause": judged.clause,
            "clause_version": judged.version,
        }
    )


def _amount(view: OrderView, judged: Verdict) -> Money:
    return judged.refund or Money(minor=0, currency=view.currency)


def _summary(view: OrderView, amount: Money) -> Text:
    if not amount.minor:
        return Text(en=f"Cancel order {view.number}.", zh=f"取消订单{view.number}。")
    return Text(
        en=f"Cancel order {view.number} and refund {amount}.",
        zh=f"取消订单{view.number}，退款{amount}。",
    )


def _result(order: Order, proposal: Proposal, view: OrderView, refunds: list[Refund]) -> JsonObject:
    methods = {payment.id: payment.method for payment in view.payments}
    summary = Text(en=f"Order {order.number} is cancelled.", zh=f"订单{order.number}已取消。")
    if proposal.amount_minor:
        summary = Text(
            en=f"Order {order.number} is cancelled; {proposal.amount} is being refunded.",
            zh=f"订单{order.number}已取消，正在退款{proposal.amount}。",
        )
    return {
        "proposal_id": proposal.id,
        "status": ProposalStatus.CONFIRMED.value,
        "kind": proposal.kind.value,
        "order_number": order.number,
        "order_status": order.status.value,
        "summary": summary.model_dump(),
        "amount": proposal.amount.model_dump(),
        "refunds": [
            {
                "method": methods[refund.payment_id].value,
                "status": refund.status.value,
                "amount": {"minor": refund.amount_minor, "currency": order.currency},
            }
            for refund in refunds
        ],
    }


def _enqueue(session: Session, order: Order, refund: Refund, now: datetime) -> None:
    """Ask the payment provider to give back what it holds; a gift card has it already."""
    if refund.status is RefundStatus.PENDING:
        payload = {
            "refund_id": refund.id,
            "payment_id": refund.payment_id,
            "order_number": order.number,
            "amount": {"minor": refund.amount_minor, "currency": order.currency},
        }
        outbox.enqueue(session, EffectKind.REFUND, f"refund:{refund.id}", payload, now)


def _with_next_step(judged: Verdict) -> Text:
    step = judged.next_step
    if step is None or judged.allowed:
        return judged.reason
    return Text(en=f"{judged.reason.en} {step.en}", zh=f"{judged.reason.zh}{step.zh}")
