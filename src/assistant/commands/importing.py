"""``orderdesk import``: orders into the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from assistant.commands.console import Report, complaints, console, progress_bar
from assistant.schema import require_current_schema
from assistant.settings import Settings
from orderdb.database import open_engine
from orderdb.errors import BadRow, ImportFailed
from orderdb.importers.report import ImportReport

_ROWS_SHOWN = 50


def import_demo(
    settings: Settings, orders: int, customers: int, seed: int, as_of: date | None
) -> None:
    from orderdb.importers.demo import import_demo

    _run(
        settings,
        "generating the demo shop",
        lambda engine, report: import_demo(engine, orders, customers, seed, as_of, report),
    )


def import_csv(
    settings: Settings, path: Path, mapping: str, skip_bad: bool, rejects: Path | None
) -> None:
    from orderdb.importers import import_csv

    def work(engine: Engine, report: Report) -> ImportReport:
        return import_csv(engine, path, mapping, skip_bad, rejects, report)

    _run(settings, f"importing {path.name}", work)


def import_olist(settings: Settings, path: Path, skip_bad: bool, rejects: Path | None) -> None:
    from orderdb.importers import import_olist

    def work(engine: Engine, report: Report) -> ImportReport:
        return import_olist(engine, path, skip_bad, rejects, report)

    _run(settings, f"importing {path.name}", work)


def import_tau2_retail(
    settings: Settings, path: Path, skip_bad: bool, rejects: Path | None
) -> None:
    from orderdb.importers import import_tau2_retail

    def work(engine: Engine, report: Report) -> ImportReport:
        return import_tau2_retail(engine, path, skip_bad, rejects, report)

    _run(settings, f"importing {path.name}", work)


def import_supply(settings: Settings, path: Path) -> None:
    from orderdb.importers import import_supply

    require_current_schema(settings)
    with _engine(settings) as engine:
        changed = import_supply(engine, path)
    told = f"{changed:,} rows changed" if changed else "nothing new"
    console.print(f"{path.name}: {told}", markup=False, soft_wrap=True)


def _run(settings: Settings, what: str, work: Callable[[Engine, Report], ImportReport]) -> None:
    """Import with a bar, and say what came of it; bad rows are named before it fails."""
    require_current_schema(settings)
    with _engine(settings) as engine:
        try:
            with progress_bar(what) as report:
                done = work(engine, report)
        except ImportFailed as failure:
            _tell(failure.rows)
            raise
    _tell(done.rejected)
    console.print(str(done), markup=False, soft_wrap=True)


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings.database)
    try:
        yield engine
    finally:
        engine.dispose()


def _tell(rows: list[BadRow]) -> None:
    for row in rows[:_ROWS_SHOWN]:
        complaints.print(str(row), markup=False, highlight=False, soft_wrap=True)
    if len(rows) > _ROWS_SHOWN:
        complaints.print(f"… and {len(rows) - _ROWS_SHOWN:,} more")
