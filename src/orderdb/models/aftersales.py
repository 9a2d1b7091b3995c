"""Returns, exchanges, and the proposals that lead to a write."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from orderdb.columns import Json, JsonObject, Minor, UtcDateTime, one_of
from orderdb.money import Money
from orderdb.statuses import CaseStatus, ProposalKind, ProposalStatus, Role
from orderdb.text import Text


class ReturnRequest(SQLModel, table=True):
    __tablename__ = "return_requests"
    __table_args__ = (CheckConstraint("quantity > 0", name="ck_return_requests_quantity"),)

    id: int | None = Field(default=None, primary_key=True)
    order_line_id: int = Field(foreign_key="order_lines.id", index=True)
    proposal_id: str | None = Field(default=None, foreign_key="proposals.id", max_length=36)
    quantity: int
    reason: str = Field(default="", max_length=500)
    status: CaseStatus = Field(sa_type=one_of(CaseStatus, "return_status"))
    created_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Exchange(SQLModel, table=True):
    """A line swapped for another variant; ``difference_minor`` > 0 is paid by the customer."""

    __tablename__ = "exchanges"
    __table_args__ = (CheckConstraint("quantity > 0", name="ck_exchanges_quantity"),)

    id: int | None = Field(default=None, primary_key=True)
    order_line_id: int = Field(foreign_key="order_lines.id", index=True)
    new_variant_id: int = Field(foreign_key="variants.id")
    proposal_id: str | None = Field(default=None, foreign_key="proposals.id", max_length=36)
    quantity: int
    difference_minor: int = Field(default=0, sa_type=Minor)
    status: CaseStatus = Field(sa_type=one_of(CaseStatus, "exchange_status"))
    created_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Proposal(SQLModel, table=True):
    """A write that was asked for and priced, waiting for a person's click on its ``digest``."""

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("amount_minor >= 0", name="ck_proposals_amount"),
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="ck_proposals_decided_at"),
        CheckConstraint("status <> 'confirmed' OR result IS NOT NULL", name="ck_proposals_result"),
        Index("ix_proposals_customer_status", "customer_id", "status"),
    )

    id: str = Field(primary_key=True, max_length=36)
    customer_id: str = Field(foreign_key="customers.id", max_length=64)
    conversation_id: str | None = Field(default=None, foreign_key="conversations.id", max_length=36)
    order_id: int = Field(foreign_key="orders.id", index=True)
    order_version: int
    kind: ProposalKind = Field(sa_type=one_of(ProposalKind, "proposal_kind"))
    arguments: JsonObject = Field(default_factory=dict, sa_type=Json)
    summary_en: str = Field(max_length=1000)
    summary_zh: str = Field(max_length=1000)
    amount_minor: int = Field(default=0, sa_type=Minor)
    currency: str = Field(max_length=3)
    clause: str = Field(max_length=32)
    clause_version: int
    digest: str = Field(max_length=64)
    asked_by: Role = Field(default=Role.CUSTOMER, sa_type=one_of(Role, "proposal_asked_by"))
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
