"""A desk for turns: see tests/assistant/turning.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from orderdb.database import SessionFactory
from orderdb.policy_book import PolicyBook
from tests.assistant.turning import ROOT, Desk, small_shop, stocked
from tests.databases import SqliteDatabases, opened
from tests.orderdb.shop import Shop


@pytest.fixture(scope="session")
def shop_rules() -> PolicyBook:
    return PolicyBook.load(ROOT / "policies")


@pytest.fixture
def small_engine(sqlite_databases: SqliteDatabases) -> Iterator[Engine]:
    """The small shop; on SQLite."""
    yield from opened(sqlite_databases, small_shop)


@pytest.fixture
def desk(small_engine: Engine, shop_rules: PolicyBook) -> Desk:
    """On SQLite."""
    return Desk(SessionFactory(small_engine), shop_rules)


@pytest.fixture
def either_desk(engine: Engine, shop_rules: PolicyBook) -> Desk:
    """On SQLite and on PostgreSQL."""
    stocked(Shop(engine))
    return Desk(SessionFactory(engine), shop_rules)
