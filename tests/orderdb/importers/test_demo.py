"""The demo shop: whole, true to its day, the same every time."""

from __future__ import annotations

from sqlalchemy import Engine, text


def test_the_small_shop_has_its_orders(demo_engine: Engine) -> None:
    with demo_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM orders")).scalar_one() == 600
