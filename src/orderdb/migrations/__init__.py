"""Bringing a database to the tables of this version; works from an installed wheel."""

from __future__ import annotations

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


def upgrade_engine(engine: Engine) -> None:
    """The same for an engine that is open already."""
    with engine.connect() as connection:
        command.upgrade(_config(connection), "head")


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
