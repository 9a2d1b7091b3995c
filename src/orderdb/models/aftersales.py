"""Returns, exchanges, claims, credits, and the proposals that lead to a write."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from orderdb.columns import Json, JsonObject, Minor, UtcDateTime, one_of
from orderdb.money import Money
from orderdb.statuses import (
    CaseStatus,
    ClaimMatter,
    ProposalKind,
    ProposalStatus,
    Remedy,
    Role,
)
from orderdb.text import Text

_ZERO = {"server_default": text("0")}  # rows from before the column have none of it


class ReturnRequest(SQLModel, table=True):
    """Pieces on their way back; ``refund_minor`` is promised for when they are there.

    The money goes back the way it came, unless a gift card or a saved method is named.
    """

    __tablename__ = "return_requests"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="ck_return_requests_quantity"),
        CheckConstraint("refund_minor >= 0", name="ck_return_requests_refund"),
    )

    id: int | None = Field(default=None, primary_key=True)
    order_line_id: int = Field(foreign_key="order_lines.id", index=True)
    proposal_id: str | None = Field(default=None, foreign_key="proposals.id", max_length=36)
    quantity: int
    reason: str = Field(default="", max_length=500)
    refund_minor: int = Field(default=0, sa_type=Minor, sa_column_kwargs=_ZERO)
    gift_card_id: int | None = Field(default=None, foreign_key="gift_cards.id")
    saved_method_id: str | None = Field(
        default=None, foreign_key="saved_payment_methods.id", max_length=64
    )
    status: CaseStatus = Field(sa_type=one_of(CaseStatus, "return_status"))
    created_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Exchange(SQLModel, table=True):
    """A line swapped for another variant; ``difference_minor`` > 0 is paid by the customer.

    It is settled when the replacement leaves, by the gift card or saved method named here, else
    by the means that paid for the order.
    """

    __tablename__ = "exchanges"
    __table_args__ = (CheckConstraint("quantity > 0", name="ck_exchanges_quantity"),)

    id: int | None = Field(default=None, primary_key=True)
    order_line_id: int = Field(foreign_key="order_lines.id", index=True)
    new_variant_id: int = Field(foreign_key="variants.id")
    proposal_id: str | None = Field(default=None, foreign_key="proposals.id", max_length=36)
    quantity: int
    difference_minor: int = Field(default=0, sa_type=Minor)
    gift_card_id: int | None = Field(default=None, foreign_key="gift_cards.id")
    saved_method_id: str | None = Field(
        default=None, foreign_key="saved_payment_methods.id", max_length=64
    )
    status: CaseStatus = Field(sa_type=one_of(CaseStatus, "exchange_status"))
    created_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Claim(SQLModel, table=True):
    """Pieces that came damaged, wrong or not at all, and what is done about them.

    With evidence of the carrier's own it is approved at once; else a person looks at it first,
    and ``refund_minor`` is promised until then.
    """

    __tablename__ = "claims"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="ck_claims_quantity"),
        CheckConstraint("refund_minor >= 0", name="ck_claims_refund"),
        CheckConstraint("remedy = 'refund' OR refund_minor = 0", name="ck_claims_remedy"),
    )

    id: int | None = Field(default=None, primary_key=True)
    order_line_id: int = Field(foreign_key="order_lines.id", index=True)
    proposal_id: str | None = Field(default=None, foreign_key="proposals.id", max_length=36)
    matter: ClaimMatter = Field(sa_type=one_of(ClaimMatter, "claim_matter"))
    remedy: Remedy = Field(sa_type=one_of(Remedy, "claim_remedy"))
    quantity: int
    refund_minor: int = Field(default=0, sa_type=Minor)
    evidence: JsonObject = Field(default_factory=dict, sa_type=Json)
    status: CaseStatus = Field(sa_type=one_of(CaseStatus, "claim_status"))
    created_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class GoodwillCredit(SQLModel, table=True):
    """A credit that an agent gave, paid onto a gift card of its own."""

    __tablename__ = "goodwill_credits"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="ck_goodwill_credits_amount"),
        UniqueConstraint("proposal_id", name="uq_goodwill_credits_proposal"),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: str = Field(foreign_key="customers.id", index=True, max_length=64)
    order_id: int = Field(foreign_key="orders.id")
    proposal_id: str = Field(foreign_key="proposals.id", max_length=36)
    gift_card_id: int = Field(foreign_key="gift_cards.id")
    agent: str = Field(max_length=64)
    amount_minor: int = Field(sa_type=Minor)
    currency: str = Field(max_length=3)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Proposal(SQLModel, table=True):
    """A write that was asked for and priced, waiting for a person's click on its ``digest``.

    ``target`` says what of the order it is about: of one kind and target, one can be open.
    ``effect`` is what would be done, as it was priced; ``agent`` is who asked, where one did.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("amount_minor >= 0", name="ck_proposals_amount"),
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="ck_proposals_decided_at"),
        CheckConstraint("status <> 'confirmed' OR result IS NOT NULL", name="ck_proposals_result"),
        CheckConstraint(
            "(order_id IS NULL) = (order_version IS NULL)", name="ck_proposals_order_version"
        ),
        CheckConstraint("(asked_by = 'agent') = (agent IS NOT NULL)", name="ck_proposals_agent"),
        Index("ix_proposals_customer_status", "customer_id", "status"),
        Index(
            "uq_proposals_open",
            "order_id",
            "kind",
            "target",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )

    id: str = Field(primary_key=True, max_length=36)
    customer_id: str = Field(foreign_key="customers.id", max_length=64)
    conversation_id: str | None = Field(default=None, foreign_key="conversations.id", max_length=36)
    order_id: int | None = Field(default=None, foreign_key="orders.id", index=True)
    order_version: int | None = None
    kind: ProposalKind = Field(sa_type=one_of(ProposalKind, "proposal_kind"))
    target: str = Field(
        default="order", max_length=100, sa_column_kwargs={"server_default": text("'order'")}
    )
    arguments: JsonObject = Field(default_factory=dict, sa_type=Json)
    effect: JsonObject | None = Field(default=None, sa_type=Json)
    summary_en: str = Field(max_length=1000)
    summary_zh: str = Field(max_length=1000)
    amount_minor: int = Field(default=0, sa_type=Minor)
    currency: str = Field(max_length=3)
    clause: str = Field(max_length=32)
    clause_version: int
    digest: str = Field(max_length=64)
    asked_by: Role = Field(default=Role.CUSTOMER, sa_type=one_of(Role, "proposal_asked_by"))
    agent: str | None = Field(default=None, max_length=64)
    status: ProposalStatus = Field(
        default=ProposalStatus.OPEN, sa_type=one_of(ProposalStatus, "proposal_status")
    )
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    result: JsonObject | None = Field(default=None, sa_type=Json)

    @property
    def summary(self) -> Text:
        return Text(en=self.summary_en, zh=self.summary_zh)

    @property
    def amount(self) -> Money:
        return Money(minor=self.amount_minor, currency=self.currency)


class AuditEvent(SQLModel, table=True):
    """What happened, chained: ``hash`` covers the event and ``previous_hash``; never updated."""

    __tablename__ = "audit_events"
    __table_args__ = (
        UniqueConstraint("previous_hash", name="uq_audit_events_previous"),
        UniqueConstraint("hash", name="uq_audit_events_hash"),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(max_length=80)
    kind: str = Field(max_length=40)
    subject: str = Field(default="", max_length=80)
    payload: JsonObject = Field(default_factory=dict, sa_type=Json)
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)
