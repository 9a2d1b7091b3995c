"""Whether a warehouse works at weekends."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("works_saturday", "works_sunday"):
        op.add_column(
            "warehouses", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
        )
