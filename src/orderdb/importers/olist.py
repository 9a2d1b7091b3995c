"""Orders of the Olist data set: states and times of a Brazilian marketplace, without contents.

The files tell neither items nor amounts, so neither is made up: such an order has no lines and a
total of 0 BRL. Times are local to São Paulo; approval counts as payment.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from orderdb.errors import BadRow, ImportFailed
from orderdb.importers.csv_file.rows import CsvFile
from orderdb.importers.file_import import FileImport
from orderdb.importers.incoming import (
    IncomingCustomer,
    IncomingOrder,
    IncomingShipment,
    Sourced,
    SourceRow,
)
from orderdb.importers.merge import Merge
from orderdb.importers.rejects import Rejects
from orderdb.importers.report import ImportReport, Progress
from orderdb.statuses import OrderStatus, ShipmentStatus

_TIME_ZONE = "America/Sao_Paulo"
_FORMATS = ("%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M:%S")  # as saved by a spreadsheet, and as published
_COLUMNS = {
    "number": "order_id",
    "customer": "customer_id",
    "status": "order_status",
    "placed": "order_purchase_timestamp",
    "paid": "order_approved_at",
    "handed_over": "order_delivered_carrier_date",
    "delivered": "order_delivered_customer_date",
    "promised": "order_estimated_delivery_date",
}
_STATUSES = {
    "created": OrderStatus.PENDING_PAYMENT,
    "approved": OrderStatus.PAID,
    "invoiced": OrderStatus.PROCESSING,
    "processing": OrderStatus.PROCESSING,
    "shipped": OrderStatus.SHIPPED,
    "delivered": OrderStatus.DELIVERED,
    "canceled": OrderStatus.CANCELLED,
    "unavailable": OrderStatus.CANCELLED,
}


def import_olist(
    engine: Engine,
    path: Path,
    skip_bad: bool = False,
    reject_path: Path | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring in a file of Olist orders, or every ``*orders*.csv`` of a folder.

    Raises ImportFailed with every bad row named, and nothing kept, unless ``skip_bad``.
    """
    names = [path] if path.is_file() else sorted(path.glob("*orders*.csv"))
    if not names:
        raise ImportFailed([BadRow(path.name, 1, "", "is no such file, nor a folder with one")])
    files = [CsvFile(name) for name in names]
    for name, file in zip(names, files, strict=True):
        if missing := [column for column in _COLUMNS.values() if column not in file.header]:
            raise ImportFailed([BadRow(name.name, 1, one, "no such column") for one in missing])

    def read(merge: Merge) -> Iterator[Sourced]:
        for file in files:
            for row in file.rows():
                yield from _order(row, file.header, merge.rejects)

    return FileImport("olist", names[0], skip_bad, reject_path, progress).run(
        engine, read, lambda rejects, to: rejects.write_csv(to, files[0])
    )


def _order(row: SourceRow, header: list[str], rejects: Rejects) -> Iterator[Sourced]:
    if len(row.cells) != len(header):
        said = f"has {len(row.cells)} cells where the header has {len(header)}"
        rejects.add([row.bad("row", said)], [row])
        return
    cells = dict(zip(header, row.cells, strict=True))
    bad: list[BadRow] = []
    times = {
        field: _moment(row, column, cells[column], bad)
        for field, column in _COLUMNS.items()
        if field not in ("number", "customer", "status")
    }
    word = cells[_COLUMNS["status"]]
    if word not in _STATUSES:
        bad.append(row.bad(_COLUMNS["status"], f"{word!r} is none of {', '.join(_STATUSES)}"))
    if bad:
        rejects.add(bad, [row])
        return
    order = IncomingOrder(
        number=cells[_COLUMNS["number"]],
        customer=_customer(cells[_COLUMNS["customer"]]),
        status=_STATUSES[word],
        currency="BRL",
        channel="marketplace",
        placed=times["placed"],
        paid=times["paid"],
        promised=_day(times["promised"]),
        cancel_reason="Unavailable" if word == "unavailable" else None,
    )
    if handed_over := times["handed_over"]:
        order.shipments.append(_parcel(order.status, handed_over, times["delivered"]))
    yield Sourced(order, [row], _COLUMNS)


def _customer(identity: str) -> IncomingCustomer:
    """The data set is anonymous: the id is all there is."""
    return IncomingCustomer(
        id=identity, name=f"Customer {identity[:6]}", time_zone=_TIME_ZONE, country="BR"
    )


def _parcel(
    status: OrderStatus, handed_over: datetime, delivered: datetime | None
) -> IncomingShipment:
    arrived = delivered or status is OrderStatus.DELIVERED
    state = ShipmentStatus.DELIVERED if arrived else ShipmentStatus.IN_TRANSIT
    return IncomingShipment(state, {}, handed_over=handed_over, delivered=delivered)


def _moment(row: SourceRow, column: str, text: str, bad: list[BadRow]) -> datetime | None:
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=ZoneInfo(_TIME_ZONE))
        except ValueError:
            continue
    if text:
        bad.append(row.bad(column, f"{text!r} is no time like 10/4/2016 14:13"))
    return None


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
