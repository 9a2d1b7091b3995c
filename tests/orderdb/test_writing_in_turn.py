"""Writers of one process wait in line for a SQLite file; whoever is done lets the next one in."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, func
from sqlmodel import Session, select

from orderdb.database import writing
from orderdb.models import GiftCard
from tests.orderdb.shop import ANNA, Shop


def add_card(engine: Engine, number: int) -> None:
    with Session(engine) as session:
        writing(session)
        session.add(
            GiftCard(
                code=f"G{number}", customer_id=ANNA, currency="EUR",
                initial_minor=1, balance_minor=1,
            )
        )  # fmt: skip
        session.flush()
        time.sleep(0.002)
        session.commit()


def test_fifty_who_write_at_once_all_come_through(sqlite_engine: Engine) -> None:
    Shop(sqlite_engine).session.close()
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda number: add_card(sqlite_engine, number), range(50)))
    with Session(sqlite_engine) as session:
        assert session.exec(select(func.count()).select_from(GiftCard)).one() == 50


@pytest.mark.parametrize("ending", ["rollback", "close"])
def test_whoever_gives_up_lets_the_next_one_in(sqlite_engine: Engine, ending: str) -> None:
    Shop(sqlite_engine).session.close()
    session = Session(sqlite_engine)
    writing(session)
    getattr(session, ending)()
    started = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(add_card, sqlite_engine, 1).result(timeout=5)
    assert time.monotonic() - started < 2
    session.close()
