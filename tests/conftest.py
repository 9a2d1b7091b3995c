"""Databases for every test that asks: a SQLite file, and a database of a real PostgreSQL server.

``engine`` (all tables, no rows) and ``demo_engine`` (a small demo shop) run a test on both;
``sqlite_engine`` and ``sqlite_demo_engine`` only on SQLite. Every test gets its own copy.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine
from xdist.remote import Producer

from orderdb.database import open_engine
from orderdb.importers.demo import import_demo, snapshot
from tests.databases import (
    Databases,
    PostgresDatabases,
    SqliteDatabases,
    all_tables,
    opened,
    running_postgres,
)
from tests.scheduling import LongestFirst

DEMO_DAY = date(2026, 11, 20)
DEMO_ORDERS = 600
DEMO_CUSTOMERS = 120


def _demo(url: str) -> None:
    engine = open_engine(url)
    import_demo(engine, orders=DEMO_ORDERS, customers=DEMO_CUSTOMERS, as_of=DEMO_DAY)
    engine.dispose()


def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: tests also wait, for servers, browsers and processes."""
    return min((os.cpu_count() or 1) + 1, 5)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LongestFirst | None:
    return LongestFirst(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays, so nobody need look for garbage in it.

    Later it is looked for seldom: tests leave little behind, and looking took a twelfth of their
    time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        gc.enable()


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[PostgresDatabases]:
    """The server starts when the first test asks for it."""
    with running_postgres() as socket_folder:
        databases = PostgresDatabases(socket_folder)
        databases.speed_up()
        yield databases
        databases.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    kind = "postgres" if request.param == "postgresql" else "sqlite"
    found: Databases = request.getfixturevalue(f"{kind}_databases")
    return found


@pytest.fixture
def empty_url(databases: Databases) -> Iterator[str]:
    """A database without tables."""
    url = databases.fresh()
    yield url
    databases.release(url)


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A database with all tables and no rows; do not alter its tables, it is used again."""
    url = databases.fresh(all_tables)
    yield url
    databases.release(url)


@pytest.fixture
def engine(databases: Databases, database_url: str) -> Iterator[Engine]:
    """All tables, no rows; on SQLite and on PostgreSQL."""
    engine = databases.engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def demo_engine(databases: Databases) -> Iterator[Engine]:
    """A small demo shop as of ``demo_now``; on SQLite and on PostgreSQL."""
    yield from opened(databases, _demo)


@pytest.fixture
def sqlite_engine(sqlite_databases: SqliteDatabases) -> Iterator[Engine]:
    """All tables, no rows; on SQLite."""
    yield from opened(sqlite_databases, all_tables)


@pytest.fixture
def sqlite_demo_engine(sqlite_databases: SqliteDatabases) -> Iterator[Engine]:
    """A small demo shop as of ``demo_now``; on SQLite."""
    yield from opened(sqlite_databases, _demo)


@pytest.fixture(scope="session")
def demo_now() -> datetime:
    """The moment that the demo shop of these fixtures shows: the clock for tests on it."""
    return snapshot(DEMO_DAY).astimezone(UTC)
