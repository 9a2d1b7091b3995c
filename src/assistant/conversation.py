"""Conversations as the surfaces know them: open one, submit a message, follow the events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol, cast
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from assistant.answering import Answering, Brains
from assistant.awaited import Awaited
from assistant.elsewhere import Elsewhere
from assistant.events import FINAL_KINDS, Event, EventKind
from assistant.preparation import Preparation, Prepared
from assistant.signals import Listener, Signals
from orderdb.conversations import Said, add_message, open_conversation
from orderdb.database import SessionFactory
from orderdb.following import Stored, look
from orderdb.turns import (
    BegunTurn,
    Lease,
    StoredEvent,
    TurnLost,
    begin_turn,
    drop_lease,
    keep_leases,
    unfinished,
)

log = logging.getLogger(__name__)

_LEASE_SECONDS = 12.0
_POLL_SECONDS = 0.5
_AT_THE_LATEST_SECONDS = 10.0
"""Who follows what is answered here is told of it, and looks only in case of a fault."""


class Conversations(Protocol):
    """What the surfaces (HTTP, terminal) know of conversations.

    Every method raises ``NotFound`` for a conversation that is not this customer's.
    """

    async def open(self, customer_id: str, language: str | None) -> str:
        """Start a conversation and return its id; without a language, in the customer's own.

        Raises NotFound for a customer whom the shop does not know.
        """
        ...

    async def submit(
        self, customer_id: str, conversation_id: str, text: str, client_message_id: str
    ) -> str:
        """Store a message, start its turn in the background, and return the turn's id.

        A known ``client_message_id`` returns the turn that it already has: finished, running, or
        started again when the process that ran it is gone. Raises ``MessageConflict`` when the
        same id comes with another text.
        """
        ...

    def follow(
        self, customer_id: str, conversation_id: str, *, after: int = 0, turn_id: str | None = None
    ) -> AsyncIterator[Event]:
        """Stored events with an id above ``after``, then live ones.

        With ``turn_id``, only that turn's, ending after its ``done`` or ``error``; without, all of
        the conversation, ending when nothing runs any more.
        """
        ...


class ConversationService:
    """Conversations over the database.

    ``awaited`` is kept to hold the conversations in which a first word is awaited now.

    A turn runs in a task of its own, whoever is still listening. The process that runs it holds
    the conversation's lease and renews it; when the process dies, the next to look at the
    conversation finds the turn unanswered and runs it again.
    """

    def __init__(
        self,
        sessions: SessionFactory,
        preparation: Preparation,
        brains: Brains,
        prompt_versions: Mapping[str, str],
        clock: Callable[[], datetime],
        *,
        turn_seconds: float = 90,
        lease_seconds: float = _LEASE_SECONDS,
        awaited: Awaited | None = None,
    ) -> None:
        self._sessions = sessions
        self._prompt_versions = dict(prompt_versions)
        self._clock = clock
        self._lease = Lease(uuid4().hex, lease_seconds)
        self._signals = Signals()
        self._awaited = Awaited() if awaited is None else awaited
        self._elsewhere = Elsewhere(sessions, clock, _POLL_SECONDS)
        self._answering = Answering(sessions, preparation, brains, self._tell, clock, turn_seconds)
        self._running: set[asyncio.Task[None]] = set()
        self._claimed: set[str] = set()
        self._arrived: set[str] = set()
        self._recovering: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._closed = False

    async def open(self, customer_id: str, language: str | None) -> str:
        def store() -> str:
            with self._sessions() as session:
                return open_conversation(
                    session, customer_id, language, self._prompt_versions, self._clock()
                ).id

        return await self._sessions.work_first(store)

    async def submit(
        self, customer_id: str, conversation_id: str, text: str, client_message_id: str
    ) -> str:
        store = self._store(customer_id, conversation_id, text, client_message_id)
        storing = asyncio.create_task(store)
        return await asyncio.shield(storing)  # whoever hangs up, what was stored is answered

    async def _store(
        self, customer_id: str, conversation_id: str, text: str, client_message_id: str
    ) -> str:
        mine = self._claim(conversation_id)
        begun, prepared = None, None
        if mine:
            self._awaited.begin(conversation_id)

        def store() -> tuple[Said, Prepared | None]:
            with self._sessions() as session:
                said = add_message(
                    session,
                    customer_id,
                    conversation_id,
                    text,
                    client_message_id,
                    self._clock(),
                    self._lease if mine else None,
                    self._answering.opening,
                )
            prepared = None
            if said.begun is not None:
                with suppress(Exception):  # it is stored: what fails here fails when it is run
                    prepared = self._answering.prepare(said.begun)
            return said, prepared

        try:
            (turn, begun), prepared = await self._sessions.work_first(store)
        finally:
            if begun is not None:
                self._start(conversation_id, begun, prepared)
            elif mine:
                self._release(conversation_id)
        if not mine:
            self._arrived.add(conversation_id)
            self._ensure_running(conversation_id)
        return turn.id

    async def follow(
        self, customer_id: str, conversation_id: str, *, after: int = 0, turn_id: str | None = None
    ) -> AsyncIterator[Event]:
        with self._signals.listen(conversation_id) as listener:
            free = True  # as far as is known
            while True:
                stored = self._at_hand(customer_id, after, turn_id)
                if stored is None:
                    stored = await self._sessions.work(
                        self._look, customer_id, conversation_id, after, turn_id
                    )
                for row in stored.events:
                    yield _event(row)
                    if turn_id is not None and row.kind in FINAL_KINDS:
                        return
                if not stored.waiting:
                    return
                after = stored.newest
                if free:
                    self._ensure_running(conversation_id)
                if conversation_id not in self._claimed:
                    free = await self._elsewhere.moved_on(conversation_id, after)
                    continue
                free = False
                async for row in _in_sequence(listener, after):
                    after = row.seq
                    if turn_id in (None, row.turn_id):
                        yield _event(row)
                        if turn_id is not None and row.kind in FINAL_KINDS:
                            return
                    if row.kind in FINAL_KINDS:
                        break  # is anything left to wait for?

    def _at_hand(self, customer_id: str, after: int, turn_id: str | None) -> Stored | None:
        """What is stored of a turn that runs here, without asking the database.

        Of one that was begun anew, only the database holds what came before.
        """
        events = self._answering.stored(customer_id, turn_id) if turn_id is not None else None
        if not events or after >= events[0].seq or events[0].kind != "turn":
            return None
        return Stored(list(events), events[-1].seq, waiting=True)

    async def recover(self) -> int:
        """Run what a process that died left unanswered; returns how many conversations.

        A lease of that process may still hold, so they are looked at again once it is over.
        """
        found = await self._resume()
        if found:
            self._recovering = asyncio.create_task(self._resume_later())
        return found

    async def _resume_later(self) -> None:
        await asyncio.sleep(self._lease.seconds)
        await self._resume()

    async def _resume(self) -> int:
        def find() -> list[str]:
            with self._sessions() as session:
                return unfinished(session)

        left = await self._sessions.work(find)
        for conversation_id in left:
            self._ensure_running(conversation_id)
        return len(left)

    async def close(self) -> None:
        """Stop running turns; they stay unanswered and are run again later."""
        self._closed = True
        also = (self._recovering, self._keeping)
        tasks = [*self._running, *(task for task in also if task is not None)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._elsewhere.close()

    def _look(
        self, customer_id: str, conversation_id: str, after: int, turn_id: str | None
    ) -> Stored:
        with self._sessions.looking() as session:
            return look(session, customer_id, conversation_id, after, turn_id)

    def _claim(self, conversation_id: str) -> bool:
        """Whether the caller is the one here who begins turns of the conversation."""
        if conversation_id in self._claimed or self._closed:
            return False
        self._claimed.add(conversation_id)
        return True

    def _release(self, conversation_id: str) -> None:
        """A message that came after the last look for one is answered at once all the same."""
        self._claimed.discard(conversation_id)
        self._awaited.end(conversation_id)
        self._signals.stored(conversation_id, ())  # whoever follows it must look elsewhere now
        if conversation_id in self._arrived:
            self._arrived.discard(conversation_id)
            self._ensure_running(conversation_id)

    def _tell(self, conversation_id: str, events: Sequence[StoredEvent]) -> None:
        """Tell those who follow what was stored."""
        if any(event.kind == "token" for event in events):
            self._awaited.end(conversation_id)
        self._signals.stored(conversation_id, events)

    def _ensure_running(self, conversation_id: str) -> None:
        if self._claim(conversation_id):
            self._start(conversation_id, None)

    def _start(
        self, conversation_id: str, begun: BegunTurn | None, prepared: Prepared | None = None
    ) -> None:
        if begun is not None:
            self._answering.open(begun, prepared)
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._keep_leases())
        task = asyncio.create_task(self._run_all(conversation_id, begun))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(lambda _: self._release(conversation_id))

    async def _run_all(self, conversation_id: str, begun: BegunTurn | None) -> None:
        """Answer what waits in a conversation, oldest first, while nobody else does."""
        self._awaited.answer(conversation_id)
        held = True
        try:
            while True:
                if begun is None:
                    self._arrived.discard(conversation_id)
                    begun = await self._sessions.work_first(self._begin, conversation_id)
                    if begun is None:
                        held = False
                        break
                    self._answering.open(begun)
                held = await self._answering.run(begun.turn.id)
                if not held:
                    break
                begun = None
        except TurnLost as lost:
            log.warning("conversation %s goes on elsewhere: %s", conversation_id, lost)
        except Exception:
            log.exception("conversation %s stopped", conversation_id)
            raise
        finally:
            if held:
                with suppress(asyncio.CancelledError):
                    await asyncio.shield(self._sessions.work(self._drop_lease, conversation_id))

    def _begin(self, conversation_id: str) -> BegunTurn | None:
        with self._sessions() as session:
            return begin_turn(
                session, conversation_id, self._lease, self._clock(), self._answering.opening
            )

    async def _keep_leases(self) -> None:
        """Stay the one who answers all that is being answered here, with one write for all."""

        def keep() -> None:
            with self._sessions() as session:
                keep_leases(session, list(self._claimed), self._lease, self._clock())

        while self._claimed:
            await asyncio.sleep(self._lease.seconds / 3)
            try:
                await self._sessions.work_first(keep)
            except SQLAlchemyError as error:
                log.warning("leases were not renewed: %r", error)

    def _drop_lease(self, conversation_id: str) -> None:
        with self._sessions() as session:
            drop_lease(session, conversation_id, self._lease.owner)


async def _in_sequence(listener: Listener, after: int) -> AsyncIterator[StoredEvent]:
    """Events as they are stored here, while none is missing; ends when others may have stored."""
    while told := await listener.told(_AT_THE_LATEST_SECONDS):
        for row in told:
            if row.seq > after + 1:
                return
            if row.seq == after + 1:
                after = row.seq
                yield row


def _event(row: StoredEvent) -> Event:
    return Event(
        id=row.seq, turn_id=row.turn_id, kind=cast(EventKind, row.kind), payload=row.payload
    )
