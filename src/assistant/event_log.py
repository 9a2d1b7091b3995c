"""The events of running turns: numbered, stored, and only then seen by anybody."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from assistant.events import EventKind
from orderdb.database import SessionFactory
from orderdb.turns import BegunTurn, StoredEvent, TurnLost, append_events

log = logging.getLogger(__name__)

_GATHERING_SECONDS = 0.03
"""What comes within it is stored together: too short to be seen, long enough to save writes."""

_FIRST_WORDS_SECONDS = 0.003
"""The first words of an answer are waited for; all that is gathered by then is stored with them."""

_REST = 5.0  # times as long as a write took: words behind the first leave the machine to others


class EventLog:
    """Stores what all running turns emit, everything that waits in one transaction.

    So a single turn is stored as fast as the database can, and many at once do not queue for it
    one by one. ``stored`` is called with each turn's events once they are safe.
    """

    def __init__(
        self, sessions: SessionFactory, stored: Callable[[str, list[StoredEvent]], None]
    ) -> None:
        self._sessions = sessions
        self._stored = stored
        self._waiting: dict[str, Journal] = {}
        self._hurry = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None

    def journal(self, begun: BegunTurn) -> Journal:
        """Where the further events of a begun turn go.

        Only the holder of a conversation's lease has a journal for it, so it may count them.
        """
        return Journal(self, begun)

    def wake(self, journal: Journal, *, hurry: bool = False) -> None:
        """Store what this journal holds, soon; ``hurry``: somebody waits for its first words."""
        self._waiting[journal.turn.id] = journal
        if hurry:
            self._hurry.set()
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        clock = asyncio.get_running_loop().time
        gathering = _GATHERING_SECONDS
        while self._waiting:
            with suppress(TimeoutError):
                async with asyncio.timeout(gathering):
                    await self._hurry.wait()
                    await asyncio.sleep(_FIRST_WORDS_SECONDS)
            self._hurry.clear()
            began = clock()
            journals = [one for one in self._waiting.values() if one.begin_storing()]
            self._waiting = {}
            if not await self._together(journals) and len(journals) > 1:
                for journal in journals:  # one that cannot be stored must not hold up the others
                    await self._together([journal])
            for journal in journals:
                journal.end_storing()
            gathering = max(_GATHERING_SECONDS, _REST * (clock() - began))

    async def _together(self, journals: list[Journal]) -> bool:
        attempts = {one.turn.id: one.turn.attempt for one in journals}
        events = [event for one in journals for event in one.storing]
        try:
            lost: frozenset[str] = frozenset()
            if events:  # there may be first words among them
                lost = await self._sessions.work_first(self._append, attempts, events)
        except Exception as error:  # noqa: BLE001  (or its turn would wait for ever)
            log.warning("events were not stored: %r", error)
            for one in journals:
                one.fault = error
            return False
        for one in journals:
            if one.turn.id in lost:
                one.fault = TurnLost(f"turn {one.turn.id} is no longer ours")
            else:
                one.fault = None
                one.stored += one.storing
                self._stored(one.turn.conversation_id, one.storing)
        return True

    def _append(self, attempts: dict[str, int], events: list[StoredEvent]) -> frozenset[str]:
        with self._sessions.at_once() as session:
            return append_events(session, attempts, events)


class Journal:
    """One turn's events on their way into the log; ``stored`` are those of this attempt so far."""

    def __init__(self, log: EventLog, begun: BegunTurn) -> None:
        self.turn = begun.turn
        self.stored = list(begun.events)
        self.storing: list[StoredEvent] = []
        self.fault: Exception | None = None
        self._log = log
        self._seq = begun.events[-1].seq
        self._waiting: list[StoredEvent] = []
        self._idle = asyncio.Event()
        self._idle.set()
        self._is_silent = True

    def emit(self, kind: EventKind, payload: dict[str, Any]) -> None:
        """Add an event; text that still waits is joined rather than numbered anew."""
        last = self._waiting[-1] if self._waiting else None
        if kind == "token" and last is not None and last.kind == "token":
            text = last.payload["text"] + payload["text"]
            self._waiting[-1] = last._replace(payload={"text": text})
            return
        self._seq += 1
        self._waiting.append(
            StoredEvent(self.turn.conversation_id, self._seq, self.turn.id, kind, payload)
        )
        if self.fault is None:
            self._log.wake(self, hurry=kind == "token" and self._is_silent)
        self._is_silent = self._is_silent and kind != "token"

    async def take_waiting(self) -> list[StoredEvent]:
        """What is not stored yet, to be stored together with the end of the turn.

        Raises what kept earlier events from being stored: no gap is left in a stream.
        """
        waiting, self._waiting = self._waiting, []
        await self._idle.wait()
        if self.fault is not None:
            raise self.fault
        return waiting

    def begin_storing(self) -> bool:
        """Move what waits into ``storing``; False when nothing does."""
        self.storing, self._waiting = self._waiting, []
        if self.storing:
            self._idle.clear()
        return bool(self.storing)

    def end_storing(self) -> None:
        self.storing = []
        self._idle.set()
