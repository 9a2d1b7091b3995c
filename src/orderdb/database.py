"""Opening the order database: a SQLite file by default, PostgreSQL by URL."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Dialect, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlmodel import Session

from orderdb.threads import Threads

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

P = ParamSpec("P")
T = TypeVar("T")

_BUSY_TIMEOUT_SECONDS = 10

_SURELY_ALIVE_SECONDS = 2.0

_ONLY_LOOKS = "only looks"

_THREADS = 2
"""For a database that works elsewhere: few, as they take turns at the interpreter."""


def open_engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine for ``url``. SQLite runs in WAL mode with foreign keys enforced."""
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith("sqlite"):
        engine = create_engine(url, pool_size=pool_size, max_overflow=pool_size)
        event.listen(engine, "checkin", _note_when_it_came_back)
        event.listen(engine, "checkout", partial(_see_whether_it_lives, engine.dialect))
        return engine
    line = _Line(make_url(url).database)
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


class _Line:
    """Where those who want to write to a SQLite file wait for each other, whatever their process.

    Who finds the file locked sleeps and tries again, ever longer, while others pass by. Here they
    are let in as soon as there is room: threads by a lock, processes by one that the kernel gives
    them in their sequence, on a file beside the database. Nothing is in that file, and where it
    cannot be, SQLite's own way remains. A process that dies leaves the line; one that is stopped
    while it writes holds up all others for as long.
    """

    def __init__(self, database: str | None) -> None:
        self._threads = threading.Lock()
        self._file: int | None = None
        if database and database != ":memory:" and fcntl is not None:
            with suppress(OSError):
                self._file = os.open(f"{database}-line", os.O_RDWR | os.O_CREAT, 0o644)
                weakref.finalize(self, os.close, self._file)

    def enter(self) -> bool:
        """Wait for our turn; False where a thread of this process took too long."""
        if not self._threads.acquire(timeout=_BUSY_TIMEOUT_SECONDS):
            return False
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_EX)
        return True

    def leave(self) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()


class _Connection(sqlite3.Connection):
    """One of an engine's connections to a SQLite file, which write one after the other."""

    def __init__(self, line: _Line, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._line = line
        self._is_in = False

    def queue(self) -> None:
        """Wait for the turn to write."""
        self._is_in = self._line.enter()

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
            self._line.leave()


class SessionFactory:
    """Sessions whose objects stay readable after commit; each is meant for one short use."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        sqlite = engine.dialect.name == "sqlite"
        alone = {} if sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._alone_engine = engine.execution_options(**alone)
        self._threads = Threads(1 if sqlite else _THREADS, "database")

    def __call__(self) -> Session:
        return Session(self._engine, expire_on_commit=False)

    def looking(self) -> Session:
        """A session that only reads.

        On PostgreSQL it spares the two round trips that begin and end a transaction; there each
        statement sees what is there when it runs, in a transaction, too.
        """
        return Session(self._alone_engine, expire_on_commit=False, info={_ONLY_LOOKS: True})

    def at_once(self) -> Session:
        """A session that writes by one statement, which needs no transaction around it.

        On PostgreSQL it spares the same two round trips. Elsewhere it is like any other.
        """
        return Session(self._alone_engine, expire_on_commit=False)

    async def work(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what opens sessions beside the event loop; it ends even when the caller has gone.

        SQLite has one writer: threads of one process that take turns at it, and at the
        interpreter, only hold one another up, so all of this is done by one (docs/adr/0010).
        """
        return await self._done(partial(function, *args, **kwargs), urgent=False)

    async def work_first(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """``work`` that goes before all that waits: somebody waits for their first words."""
        return await self._done(partial(function, *args, **kwargs), urgent=True)

    async def _done(self, call: Callable[[], T], *, urgent: bool) -> T:
        in_context = partial(copy_context().run, call)
        return await asyncio.wrap_future(self._threads.submit(in_context, urgent=urgent))


def writing(session: Session) -> Session:
    """Declare that ``session`` will write, so that SQLite takes its write lock at the start.

    A SQLite transaction that begins by reading cannot always be turned into a writing one;
    it then fails at once instead of waiting. Within a transaction it is too late to say so: that
    one goes on as it began.
    """
    if session.info.get(_ONLY_LOOKS):
        raise RuntimeError("this session was opened to read only")
    if not session.in_transaction():
        session.connection(execution_options={"orderdb_writing": True})
    return session


def _note_when_it_came_back(connection: Any, record: Any) -> None:
    record.info["came_back"] = time.monotonic()


def _see_whether_it_lives(dialect: Dialect, connection: Any, record: Any, proxy: Any) -> None:
    """A connection that lay idle may have been cut; asking each time is a round trip a session."""
    came_back = record.info.get("came_back")
    if came_back is None or time.monotonic() - came_back < _SURELY_ALIVE_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error  # the pool then tries another, or connects anew


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
