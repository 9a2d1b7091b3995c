"""Which tables a database has; asked at every start, so without loading the migrations."""

from __future__ import annotations

from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

NEWEST = "0013"
"""The last migration (a test holds it and the migrations together)."""


def is_current(engine: Engine) -> bool:
    """Whether the database is at the newest migration; False without any tables of ours."""
    with engine.connect() as connection:
        try:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
        except DatabaseError:  # no such table
            return False
        return list(found) == [NEWEST]
