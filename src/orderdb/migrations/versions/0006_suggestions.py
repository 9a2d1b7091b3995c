"""What is drafted for agents, tickets, and what is said before customers ask."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("intent", sa.String(length=40), nullable=True),
        sa.Column("updated_by", sa.String(length=36), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["updated_by"],
            ["agents.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", "language", name="uq_canned_replies_name"),
    )
    op.create_table(
        "reply_examples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("intent", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("embedding", sa.String(length=80), nullable=False),
        sa.Column("vector", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("clauses", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("tools", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("approved_by", sa.String(length=36), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by"],
            ["agents.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_reply_examples_intent", "reply_examples", ["language", "intent"], unique=False
    )
    op.create_table(
        "proactive_messages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("order_number", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("risk", sa.Float(), nullable=True),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("conversation_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint(
            "(status = 'drafted') = (decided_at IS NULL)", name="ck_proactive_messages_decided"
        ),
        sa.CheckConstraint(
            "kind = 'late' OR kind = 'lost' OR kind = 'held' OR kind = 'damaged'",
            name="proactive_kind",
        ),
        sa.CheckConstraint(
            "status = 'drafted' OR status = 'sent' OR status = 'dismissed'", name="proactive_status"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["agents.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(
        op.f("ix_proactive_messages_customer_id"),
        "proactive_messages",
        ["customer_id"],
        unique=False,
    )
    op.create_index(
        "ix_proactive_messages_status", "proactive_messages", ["status", "created_at"], unique=False
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=True),
        sa.Column("handoff_id", sa.String(length=36), nullable=True),
        sa.Column("order_number", sa.String(length=64), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("priority", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)", name="ck_tickets_closed"
        ),
        sa.CheckConstraint(
            "category = 'delivery' OR category = 'return' OR category = 'refund' OR category = 'damage' OR category = 'change' OR category = 'payment' OR category = 'product' OR category = 'complaint' OR category = 'other'",
            name="ticket_category",
        ),
        sa.CheckConstraint(
            "priority = 'low' OR priority = 'normal' OR priority = 'high' OR priority = 'urgent'",
            name="ticket_priority",
        ),
        sa.CheckConstraint(
            "status = 'open' OR status = 'pending' OR status = 'closed'", name="ticket_status"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
        ),
        sa.ForeignKeyConstraint(
            ["handoff_id"],
            ["handoffs.id"],
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["agents.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_tickets_conversation_id"), "tickets", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_tickets_customer_id"), "tickets", ["customer_id"], unique=False)
    op.create_index("ix_tickets_status_due", "tickets", ["status", "due_at"], unique=False)
    op.create_table(
        "message_translations",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
        ),
        sa.PrimaryKeyConstraint("message_id", "language"),
    )
    op.create_table(
        "suggestions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=True),
        sa.Column("origin", sa.String(length=24), nullable=False),
        sa.Column("wish", sa.String(length=24), nullable=True),
        sa.Column("intent", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("example_id", sa.Integer(), nullable=True),
        sa.Column("ready_ms", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent", sa.String(), nullable=True),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.Column("facts_kept", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint(
            "(status = 'accepted') = (sent IS NOT NULL)", name="ck_suggestions_sent"
        ),
        sa.CheckConstraint(
            "status = 'offered' OR status = 'accepted' OR status = 'void'", name="suggestion_status"
        ),
        sa.CheckConstraint("distance >= 0 AND facts_kept >= 0", name="ck_suggestions_counts"),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agents.id"],
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["example_id"],
            ["reply_examples.id"],
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"],
            ["turns.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_suggestions_created", "suggestions", ["created_at"], unique=False)
    op.create_index(
        "ix_suggestions_message", "suggestions", ["conversation_id", "message_id"], unique=False
    )
    op.create_table(
        "ticket_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=True),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agents.id"],
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["tickets.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_ticket_entries_ticket_id"), "ticket_entries", ["ticket_id"], unique=False
    )
    op.create_index("ix_conversations_created", "conversations", ["created_at"], unique=False)
