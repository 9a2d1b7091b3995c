"""Bringing incoming orders into the database: new ones whole, known ones up to date.

A shop exports daily, so a known order takes over the new state, times, parcels and payments. What
was bought, by whom, in which currency never changes by import and is refused by name. An order goes
no step back, and what was confirmed here stays (see ``staying``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import Session

from orderdb.importers.checks import problems
from orderdb.importers.incoming import Sourced
from orderdb.importers.rejects import Rejects
from orderdb.importers.report import Progress
from orderdb.importers.upsert import Upsert
from orderdb.numbers import number_key

_BATCH = 500


@dataclass
class Counts:
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    further_on: int = 0
    customers: int = 0


@dataclass
class Merge:
    """Writes orders within the session's transaction, batch by batch."""

    session: Session
    rejects: Rejects
    progress: Progress
    counts: Counts = field(default_factory=Counts)
    _first_line: dict[str, int] = field(default_factory=dict)

    def run(self, orders: Iterable[Sourced]) -> Counts:
        """Take in ``orders`` as they come; what cannot be kept goes to the rejects."""
        source = iter(orders)
        done = 0
        while batch := list(islice(source, _BATCH)):
            self._write(list(self._sound(batch)))
            done += len(batch)
            self.progress(done, None)
        return self.counts

    def _sound(self, batch: list[Sourced]) -> Iterator[Sourced]:
        for one in batch:
            found = [one.bad(problem) for problem in problems(one.order)]
            key = number_key(one.order.number)
            if key in self._first_line:
                first = self._first_line[key]
                found.append(one.bad(("number", f"appears again, first in line {first}")))
            self._first_line.setdefault(key, one.rows[0].line)
            if found:
                self.rejects.add(found, one.rows)
            else:
                yield one

    def _write(self, batch: list[Sourced]) -> None:
        try:
            self._upsert(batch)
        except (IntegrityError, DataError):
            # A rule of the database that ``problems`` does not know: find out whose it is.
            for one in batch:
                self._write_alone(one)

    def _write_alone(self, one: Sourced) -> None:
        try:
            self._upsert([one])
        except (IntegrityError, DataError) as error:
            reason = str(error.orig).strip().splitlines()[0]
            self.rejects.add([one.bad(("order", reason))], one.rows)

    def _upsert(self, batch: list[Sourced]) -> None:
        with self.session.begin_nested():
            upsert = Upsert(self.session, batch)
            upsert.write()
        self.session.expunge_all()
        for one, problem in upsert.refused:
            self.rejects.add([one.bad(problem)], one.rows)
        self.counts.added += upsert.added
        self.counts.changed += upsert.changed
        self.counts.unchanged += upsert.unchanged
        self.counts.further_on += upsert.further_on
        self.counts.customers += upsert.customers
