"""Past orders out of a CSV file in Olist's columns; rows that cannot be are named and left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from orderdb.errors import BadRow, ImportFailed, OrderError
from orderdb.importers.csv_file.rows import CsvFile
from orderdb.importers.incoming import SourceRow

PURCHASED = "order_purchase_timestamp"
HANDED_OVER = "order_delivered_carrier_date"
DELIVERED = "order_delivered_customer_date"
PROMISED = "order_estimated_delivery_date"
_COLUMNS = (PURCHASED, HANDED_OVER, DELIVERED, PROMISED)
_HAPPENED = (PURCHASED, HANDED_OVER, DELIVERED)
_FIRST_YEAR = 1990  # an order before it is a slip of the pen
_FORMS = ("%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_IN_ORDER = (  # what cannot come before what
    (PURCHASED, HANDED_OVER, "was handed over before it was bought"),
    (HANDED_OVER, DELIVERED, "was delivered before it was handed over"),
    (PURCHASED, DELIVERED, "was delivered before it was bought"),
)


@dataclass(frozen=True)
class PastOrder:
    """Local times; None for what did not happen, or has not yet."""

    purchased: datetime
    handed_over: datetime | None
    delivered: datetime | None
    promised: datetime | None


class FileUnusable(OrderError):
    """No orders can be read from it at all; the message says what is wrong, and where."""

    code = "file_unusable"

    def __init__(self, wrong: Sequence[BadRow]) -> None:
        super().__init__("\n".join(str(one) for one in wrong))


def read_orders(path: Path, today: date) -> tuple[list[PastOrder], list[BadRow]]:
    """Orders by time of purchase, and what was wrong with the rows left out.

    Raises FileUnusable when the file is no CSV file or lacks a column.
    """
    if not path.is_file():
        raise FileUnusable([BadRow(path.name, 1, "", "is no such file")])
    orders: list[PastOrder] = []
    bad: list[BadRow] = []
    try:
        file = CsvFile(path)
        if missing := [column for column in _COLUMNS if column not in file.header]:
            raise FileUnusable([BadRow(path.name, 1, name, "no such column") for name in missing])
        for row in file.rows():
            try:
                orders.append(_order(row, file.header, today))
            except _Unusable as unusable:
                bad.append(row.bad(unusable.column, unusable.reason))
    except ImportFailed as failed:
        raise FileUnusable(failed.rows) from None
    return sorted(orders, key=lambda order: order.purchased), bad


class _Unusable(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def _order(row: SourceRow, header: list[str], today: date) -> PastOrder:
    if len(row.cells) != len(header):
        reason = f"has {len(row.cells)} cells where the header has {len(header)}"
        raise _Unusable("row", reason)
    cells = dict(zip(header, row.cells, strict=True))
    times = {column: _moment(column, cells[column].strip()) for column in _COLUMNS}
    purchased = times[PURCHASED]
    if purchased is None:
        raise _Unusable(PURCHASED, "is empty")
    for column in _HAPPENED:
        happened = times[column]
        if happened is not None and happened.date() > today:
            raise _Unusable(column, "is dated in the future")
        if happened is not None and happened.year < _FIRST_YEAR:
            raise _Unusable(column, f"lies before {_FIRST_YEAR}")
    for first, then, reason in _IN_ORDER:
        earlier, later = times[first], times[then]
        if earlier is not None and later is not None and later < earlier:
            raise _Unusable(then, reason)
    promised = times[PROMISED]
    if promised is not None and promised.date() < purchased.date():
        raise _Unusable(PROMISED, "promises a day before the purchase")
    return PastOrder(purchased, times[HANDED_OVER], times[DELIVERED], promised)


def _moment(column: str, text: str) -> datetime | None:
    if not text:
        return None
    for form in _FORMS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise _Unusable(column, f"{text!r} is no time like 10/4/2016 14:13")


def reasons(bad: list[BadRow]) -> Iterator[tuple[str, list[int]]]:
    """Which lines were left out for what, most frequent first; texts in quotes are dropped."""
    lines: dict[str, list[int]] = {}
    for row in bad:
        reason = row.reason.split("' ")[-1] if row.reason.startswith("'") else row.reason
        lines.setdefault(f"{row.column}: {reason}", []).append(row.line)
    yield from sorted(lines.items(), key=lambda item: -len(item[1]))
