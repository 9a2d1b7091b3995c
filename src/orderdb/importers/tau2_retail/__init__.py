"""The retail shop of tau2-bench: ``db.json`` with products, users and undated orders.

Its ids stay as they are: product and item ids become skus, payment method ids those of saved
methods and gift cards, so that the database can be turned back into the file's own shape.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import Engine

from orderdb.errors import BadRow, ImportFailed
from orderdb.importers.file_import import FileImport
from orderdb.importers.incoming import Sourced, SourceRow
from orderdb.importers.merge import Merge
from orderdb.importers.rejects import Rejects
from orderdb.importers.report import ImportReport, Progress
from orderdb.importers.tau2_retail.shapes import Tau2Order, Tau2Product, Tau2User
from orderdb.importers.tau2_retail.shop import Tau2Shop

_Shape = TypeVar("_Shape", bound=BaseModel)
_FILE = "db.json"
_KEY = re.compile(r'"([^"\\]+)"\s*:\s*\{')


def import_tau2_retail(
    engine: Engine,
    path: Path,
    skip_bad: bool = False,
    reject_path: Path | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring in ``db.json``, or the one in a folder.

    Raises ImportFailed with every bad record named, and nothing kept, unless ``skip_bad``.
    """
    source = _Source(path / _FILE if path.is_dir() else path)

    def read(merge: Merge) -> Iterator[Sourced]:
        orders = source.records("orders", Tau2Order, merge.rejects)
        shop = Tau2Shop(
            source.records("products", Tau2Product, merge.rejects),
            source.records("users", Tau2User, merge.rejects),
            orders,
        )
        merge.counts.customers += shop.write(merge.session)
        for number, order in orders.items():
            row = source.row("orders", number)
            if bad := [row.bad(f"orders.{number}.{at}", why) for at, why in shop.problems(order)]:
                merge.rejects.add(bad, [row])
            else:
                yield Sourced(shop.order(order), [row])

    def write_rejects(rejects: Rejects, to: Path) -> None:
        records = [
            {"reason": reason, row.cells[0]: source.record(*row.cells)}
            for row, reason in rejects.rows
        ]
        text = json.dumps(records, ensure_ascii=False, indent=2, default=float)
        to.write_text(text, encoding="utf-8")

    return FileImport("tau2-retail", source.path, skip_bad, reject_path, progress).run(
        engine, read, write_rejects
    )


class _Source:
    """The file as parsed JSON; raises ImportFailed when it is none, or of another shape."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
            self._tables = json.loads(text, parse_float=Decimal)
        except OSError as error:
            raise self._failed(1, error.strerror or str(error)) from None
        except json.JSONDecodeError as error:
            raise self._failed(error.lineno, error.msg) from None
        except UnicodeDecodeError as error:
            raise self._failed(1, str(error)) from None
        self._lines = _lines_of_keys(text)
        for table in ("products", "users", "orders"):
            if not isinstance(self._tables, dict) or not isinstance(self._tables.get(table), dict):
                raise self._failed(1, f"holds no table {table!r}")

    def records(self, table: str, shape: type[_Shape], rejects: Rejects) -> dict[str, _Shape]:
        """The records of a table by id; those of another shape go to the rejects."""
        found = {}
        for key, record in self._tables[table].items():
            try:
                found[key] = shape.model_validate(record)
            except ValidationError as error:
                row = self.row(table, key)
                bad = [
                    row.bad(".".join([table, key, *map(str, one["loc"])]), one["msg"])
                    for one in error.errors()
                ]
                rejects.add(bad, [row])
        return found

    def row(self, table: str, key: str) -> SourceRow:
        """Where a record stands; as JSON has no rows, the line of its key."""
        return SourceRow(self.path.name, self._lines.get(key, 1), [table, key])

    def record(self, table: str, key: str) -> Any:
        return self._tables[table][key]

    def _failed(self, line: int, reason: str) -> ImportFailed:
        return ImportFailed([BadRow(self.path.name, line, "", reason)])


def _lines_of_keys(text: str) -> dict[str, int]:
    """The line on which each key of an object first stands."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for key in _KEY.findall(line):
            lines.setdefault(key, number)
    return lines
