"""Bringing a database to the tables of this version; works from an installed wheel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine
from sqlmodel import SQLModel

import orderdb.models  # noqa: F401  (fills the metadata)
from orderdb.database import open_engine

__all__ = ["check", "upgrade"]


def upgrade(url: str) -> None:
    """Create or upgrade the tables of the database at ``url``; twice is as good as once."""
    engine = open_engine(url)
    try:
        upgrade_engine(engine)
    finally:
        engine.dispose()


def upgrade_engine(engine: Engine, to: str = "head") -> None:
    """The same for an engine that is open already."""
    with engine.connect() as connection, _foreign_keys_off(connection):
        command.upgrade(_config(connection), to)


@contextmanager
def _foreign_keys_off(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by building it anew, and cannot drop one that others refer to.

    The switch works only outside a transaction, so it goes past SQLAlchemy, which would begin one.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None  # it was just checked out
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        if lost := driver.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows refer to what is gone: {lost[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def check(url: str) -> list[str]:
    """How the database at ``url`` differs from the tables in code; empty when it does not."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "compare_server_default": True}
            )
            return [str(difference) for difference in compare_metadata(context, SQLModel.metadata)]
    finally:
        engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config()
    folder = str(Path(__file__).parent).replace("%", "%%")  # the config file format expands %
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
