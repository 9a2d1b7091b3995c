"""Money rows: payments and refunds, gift cards moved with them; within the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, update
from sqlmodel import Session, col, select

from orderdb.eligibility.pricing import sources
from orderdb.models import GiftCard, Payment, Refund, SavedPaymentMethod
from orderdb.statuses import PaymentMethod, PaymentStatus, RefundStatus
from orderdb.views import OrderView
from orderdb.wallet import Means


class Ledger:
    """Books the money of one confirmed proposal; its order is locked by the caller.

    ``refunds`` and ``charges`` are the rows that it made.
    """

    def __init__(
        self, session: Session, order: OrderView | None, proposal_id: str | None, now: datetime
    ) -> None:
        self.refunds: list[Refund] = []
        self.charges: list[Payment] = []
        self._session, self._placed = session, order
        self._proposal_id, self._now = proposal_id, now

    @property
    def _order(self) -> OrderView:
        if self._placed is None:
            raise LookupError("this is about no order")
        return self._placed

    def give_back(self, amount: int, to: Means | None = None) -> None:
        """Refund so many minor units to where they came from, or to one other way."""
        rows = {row.id: row for row in self._payments()}
        for payment, part in sources(self._order, amount):
            self.refunds.append(self._refund(rows[payment.id], part, to))

    def method_of(self, refund: Refund) -> PaymentMethod:
        """By which means a refund goes."""
        if refund.gift_card_id is not None:
            return PaymentMethod.GIFT_CARD
        if refund.saved_method_id is not None:
            return self._session.get_one(SavedPaymentMethod, refund.saved_method_id).method
        return self._session.get_one(Payment, refund.payment_id).method

    def _refund(self, payment: Payment, amount: int, to: Means | None) -> Refund:
        """A gift card has it at once, all else by the payment provider."""
        payment.refunded_minor += amount
        self._session.add(payment)
        elsewhere = to is not None and (to.gift_card_id, to.saved_method_id) != (
            payment.gift_card_id,
            payment.saved_method_id,
        )
        card = to.gift_card_id if to is not None else payment.gift_card_id
        refund = Refund(
            order_id=payment.order_id,
            payment_id=payment.id or 0,
            proposal_id=self._proposal_id,
            amount_minor=amount,
            gift_card_id=to.gift_card_id if to is not None and elsewhere else None,
            saved_method_id=to.saved_method_id if to is not None and elsewhere else None,
            status=RefundStatus.PENDING if card is None else RefundStatus.SUCCEEDED,
            created_at=self._now,
        )
        if card is not None:
            self._top_up(card, amount)
        self._session.add(refund)
        self._session.flush()
        return refund

    def charge(self, amount: int, means: Means, *, at_once: bool) -> Payment:
        """A gift card pays at once, all else when the provider says so, unless ``at_once``."""
        if means.gift_card_id is not None:
            self._session.connection().execute(
                update(GiftCard)
                .where(col(GiftCard.id) == means.gift_card_id)
                .values(balance_minor=GiftCard.balance_minor - amount)
            )
        captured = at_once or means.method is PaymentMethod.GIFT_CARD
        payment = Payment(
            order_id=self._order.id,
            method=means.method,
            amount_minor=amount,
            status=PaymentStatus.CAPTURED if captured else PaymentStatus.PENDING,
            gift_card_id=means.gift_card_id,
            saved_method_id=means.saved_method_id,
            detail=means.detail,
            at=self._now,
        )
        self._session.add(payment)
        self._session.flush()
        self.charges.append(payment)
        return payment

    def void_pending(self) -> None:
        """Payments that were never captured are not wanted any more."""
        for payment in self._payments():
            if payment.status is PaymentStatus.PENDING:
                payment.status = PaymentStatus.VOIDED
                self._session.add(payment)

    def _payments(self) -> list[Payment]:
        return list(
            self._session.exec(
                select(Payment)
                .where(Payment.order_id == self._order.id)
                .order_by(col(Payment.gift_card_id), col(Payment.id))
                .with_for_update()
            )
        )

    def _top_up(self, card: int, amount: int) -> None:
        """What a card never held before raises what it may hold."""
        balance = GiftCard.balance_minor + amount
        self._session.connection().execute(
            update(GiftCard)
            .where(col(GiftCard.id) == card)
            .values(
                balance_minor=balance,
                initial_minor=case(
                    (col(GiftCard.initial_minor) < balance, balance),
                    else_=col(GiftCard.initial_minor),
                ),
            )
        )
