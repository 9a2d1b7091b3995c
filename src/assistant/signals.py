"""Waking those who follow a conversation when this process has stored something for it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress


class Signals:
    """One event a conversation, only while somebody waits for it."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)

    def wake(self, conversation_id: str) -> None:
        for event in self._waiting.get(conversation_id, ()):
            event.set()

    def listen(self, conversation_id: str) -> Listener:
        """Start listening before looking, so that nothing stored in between is missed."""
        return Listener(self._waiting, conversation_id)


class Listener:
    def __init__(self, waiting: dict[str, set[asyncio.Event]], conversation_id: str) -> None:
        self._waiting = waiting
        self._conversation_id = conversation_id
        self._event = asyncio.Event()

    def __enter__(self) -> Listener:
        self._waiting[self._conversation_id].add(self._event)
        return self

    def __exit__(self, *error: object) -> None:
        listening = self._waiting[self._conversation_id]
        listening.discard(self._event)
        if not listening:
            del self._waiting[self._conversation_id]

    async def wait(self, seconds: float) -> None:
        """Until woken, or ``seconds`` later: other processes store without waking us."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        self._event.clear()
