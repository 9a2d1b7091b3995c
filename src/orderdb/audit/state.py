"""An order's rows as plain JSON, and what changed between two moments of them.

Names and free texts are left out: an audit event is for ever, and what a customer wrote is not.
An address is told by its fingerprint for the same reason.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlmodel import Session, SQLModel

from orderdb.canonical import sha256
from orderdb.columns import JsonObject
from orderdb.models import Address, Exchange, Order, OrderLine, Payment, Refund, ReturnRequest

_OF_ORDER: tuple[type[SQLModel], ...] = (OrderLine, Payment, Refund)
_OF_LINE: tuple[type[SQLModel], ...] = (ReturnRequest, Exchange)
STATEFUL = (Order, *_OF_ORDER, *_OF_LINE)
"""The tables that an order's state is made of."""

_WORDS = frozenset(
    ("name_en", "name_zh", "variant_en", "variant_zh", "note", "cancel_reason", "reason", "detail")
)
_PLACE = ("recipient", "line1", "line2", "city", "region", "postal_code", "country")


def order_state(session: Session, order_id: int) -> JsonObject:
    """The order's rows now: ``{table: {id: {column: value}}}``."""
    session.flush()
    orders, lines = _table(Order), _table(OrderLine)
    found = {orders.name: _rows(session, orders, orders.c.id == order_id)}
    for model in _OF_ORDER:
        table = _table(model)
        found[table.name] = _rows(session, table, table.c.order_id == order_id)
    of_order = select(lines.c.id).where(lines.c.order_id == order_id)
    for model in _OF_LINE:
        table = _table(model)
        found[table.name] = _rows(session, table, table.c.order_line_id.in_(of_order))
    for row in found[orders.name].values():
        row["address"] = _fingerprint(session, row.pop("address_id"))
    return found


def changes(before: JsonObject, after: JsonObject) -> JsonObject:
    """``{table: {id: [before, after]}}`` of the columns that differ; None where there is no row."""
    found: JsonObject = {}
    for table in sorted(before.keys() | after.keys()):
        then, now = before.get(table, {}), after.get(table, {})
        rows = {}
        for key in sorted(then.keys() | now.keys(), key=int):
            old, new = then.get(key), now.get(key)
            if old != new:
                rows[key] = [_only_changed(old, new), _only_changed(new, old)]
        if rows:
            found[table] = rows
    return found


def _only_changed(row: JsonObject | None, other: JsonObject | None) -> JsonObject | None:
    if row is None or other is None:
        return row
    return {name: value for name, value in row.items() if other.get(name) != value}


def _rows(session: Session, table: Table, of_order: ColumnElement[bool]) -> dict[str, JsonObject]:
    columns = [column for column in table.columns if column.name not in _WORDS]
    found = session.connection().execute(select(*columns).where(of_order)).mappings()
    return {
        str(row["id"]): {name: _plain(value) for name, value in row.items() if name != "id"}
        for row in found
    }


def _fingerprint(session: Session, address_id: int | None) -> str | None:
    if address_id is None:
        return None
    table = _table(Address)
    row = session.connection().execute(select(table).where(table.c.id == address_id)).one()
    return sha256({name: row._mapping[name] for name in _PLACE})


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case _:
            return value


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table
