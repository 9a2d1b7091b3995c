"""Money in and money back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from orderdb.columns import Minor, UtcDateTime, one_of
from orderdb.statuses import PaymentMethod, PaymentStatus, RefundStatus


class GiftCard(SQLModel, table=True):
    __tablename__ = "gift_cards"
    __table_args__ = (
        CheckConstraint("balance_minor BETWEEN 0 AND initial_minor", name="ck_gift_cards_balance"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=40)
    customer_id: str = Field(foreign_key="customers.id", index=True, max_length=64)
    currency: str = Field(max_length=3)
    initial_minor: int = Field(sa_type=Minor)
    balance_minor: int = Field(sa_type=Minor)


class SavedPaymentMethod(SQLModel, table=True):
    """A way to pay that a customer's account holds, under the shop's own id for it.

    ``detail`` is what may be shown, such as ``visa 9212``. Gift cards are in ``GiftCard``.
    """

    __tablename__ = "saved_payment_methods"

    id: str = Field(primary_key=True, max_length=64)
    customer_id: str = Field(foreign_key="customers.id", index=True, max_length=64)
    method: PaymentMethod = Field(sa_type=one_of(PaymentMethod, "saved_payment_method"))
    detail: str = Field(default="", max_length=40)


class Payment(SQLModel, table=True):
    """One payment of an order; an order may have several. Amounts in the order's currency.

    ``refunded_minor`` is what was or is being given back: refunds that succeeded or are pending.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="ck_payments_amount"),
        CheckConstraint("refunded_minor BETWEEN 0 AND amount_minor", name="ck_payments_refunded"),
        CheckConstraint(
            "refunded_minor = 0 OR status = 'captured'", name="ck_payments_refunded_captured"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders.id", index=True)
    method: PaymentMethod = Field(sa_type=one_of(PaymentMethod, "payment_method"))
    amount_minor: int = Field(sa_type=Minor)
    refunded_minor: int = Field(default=0, sa_type=Minor)
    status: PaymentStatus = Field(sa_type=one_of(PaymentStatus, "payment_status"))
    gift_card_id: int | None = Field(default=None, foreign_key="gift_cards.id")
    saved_method_id: str | None = Field(
        default=None, foreign_key="saved_payment_methods.id", max_length=64
    )
    detail: str = Field(default="", max_length=40)
    at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Refund(SQLModel, table=True):
    """Money back out of a payment, to where it came from unless another way is named."""

    __tablename__ = "refunds"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="ck_refunds_amount"),)

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders.id", index=True)
    payment_id: int = Field(foreign_key="payments.id", index=True)
    proposal_id: str | None = Field(default=None, foreign_key="proposals.id", max_length=36)
    amount_minor: int = Field(sa_type=Minor)
    gift_card_id: int | None = Field(default=None, foreign_key="gift_cards.id")
    saved_method_id: str | None = Field(
        default=None, foreign_key="saved_payment_methods.id", max_length=64
    )
    status: RefundStatus = Field(sa_type=one_of(RefundStatus, "refund_status"))
    created_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
