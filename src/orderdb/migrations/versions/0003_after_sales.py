"""Proposals of every kind, and what carrying them out needs."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by what comes with it."""
