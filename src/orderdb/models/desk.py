"""The service desk: who works there, what waits for them, and what customers thought of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from orderdb.columns import Json, JsonObject, UtcDateTime, one_of
from orderdb.mood import Mood
from orderdb.statuses import AgentRole, HandoffStatus, ReasonCode, Resolution


class Agent(SQLModel, table=True):
    """A person at the desk. Without a password hash, only the identity provider lets them in."""

    __tablename__ = "agents"

    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(unique=True, max_length=64)
    display_name: str = Field(max_length=120)
    password_hash: str | None = Field(default=None, max_length=200)
    role: AgentRole = Field(default=AgentRole.AGENT, sa_type=one_of(AgentRole, "agent_role"))
    languages: list[str] = Field(default_factory=list, sa_type=Json)
    active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)


class AgentSession(SQLModel, table=True):
    """A signed-in browser; the token itself is kept nowhere but in its cookie."""

    __tablename__ = "agent_sessions"

    token_hash: str = Field(primary_key=True, max_length=64)
    agent_id: str = Field(foreign_key="agents.id", index=True, max_length=36)
    csrf: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class SignInTry(SQLModel, table=True):
    """How often signing in was tried in vain, by a name or from an address, since ``since``."""

    __tablename__ = "sign_in_tries"

    key: str = Field(primary_key=True, max_length=64)
    tries: int
    since: datetime = Field(index=True, sa_type=UtcDateTime)


class Handoff(SQLModel, table=True):
    """A conversation that waits for, or is with, a person; one at a time is open.

    ``reason`` are a model's or a customer's words, ``reason_code`` is set by code. ``summary`` is
    what was known when it was made.
    """

    __tablename__ = "handoffs"
    __table_args__ = (
        Index("ix_handoffs_status", "status", "created_at"),
        Index(
            "uq_handoffs_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("status <> 'closed'"),
            postgresql_where=text("status <> 'closed'"),
        ),
    )

    id: str = Field(primary_key=True, max_length=36)
    conversation_id: str = Field(foreign_key="conversations.id", index=True, max_length=36)
    reason: str = Field(default="", max_length=500)
    reason_code: ReasonCode = Field(
        default=ReasonCode.WISH,
        sa_type=one_of(ReasonCode, "handoff_reason_code"),
        sa_column_kwargs={"server_default": text("'wish'")},
    )
    status: HandoffStatus = Field(
        default=HandoffStatus.WAITING, sa_type=one_of(HandoffStatus, "handoff_status")
    )
    mood: Mood = Field(
        default=Mood.CALM,
        sa_type=one_of(Mood, "handoff_mood"),
        sa_column_kwargs={"server_default": text("'calm'")},
    )
    summary: JsonObject | None = Field(default=None, sa_type=Json)
    agent_id: str | None = Field(default=None, foreign_key="agents.id", max_length=36)
    created_at: datetime = Field(sa_type=UtcDateTime)
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolution: Resolution | None = Field(
        default=None, sa_type=one_of(Resolution, "handoff_resolution")
    )
    note: str = Field(default="", max_length=2000, sa_column_kwargs={"server_default": text("''")})


class Rating(SQLModel, table=True):
    """What a customer said of a conversation afterwards; the last word counts."""

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("stars >= 1 AND stars <= 5", name="ck_ratings_stars"),)

    conversation_id: str = Field(primary_key=True, foreign_key="conversations.id", max_length=36)
    stars: int
    resolved: bool
    comment: str = Field(default="", max_length=2000)
    created_at: datetime = Field(index=True, sa_type=UtcDateTime)
