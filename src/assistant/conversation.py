"""Conversations as the surfaces know them: open one, submit a message, follow the events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Protocol, cast
from uuid import uuid4

from assistant.events import FINAL_KINDS, Event, EventKind, Reply
from assistant.journal import Journal
from assistant.memory import ConversationMemory
from assistant.preparation import Preparation, Prepared
from assistant.signals import Signals
from assistant.steps import Brain
from assistant.turn import Answer, Turn
from orderdb.conversations import (
    BegunTurn,
    TurnLost,
    add_message,
    begin_turn,
    conversation_of,
    drop_lease,
    events_after,
    fail_turn,
    finish_turn,
    next_turn,
    open_conversation,
    take_lease,
    unfinished,
)
from orderdb.database import SessionFactory
from orderdb.models import Conversation, TurnEvent
from orderdb.models import Turn as StoredTurn
from orderdb.statuses import Speaker

log = logging.getLogger(__name__)

_LEASE_SECONDS = 12.0
_POLL_SECONDS = 0.5
_MOST_ATTEMPTS = 3


class Conversations(Protocol):
    """What the surfaces (HTTP, terminal) know of conversations.

    Every method raises ``NotFound`` for a conversation that is not this customer's.
    """

    async def open(self, customer_id: str, language: str) -> str:
        """Start a conversation and return its id."""
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


class Brains(Protocol):
    """Who may answer: the model's brain while one can be reached, guided mode always."""

    @property
    def model(self) -> Brain | None: ...

    @property
    def guided(self) -> Brain: ...

    def failed(self) -> None:
        """The model could not be reached in a turn."""
        ...


class ConversationService:
    """Conversations over the database.

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
    ) -> None:
        self._sessions = sessions
        self._preparation = preparation
        self._brains = brains
        self._prompt_versions = dict(prompt_versions)
        self._clock = clock
        self._turn_seconds = turn_seconds
        self._lease_seconds = lease_seconds
        self._owner = uuid4().hex
        self._signals = Signals()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._arrived: set[str] = set()
        self._recovering: asyncio.Task[None] | None = None
        self._closed = False

    async def open(self, customer_id: str, language: str) -> str:
        def store() -> str:
            with self._sessions() as session:
                return open_conversation(
                    session, customer_id, language, self._prompt_versions, self._clock()
                ).id

        return await asyncio.to_thread(store)

    async def submit(
        self, customer_id: str, conversation_id: str, text: str, client_message_id: str
    ) -> str:
        def store() -> str:
            with self._sessions() as session:
                return add_message(
                    session, customer_id, conversation_id, text, client_message_id, self._clock()
                ).id

        turn_id = await asyncio.to_thread(store)
        if conversation_id in self._running:
            self._arrived.add(conversation_id)
        self._ensure_running(conversation_id)
        return turn_id

    async def follow(
        self, customer_id: str, conversation_id: str, *, after: int = 0, turn_id: str | None = None
    ) -> AsyncIterator[Event]:
        with self._signals.listen(conversation_id) as listener:
            while True:
                events, waiting = await asyncio.to_thread(
                    self._look, customer_id, conversation_id, after, turn_id
                )
                for event in events:
                    after = event.id
                    yield event
                    if turn_id is not None and event.kind in FINAL_KINDS:
                        return
                if not waiting:
                    return
                self._ensure_running(conversation_id)
                await listener.wait(_POLL_SECONDS)

    async def recover(self) -> int:
        """Run what a process that died left unanswered; returns how many conversations.

        A lease of that process may still hold, so they are looked at again once it is over.
        """
        found = await self._resume()
        if found:
            self._recovering = asyncio.create_task(self._resume_later())
        return found

    async def _resume_later(self) -> None:
        await asyncio.sleep(self._lease_seconds)
        await self._resume()

    async def _resume(self) -> int:
        def find() -> list[str]:
            with self._sessions() as session:
                return unfinished(session)

        left = await asyncio.to_thread(find)
        for conversation_id in left:
            self._ensure_running(conversation_id)
        return len(left)

    async def close(self) -> None:
        """Stop running turns; they stay unanswered and are run again later."""
        self._closed = True
        tasks = list(self._running.values())
        if self._recovering is not None:
            tasks.append(self._recovering)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _look(
        self, customer_id: str, conversation_id: str, after: int, turn_id: str | None
    ) -> tuple[list[Event], bool]:
        """New events, and whether more are to come."""
        with self._sessions() as session:
            conversation_of(session, customer_id, conversation_id)
            waiting = next_turn(session, conversation_id) is not None
            events = [_event(row) for row in events_after(session, conversation_id, after, turn_id)]
        return events, waiting

    def _ensure_running(self, conversation_id: str) -> None:
        if conversation_id in self._running or self._closed:
            return
        task = asyncio.create_task(self._run_all(conversation_id))
        self._running[conversation_id] = task
        task.add_done_callback(lambda _: self._ran(conversation_id))

    def _ran(self, conversation_id: str) -> None:
        """A message that came after the last look for one is answered at once all the same."""
        del self._running[conversation_id]
        if conversation_id in self._arrived:
            self._arrived.discard(conversation_id)
            self._ensure_running(conversation_id)

    async def _run_all(self, conversation_id: str) -> None:
        """Answer what waits in a conversation, oldest first, while nobody else does."""
        if not await self._lease(conversation_id):
            return
        keeper = asyncio.create_task(self._keep_lease(conversation_id))
        try:
            while True:
                self._arrived.discard(conversation_id)
                begun = await asyncio.to_thread(self._begin, conversation_id)
                if begun is None:
                    break
                await self._run(begun)
        except TurnLost as lost:
            log.warning("conversation %s goes on elsewhere: %s", conversation_id, lost)
        except Exception:
            log.exception("conversation %s stopped", conversation_id)
            raise
        finally:
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.shield(asyncio.to_thread(self._drop_lease, conversation_id))

    async def _run(self, begun: BegunTurn) -> None:
        conversation, stored = begun.conversation, begun.turn
        journal = Journal(
            self._sessions, stored, begun.last_seq, lambda: self._signals.wake(conversation.id)
        )
        if begun.restarted:
            journal.emit("reset", {"reason": "restarted"})
        try:
            if stored.attempt > _MOST_ATTEMPTS:
                raise RuntimeError(f"answering was begun {_MOST_ATTEMPTS} times")
            async with asyncio.timeout(self._turn_seconds * 2):
                await self._answer(conversation, stored, begun.text, journal)
        except TurnLost:
            raise
        except Exception:
            log.exception("turn %s failed", stored.id)
            journal.emit("error", _FAILED)
            events = await journal.take_waiting()
            await asyncio.to_thread(self._fail, stored, events)
        self._signals.wake(conversation.id)

    async def _answer(
        self,
        conversation: Conversation,
        stored: StoredTurn,
        text: str,
        journal: Journal,
    ) -> None:
        brain = self._brains.model
        journal.emit(
            "turn",
            {
                "turn_id": stored.id,
                "message_id": stored.id,
                "client_message_id": stored.client_message_id,
                "handled_by": "guided" if brain is None else "assistant",
                "mode_notice": "guided" if brain is None else None,
            },
        )
        prepared = await asyncio.to_thread(self._preparation.prepare, conversation, stored, text)
        turn = Turn(prepared.request, prepared.memory, journal, prepared.time_zone)
        answer = await turn.run(brain, self._brains.guided, self._turn_seconds)
        if brain is not None and answer.handled_by is Speaker.GUIDED:
            self._brains.failed()
        reply = _reply(stored.id, answer, prepared)
        journal.emit("done", reply.model_dump(mode="json"))
        events = await journal.take_waiting()
        memory = _remember(prepared, answer)
        await asyncio.to_thread(self._finish, stored, reply, answer, memory, events)

    def _begin(self, conversation_id: str) -> BegunTurn | None:
        with self._sessions() as session:
            return begin_turn(session, conversation_id)

    def _finish(
        self,
        stored: StoredTurn,
        reply: Reply,
        answer: Answer,
        memory: ConversationMemory,
        events: list[TurnEvent],
    ) -> None:
        with self._sessions() as session:
            finish_turn(
                session,
                stored,
                reply=reply.model_dump(mode="json"),
                text=reply.reply,
                memory=memory.model_dump(mode="json"),
                language=reply.language,
                handled_by=answer.handled_by,
                events=events,
                now=self._clock(),
            )

    def _fail(self, stored: StoredTurn, events: list[TurnEvent]) -> None:
        with self._sessions() as session:
            fail_turn(session, stored, events, self._clock())

    async def _lease(self, conversation_id: str) -> bool:
        def take() -> bool:
            with self._sessions() as session:
                return take_lease(
                    session, conversation_id, self._owner, self._clock(), self._lease_seconds
                )

        return await asyncio.to_thread(take)

    async def _keep_lease(self, conversation_id: str) -> None:
        while True:
            await asyncio.sleep(self._lease_seconds / 3)
            await self._lease(conversation_id)

    def _drop_lease(self, conversation_id: str) -> None:
        with self._sessions() as session:
            drop_lease(session, conversation_id, self._owner)


_FAILED = {
    "type": "about:blank",
    "title": "The answer failed",
    "status": 500,
    "detail": "Your message is kept, but answering it failed. Please send it again.",
    "code": "turn_failed",
}


def _event(row: TurnEvent) -> Event:
    return Event(
        id=row.seq, turn_id=row.turn_id, kind=cast(EventKind, row.kind), payload=row.payload
    )


def _reply(turn_id: str, answer: Answer, prepared: Prepared) -> Reply:
    return Reply(
        turn_id=turn_id,
        message_id=turn_id,
        reply=answer.text,
        language=prepared.request.language,
        cards=[card for result in answer.results for card in result.cards],
        citations=[one.model_dump(mode="json") for one in answer.citations],
        proposals=[
            result.proposal.model_dump(mode="json")
            for result in answer.results
            if result.proposal is not None
        ],
        tool_calls=answer.calls,
        usage=answer.usage,
        handled_by=answer.handled_by.value,
        quick_replies=list(answer.quick_replies),
    )


def _remember(prepared: Prepared, answer: Answer) -> ConversationMemory:
    memory = prepared.memory.after(answer.results)
    memory.facts = prepared.memory.facts.merged(answer.facts)
    for call in answer.calls:
        if call.name == "propose_cancellation" and "order_number" in call.arguments:
            memory.speak_of(str(call.arguments["order_number"]))
    for choice in answer.choices:
        memory.turn_to(choice.label)
    return memory
