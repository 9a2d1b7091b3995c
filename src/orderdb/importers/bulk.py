"""Many rows quickly: ``executemany`` on SQLite's own driver, COPY on PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text
from sqlmodel import SQLModel

Row = Sequence[Any]

_ROWS_A_STATEMENT = 50
_CACHE_KIB = 262_144


@contextmanager
def bulk_transaction(engine: Engine) -> Iterator[Bulk]:
    """One transaction for many rows: all of them are there afterwards, or none."""
    with engine.connect().execution_options(orderdb_writing=True) as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                yield Bulk(connection)
            return
        with _sqlite_for_bulk(connection.connection.driver_connection), connection.begin():
            yield Bulk(connection)


@contextmanager
def _sqlite_for_bulk(driver: Any) -> Iterator[None]:
    """A page cache that holds the indexes of a million orders, and no write-ahead log.

    With the log, every page is written twice. Without it a crash is rolled back just as well,
    but readers must wait; so the log stays where anybody else has the database open.
    """
    (usual_cache,) = driver.execute("PRAGMA cache_size").fetchone()
    (usual_wait,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    driver.execute("PRAGMA busy_timeout = 0")
    with suppress(sqlite3.OperationalError):  # somebody has it open
        driver.execute("PRAGMA journal_mode = DELETE")
    driver.execute(f"PRAGMA busy_timeout = {usual_wait}")
    try:
        yield
    finally:
        driver.execute("PRAGMA journal_mode = WAL")
        driver.execute(f"PRAGMA cache_size = {usual_cache}")


class Bulk:
    """Writes rows of plain values (texts, numbers, booleans, None) within one transaction.

    Values are those that the database keeps: times as UTC texts, choices by their value, JSON
    as text. Constraints and foreign keys are checked as for any other row.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._is_postgres = connection.dialect.name == "postgresql"
        self._cursor: Any = connection.connection.cursor()  # psycopg's or sqlite3's own
        if self._is_postgres:
            self._cursor.execute("SET LOCAL TIME ZONE 'UTC'")

    def write(self, table: str, columns: str, rows: Sequence[Row]) -> None:
        """Append ``rows``; ``columns`` name their values in order, parted by spaces."""
        if not rows:
            return
        named = columns.split()
        names = ", ".join(f'"{column}"' for column in named)
        if self._is_postgres:
            with self._cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            insert = f'INSERT INTO "{table}" ({names}) VALUES '  # noqa: S608
            marks = f"({', '.join('?' * len(named))})"
            whole = len(rows) - len(rows) % _ROWS_A_STATEMENT
            if whole:
                several = (
                    tuple(chain.from_iterable(rows[start : start + _ROWS_A_STATEMENT]))
                    for start in range(0, whole, _ROWS_A_STATEMENT)
                )
                self._cursor.executemany(insert + ", ".join([marks] * _ROWS_A_STATEMENT), several)
            self._cursor.executemany(insert + marks, rows[whole:])

    def next_id(self, table: str) -> int:
        """The first free id of a table that counts its rows."""
        column = SQLModel.metadata.tables[table].c.id
        return (
            int(self.connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one())
            + 1
        )

    def release_ids(self, *tables: str) -> None:
        """Let PostgreSQL's own counting go on after the ids that were written."""
        if self._is_postgres:
            for table in tables:
                self.connection.execute(
                    text(
                        "SELECT setval(pg_get_serial_sequence(:name, 'id'), "  # noqa: S608
                        f'coalesce((SELECT max(id) FROM "{table}"), 1))'
                    ),
                    {"name": table},
                )
