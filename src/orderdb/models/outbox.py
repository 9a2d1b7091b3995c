"""The outbox: effects that other systems must bring about, stored with the change they follow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from orderdb.columns import Json, JsonObject, UtcDateTime, one_of
from orderdb.statuses import EffectKind, EffectStatus

_IS_CLAIMED = text("claimed_by IS NOT NULL")


class Effect(SQLModel, table=True):
    """One effect on its way; ``key`` is the idempotency key that its receiver goes by.

    ``due_at`` is the next attempt at the earliest; ``claimed_*`` say which worker delivers it
    now, and until when nobody else may. ``after`` is the key of the effect that goes before it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="ck_outbox_attempts"),
        CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="ck_outbox_claim"),
        CheckConstraint(
            "(status = 'delivered') = (delivered_at IS NOT NULL)", name="ck_outbox_delivered_at"
        ),
        Index("ix_outbox_status_due", "status", "due_at"),
        Index(
            "ix_outbox_claimed",
            "claimed_by",
            sqlite_where=_IS_CLAIMED,
            postgresql_where=_IS_CLAIMED,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: EffectKind = Field(sa_type=one_of(EffectKind, "effect_kind"))
    key: str = Field(unique=True, max_length=100)
    after: str | None = Field(default=None, max_length=100)
    payload: JsonObject = Field(default_factory=dict, sa_type=Json)
    status: EffectStatus = Field(
        default=EffectStatus.WAITING, sa_type=one_of(EffectStatus, "effect_status")
    )
    attempts: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    claimed_by: str | None = Field(default=None, max_length=64)
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str | None = Field(default=None, max_length=500)
