"""A start on tables of another version is noticed without loading the migrations."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from orderdb import migrations
from orderdb.database import open_engine
from orderdb.schema_version import NEWEST, is_current


def test_the_newest_version_is_that_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [NEWEST]


def test_a_migrated_database_is_current(engine: Engine) -> None:
    assert is_current(engine)


def test_an_empty_database_is_not_current(empty_url: str) -> None:
    engine = open_engine(empty_url)
    assert not is_current(engine)
    engine.dispose()


def test_a_database_of_another_version_is_not_current(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    engine = open_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert not is_current(engine)
    engine.dispose()
