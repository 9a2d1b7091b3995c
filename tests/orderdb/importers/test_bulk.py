"""Bulk writing: everything or nothing, whatever breaks, and beside others who read."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import date

import psycopg
import pytest
from sqlalchemy import Engine, text

from orderdb.importers import import_demo
from orderdb.importers.bulk import bulk_transaction
from orderdb.models import Carrier

ROWS = [(f"c{number}", "Carrier", True, False) for number in range(120)]
COLUMNS = "code name delivers_saturday delivers_sunday"

CUT_OFF = """
import os, sys
from orderdb.database import open_engine
from orderdb.importers.demo import import_demo
def stop(done, total):
    os._exit(9)
import_demo(open_engine(sys.argv[1]), orders=9000, customers=100, progress=stop)
"""


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def setting(engine: Engine, name: str) -> object:
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


def test_rows_are_there_after_the_transaction(engine: Engine) -> None:
    with bulk_transaction(engine) as bulk:
        bulk.write(str(Carrier.__tablename__), COLUMNS, ROWS)
        bulk.write(str(Carrier.__tablename__), COLUMNS, [])
    assert count(engine, "carriers") == len(ROWS)


def test_a_write_that_breaks_off_leaves_nothing(engine: Engine) -> None:
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        _write_twice(engine)
    assert count(engine, "carriers") == 0


def _write_twice(engine: Engine) -> None:
    with bulk_transaction(engine) as bulk:
        for _ in range(2):
            bulk.write(str(Carrier.__tablename__), COLUMNS, ROWS)


def test_sqlite_is_as_it_was_afterwards(sqlite_engine: Engine) -> None:
    names = ("journal_mode", "cache_size", "busy_timeout", "foreign_keys")
    before = [setting(sqlite_engine, name) for name in names]
    with bulk_transaction(sqlite_engine) as bulk:
        bulk.write(str(Carrier.__tablename__), COLUMNS, ROWS)
    assert [setting(sqlite_engine, name) for name in names] == before
    assert before[0] == "wal"


def test_somebody_may_have_the_database_open(engine: Engine) -> None:
    with engine.connect() as reader:
        before = reader.execute(text("SELECT count(*) FROM orders")).scalar_one()
        import_demo(engine, orders=300, customers=40, as_of=date(2026, 11, 20))
        assert before == 0
    assert count(engine, "orders") == 300


def test_a_process_killed_on_the_way_leaves_nothing(database_url: str, engine: Engine) -> None:
    ended = subprocess.run([sys.executable, "-c", CUT_OFF, database_url], check=False)
    assert ended.returncode == 9
    assert count(engine, "orders") == count(engine, "customers") == 0
    assert import_demo(engine, orders=300, customers=40).orders_added == 300
