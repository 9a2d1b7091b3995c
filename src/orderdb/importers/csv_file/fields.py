"""One row read through a mapping: texts, times and amounts by the fields of an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from orderdb.errors import BadRow
from orderdb.importers.csv_file.mapping import Cells, Mapping
from orderdb.importers.incoming import SourceRow
from orderdb.money import DecimalMark, Money

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Fields:
    """``bad`` is shared by all rows of an order: each cell that cannot be read is noted there."""

    mapping: Mapping
    row: SourceRow
    cells: Cells
    bad: list[BadRow]

    def text(self, field: str) -> str:
        """The cell, or ``""`` where it is empty or not mapped."""
        cell = self.mapping.cell(field)
        return cell.read(self.cells) if cell else ""

    def moment(self, field: str) -> datetime | None:
        return self._parse(field, self.mapping.moment)

    def day(self, field: str) -> date | None:
        return self._parse(field, self.mapping.day)

    def amount(self, field: str, currency: str) -> int | None:
        """Minor units; None where the cell is empty."""
        return self._parse(field, lambda text: _minor(text, currency, self.mapping.decimal))

    def pieces(self, field: str) -> int | None:
        return self._parse(field, _whole)

    def refuse(self, field: str, reason: str) -> None:
        """Note that this row is bad, under the file's own name for the field."""
        cell = self.mapping.cell(field)
        self.bad.append(self.row.bad(cell.label if cell else field, reason))

    def _parse(self, field: str, parse: Callable[[str], _Read]) -> _Read | None:
        text = self.text(field)
        if not text:
            return None
        try:
            return parse(text)
        except ValueError as error:
            self.refuse(field, str(error))
            return None


def _minor(text: str, currency: str, decimal: DecimalMark) -> int:
    try:
        return Money.parse(text, currency, decimal).minor
    except ValueError as error:
        other: DecimalMark = "." if decimal == "," else ","
        try:
            Money.parse(text, currency, other)
        except ValueError:
            raise error from None
        said = f"state `decimal: '{other}'` in the mapping file if that is what {other!r} is here"
        raise ValueError(f"{error}; {said}") from None


def _whole(text: str) -> int:
    """``2`` and ``2.0``, which some exports write."""
    number = text.removesuffix(".0").removesuffix(".00")
    if not number.lstrip("-").isdecimal():
        raise ValueError(f"{text!r} is no whole number")
    return int(number)
