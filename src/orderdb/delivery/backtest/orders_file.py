"""Past orders out of a CSV file in Olist's columns; rows that cannot be are named and left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orderdb.errors import BadRow, ImportFailed
from orderdb.importers.csv_file.rows import CsvFile
from orderdb.importers.incoming import SourceRow

PURCHASED = "order_purchase_timestamp"
HANDED_OVER = "order_delivered_carrier_date"
DELIVERED = "order_delivered_customer_date"
PROMISED = "order_estimated_delivery_date"
_COLUMNS = (PURCHASED, HANDED_OVER, DELIVERED, PROMISED)
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


def read_orders(path: Path) -> tuple[list[PastOrder], list[BadRow]]:
    """Orders by time of purchase, and what was wrong with the rows left out.

    Raises ImportFailed when the file is no CSV file or lacks a column.
    """
    if not path.is_file():
        raise ImportFailed([BadRow(path.name, 1, "", "is no such file")])
    file = CsvFile(path)
    if missing := [column for column in _COLUMNS if column not in file.header]:
        raise ImportFailed([BadRow(path.name, 1, column, "no such column") for column in missing])
    orders: list[PastOrder] = []
    bad: list[BadRow] = []
    for row in file.rows():
        try:
            orders.append(_order(row, file.header))
        except _Unusable as unusable:
            bad.append(row.bad(unusable.column, unusable.reason))
    return sorted(orders, key=lambda order: order.purchased), bad


class _Unusable(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def _order(row: SourceRow, header: list[str]) -> PastOrder:
    if len(row.cells) != len(header):
        reason = f"has {len(row.cells)} cells where the header has {len(header)}"
        raise _Unusable("row", reason)
    cells = dict(zip(header, row.cells, strict=True))
    times = {column: _moment(column, cells[column].strip()) for column in _COLUMNS}
    purchased = times[PURCHASED]
    if purchased is None:
        raise _Unusable(PURCHASED, "is empty")
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


def reasons(bad: list[BadRow]) -> Iterator[tuple[str, int]]:
    """How many rows were left out for what, most frequent first; texts in quotes are dropped."""
    counts: dict[str, int] = {}
    for row in bad:
        reason = row.reason.split("' ")[-1] if row.reason.startswith("'") else row.reason
        said = f"{row.column}: {reason}"
        counts[said] = counts.get(said, 0) + 1
    yield from sorted(counts.items(), key=lambda item: -item[1])
