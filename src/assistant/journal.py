"""The events of one running turn: numbered, stored, and only then seen by anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from assistant.events import EventKind
from orderdb.conversations import append_events
from orderdb.database import SessionFactory
from orderdb.models import Turn, TurnEvent


class Journal:
    """Writes a turn's events in groups: what gathers while one group is stored is the next.

    Only the holder of a conversation's lease has a journal for it, so it may count the ids.
    ``stored`` is called after each group, to wake those who follow.
    """

    def __init__(
        self,
        sessions: SessionFactory,
        turn: Turn,
        last_seq: int,
        stored: Callable[[], None],
    ) -> None:
        self._sessions = sessions
        self._turn = turn
        self._seq = last_seq
        self._stored = stored
        self._waiting: list[TurnEvent] = []
        self._writer: asyncio.Task[None] | None = None

    def emit(self, kind: EventKind, payload: dict[str, Any]) -> None:
        """Add an event; text that still waits is joined rather than numbered anew."""
        last = self._waiting[-1] if self._waiting else None
        if kind == "token" and last is not None and last.kind == "token":
            last.payload = {"text": last.payload["text"] + payload["text"]}
            return
        self._seq += 1
        self._waiting.append(
            TurnEvent(
                conversation_id=self._turn.conversation_id,
                seq=self._seq,
                turn_id=self._turn.id,
                kind=kind,
                payload=payload,
            )
        )
        if self._may_write():
            self._writer = asyncio.create_task(self._write())

    async def take_waiting(self) -> list[TurnEvent]:
        """What is not stored yet, to be stored together with the end of the turn.

        Raises what kept an earlier group from being stored: no gap is left in a stream.
        """
        waiting, self._waiting = self._waiting, []
        if self._writer is not None:
            await self._writer
        return waiting

    def _may_write(self) -> bool:
        if self._writer is None:
            return True
        return self._writer.done() and self._writer.exception() is None

    async def _write(self) -> None:
        await asyncio.sleep(0)  # let what belongs together gather
        while self._waiting:
            group, self._waiting = self._waiting, []
            await asyncio.to_thread(self._append, group)
            self._stored()

    def _append(self, group: list[TurnEvent]) -> None:
        with self._sessions() as session:
            append_events(session, self._turn, group)
