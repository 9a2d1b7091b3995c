"""Named moments at which a server kills itself, found by what it writes.

They hang on the database driver's own events, so the server under test is the shipped one: no
code of it knows of them.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Engine, event
from sqlmodel import Session

Wrote = Callable[[str, str], bool]
"""Whether a statement, with its parameters as text, is the one meant."""


@dataclass(frozen=True)
class Point:
    """Die when a transaction that wrote this is about to commit, or has just committed."""

    wrote: Wrote
    when: Literal["before commit", "after commit"]


def _proposed(statement: str, values: str) -> bool:
    return statement.startswith("INSERT INTO proposals")


def _confirmed(statement: str, values: str) -> bool:
    return statement.startswith("UPDATE proposals") and "'confirmed'" in values


def _streamed(statement: str, values: str) -> bool:
    return statement.startswith("INSERT INTO turn_events") and "'token'" in values


def _claimed(statement: str, values: str) -> bool:
    return statement.startswith("UPDATE outbox SET claimed_by") and "'delivered'" not in values


def _delivered(statement: str, values: str) -> bool:
    return statement.startswith("UPDATE outbox") and "'delivered'" in values


POINTS = {
    "after the proposal row": Point(_proposed, "after commit"),
    "before the confirm's commit": Point(_confirmed, "before commit"),
    "after its commit, before the reply": Point(_confirmed, "after commit"),
    "mid-stream": Point(_streamed, "after commit"),
    "before the outbox send": Point(_claimed, "after commit"),
    "after the send, before its mark": Point(_delivered, "before commit"),
}


def arm(point: Point) -> None:
    """Let this process die there, the first time it comes by."""
    armed = threading.local()  # a transaction stays within one thread

    def executed(
        connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        if point.wrote(statement, repr(parameters)):
            armed.now = True

    def committing(connection: Any) -> None:
        if point.when == "before commit" and getattr(armed, "now", False):
            die()

    def committed(session: Any) -> None:
        if point.when == "after commit" and getattr(armed, "now", False):
            die()

    event.listen(Engine, "after_cursor_execute", executed)
    event.listen(Engine, "commit", committing)
    event.listen(Session, "after_commit", committed)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
