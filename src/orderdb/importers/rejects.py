"""Rows that an import left out: named, kept as they were, and written to a file for mending."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from orderdb.errors import BadRow
from orderdb.importers.incoming import SourceRow

if TYPE_CHECKING:  # which imports this
    from orderdb.importers.csv_file.rows import CsvFile

_SAME_ORDER = "belongs to an order with a bad row"


class Rejects:
    """Collects bad rows; ``rows`` are all rows left out, each with its reason."""

    def __init__(self) -> None:
        self.bad: list[BadRow] = []
        self.rows: list[tuple[SourceRow, str]] = []

    def add(self, bad: list[BadRow], rows: list[SourceRow]) -> None:
        """Leave out ``rows``, for the reasons named."""
        reasons: dict[int, str] = {}
        for one in bad:
            said = f"{one.column}: {one.reason}"
            reasons[one.line] = f"{reasons[one.line]}; {said}" if one.line in reasons else said
        self.bad += bad
        self.rows += [(row, reasons.get(row.line, _SAME_ORDER)) for row in rows]

    def write_csv(self, path: Path, file: CsvFile) -> None:
        """The original rows, written as ``file`` is, with a first column that says why.

        In the first, a reason stands under its header even where a row has too many cells.
        """
        with path.open("w", encoding=file.encoding, errors="backslashreplace", newline="") as out:
            writer = csv.writer(out, delimiter=file.separator)
            writer.writerow(["reason", *file.header])
            for row, reason in self.rows:
                writer.writerow([reason, *row.cells])
