"""Do the events explain the orders as they are? Order state is built from them and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from orderdb.audit.state import order_states
from orderdb.canonical import sha256
from orderdb.columns import JsonObject
from orderdb.models import AuditEvent, Order
from orderdb.schema_version import NEWEST

_BATCH = 500


@dataclass(frozen=True)
class Difference:
    """The first place where the events and the rows part."""

    order: str
    told: str


@dataclass(frozen=True)
class Replayed:
    """``events`` changed ``orders``; ``compared`` orders were held against what was expected."""

    events: int
    orders: int
    compared: int
    difference: Difference | None = None


class _Parted(Exception):
    def __init__(self, order_id: int, told: str) -> None:
        super().__init__(told)
        self.order_id = order_id
        self.told = told


def replay(session: Session, start: Session | None = None) -> Replayed:
    """Build every order that events changed, and compare it with its rows.

    ``start`` is the shop as it was imported, before the first event (a copy with the same ids):
    with it, orders begin as they are there, and those without events must still be so. Without
    it, an order begins with what its first event says of the state before. In a session of its
    own everything is read as of one moment, however much is confirmed meanwhile.
    """
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return _Replay(session, start).run()


@dataclass
class _Built:
    """What is known of an order after the events so far; ``rows`` may be only a part of it.

    ``fingerprint`` is of the whole, in the tables of ``schema``: later tables have other columns,
    and only the rows can then be compared.
    """

    rows: JsonObject
    fingerprint: str
    schema: str = NEWEST
    event_id: int | None = None

    def apply(self, event_id: int, change: JsonObject) -> None:
        order = change["order"]
        if change["schema"] == self.schema and change["before"] != self.fingerprint:
            told = self._gap(change)
            raise _Parted(order, f"{self._origin()} {told}, before event {event_id} changed it")
        for table, rows in change["rows"].items():
            for key, (_, after) in rows.items():
                known = self.rows.setdefault(table, {})
                known[key] = None if after is None else {**(known.get(key) or {}), **after}
        self.fingerprint, self.schema, self.event_id = change["after"], change["schema"], event_id

    def compare(self, order: int, now: JsonObject) -> None:
        for table, rows in self.rows.items():
            for key, known in rows.items():
                if told := _unlike(known, now[table].get(key)):
                    raise _Parted(order, f"{table} {key}: {told} {self._origin()}")
        if self.schema == NEWEST and sha256(now) != self.fingerprint:
            told = f"it is not as {self._origin()} left it, in something that no event changed"
            raise _Parted(order, told)

    def _gap(self, change: JsonObject) -> str:
        for table, rows in change["rows"].items():
            for key, (before, _) in rows.items():
                known = self.rows.get(table, {}).get(key)
                for column, value in (before or {}).items():
                    if known is not None and column in known and known[column] != value:
                        left, place = known[column], f"{table} {key}: {column}"
                        return f"left {place} at {left!r}, and it was {value!r}"
        return "did not leave it as it was"

    def _origin(self) -> str:
        return "the import" if self.event_id is None else f"event {self.event_id}"


@dataclass
class _Replay:
    session: Session
    start: Session | None
    built: dict[int, _Built] = field(default_factory=dict)
    events: int = 0
    compared: int = 0

    def run(self) -> Replayed:
        difference = None
        try:
            self._apply()
            self._compare()
        except _Parted as parted:
            number = self.session.exec(
                select(Order.number).where(Order.id == parted.order_id)
            ).first()
            difference = Difference(number or f"with id {parted.order_id}", parted.told)
        return Replayed(self.events, len(self.built), self.compared, difference)

    def _apply(self) -> None:
        for event_id, payload in self._changes():
            self.events += 1
            change = payload["changes"]
            order = change["order"]
            if order not in self.built:
                self.built[order] = self._begin(order, change)
            self.built[order].apply(event_id, change)

    def _changes(self) -> Iterator[tuple[int, JsonObject]]:
        rows = self.session.exec(
            select(AuditEvent.id, AuditEvent.payload)
            .order_by(col(AuditEvent.id))
            .execution_options(yield_per=1_000)
        )
        for event_id, payload in rows:
            if payload.get("changes"):
                yield event_id or 0, dict(payload)

    def _begin(self, order: int, change: JsonObject) -> _Built:
        if self.start is not None:
            rows = order_states(self.start, [order])[order]
            return _Built(rows, sha256(rows))
        rows = {
            table: {key: before for key, (before, _) in rows.items()}
            for table, rows in change["rows"].items()
        }
        return _Built(rows, change["before"], change["schema"])

    def _compare(self) -> None:
        ids = self._all_orders() if self.start is not None else sorted(self.built)
        for first in range(0, len(ids), _BATCH):
            batch = ids[first : first + _BATCH]
            now = order_states(self.session, batch)
            untouched = [order for order in batch if order not in self.built]
            begun = order_states(self.start, untouched) if self.start is not None else {}
            for order in batch:
                built = self.built.get(order) or _Built(begun[order], sha256(begun[order]))
                built.compare(order, now[order])
                self.compared += 1

    def _all_orders(self) -> list[int]:
        assert self.start is not None
        there, here = (
            set(session.exec(select(Order.id)).all()) for session in (self.start, self.session)
        )
        for order in sorted(one for one in there ^ here if one is not None):
            told = "is not among those imported" if order in here else "is not there any more"
            raise _Parted(order, told)
        return sorted(one for one in here if one is not None)


def _unlike(known: JsonObject | None, found: JsonObject | None) -> str | None:
    """How a row parts from what is known of it; who left it so comes behind."""
    if known is None or found is None:
        return None if found is known else f"{'is gone' if known else 'is there'}, unlike after"
    for column, value in known.items():
        if found.get(column) != value:
            return f"{column} is {found.get(column)!r}, but was {value!r} after"
    return None
