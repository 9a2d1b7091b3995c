"""One import of a file: one transaction, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from errno import EISDIR
from os import strerror
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from orderdb.errors import ImportFailed, ImportRefused
from orderdb.importers.incoming import Sourced
from orderdb.importers.merge import Merge
from orderdb.importers.rejects import Rejects
from orderdb.importers.report import ImportReport, Progress
from orderdb.models import ImportRun

Read = Callable[[Merge], Iterable[Sourced]]
"""Yields the orders of a file; what it cannot read goes to the merge's rejects."""

WriteRejects = Callable[[Rejects, Path], None]
"""Writes what was left out to a path."""


@dataclass(frozen=True)
class FileImport:
    """What an import is told: ``skip_bad`` keeps the good rows and writes the others aside.

    They go to ``reject_path``, by default a file beside the one that was read.
    """

    source: str
    path: Path
    skip_bad: bool = False
    reject_path: Path | None = None
    progress: Progress | None = None

    def run(self, engine: Engine, read: Read, write_rejects: WriteRejects) -> ImportReport:
        """Raises ImportFailed, with nothing kept, when a row is bad and none may be skipped."""
        rejects = Rejects()
        with (
            engine.connect().execution_options(orderdb_writing=True) as connection,
            connection.begin(),
            Session(connection, join_transaction_mode="create_savepoint") as session,
        ):
            merge = Merge(session, rejects, self.progress or _ignore)
            counts = merge.run(read(merge))
            if rejects.bad and not self.skip_bad:
                raise ImportFailed(rejects.bad)
            report = ImportReport(
                self.source,
                orders_added=counts.added,
                orders_changed=counts.changed,
                orders_unchanged=counts.unchanged,
                orders_further_on=counts.further_on,
                customers_added=counts.customers,
                rejected=rejects.bad,
                reject_file=self._reject_file() if rejects.bad else None,
            )
            if not report.is_unchanged:
                session.add(self._note(report))
            session.commit()
            if report.reject_file:
                aside = _write_aside(rejects, report.reject_file, write_rejects)
        if report.reject_file:
            aside.replace(report.reject_file)
        return report

    def _reject_file(self) -> Path:
        return self.reject_path or self.path.with_suffix(f".rejected{self.path.suffix}")

    def _note(self, report: ImportReport) -> ImportRun:
        detail = {
            "added": report.orders_added,
            "changed": report.orders_changed,
            "unchanged": report.orders_unchanged,
            "customers": report.customers_added,
            "rejected": len(report.rejected),
        }
        return ImportRun(
            source=self.source,
            name=self.path.name[:200],
            detail=detail,
            finished_at=datetime.now(UTC),
        )


def _write_aside(rejects: Rejects, path: Path, write: WriteRejects) -> Path:
    """Write beside ``path`` while nothing is kept yet, so that no bad row can be lost.

    Raises ImportRefused where that cannot be done.
    """
    aside = path.with_name(f"{path.name}.part")
    try:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, strerror(EISDIR))
        write(rejects, aside)
    except OSError as error:
        said = f"{path}: bad rows cannot be written there: {error.strerror}; nothing was imported"
        raise ImportRefused(said) from None
    return aside


def _ignore(done: int, total: int | None) -> None:
    """Nobody watches."""
