"""Each task on a fresh copy of the imported shop; what it leaves, held against what is expected."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Engine

from evals.tau2_conformance import reference
from evals.tau2_conformance.actions import Desk
from evals.tau2_conformance.schema import Shop, export
from orderdb import migrations
from orderdb.database import SessionFactory, open_engine
from orderdb.importers.tau2_retail import import_tau2_retail
from orderdb.policy_book import PolicyBook

POLICIES = Path(__file__).parent / "policies"
Outcome = Literal["match", "match, flaw undone", "differs"]


@dataclass(frozen=True)
class Result:
    """``differences`` are those to the expected state as it stands in the file."""

    task: str
    writes: int
    outcome: Outcome
    differences: list[str] = field(default_factory=list)


class Conformance:
    """The three files, and the shop imported once into a folder for scratch files."""

    def __init__(self, db: Path, tasks: Path, expected: Path, folder: Path) -> None:
        self._raw = json.loads(db.read_text(encoding="utf-8"))
        self._tasks = json.loads(tasks.read_text(encoding="utf-8"))
        self._expected = json.loads(expected.read_text(encoding="utf-8"))
        self._book = PolicyBook.load(POLICIES)
        self._imported, self._scratch = folder / "imported.db", folder / "task.db"
        self._engine = open_engine(f"sqlite:///{self._scratch}")  # keeps what it compiled
        url = f"sqlite:///{self._imported}"
        migrations.upgrade(url)
        engine = open_engine(url)
        import_tau2_retail(engine, db)
        self._before = _read(engine)
        engine.dispose()

    def lost_in_import(self) -> list[str]:
        """How the imported shop differs from the file, before any task."""
        return list(differences(reference.shop(self._raw), self._before))

    def results(self) -> Iterator[Result]:
        for task in self._tasks:
            if str(task["id"]) in self._expected:
                yield self._result(task)

    def _result(self, task: dict[str, Any]) -> Result:
        expected = self._expected[str(task["id"])]
        actions = task["evaluation_criteria"]["actions"] or []
        after, refused = self._perform(actions)
        wanted = self._state(reference.shop(expected.get("changed", {})))
        found = [*_errors(expected, refused), *differences(wanted, after)]
        outcome: Outcome = "differs" if found else "match"
        if found and expected.get("reference_flaw"):
            mended = reference.without_the_leak(
                reference.shop(expected.get("changed", {})), self._raw["products"]
            )
            if not [*_errors(expected, refused), *differences(self._state(mended), after)]:
                outcome = "match, flaw undone"
        writes = sum(_writes(action["name"]) for action in actions)
        return Result(str(task["id"]), writes, outcome, found)

    def _perform(self, actions: list[dict[str, Any]]) -> tuple[Shop, list[str]]:
        shutil.copyfile(self._imported, self._scratch)
        try:
            desk = Desk(SessionFactory(self._engine), self._book)
            refused = [
                action["name"]
                for action in actions
                if desk.perform(action["name"], action["arguments"]) and _writes(action["name"])
            ]
            return _read(self._engine), refused
        finally:
            self._engine.dispose()
            for file in self._scratch.parent.glob(f"{self._scratch.name}*"):
                file.unlink()

    def _state(self, changed: Shop) -> Shop:
        """The whole shop as expected: all that a task does not name stays as it was."""
        return {table: {**self._before[table], **changed[table]} for table in self._before}


def _writes(action: str) -> bool:
    """What is looked up in vain, or refused because it is another's, changes no state."""
    return not action.startswith(_READS)


_READS = ("get_", "find_", "calculate", "transfer_", "list_")


def differences(wanted: Any, found: Any, place: str = "") -> Iterator[str]:
    """Where two states differ, each with both values."""
    if wanted == found:
        return
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in sorted(wanted.keys() | found.keys()):
            yield from differences(wanted.get(key), found.get(key), f"{place}/{key}")
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for number, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from differences(one, other, f"{place}/{number}")
    else:
        yield f"{place.lstrip('/')}: expected {wanted!r}, is {found!r}"


def _errors(expected: dict[str, Any], refused: list[str]) -> Iterator[str]:
    wanted = [name for name, _ in expected.get("errors", []) if _writes(name)]
    if wanted != refused:
        yield f"refused: expected {wanted}, is {refused}"


def _read(engine: Engine) -> Shop:
    with SessionFactory(engine)() as session:
        return export(session)
