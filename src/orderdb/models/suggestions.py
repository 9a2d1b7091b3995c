"""What is drafted for agents, what became of it, and what outlives a chat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from orderdb.columns import Json, JsonObject, UtcDateTime, one_of
from orderdb.statuses import (
    ProactiveKind,
    ProactiveStatus,
    SuggestionStatus,
    TicketCategory,
    TicketPriority,
    TicketStatus,
)


class Suggestion(SQLModel, table=True):
    """One draft as it was offered, made for the customer's message ``message_id``.

    ``content`` is all that the desk was shown. Once accepted, ``sent`` is what was said in the end,
    ``distance`` how many characters had to change, and ``facts_kept`` how many of its facts stayed.
    """

    __tablename__ = "suggestions"
    __table_args__ = (
        CheckConstraint("(status = 'accepted') = (sent IS NOT NULL)", name="ck_suggestions_sent"),
        CheckConstraint("distance >= 0 AND facts_kept >= 0", name="ck_suggestions_counts"),
        Index("ix_suggestions_message", "conversation_id", "message_id"),
        Index("ix_suggestions_created", "created_at"),
    )

    id: str = Field(primary_key=True, max_length=36)
    conversation_id: str = Field(foreign_key="conversations.id", max_length=36)
    message_id: int = Field(foreign_key="messages.id")
    agent_id: str | None = Field(default=None, foreign_key="agents.id", max_length=36)
    origin: str = Field(max_length=24)
    wish: str | None = Field(default=None, max_length=24)
    intent: str = Field(max_length=40)
    language: str = Field(max_length=8)
    text: str
    content: JsonObject = Field(default_factory=dict, sa_type=Json)
    example_id: int | None = Field(default=None, foreign_key="reply_examples.id")
    ready_ms: int = 0
    status: SuggestionStatus = Field(
        default=SuggestionStatus.OFFERED, sa_type=one_of(SuggestionStatus, "suggestion_status")
    )
    created_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent: str | None = None
    distance: int = 0
    facts_kept: int = 0
    turn_id: str | None = Field(default=None, foreign_key="turns.id", max_length=36)


class ReplyExample(SQLModel, table=True):
    """A reply that an agent sent, without personal data: figures and names are placeholders.

    ``message`` is what it answered, ``vector`` its embedding by the model ``embedding``. Only what
    a lead or its agent ``approved`` becomes a candidate for evals.
    """

    __tablename__ = "reply_examples"
    __table_args__ = (Index("ix_reply_examples_intent", "language", "intent"),)

    id: int | None = Field(default=None, primary_key=True)
    intent: str = Field(max_length=40)
    language: str = Field(max_length=8)
    message: str
    reply: str
    embedding: str = Field(max_length=80)
    vector: list[float] = Field(default_factory=list, sa_type=Json)
    clauses: list[str] = Field(default_factory=list, sa_type=Json)
    tools: list[str] = Field(default_factory=list, sa_type=Json)
    approved: bool = False
    approved_by: str | None = Field(default=None, foreign_key="agents.id", max_length=36)
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class CannedReply(SQLModel, table=True):
    """A reply kept for use, with variables such as ``{order_number}``."""

    __tablename__ = "canned_replies"
    __table_args__ = (UniqueConstraint("name", "language", name="uq_canned_replies_name"),)

    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=80)
    language: str = Field(max_length=8)
    text: str
    intent: str | None = Field(default=None, max_length=40)
    updated_by: str | None = Field(default=None, foreign_key="agents.id", max_length=36)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class MessageTranslation(SQLModel, table=True):
    """A message in another language; without a text where no translation kept its figures."""

    __tablename__ = "message_translations"

    message_id: int = Field(primary_key=True, foreign_key="messages.id")
    language: str = Field(primary_key=True, max_length=8)
    text: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)


class Ticket(SQLModel, table=True):
    """An issue that outlives the chat."""

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="ck_tickets_closed"),
        Index("ix_tickets_status_due", "status", "due_at"),
    )

    id: str = Field(primary_key=True, max_length=36)
    customer_id: str = Field(foreign_key="customers.id", index=True, max_length=64)
    conversation_id: str | None = Field(
        default=None, foreign_key="conversations.id", index=True, max_length=36
    )
    handoff_id: str | None = Field(
        default=None, foreign_key="handoffs.id", index=True, max_length=36
    )
    order_number: str | None = Field(default=None, max_length=64)
    subject: str = Field(max_length=200)
    category: TicketCategory = Field(sa_type=one_of(TicketCategory, "ticket_category"))
    priority: TicketPriority = Field(sa_type=one_of(TicketPriority, "ticket_priority"))
    status: TicketStatus = Field(
        default=TicketStatus.OPEN, sa_type=one_of(TicketStatus, "ticket_status")
    )
    owner_id: str | None = Field(default=None, foreign_key="agents.id", max_length=36)
    due_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class TicketEntry(SQLModel, table=True):
    """One line of a ticket's history: what was changed from what to what, and a note."""

    __tablename__ = "ticket_entries"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: str = Field(foreign_key="tickets.id", index=True, max_length=36)
    at: datetime = Field(sa_type=UtcDateTime)
    agent_id: str | None = Field(default=None, foreign_key="agents.id", max_length=36)
    changes: JsonObject = Field(default_factory=dict, sa_type=Json)
    note: str = Field(default="", max_length=2000)


class ProactiveMessage(SQLModel, table=True):
    """What could be said before the customer asks: drafted once for each event, sent by a person.

    ``key`` names the event. ``content`` is the draft as a suggestion has it.
    """

    __tablename__ = "proactive_messages"
    __table_args__ = (
        CheckConstraint(
            "(status = 'drafted') = (decided_at IS NULL)", name="ck_proactive_messages_decided"
        ),
        Index("ix_proactive_messages_status", "status", "created_at"),
    )

    id: str = Field(primary_key=True, max_length=36)
    key: str = Field(unique=True, max_length=100)
    kind: ProactiveKind = Field(sa_type=one_of(ProactiveKind, "proactive_kind"))
    customer_id: str = Field(foreign_key="customers.id", index=True, max_length=64)
    order_number: str = Field(max_length=64)
    language: str = Field(max_length=8)
    text: str
    risk: float | None = None
    content: JsonObject = Field(default_factory=dict, sa_type=Json)
    status: ProactiveStatus = Field(
        default=ProactiveStatus.DRAFTED, sa_type=one_of(ProactiveStatus, "proactive_status")
    )
    created_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str | None = Field(default=None, foreign_key="agents.id", max_length=36)
    conversation_id: str | None = Field(default=None, foreign_key="conversations.id", max_length=36)
