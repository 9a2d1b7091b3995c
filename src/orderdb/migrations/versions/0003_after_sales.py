"""Proposals of every kind, and what carrying them out needs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_CASE_STATUS = "status = 'requested' OR status = 'approved' OR status = 'in_transit' OR status = 'received' OR status = 'completed' OR status = 'rejected'"
_KINDS = " OR ".join(
    f"kind = '{kind}'"
    for kind in (
        "cancel_order",
        "cancel_lines",
        "change_address",
        "change_payment",
        "change_items",
        "return_items",
        "exchange_items",
        "reship",
        "refund",
        "goodwill",
        "account_address",
    )
)


def upgrade() -> None:
    op.add_column(
        "orders", sa.Column("items_changed_at", sa.DateTime(timezone=True), nullable=True)
    )
    _widen_proposals()
    _name_ways_to_pay()
    _create_claims()
    _create_goodwill_credits()
    _guard_sums()


def _widen_proposals() -> None:
    with op.batch_alter_table("proposals") as table:
        table.drop_constraint("proposal_kind", type_="check")
        table.create_check_constraint("proposal_kind", _KINDS)
        table.alter_column("order_id", existing_type=sa.Integer(), nullable=True)
        table.alter_column("order_version", existing_type=sa.Integer(), nullable=True)
        table.add_column(
            sa.Column(
                "target",
                sa.String(length=100),
                server_default=sa.text("'order'"),
                nullable=False,
            )
        )
        table.add_column(sa.Column("effect", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column("agent", sa.String(length=64), nullable=True))
        table.create_check_constraint(
            "ck_proposals_order_version", "(order_id IS NULL) = (order_version IS NULL)"
        )
        table.create_check_constraint(
            "ck_proposals_agent", "(asked_by = 'agent') = (agent IS NOT NULL)"
        )
    op.create_index(
        "uq_proposals_open",
        "proposals",
        ["order_id", "kind", "target"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )


def _name_ways_to_pay() -> None:
    """Where the money of a return, an exchange or a refund goes, if not where it came from."""
    for name in ("return_requests", "exchanges", "refunds"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("gift_card_id", sa.Integer(), nullable=True))
            table.add_column(sa.Column("saved_method_id", sa.String(length=64), nullable=True))
            table.create_foreign_key(
                f"{name}_gift_card_id_fkey", "gift_cards", ["gift_card_id"], ["id"]
            )
            table.create_foreign_key(
                f"{name}_saved_method_id_fkey",
                "saved_payment_methods",
                ["saved_method_id"],
                ["id"],
            )
            if name == "return_requests":
                table.add_column(
                    sa.Column(
                        "refund_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False
                    )
                )
                table.create_check_constraint("ck_return_requests_refund", "refund_minor >= 0")


def _create_claims() -> None:
    op.create_table(
        "claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.String(length=36), nullable=True),
        sa.Column("matter", sa.String(length=24), nullable=False),
        sa.Column("remedy", sa.String(length=24), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("refund_minor", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quantity > 0", name="ck_claims_quantity"),
        sa.CheckConstraint("refund_minor >= 0", name="ck_claims_refund"),
        sa.CheckConstraint("remedy = 'refund' OR refund_minor = 0", name="ck_claims_remedy"),
        sa.CheckConstraint(
            "matter = 'damaged' OR matter = 'missing' OR matter = 'wrong' OR matter = 'lost'",
            name="claim_matter",
        ),
        sa.CheckConstraint("remedy = 'reship' OR remedy = 'refund'", name="claim_remedy"),
        sa.CheckConstraint(_CASE_STATUS, name="claim_status"),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_lines.id"]),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_claims_order_line_id"), "claims", ["order_line_id"], unique=False)


def _create_goodwill_credits() -> None:
    op.create_table(
        "goodwill_credits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.String(length=36), nullable=False),
        sa.Column("gift_card_id", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name="ck_goodwill_credits_amount"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"]),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"]),
        sa.ForeignKeyConstraint(["gift_card_id"], ["gift_cards.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("proposal_id", name="uq_goodwill_credits_proposal"),
    )
    op.create_index(
        op.f("ix_goodwill_credits_customer_id"), "goodwill_credits", ["customer_id"], unique=False
    )


def _guard_sums() -> None:
    """Refuse refunds that add up to more than their payment, whoever writes them.

    A CHECK sees one row; payments.refunded_minor is one row's word for what these rows say.
    """
    more = (
        "NEW.status <> 'failed' AND NEW.amount_minor + (SELECT coalesce(sum(amount_minor), 0) "
        "FROM refunds WHERE payment_id = NEW.payment_id AND status <> 'failed' AND id <> NEW.id) "
        "> (SELECT amount_minor FROM payments WHERE id = NEW.payment_id)"
    )
    told = "refunds exceed their payment"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_refunds_above_payment() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {more} THEN RAISE EXCEPTION '{told}' USING ERRCODE = 'check_violation'; "
            "END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER refunds_within_payment BEFORE INSERT OR UPDATE ON refunds "
            "FOR EACH ROW EXECUTE FUNCTION refuse_refunds_above_payment()"
        )
        return
    for action in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER refunds_within_payment_{action.lower()} AFTER {action} ON refunds "
            f"WHEN {more} BEGIN SELECT RAISE(ABORT, '{told}'); END"
        )
