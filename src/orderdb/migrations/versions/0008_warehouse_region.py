"""Where in its country a warehouse lies: public holidays differ by region."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "warehouses",
        sa.Column("region", sa.String(length=100), server_default=sa.text("''"), nullable=False),
    )
