"""One reading of the database for all who ask for the same at about the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

_FRESH_SECONDS = 0.3
"""Something happens, and every desk asks what the queue is now."""


class SharedReadings(Generic[T]):
    """What was read is given to others for a moment, unless something was changed here since."""

    def __init__(self, seconds: float = _FRESH_SECONDS) -> None:
        self._seconds = seconds
        self._read: dict[Hashable, tuple[float, asyncio.Task[T]]] = {}

    def changed(self) -> None:
        """Whoever asks from now on wants it read anew."""
        self._read.clear()

    async def get(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        now = asyncio.get_running_loop().time()
        begun, reading = self._read.get(key, (now, None))
        if reading is None or now - begun > self._seconds or _failed(reading):
            self._read = {  # what nobody asks for any more is forgotten
                name: one for name, one in self._read.items() if now - one[0] <= self._seconds
            }
            reading = asyncio.ensure_future(_awaited(read))
            self._read[key] = now, reading
        return await asyncio.shield(reading)


async def _awaited(read: Callable[[], Awaitable[T]]) -> T:
    return await read()


def _failed(reading: asyncio.Task[T]) -> bool:
    return reading.done() and (reading.cancelled() or reading.exception() is not None)
