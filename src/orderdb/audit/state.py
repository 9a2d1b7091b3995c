"""An order's rows as plain JSON, and what changed between two moments of them.

Names and free texts are left out: an audit event is for ever, and what a customer wrote is not.
An address is told by its fingerprint for the same reason.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Table, select
from sqlmodel import Session, SQLModel

from orderdb.canonical import sha256
from orderdb.columns import JsonObject
from orderdb.models import (
    Address,
    Claim,
    Exchange,
    GoodwillCredit,
    Order,
    OrderLine,
    Payment,
    Refund,
    ReturnRequest,
)
from orderdb.schema_version import NEWEST

_OF_ORDER: tuple[type[SQLModel], ...] = (OrderLine, Payment, Refund, GoodwillCredit)
_OF_LINE: tuple[type[SQLModel], ...] = (ReturnRequest, Exchange, Claim)
STATEFUL: tuple[type[SQLModel], ...] = (Order, *_OF_ORDER, *_OF_LINE)
"""The tables that an order's state is made of."""

_WORDS = frozenset(
    (
        *("name_en", "name_zh", "variant_en", "variant_zh", "detail"),
        *("note", "cancel_reason", "reason", "evidence"),
    )
)
_PLACE = ("recipient", "line1", "line2", "city", "region", "postal_code", "country")


def order_state(session: Session, order_id: int) -> JsonObject:
    """The order's rows now: ``{table: {id: {column: value}}}``."""
    return order_states(session, [order_id])[order_id]


def order_states(session: Session, order_ids: Collection[int]) -> dict[int, JsonObject]:
    """The same for several orders that exist, with a query for each table."""
    session.flush()
    found: dict[int, JsonObject] = {
        order: {_table(model).name: {} for model in STATEFUL} for order in order_ids
    }
    orders, lines = _table(Order), _table(OrderLine)
    addresses = {}
    for row in _rows(session, orders, "id", order_ids):
        addresses[row["id"]] = row.pop("address_id")
        _put(found[row["id"]], orders, row)
    for model in _OF_ORDER:
        for row in _rows(session, _table(model), "order_id", order_ids):
            _put(found[row["order_id"]], _table(model), row)
    order_of = {int(line): order for order, state in found.items() for line in state[lines.name]}
    for model in _OF_LINE:
        for row in _rows(session, _table(model), "order_line_id", order_of):
            _put(found[order_of[row["order_line_id"]]], _table(model), row)
    fingerprints = _fingerprints(session, {one for one in addresses.values() if one is not None})
    for order, address in addresses.items():
        found[order][orders.name][str(order)]["address"] = fingerprints.get(address)
    return found


def changes(before: JsonObject, after: JsonObject) -> JsonObject:
    """What became of an order's state: ``{"order", "schema", "before", "after", "rows"}``.

    An event carries it in its payload as ``changes``, where ``replay`` finds it.
    ``before`` and ``after`` are fingerprints of the whole in the tables of ``schema``; ``rows``
    holds, by table and id, a pair of the columns that differ, with None where there is no row.
    """
    (order,) = before[Order.__tablename__]
    return {
        "order": int(order),
        "schema": NEWEST,
        "before": sha256(before),
        "after": sha256(after),
        "rows": {
            table: rows
            for table in sorted(before.keys() | after.keys())
            if (rows := _changed_rows(before.get(table, {}), after.get(table, {})))
        },
    }


def _changed_rows(before: JsonObject, after: JsonObject) -> JsonObject:
    found = {}
    for key in sorted(before.keys() | after.keys(), key=int):
        old, new = before.get(key), after.get(key)
        if old != new:
            found[key] = [_only_changed(old, new), _only_changed(new, old)]
    return found


def _only_changed(row: JsonObject | None, other: JsonObject | None) -> JsonObject | None:
    if row is None or other is None:
        return row
    return {name: value for name, value in row.items() if other.get(name) != value}


def _rows(
    session: Session, table: Table, parent: str, ids: Collection[int]
) -> list[dict[str, Any]]:
    if not ids:
        return []
    columns = [column for column in table.columns if column.name not in _WORDS]
    query = select(*columns).where(table.c[parent].in_(ids)).order_by(table.c.id)
    return [
        {name: _plain(value) for name, value in row.items()}
        for row in session.connection().execute(query).mappings()
    ]


def _put(state: JsonObject, table: Table, row: dict[str, Any]) -> None:
    state[table.name][str(row.pop("id"))] = row


def _fingerprints(session: Session, ids: Collection[int]) -> dict[int | None, str]:
    if not ids:
        return {}
    table = _table(Address)
    query = select(table.c.id, *(table.c[name] for name in _PLACE)).where(table.c.id.in_(ids))
    return {
        row["id"]: sha256({name: row[name] for name in _PLACE})
        for row in session.connection().execute(query).mappings()
    }


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
