"""A shop's own export as CSV, read through a small mapping file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

from orderdb.errors import BadRow, ImportFailed
from orderdb.importers.csv_file.mapping import Mapping
from orderdb.importers.csv_file.orders import read_orders
from orderdb.importers.csv_file.rows import CsvFile
from orderdb.importers.file_import import FileImport
from orderdb.importers.incoming import Sourced
from orderdb.importers.merge import Merge
from orderdb.importers.report import ImportReport, Progress

__all__ = ["Mapping", "import_csv"]


def import_csv(
    engine: Engine,
    path: Path,
    mapping: str | Path,
    skip_bad: bool = False,
    reject_path: Path | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring in a CSV export; ``mapping`` is a mapping file or the name of a shipped one.

    Raises MappingError for a mapping that cannot be used, and ImportFailed with every bad row
    named, and nothing kept, unless ``skip_bad``: then the good orders are kept and the rows of the
    others written to ``reject_path``, by default beside the file.
    """
    rules = Mapping.load(mapping)
    file = CsvFile(path, rules.encoding, rules.separator)
    missing = sorted(rules.names() - set(file.header))
    if missing:
        there = ", ".join(file.header)
        said = f"no such column; the file has: {there}"
        raise ImportFailed([BadRow(path.name, 1, name, said) for name in missing])

    def read(merge: Merge) -> Iterator[Sourced]:
        return read_orders(rules, file.header, file.rows(), merge.rejects)

    return FileImport("csv", path, skip_bad, reject_path, progress).run(
        engine, read, lambda rejects, to: rejects.write_csv(to, file)
    )
