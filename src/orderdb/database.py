"""Opening the order database: a SQLite file by default, PostgreSQL by URL."""

from __future__ import annotations

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
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args={"timeout": _BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_immediately_when_writing)
    return engine


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
    writes = connection.get_execution_options().get("orderdb_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
