"""Opening the order database: a SQLite file by default, PostgreSQL by URL."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlmodel import Session

SessionFactory = Callable[[], Session]

_BUSY_TIMEOUT_SECONDS = 10


def open_engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine for ``url``. SQLite runs in WAL mode with foreign keys enforced."""
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)
    line = threading.Lock()
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args={
            "timeout": _BUSY_TIMEOUT_SECONDS,
            "check_same_thread": False,
            "factory": lambda *given, **more: _Connection(line, *given, **more),
        },
    )
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_immediately_when_writing)
    return engine


class _Connection(sqlite3.Connection):
    """One of an engine's connections to a SQLite file, which write one after the other.

    Who finds the file locked sleeps and tries again, ever longer, while others pass by. Those of
    one process wait in ``line`` instead, and are let in as soon as there is room.
    """

    def __init__(self, line: threading.Lock, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._line = line
        self._is_in = False

    def queue(self) -> None:
        """Wait for the turn to write; after too long, SQLite itself may say that it is locked."""
        self._is_in = self._line.acquire(timeout=_BUSY_TIMEOUT_SECONDS)

    def commit(self) -> None:
        super().commit()
        self.leave()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.leave()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self.leave()

    def leave(self) -> None:
        """Let the next one in, if it is us whom they wait for."""
        if self._is_in:
            self._is_in = False
            self._line.release()


def session_factory(engine: Engine) -> SessionFactory:
    """Sessions whose objects stay readable after commit; each is meant for one short use."""
    return lambda: Session(engine, expire_on_commit=False)


def writing(session: Session) -> Session:
    """Declare that ``session`` will write, so that SQLite takes its write lock at the start.

    A SQLite transaction that begins by reading cannot always be turned into a writing one;
    it then fails at once instead of waiting. Within a transaction it is too late to say so: that
    one goes on as it began.
    """
    if not session.in_transaction():
        session.connection(execution_options={"orderdb_writing": True})
    return session


def _configure_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # we emit BEGIN ourselves, see below
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-65536",
        "mmap_size=4294967296",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediately_when_writing(connection: Any) -> None:
    if not connection.get_execution_options().get("orderdb_writing", False):
        connection.exec_driver_sql("BEGIN")
        return
    driver: _Connection = connection.connection.driver_connection
    driver.queue()
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except BaseException:
        driver.leave()
        raise
