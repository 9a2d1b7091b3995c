"""All tables of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash", name="uq_audit_events_hash"),
        sa.UniqueConstraint("previous_hash", name="uq_audit_events_previous"),
    )
    op.create_table(
        "carriers",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("delivers_saturday", sa.Boolean(), nullable=False),
        sa.Column("delivers_sunday", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "customers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("tier", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "tier = 'none' OR tier = 'silver' OR tier = 'gold' OR tier = 'platinum'",
            name="customer_tier",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "import_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_import_runs_source"), "import_runs", ["source"], unique=False)
    op.create_table(
        "products",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("return_class", sa.String(length=24), nullable=False),
        sa.CheckConstraint(
            "return_class = 'standard' OR return_class = 'electronics' OR return_class = 'hygiene' OR return_class = 'final_sale'",
            name="product_return_class",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sku"),
    )
    op.create_index(op.f("ix_products_category"), "products", ["category"], unique=False)
    op.create_table(
        "warehouses",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("cutoff_hour", sa.Integer(), nullable=False),
        sa.CheckConstraint("cutoff_hour BETWEEN 0 AND 23", name="ck_warehouses_cutoff"),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=120), nullable=False),
        sa.Column("line1", sa.String(length=200), nullable=False),
        sa.Column("line2", sa.String(length=200), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("region", sa.String(length=100), nullable=False),
        sa.Column("postal_code", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_addresses_customer_id"), "addresses", ["customer_id"], unique=False)
    op.create_index(
        "uq_addresses_default",
        "addresses",
        ["customer_id"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "carrier_transits",
        sa.Column("carrier_code", sa.String(), nullable=False),
        sa.Column("origin", sa.String(length=2), nullable=False),
        sa.Column("destination", sa.String(length=2), nullable=False),
        sa.Column("min_days", sa.Integer(), nullable=False),
        sa.Column("max_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("min_days >= 0 AND max_days >= min_days", name="ck_transits_days"),
        sa.ForeignKeyConstraint(
            ["carrier_code"],
            ["carriers.code"],
        ),
        sa.PrimaryKeyConstraint("carrier_code", "origin", "destination"),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("handled_by", sa.String(length=24), nullable=False),
        sa.Column("prompt_versions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("memory", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "handled_by = 'assistant' OR handled_by = 'guided' OR handled_by = 'agent'",
            name="conversation_handled_by",
        ),
        sa.CheckConstraint(
            "(lease_owner IS NULL) = (lease_until IS NULL)", name="ck_conversations_lease"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_conversations_customer", "conversations", ["customer_id", "created_at"], unique=False
    )
    op.create_table(
        "gift_cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("initial_minor", sa.BigInteger(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "balance_minor BETWEEN 0 AND initial_minor", name="ck_gift_cards_balance"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index(op.f("ix_gift_cards_customer_id"), "gift_cards", ["customer_id"], unique=False)
    op.create_table(
        "saved_payment_methods",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=24), nullable=False),
        sa.Column("detail", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "method = 'card' OR method = 'paypal' OR method = 'alipay' OR method = 'wechat' OR method = 'bank_transfer' OR method = 'gift_card' OR method = 'other'",
            name="saved_payment_method",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_saved_payment_methods_customer_id"),
        "saved_payment_methods",
        ["customer_id"],
        unique=False,
    )
    op.create_table(
        "variants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("options", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sku"),
    )
    op.create_index(op.f("ix_variants_product_id"), "variants", ["product_id"], unique=False)
    op.create_table(
        "handoffs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status = 'waiting' OR status = 'active' OR status = 'closed'", name="handoff_status"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_handoffs_conversation_id"), "handoffs", ["conversation_id"], unique=False
    )
    op.create_index("ix_handoffs_status", "handoffs", ["status", "created_at"], unique=False)
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("number_key", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=True),
        sa.Column("warehouse_code", sa.String(), nullable=True),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("items_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("shipping_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=500), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'cancelled') OR (cancelled_at IS NULL)", name="ck_orders_cancelled_at"
        ),
        sa.CheckConstraint(
            "status = 'pending_payment' OR status = 'paid' OR status = 'processing' OR status = 'packed' OR status = 'partially_shipped' OR status = 'shipped' OR status = 'out_for_delivery' OR status = 'delivered' OR status = 'exception' OR status = 'cancelled' OR status = 'returned' OR status = 'partially_returned'",
            name="order_status",
        ),
        sa.CheckConstraint(
            "items_minor >= 0 AND discount_minor >= 0 AND shipping_minor >= 0 AND tax_minor >= 0",
            name="ck_orders_not_negative",
        ),
        sa.CheckConstraint(
            "total_minor = items_minor - discount_minor + shipping_minor + tax_minor",
            name="ck_orders_total",
        ),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["addresses.id"],
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_code"],
            ["warehouses.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number_key"),
    )
    op.create_index(
        "ix_orders_customer_placed", "orders", ["customer_id", "placed_at"], unique=False
    )
    op.create_index(
        "ix_orders_customer_status", "orders", ["customer_id", "status", "placed_at"], unique=False
    )
    op.create_table(
        "stock",
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("warehouse_code", sa.String(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("restock_on", sa.Date(), nullable=True),
        sa.CheckConstraint("on_hand >= 0 AND reserved >= 0", name="ck_stock_not_negative"),
        sa.CheckConstraint("reserved <= on_hand", name="ck_stock_reserved"),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variants.id"],
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_code"],
            ["warehouses.code"],
        ),
        sa.PrimaryKeyConstraint("variant_id", "warehouse_code"),
    )
    op.create_table(
        "turns",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("client_message_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("handled_by", sa.String(length=24), nullable=False),
        sa.Column("reply", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "handled_by = 'assistant' OR handled_by = 'guided' OR handled_by = 'agent'",
            name="turn_handled_by",
        ),
        sa.CheckConstraint("status <> 'done' OR reply IS NOT NULL", name="ck_turns_reply"),
        sa.CheckConstraint(
            "status = 'running' OR status = 'done' OR status = 'failed'", name="turn_status"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation_id", "client_message_id", name="uq_turns_client_message"),
        sa.UniqueConstraint("conversation_id", "position", name="uq_turns_position"),
    )
    op.create_index("ix_turns_status", "turns", ["status"], unique=False)
    op.create_table(
        "variant_prices",
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("price_minor >= 0", name="ck_variant_prices_price"),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variants.id"],
        ),
        sa.PrimaryKeyConstraint("variant_id", "currency"),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("turn_id", sa.String(length=36), nullable=True),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role = 'customer' OR role = 'assistant' OR role = 'agent'", name="message_role"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"],
            ["turns.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_messages_conversation", "messages", ["conversation_id", "id"], unique=False)
    op.create_table(
        "order_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=True),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("variant_en", sa.String(length=200), nullable=False),
        sa.Column("variant_zh", sa.String(length=200), nullable=False),
        sa.Column("return_class", sa.String(length=24), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("shipped_quantity", sa.Integer(), nullable=False),
        sa.Column("cancelled_quantity", sa.Integer(), nullable=False),
        sa.Column("returned_quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "return_class = 'standard' OR return_class = 'electronics' OR return_class = 'hygiene' OR return_class = 'final_sale'",
            name="line_return_class",
        ),
        sa.CheckConstraint("quantity > 0", name="ck_order_lines_quantity"),
        sa.CheckConstraint(
            "shipped_quantity BETWEEN 0 AND quantity AND cancelled_quantity BETWEEN 0 AND quantity - shipped_quantity AND returned_quantity BETWEEN 0 AND shipped_quantity",
            name="ck_order_lines_quantities",
        ),
        sa.CheckConstraint(
            "total_minor = unit_minor * quantity - discount_minor", name="ck_order_lines_total"
        ),
        sa.CheckConstraint(
            "unit_minor >= 0 AND discount_minor >= 0 AND total_minor >= 0",
            name="ck_order_lines_not_negative",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variants.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("order_id", "position", name="uq_order_lines_position"),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=24), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("gift_card_id", sa.Integer(), nullable=True),
        sa.Column("saved_method_id", sa.String(length=64), nullable=True),
        sa.Column("detail", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "method = 'card' OR method = 'paypal' OR method = 'alipay' OR method = 'wechat' OR method = 'bank_transfer' OR method = 'gift_card' OR method = 'other'",
            name="payment_method",
        ),
        sa.CheckConstraint(
            "refunded_minor = 0 OR status = 'captured'", name="ck_payments_refunded_captured"
        ),
        sa.CheckConstraint(
            "status = 'pending' OR status = 'captured' OR status = 'failed' OR status = 'voided'",
            name="payment_status",
        ),
        sa.CheckConstraint("amount_minor > 0", name="ck_payments_amount"),
        sa.CheckConstraint(
            "refunded_minor BETWEEN 0 AND amount_minor", name="ck_payments_refunded"
        ),
        sa.ForeignKeyConstraint(
            ["gift_card_id"],
            ["gift_cards.id"],
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.ForeignKeyConstraint(
            ["saved_method_id"],
            ["saved_payment_methods.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_payments_order_id"), "payments", ["order_id"], unique=False)
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("order_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("arguments", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("summary_en", sa.String(length=1000), nullable=False),
        sa.Column("summary_zh", sa.String(length=1000), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("clause", sa.String(length=32), nullable=False),
        sa.Column("clause_version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'open') = (decided_at IS NULL)", name="ck_proposals_decided_at"
        ),
        sa.CheckConstraint(
            "asked_by = 'customer' OR asked_by = 'assistant' OR asked_by = 'agent'",
            name="proposal_asked_by",
        ),
        sa.CheckConstraint("kind = 'cancel_order'", name="proposal_kind"),
        sa.CheckConstraint(
            "status <> 'confirmed' OR result IS NOT NULL", name="ck_proposals_result"
        ),
        sa.CheckConstraint(
            "status = 'open' OR status = 'confirmed' OR status = 'declined' OR status = 'expired' OR status = 'superseded'",
            name="proposal_status",
        ),
        sa.CheckConstraint("amount_minor >= 0", name="ck_proposals_amount"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_proposals_customer_status", "proposals", ["customer_id", "status"], unique=False
    )
    op.create_index(op.f("ix_proposals_order_id"), "proposals", ["order_id"], unique=False)
    op.create_table(
        "shipments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("carrier_code", sa.String(), nullable=True),
        sa.Column("tracking", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status = 'label_created' OR status = 'handed_over' OR status = 'in_transit' OR status = 'out_for_delivery' OR status = 'delivered' OR status = 'delayed' OR status = 'held' OR status = 'lost' OR status = 'damaged' OR status = 'returned_to_sender'",
            name="shipment_status",
        ),
        sa.CheckConstraint(
            "delivered_at IS NULL OR handed_over_at IS NULL OR delivered_at >= handed_over_at",
            name="ck_shipments_delivered_after_handover",
        ),
        sa.ForeignKeyConstraint(
            ["carrier_code"],
            ["carriers.code"],
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("order_id", "position", name="uq_shipments_position"),
    )
    op.create_index("ix_shipments_tracking", "shipments", ["tracking"], unique=False)
    op.create_table(
        "turn_events",
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("turn_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"],
            ["turns.id"],
        ),
        sa.PrimaryKeyConstraint("conversation_id", "seq"),
    )
    op.create_index(op.f("ix_turn_events_turn_id"), "turn_events", ["turn_id"], unique=False)
    op.create_table(
        "exchanges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("new_variant_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.String(length=36), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("difference_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status = 'requested' OR status = 'approved' OR status = 'in_transit' OR status = 'received' OR status = 'completed' OR status = 'rejected'",
            name="exchange_status",
        ),
        sa.CheckConstraint("quantity > 0", name="ck_exchanges_quantity"),
        sa.ForeignKeyConstraint(
            ["new_variant_id"],
            ["variants.id"],
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_lines.id"],
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposals.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_exchanges_order_line_id"), "exchanges", ["order_line_id"], unique=False
    )
    op.create_table(
        "refunds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.String(length=36), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status = 'pending' OR status = 'succeeded' OR status = 'failed'", name="refund_status"
        ),
        sa.CheckConstraint("amount_minor > 0", name="ck_refunds_amount"),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payments.id"],
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposals.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_refunds_order_id"), "refunds", ["order_id"], unique=False)
    op.create_index(op.f("ix_refunds_payment_id"), "refunds", ["payment_id"], unique=False)
    op.create_table(
        "return_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.String(length=36), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status = 'requested' OR status = 'approved' OR status = 'in_transit' OR status = 'received' OR status = 'completed' OR status = 'rejected'",
            name="return_status",
        ),
        sa.CheckConstraint("quantity > 0", name="ck_return_requests_quantity"),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_lines.id"],
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposals.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_return_requests_order_line_id"), "return_requests", ["order_line_id"], unique=False
    )
    op.create_table(
        "shipment_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shipment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "code = 'label_created' OR code = 'handed_over' OR code = 'in_transit' OR code = 'out_for_delivery' OR code = 'delivered' OR code = 'delayed' OR code = 'held' OR code = 'lost' OR code = 'damaged' OR code = 'returned_to_sender'",
            name="scan_code",
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"],
            ["shipments.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("shipment_id", "at", "code", name="uq_shipment_events_scan"),
    )
    op.create_table(
        "shipment_lines",
        sa.Column("shipment_id", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="ck_shipment_lines_quantity"),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_lines.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"],
            ["shipments.id"],
        ),
        sa.PrimaryKeyConstraint("shipment_id", "order_line_id"),
    )


def downgrade() -> None:
    op.drop_table("shipment_lines")
    op.drop_table("shipment_events")
    op.drop_index(op.f("ix_return_requests_order_line_id"), table_name="return_requests")
    op.drop_table("return_requests")
    op.drop_index(op.f("ix_refunds_payment_id"), table_name="refunds")
    op.drop_index(op.f("ix_refunds_order_id"), table_name="refunds")
    op.drop_table("refunds")
    op.drop_index(op.f("ix_exchanges_order_line_id"), table_name="exchanges")
    op.drop_table("exchanges")
    op.drop_index(op.f("ix_turn_events_turn_id"), table_name="turn_events")
    op.drop_table("turn_events")
    op.drop_index("ix_shipments_tracking", table_name="shipments")
    op.drop_table("shipments")
    op.drop_index(op.f("ix_proposals_order_id"), table_name="proposals")
    op.drop_index("ix_proposals_customer_status", table_name="proposals")
    op.drop_table("proposals")
    op.drop_index(op.f("ix_payments_order_id"), table_name="payments")
    op.drop_table("payments")
    op.drop_table("order_lines")
    op.drop_index("ix_messages_conversation", table_name="messages")
    op.drop_table("messages")
    op.drop_table("variant_prices")
    op.drop_index("ix_turns_status", table_name="turns")
    op.drop_table("turns")
    op.drop_table("stock")
    op.drop_index("ix_orders_customer_status", table_name="orders")
    op.drop_index("ix_orders_customer_placed", table_name="orders")
    op.drop_table("orders")
    op.drop_index("ix_handoffs_status", table_name="handoffs")
    op.drop_index(op.f("ix_handoffs_conversation_id"), table_name="handoffs")
    op.drop_table("handoffs")
    op.drop_index(op.f("ix_variants_product_id"), table_name="variants")
    op.drop_table("variants")
    op.drop_index(op.f("ix_saved_payment_methods_customer_id"), table_name="saved_payment_methods")
    op.drop_table("saved_payment_methods")
    op.drop_index(op.f("ix_gift_cards_customer_id"), table_name="gift_cards")
    op.drop_table("gift_cards")
    op.drop_index("ix_conversations_customer", table_name="conversations")
    op.drop_table("conversations")
    op.drop_table("carrier_transits")
    op.drop_index(
        "uq_addresses_default",
        table_name="addresses",
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    op.drop_index(op.f("ix_addresses_customer_id"), table_name="addresses")
    op.drop_table("addresses")
    op.drop_table("warehouses")
    op.drop_index(op.f("ix_products_category"), table_name="products")
    op.drop_table("products")
    op.drop_index(op.f("ix_import_runs_source"), table_name="import_runs")
    op.drop_table("import_runs")
    op.drop_table("customers")
    op.drop_table("carriers")
    op.drop_table("audit_events")
