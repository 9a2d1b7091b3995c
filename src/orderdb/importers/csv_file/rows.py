"""Reading a CSV file as shops export it: its encoding, its separator, its lines."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from orderdb.errors import BadRow, ImportFailed
from orderdb.importers.incoming import SourceRow

_SEPARATORS = ",;\t"
_CHUNK = 1 << 20


class CsvFile:
    """A file with a header. Raises ImportFailed when it is no text or has no header."""

    def __init__(
        self, path: Path, encoding: str | None = None, separator: str | None = None
    ) -> None:
        self._path = path
        self.encoding = encoding or _encoding_of(path)
        self.separator = separator or self._find_separator()
        self.header = [cell.strip() for cell in next(self._read()).cells]

    def rows(self) -> Iterator[SourceRow]:
        """Every row after the header but empty ones; cells keep their line breaks."""
        rows = self._read()
        next(rows)
        return (row for row in rows if any(cell.strip() for cell in row.cells))

    def _read(self) -> Iterator[SourceRow]:
        line = 1
        with self._path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.separator, strict=True)
            try:
                for cells in reader:
                    yield SourceRow(self._path.name, line, cells)
                    line = reader.line_num + 1
            except (csv.Error, UnicodeError) as error:
                raise ImportFailed([BadRow(self._path.name, line, "", str(error))]) from None
        if line == 1:
            raise ImportFailed([BadRow(self._path.name, 1, "", "the file is empty")])

    def _find_separator(self) -> str:
        """The one that the header holds most."""
        with self._path.open(encoding=self.encoding, newline="") as file:
            header = file.readline(_CHUNK)
        return max(_SEPARATORS, key=header.count)


def _encoding_of(path: Path) -> str:
    """UTF-16 with a mark, UTF-8 with or without one, else GB18030 (which holds GBK)."""
    with path.open("rb") as file:
        is_marked = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for encoding in ("utf-16",) if is_marked else ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        with path.open("rb") as file:
            try:
                while chunk := file.read(_CHUNK):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
        return encoding
    raise ImportFailed([BadRow(path.name, 1, "", "is no text in UTF-8, UTF-16 or GB18030")])
