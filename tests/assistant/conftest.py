"""A desk for turns: see tests/assistant/turning.py."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from orderdb.database import session_factory
from orderdb.policy_book import PolicyBook
from tests.assistant.turning import ROOT, Desk, stocked
from tests.orderdb.shop import Shop


@pytest.fixture(scope="session")
def shop_rules() -> PolicyBook:
    return PolicyBook.load(ROOT / "policies")


@pytest.fixture
def desk(sqlite_engine: Engine, shop_rules: PolicyBook) -> Desk:
    """On SQLite."""
    stocked(Shop(sqlite_engine))
    return Desk(session_factory(sqlite_engine), shop_rules)


@pytest.fixture
def either_desk(engine: Engine, shop_rules: PolicyBook) -> Desk:
    """On SQLite and on PostgreSQL."""
    stocked(Shop(engine))
    return Desk(session_factory(engine), shop_rules)
