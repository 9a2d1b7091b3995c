"""Hearing of what other processes, and other people, add to conversations.

One look at the database serves all who wait in this process. On PostgreSQL a notification brings
the look about at once; on SQLite, and as a safety net, it is taken at intervals.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Self

from sqlalchemy import Engine

from assistant.events import Event
from assistant.services import Services
from orderdb.database import SessionFactory
from orderdb.desk.stream import CHANNEL
from orderdb.desk.watching import DeskState, desk_state, newest_events

log = logging.getLogger(__name__)

_POLL_SECONDS = 0.4
_NOTIFIED_POLL_SECONDS = 1.0
_GATHERING_SECONDS = 0.03  # so that many changes at once are one look
_REST = 10.0  # times as long as a look took: each is told to every desk, which costs as well
_LONGEST_REST_SECONDS = 1.0  # what it took may have been waiting for others
_RECONNECT_SECONDS = 1.0


class Live:
    """Waits for changes on behalf of streams; open it with ``async with``.

    ``desk_changed`` is called before any desk is told that the state of the desk is another.
    """

    def __init__(
        self,
        sessions: SessionFactory,
        clock: Callable[[], datetime],
        desk_changed: Callable[[], None],
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._desk_changed = desk_changed
        self._waiting: dict[str, dict[asyncio.Future[None], int]] = defaultdict(dict)
        self._desks: set[asyncio.Future[None]] = set()
        self._state: DeskState | None = None
        self._woken = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._poll_seconds = _POLL_SECONDS

    async def __aenter__(self) -> Self:
        with self._sessions() as session:
            bind = session.get_bind()
        if isinstance(bind, Engine) and bind.dialect.name == "postgresql":
            self._poll_seconds = _NOTIFIED_POLL_SECONDS
            url = bind.url.set(drivername="postgresql").render_as_string(hide_password=False)
            self._tasks.append(asyncio.create_task(self._listen(url)))
        self._tasks.append(asyncio.create_task(self._look_for_ever()))
        return self

    async def __aexit__(self, *error: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def wake(self) -> None:
        """Something was stored here: look soon."""
        self._woken.set()
        if not self._desks:  # nothing tells whether it is the desk's business
            self._desk_changed()

    async def changed(self, conversation_id: str, after: int) -> None:
        """Until the conversation holds an event above ``after``."""
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[conversation_id][told] = after
        self.wake()
        try:
            await told
        finally:
            waiting = self._waiting[conversation_id]
            waiting.pop(told, None)
            if not waiting:
                self._waiting.pop(conversation_id, None)

    async def desk(self, mark: str | None, seconds: float) -> DeskState | None:
        """The state of the desk once it is another than ``mark``; None after ``seconds``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._state is None or self._state.mark == mark:
                    await self._next_state()
                return self._state
        return None

    async def _next_state(self) -> None:
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._desks.add(told)
        if self._state is None:
            self.wake()
        try:
            await told
        finally:
            self._desks.discard(told)

    async def _look_for_ever(self) -> None:
        clock, took = asyncio.get_running_loop().time, 0.0
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._poll_seconds):
                    await self._woken.wait()
            if not self._waiting and not self._desks:
                self._state = None  # nobody kept it up to date
                self._woken.clear()
                await self._woken.wait()
            rest = min(_REST * took, _LONGEST_REST_SECONDS)
            await asyncio.sleep(max(_GATHERING_SECONDS, rest))
            self._woken.clear()
            began = clock()
            try:
                newest, state = await self._sessions.work(
                    self._look, list(self._waiting), bool(self._desks)
                )
                took = clock() - began
                self._tell(newest, state)
            except Exception as error:  # noqa: BLE001  (or nobody here would hear of anything more)
                log.warning("cannot look for changes: %r", error)
                await asyncio.sleep(_RECONNECT_SECONDS)

    def _look(
        self, conversations: list[str], with_desk: bool
    ) -> tuple[dict[str, int], DeskState | None]:
        with self._sessions.looking() as session:
            state = desk_state(session, self._clock()) if with_desk else None
            known = {} if state is None else state.standing
            newest = {one: known[one].newest for one in conversations if one in known}
            others = [one for one in conversations if one not in known]
            return newest | newest_events(session, others), state

    def _tell(self, newest: dict[str, int], state: DeskState | None) -> None:
        for conversation_id, seq in newest.items():
            for told, after in self._waiting.get(conversation_id, {}).items():
                if seq > after and not told.done():
                    told.set_result(None)
        before, self._state = self._state, state  # None: nobody there to know it
        if state is None or (before is not None and before.standing == state.standing):
            return
        self._desk_changed()
        for told in self._desks:
            if not told.done():
                told.set_result(None)

    async def _listen(self, url: str) -> None:
        """Wake at every notification; while there is no connection, intervals must do."""
        import psycopg

        while True:
            try:
                async with await psycopg.AsyncConnection.connect(url, autocommit=True) as listening:
                    await listening.execute(f"LISTEN {CHANNEL}")
                    self.wake()
                    async for _ in listening.notifies():
                        self.wake()
            except Exception as error:  # noqa: BLE001  (intervals must do until it is there again)
                log.warning("no notifications of changes for now: %s", error)
            await asyncio.sleep(_RECONNECT_SECONDS)


async def follow_live(
    services: Services, live: Live, customer_id: str, conversation_id: str, after: int
) -> AsyncIterator[Event]:
    """Events after ``after`` for as long as somebody listens, whoever adds them."""
    while True:
        async for event in services.conversations.follow(customer_id, conversation_id, after=after):
            after = event.id
            yield event
        await live.changed(conversation_id, after)
