"""Work with the database beside the event loop."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar
from pathlib import Path

import pytest
from sqlmodel import Session, text

from orderdb import database
from orderdb.database import SessionFactory, open_engine
from tests.databases import PostgresDatabases


async def test_work_with_sqlite_goes_one_after_the_other_in_one_thread(tmp_path: Path) -> None:
    sessions = SessionFactory(open_engine(f"sqlite:///{tmp_path / 'one.db'}"))
    at_work, seen = 0, []

    def look() -> int:
        nonlocal at_work
        at_work += 1
        seen.append((threading.current_thread().name, at_work))
        with sessions() as session:
            found: int = session.connection().execute(text("SELECT 1")).scalar_one()
        at_work -= 1
        return found

    assert await asyncio.gather(*(sessions.work(look) for _ in range(20))) == [1] * 20
    assert {name for name, _ in seen} == {seen[0][0]} - {threading.main_thread().name}
    assert {several for _, several in seen} == {1}


async def test_work_sees_the_context_of_who_asked_and_its_errors_come_back(tmp_path: Path) -> None:
    sessions = SessionFactory(open_engine(f"sqlite:///{tmp_path / 'one.db'}"))
    who: ContextVar[str] = ContextVar("who", default="nobody")
    who.set("anna")
    assert await sessions.work(who.get) == "anna"
    with pytest.raises(ZeroDivisionError):
        await sessions.work(divmod, 1, 0)


async def test_work_ends_even_when_the_caller_has_gone(tmp_path: Path) -> None:
    sessions = SessionFactory(open_engine(f"sqlite:///{tmp_path / 'one.db'}"))
    begun, free, ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        free.wait(5)
        ended.set()

    asked = asyncio.create_task(sessions.work(slow))
    await asyncio.to_thread(begun.wait, 5)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    free.set()
    await sessions.work(ended.wait, 5)
    assert ended.is_set()


async def test_urgent_work_goes_before_what_waits_longer(tmp_path: Path) -> None:
    sessions = SessionFactory(open_engine(f"sqlite:///{tmp_path / 'one.db'}"))
    begun, free = threading.Event(), threading.Event()
    done: list[str] = []

    def slow() -> None:
        begun.set()
        free.wait(5)

    running = asyncio.create_task(sessions.work(slow))
    await asyncio.to_thread(begun.wait, 5)
    waiting = [
        asyncio.create_task(work(done.append, name))
        for work, name in (
            (sessions.work, "a sentence"),
            (sessions.work, "another"),
            (sessions.work_first, "first words"),
            (sessions.work_first, "other first words"),
        )
    ]
    await asyncio.sleep(0)  # all of them wait now
    free.set()
    await asyncio.gather(running, *waiting)
    assert done == ["first words", "other first words", "a sentence", "another"]


def test_a_connection_that_was_cut_while_it_lay_idle_is_made_anew(
    postgres_databases: PostgresDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_SURELY_ALIVE_SECONDS", 0.0)
    url = postgres_databases.fresh()
    idle, other = open_engine(url), open_engine(url)
    try:
        with SessionFactory(idle)() as session:
            cut = session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one()
        with SessionFactory(other)() as session:
            session.connection().execute(text("SELECT pg_terminate_backend(:cut)"), {"cut": cut})
        with SessionFactory(idle)() as session:
            anew = session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one()
        assert anew != cut
    finally:
        idle.dispose()
        other.dispose()
        postgres_databases.release(url)


def test_a_connection_used_just_now_is_not_asked_whether_it_lives(
    postgres_databases: PostgresDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres_databases.fresh()
    engine = open_engine(url)
    asked: list[object] = []
    ping = engine.dialect.do_ping
    monkeypatch.setattr(engine.dialect, "do_ping", lambda one: asked.append(one) or ping(one))
    try:
        for _ in range(3):
            with SessionFactory(engine)() as session:
                session.connection().execute(text("SELECT 1"))
        assert asked == []
        monkeypatch.setattr(database, "_SURELY_ALIVE_SECONDS", 0.0)
        with SessionFactory(engine)() as session:
            session.connection().execute(text("SELECT 1"))
        assert len(asked) == 1
    finally:
        engine.dispose()
        postgres_databases.release(url)


def test_a_session_that_only_looks_refuses_to_write(tmp_path: Path) -> None:
    sessions = SessionFactory(open_engine(f"sqlite:///{tmp_path / 'one.db'}"))
    with sessions.looking() as session:
        assert session.connection().execute(text("SELECT 1")).scalar_one() == 1
        with pytest.raises(RuntimeError, match="read only"):
            database.writing(session)


def test_on_postgresql_who_only_looks_opens_no_transaction(
    postgres_databases: PostgresDatabases,
) -> None:
    url = postgres_databases.fresh()
    engine = open_engine(url)
    sessions = SessionFactory(engine)
    try:
        with sessions.looking() as session:
            assert in_two_transactions(session)
        with sessions() as session:  # the same connection, once more for somebody who writes
            assert not in_two_transactions(session)
    finally:
        engine.dispose()
        postgres_databases.release(url)


def in_two_transactions(session: Session) -> bool:
    """Whether two statements lie in different transactions: ``now`` is when one began."""
    look = text("SELECT now()")
    first, second = (session.connection().execute(look).scalar_one() for _ in range(2))
    return bool(first != second)
