"""The service desk: agents and their sessions, what a handoff knows, ratings."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_REASONS = " OR ".join(
    f"reason_code = '{code}'"
    for code in (
        "wish",
        "limit",
        "legal",
        "safety",
        "failed_turns",
        "mood",
        "unsupported",
        "complaint",
        "proactive",
    )
)


def upgrade() -> None:
    _create_agents()
    _widen_handoffs()
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("agent_id", sa.String(length=36), nullable=True))
        table.create_foreign_key("messages_agent_id_fkey", "agents", ["agent_id"], ["id"])
    op.create_table(
        "ratings",
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("resolved", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stars >= 1 AND stars <= 5", name="ck_ratings_stars"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    op.create_index(op.f("ix_ratings_created_at"), "ratings", ["created_at"], unique=False)


def _create_agents() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("languages", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role = 'agent' OR role = 'lead' OR role = 'admin'", name="agent_role"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "agent_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"]),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(
        op.f("ix_agent_sessions_agent_id"), "agent_sessions", ["agent_id"], unique=False
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_sign_in_tries_since"), "sign_in_tries", ["since"], unique=False)


def _widen_handoffs() -> None:
    with op.batch_alter_table("handoffs") as table:
        table.add_column(
            sa.Column(
                "reason_code",
                sa.String(length=24),
                server_default=sa.text("'wish'"),
                nullable=False,
            )
        )
        table.add_column(
            sa.Column(
                "mood", sa.String(length=24), server_default=sa.text("'calm'"), nullable=False
            )
        )
        table.add_column(sa.Column("summary", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column("agent_id", sa.String(length=36), nullable=True))
        table.add_column(sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("resolution", sa.String(length=24), nullable=True))
        table.add_column(
            sa.Column("note", sa.String(length=2000), server_default=sa.text("''"), nullable=False)
        )
        table.create_foreign_key("handoffs_agent_id_fkey", "agents", ["agent_id"], ["id"])
        table.create_check_constraint("handoff_reason_code", _REASONS)
        table.create_check_constraint(
            "handoff_mood", "mood = 'calm' OR mood = 'unhappy' OR mood = 'angry'"
        )
        table.create_check_constraint(
            "handoff_resolution",
            "resolution = 'resolved' OR resolution = 'unresolved' OR resolution = 'returned'",
        )
    op.create_index(
        "uq_handoffs_open",
        "handoffs",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text("status <> 'closed'"),
        postgresql_where=sa.text("status <> 'closed'"),
    )
