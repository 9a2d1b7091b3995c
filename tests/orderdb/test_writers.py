"""Writers of one SQLite file let each other in, whatever process they are of."""

from __future__ import annotations

import threading
import time

from sqlalchemy import text

from orderdb.database import SessionFactory, open_engine, writing
from tests.databases import SqliteDatabases

_WRITES = 10


def test_who_writes_now_and_then_gets_in_between_those_who_never_pause(
    sqlite_databases: SqliteDatabases,
) -> None:
    url = sqlite_databases.fresh()
    busy, seldom = open_engine(url), open_engine(url)  # each as a process has one of its own
    done = threading.Event()

    def write_on() -> None:
        while not done.is_set():
            with SessionFactory(busy)() as session:
                writing(session).connection().execute(text("SELECT 1"))
                time.sleep(0.005)
                session.commit()

    crowd = [threading.Thread(target=write_on) for _ in range(3)]
    for one in crowd:
        one.start()
    try:
        began = time.monotonic()
        for _ in range(_WRITES):
            with SessionFactory(seldom)() as session:
                writing(session).connection().execute(text("SELECT 1"))
                session.commit()
        took = time.monotonic() - began
    finally:
        done.set()
        for one in crowd:
            one.join()
        busy.dispose()
        seldom.dispose()
    assert took < 2  # it took several
