"""Carrying out a cancellation: the rows that change, within the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, update
from sqlmodel import Session, col, select

from orderdb.models import GiftCard, Order, OrderLine, Payment, Refund, Stock
from orderdb.statuses import OrderStatus, PaymentMethod, PaymentStatus, RefundStatus
from orderdb.views import OrderView


def cancel_order(
    session: Session, order: Order, view: OrderView, reason: str, proposal_id: str, now: datetime
) -> list[Refund]:
    """Cancel an order that nothing has left of, and give back what was paid.

    ``order`` is locked by the caller; ``view`` was read under that lock.
    """
    order.status = OrderStatus.CANCELLED
    order.cancelled_at = now
    order.cancel_reason = reason or None
    order.version += 1
    session.add(order)
    lines = session.exec(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    for line in lines:
        line.cancelled_quantity = line.quantity - line.shipped_quantity
        session.add(line)
    payments = session.exec(
        select(Payment)
        .where(Payment.order_id == order.id)
        .order_by(col(Payment.gift_card_id), col(Payment.id))
    ).all()
    views = {paid.id: paid for paid in view.payments}
    refunds = []
    for payment in payments:
        amount = view.refundable_of(views[payment.id or 0]).minor
        if payment.status is PaymentStatus.PENDING:
            payment.status = PaymentStatus.VOIDED
            session.add(payment)
        elif amount:
            refunds.append(_give_back(session, payment, amount, proposal_id, now))
    _release_stock(session, order, view)
    session.flush()
    return refunds


def _give_back(
    session: Session, payment: Payment, amount: int, proposal_id: str, now: datetime
) -> Refund:
    """Refund to where it came from: a gift card at once, all else by the payment provider."""
    payment.refunded_minor += amount
    session.add(payment)
    at_once = payment.method is PaymentMethod.GIFT_CARD and payment.gift_card_id is not None
    if at_once:
        session.connection().execute(
            update(GiftCard)
            .where(col(GiftCard.id) == payment.gift_card_id)
            .values(balance_minor=GiftCard.balance_minor + amount)
        )
    refund = Refund(
        order_id=payment.order_id,
        payment_id=payment.id or 0,
        proposal_id=proposal_id,
        amount_minor=amount,
        status=RefundStatus.SUCCEEDED if at_once else RefundStatus.PENDING,
        created_at=now,
    )
    session.add(refund)
    return refund


def _release_stock(session: Session, order: Order, view: OrderView) -> None:
    """Pieces promised to the order are free again; in one sequence, so that no two wait in turn."""
    wanted: dict[int, int] = {}
    for line in view.lines:
        if line.variant_id is not None and line.unshipped > 0:
            wanted[line.variant_id] = wanted.get(line.variant_id, 0) + line.unshipped
    for variant_id, pieces in sorted(wanted.items()):
        session.connection().execute(
            update(Stock)
            .where(
                col(Stock.variant_id) == variant_id,
                col(Stock.warehouse_code) == order.warehouse_code,
            )
            .values(
                reserved=case(
                    (col(Stock.reserved) >= pieces, col(Stock.reserved) - pieces), else_=0
                )
            )
        )
