"""Conversations: everything said, every turn, every event sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from orderdb.columns import Json, JsonObject, UtcDateTime, one_of
from orderdb.statuses import Role, Speaker, TurnStatus


class Conversation(SQLModel, table=True):
    """One customer's chat.

    ``memory`` is what later turns need of earlier ones (orders shown, the one in focus);
    ``lease_*`` say which process answers now, and until when.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        CheckConstraint(
            "(lease_owner IS NULL) = (lease_until IS NULL)", name="ck_conversations_lease"
        ),
        Index("ix_conversations_customer", "customer_id", "created_at"),
        Index("ix_conversations_created", "created_at"),
    )

    id: str = Field(primary_key=True, max_length=36)
    customer_id: str = Field(foreign_key="customers.id", max_length=64)
    language: str = Field(default="en", max_length=8)
    handled_by: Speaker = Field(
        default=Speaker.ASSISTANT, sa_type=one_of(Speaker, "conversation_handled_by")
    )
    prompt_versions: JsonObject = Field(default_factory=dict, sa_type=Json)
    memory: JsonObject = Field(default_factory=dict, sa_type=Json)
    created_at: datetime = Field(sa_type=UtcDateTime)
    lease_owner: str | None = Field(default=None, max_length=64)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Turn(SQLModel, table=True):
    """A customer's message and its answer; unique by the ``client_message_id`` of the client.

    ``attempt`` counts how often an answer was begun.
    """

    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_message_id", name="uq_turns_client_message"),
        UniqueConstraint("conversation_id", "position", name="uq_turns_position"),
        CheckConstraint("status <> 'done' OR reply IS NOT NULL", name="ck_turns_reply"),
        Index("ix_turns_status", "status", "conversation_id"),
    )

    id: str = Field(primary_key=True, max_length=36)
    conversation_id: str = Field(foreign_key="conversations.id", max_length=36)
    position: int
    attempt: int = 0
    client_message_id: str = Field(max_length=64)
    status: TurnStatus = Field(sa_type=one_of(TurnStatus, "turn_status"))
    handled_by: Speaker = Field(sa_type=one_of(Speaker, "turn_handled_by"))
    reply: JsonObject | None = Field(default=None, sa_type=Json)
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Message(SQLModel, table=True):
    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_conversation", "conversation_id", "id"),
        Index("ix_messages_turn", "turn_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", max_length=36)
    turn_id: str | None = Field(default=None, foreign_key="turns.id", max_length=36)
    role: Role = Field(sa_type=one_of(Role, "message_role"))
    text: str
    agent_id: str | None = Field(default=None, foreign_key="agents.id", max_length=36)
    created_at: datetime = Field(sa_type=UtcDateTime)


class TurnEvent(SQLModel, table=True):
    """One event as it was sent; ``seq`` rises within the conversation and is its stream id."""

    __tablename__ = "turn_events"

    conversation_id: str = Field(primary_key=True, foreign_key="conversations.id", max_length=36)
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    turn_id: str = Field(foreign_key="turns.id", index=True, max_length=36)
    kind: str = Field(max_length=16)
    payload: JsonObject = Field(default_factory=dict, sa_type=Json)
