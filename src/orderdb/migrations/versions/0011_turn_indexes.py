"""Find a turn's messages and a conversation's unanswered turns without reading all others."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_messages_turn", "messages", ["turn_id"])
    op.drop_index("ix_turns_status", "turns")
    op.create_index("ix_turns_status", "turns", ["status", "conversation_id"])
