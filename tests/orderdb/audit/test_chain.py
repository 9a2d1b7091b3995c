"""The chain of what happened: nothing can be changed, left out or put in between unseen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from orderdb import audit
from orderdb.database import SessionFactory, writing
from orderdb.models import AuditEvent
from tests.orderdb.shop import NOW


def record(engine: Engine, kind: str = "order.seen", **payload: object) -> None:
    with SessionFactory(engine)() as session:
        writing(session)
        audit.append(
            session, actor="customer:anna", kind=kind, subject="A1", payload=payload, now=NOW
        )
        session.commit()


@contextmanager
def unguarded(engine: Engine) -> Iterator[Connection]:
    """As somebody writes who owns the database, and can turn its guard off."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for action in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER audit_events_refuse_{action}"))
        yield connection


def test_an_empty_chain_holds(engine: Engine) -> None:
    with Session(engine) as session:
        assert audit.verify(session) is None


def test_a_chain_of_any_content_holds(engine: Engine) -> None:
    record(engine, number=1, words="退货 “ok” é", nested={"b": [1, None, True], "a": {}})
    record(engine, amount=-1)
    with Session(engine) as session:
        first, second = session.exec(select(AuditEvent)).all()
        assert audit.verify(session) is None
    assert first.previous_hash == audit.START
    assert second.previous_hash == first.hash


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE audit_events SET kind = 'order.cancelled' WHERE id = 2",
        "UPDATE audit_events SET payload = '{\"n\": 9}' WHERE id = 2",
        "UPDATE audit_events SET actor = 'agent:eve' WHERE id = 2",
        "UPDATE audit_events SET at = '2026-01-01 00:00:00+00:00' WHERE id = 2",
        "DELETE FROM audit_events WHERE id = 1",
    ],
)
def test_a_forged_event_is_named(engine: Engine, forgery: str) -> None:
    for number in range(1, 4):
        record(engine, n=number)
    with unguarded(engine) as connection:
        connection.execute(text(forgery))
    with Session(engine) as session:
        broken = audit.verify(session)
    assert broken is not None
    assert broken.event_id == 2


@pytest.mark.parametrize(
    "change",
    ["UPDATE audit_events SET kind = 'order.cancelled'", "DELETE FROM audit_events WHERE id = 1"],
)
def test_the_database_refuses_to_change_an_event(engine: Engine, change: str) -> None:
    record(engine)
    with (
        pytest.raises(DatabaseError, match="audit events are append-only"),
        engine.begin() as connection,
    ):
        connection.execute(text(change))
    with Session(engine) as session:
        assert audit.verify(session) is None
        assert len(session.exec(select(AuditEvent)).all()) == 1


def test_an_event_left_out_breaks_the_next(engine: Engine) -> None:
    for number in range(1, 5):
        record(engine, n=number)
    with unguarded(engine) as connection:
        connection.execute(text("DELETE FROM audit_events WHERE id = 3"))
    with Session(engine) as session:
        broken = audit.verify(session)
    assert broken is not None
    assert broken.event_id == 4


def test_what_is_rolled_back_leaves_no_gap(engine: Engine) -> None:
    record(engine)
    with SessionFactory(engine)() as session:
        writing(session)
        audit.append(session, actor="a", kind="k", subject="", payload={}, now=NOW)
        session.rollback()
    record(engine)
    with Session(engine) as session:
        assert audit.verify(session) is None


def test_many_writers_make_one_chain(engine: Engine) -> None:
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda number: record(engine, n=number), range(40)))
    with Session(engine) as session:
        assert len(session.exec(select(AuditEvent)).all()) == 40
        assert audit.verify(session) is None
