"""Migrations build the tables that the code declares, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from orderdb import migrations
from orderdb.database import open_engine
from orderdb.migrations.__main__ import main
from tests.databases import Databases, all_tables


def test_an_empty_database_gets_every_table(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    engine = open_engine(empty_url)
    tables = set(inspect(engine).get_table_names())
    engine.dispose()
    assert tables == set(SQLModel.metadata.tables) | {"alembic_version"}


def test_upgrading_twice_keeps_rows_and_tables(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    engine = open_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO carriers VALUES ('dhl', 'DHL', true, false)"))
    migrations.upgrade(empty_url)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM carriers")).scalar_one() == 1
    engine.dispose()
    assert migrations.check(empty_url) == []


def test_proposals_and_their_refunds_outlive_the_change_of_their_tables(empty_url: str) -> None:
    engine = open_engine(empty_url)
    migrations.upgrade_engine(engine, "0002")
    with engine.begin() as connection:
        for statement in _BEFORE_AFTER_SALES:
            connection.execute(text(statement))
    migrations.upgrade_engine(engine)
    with engine.begin() as connection:
        row = connection.execute(text("SELECT kind, target, agent, order_id FROM proposals")).one()
        assert tuple(row) == ("cancel_order", "order", None, 1)
        assert connection.execute(text("SELECT proposal_id FROM refunds")).scalar_one() == "p"
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text("DELETE FROM proposals"))  # keys are guarded as before
    engine.dispose()


_BEFORE_AFTER_SALES = (
    "INSERT INTO customers (id, name, language, time_zone, tier) "
    "VALUES ('c', 'Anna', 'en', 'UTC', 'none')",
    "INSERT INTO orders (id, number, number_key, customer_id, channel, status, currency, "
    "items_minor, discount_minor, shipping_minor, tax_minor, total_minor, version) "
    "VALUES (1, 'A1', 'A1', 'c', 'web', 'cancelled', 'EUR', 5, 0, 0, 0, 5, 2)",
    "INSERT INTO payments (id, order_id, method, amount_minor, refunded_minor, status, detail) "
    "VALUES (1, 1, 'card', 5, 5, 'captured', '')",
    "INSERT INTO proposals (id, customer_id, order_id, order_version, kind, arguments, summary_en, "
    "summary_zh, amount_minor, currency, clause, clause_version, digest, asked_by, status, "
    "created_at, expires_at, decided_at, result) VALUES ('p', 'c', 1, 1, 'cancel_order', '{}', "
    "'-', '-', 5, 'EUR', 'CANCEL-1', 1, 'd', 'customer', 'confirmed', '2026-11-22 09:00:00', "
    "'2026-11-22 09:30:00', '2026-11-22 09:05:00', '{}')",
    "INSERT INTO refunds (order_id, payment_id, proposal_id, amount_minor, status) "
    "VALUES (1, 1, 'p', 5, 'pending')",
)


def test_the_check_is_clean_after_an_upgrade(database_url: str) -> None:
    assert migrations.check(database_url) == []


def test_the_check_names_what_is_missing(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    engine = open_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_shipments_tracking"))
        connection.execute(text("ALTER TABLE carriers DROP COLUMN name"))
    engine.dispose()
    differences = " ".join(migrations.check(empty_url))
    assert "ix_shipments_tracking" in differences
    assert "carriers" in differences


def test_migrated_constraints_equal_those_in_code(databases: Databases) -> None:
    """``check`` does not compare CHECK constraints, so the two schemas are laid side by side."""
    declared, migrated = databases.fresh(), databases.fresh(all_tables)
    engine = open_engine(declared)
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    try:
        assert _constraints(migrated) == _constraints(declared)
    finally:
        databases.release(declared)
        databases.release(migrated)


def test_the_command_line_checks_a_fresh_database() -> None:
    assert main(["check"]) == 0
    assert main(["dance"]) == 2


def _constraints(url: str) -> dict[str, Any]:
    engine = open_engine(url)
    inspector = inspect(engine)
    found = {
        table: {
            "checks": sorted(
                (c["name"], c["sqltext"]) for c in inspector.get_check_constraints(table)
            ),
            "unique": sorted(
                (c["name"], tuple(c["column_names"]))
                for c in inspector.get_unique_constraints(table)
            ),
            "foreign": sorted(
                (tuple(c["constrained_columns"]), c["referred_table"])
                for c in inspector.get_foreign_keys(table)
            ),
            "indexes": sorted(
                (c["name"], tuple(c["column_names"]), bool(c["unique"]))
                for c in inspector.get_indexes(table)
            ),
        }
        for table in SQLModel.metadata.tables
    }
    engine.dispose()
    assert sum(len(table["checks"]) for table in found.values()) > 30
    return found
