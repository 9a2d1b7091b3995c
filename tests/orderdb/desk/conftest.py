"""A shop with a desk, on both databases: see tests/orderdb/desk/staff.py."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from orderdb.database import SessionFactory
from tests.orderdb.desk.staff import Staff
from tests.orderdb.shop import Shop


@pytest.fixture
def staff(engine: Engine) -> Staff:
    shop = Shop(engine)
    shop.order("A20001")
    shop.session.close()
    return Staff(SessionFactory(engine))
