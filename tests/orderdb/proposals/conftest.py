"""A shop and a desk on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.orderdb.proposals.desk import Desk
from tests.orderdb.shop import Shop


@pytest.fixture
def shop(engine: Engine) -> Shop:
    return Shop(engine)


@pytest.fixture
def desk(engine: Engine, shop: Shop) -> Desk:
    return Desk(engine)
