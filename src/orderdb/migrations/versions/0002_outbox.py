"""Effects that wait to be delivered to other systems."""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by what comes with it."""
