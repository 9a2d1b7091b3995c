"""Telling those who follow a conversation what this process has stored for it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from orderdb.turns import StoredEvent


class Signals:
    """Passes stored events on to whoever listens; nobody listening costs nothing."""

    def __init__(self) -> None:
        self._listening: dict[str, set[Listener]] = defaultdict(set)

    def stored(self, conversation_id: str, events: Sequence[StoredEvent]) -> None:
        for listener in self._listening.get(conversation_id, ()):
            listener.tell(events)

    def listen(self, conversation_id: str) -> Listener:
        """Start listening before looking, so that nothing stored in between is missed."""
        return Listener(self._listening, conversation_id)


class Listener:
    def __init__(self, listening: dict[str, set[Listener]], conversation_id: str) -> None:
        self._listening = listening
        self._conversation_id = conversation_id
        self._told: asyncio.Queue[Sequence[StoredEvent]] = asyncio.Queue()

    def __enter__(self) -> Listener:
        self._listening[self._conversation_id].add(self)
        return self

    def __exit__(self, *error: object) -> None:
        others = self._listening[self._conversation_id]
        others.discard(self)
        if not others:
            del self._listening[self._conversation_id]

    def tell(self, events: Sequence[StoredEvent]) -> None:
        self._told.put_nowait(events)

    async def told(self, seconds: float) -> Sequence[StoredEvent]:
        """The next events stored by this process; none after ``seconds``: others store too."""
        if not self._told.empty():
            return self._told.get_nowait()
        try:
            async with asyncio.timeout(seconds):  # before 3.12, wait_for may swallow a cancellation
                return await self._told.get()
        except TimeoutError:
            return ()
