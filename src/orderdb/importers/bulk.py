"""Many rows quickly: ``executemany`` on SQLite's own driver, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

from sqlalchemy import Connection, func, select, text
from sqlmodel import SQLModel

Row = Sequence[Any]

_ROWS_A_STATEMENT = 50
_CACHE_KIB = 262_144


@contextmanager
def bulk_writing(connection: Connection) -> Iterator[Bulk]:
    """A ``Bulk`` on a connection with a transaction, and room for it in SQLite's page cache.

    The indexes of a million orders are written all over; from the usual cache they would be
    written and read again and again.
    """
    if connection.dialect.name != "sqlite":
        yield Bulk(connection)
        return
    usual = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB}")
    try:
        yield Bulk(connection)
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {usual}")


class Bulk:
    """Writes rows of plain values (texts, numbers, booleans, None) within one transaction.

    Values are those that the database keeps: times as UTC texts, choices by their value, JSON
    as text. Constraints and foreign keys are checked as for any other row.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
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
            int(self._connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one())
            + 1
        )

    def release_ids(self, *tables: str) -> None:
        """Let PostgreSQL's own counting go on after the ids that were written."""
        if self._is_postgres:
            for table in tables:
                self._connection.execute(
                    text(
                        "SELECT setval(pg_get_serial_sequence(:name, 'id'), "  # noqa: S608
                        f'coalesce((SELECT max(id) FROM "{table}"), 1))'
                    ),
                    {"name": table},
                )
