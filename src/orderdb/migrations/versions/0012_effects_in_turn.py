"""An effect may wait for another: what is paid for leaves once it is paid."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("after", sa.String(length=100), nullable=True))
