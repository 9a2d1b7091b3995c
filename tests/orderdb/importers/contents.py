"""Everything that a database holds, to compare before and after."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import SQLModel


def contents(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table, in the order of their keys."""
    with engine.connect() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in SQLModel.metadata.sorted_tables
        }
