"""Waiting for what other processes add to conversations, or leave to be answered here."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from orderdb.database import SessionFactory
from orderdb.following import Standing, standing

log = logging.getLogger(__name__)


class Elsewhere:
    """One look at the database, every so many seconds, serves all who wait in this process."""

    def __init__(
        self, sessions: SessionFactory, clock: Callable[[], datetime], seconds: float
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._seconds = seconds
        self._waiting: dict[str, dict[asyncio.Future[bool], int]] = defaultdict(dict)
        self._looking: asyncio.Task[None] | None = None

    async def moved_on(self, conversation_id: str, after: int) -> bool:
        """Until the conversation holds an event above ``after``, or is free for us to answer;
        returns whether it is free."""
        told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[conversation_id][told] = after
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_while_awaited())
        try:
            return await told
        finally:
            waiting = self._waiting[conversation_id]
            del waiting[told]
            if not waiting:
                del self._waiting[conversation_id]

    async def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    async def _look_while_awaited(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._seconds)
            try:
                found = await self._sessions.work(self._look, list(self._waiting))
            except Exception as error:  # noqa: BLE001  (or all who wait would wait for ever)
                log.warning("cannot look how conversations stand: %r", error)
                continue
            for conversation_id, one in found.items():
                for told, after in self._waiting.get(conversation_id, {}).items():
                    if (one.free or one.newest > after) and not told.done():
                        told.set_result(one.free)

    def _look(self, conversations: list[str]) -> dict[str, Standing]:
        with self._sessions.looking() as session:
            return standing(session, conversations, self._clock())
