"""Find what is looked for every so often without reading the whole shop."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_status_promised", "orders", ["status", "promised_on"])
    op.create_index("ix_shipments_status", "shipments", ["status"])
    held = sa.text("claimed_by IS NOT NULL")
    op.create_index(
        "ix_outbox_claimed", "outbox", ["claimed_by"], sqlite_where=held, postgresql_where=held
    )
    op.create_index("ix_tickets_handoff_id", "tickets", ["handoff_id"])
