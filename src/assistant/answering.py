"""Answering one begun turn: prepare, run, and store the answer with its last events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from assistant.event_log import EventLog, Journal
from assistant.events import Reply
from assistant.handing_over import HandingOver
from assistant.memory import ConversationMemory
from assistant.preparation import Preparation, Prepared
from assistant.steps import Brain
from assistant.turn import Answer, Turn
from orderdb.database import SessionFactory
from orderdb.models import Turn as StoredTurn
from orderdb.statuses import Speaker
from orderdb.turns import BegunTurn, StoredEvent, TurnLost, fail_turn, finish_turn

log = logging.getLogger(__name__)

_MOST_ATTEMPTS = 3

Tell = Callable[[str, Sequence[StoredEvent]], None]
"""Is called with a conversation's id and what has just been stored of it."""


class Brains(Protocol):
    """Who may answer: the model's brain while one can be reached, guided mode always."""

    @property
    def model(self) -> Brain | None: ...

    @property
    def guided(self) -> Brain: ...

    def failed(self) -> None:
        """The model could not be reached in a turn."""
        ...


class Answering:
    """Runs begun turns; what a turn says is stored before anybody is told of it."""

    def __init__(
        self,
        sessions: SessionFactory,
        preparation: Preparation,
        brains: Brains,
        tell: Tell,
        clock: Callable[[], datetime],
        turn_seconds: float,
    ) -> None:
        self._sessions = sessions
        self._preparation = preparation
        self._brains = brains
        self._tell = tell
        self._clock = clock
        self._turn_seconds = turn_seconds
        self._events = EventLog(sessions, tell)
        self._open: dict[str, tuple[BegunTurn, Journal, Prepared | None]] = {}

    @property
    def opening(self) -> dict[str, Any]:
        """What the first event of a turn that begins now says of who answers."""
        guided = self._brains.model is None
        return {
            "handled_by": "guided" if guided else "assistant",
            "mode_notice": "guided" if guided else None,
        }

    def prepare(self, begun: BegunTurn) -> Prepared:
        """What answering a begun turn starts from; blocks, in a short session of its own."""
        return self._preparation.prepare(begun.conversation, begun.turn, begun.text)

    def open(self, begun: BegunTurn, prepared: Prepared | None = None) -> None:
        """Take a begun turn on; whoever follows it here is told of its events from now on.

        It is prepared when it is run, unless that was done.
        """
        self._open[begun.turn.id] = (begun, self._events.journal(begun), prepared)

    def stored(self, customer_id: str, turn_id: str) -> list[StoredEvent] | None:
        """The events so far of a turn that runs here and is this customer's."""
        begun, journal, _ = self._open.get(turn_id, (None, None, None))
        if begun is None or journal is None or begun.conversation.customer_id != customer_id:
            return None
        return journal.stored

    async def run(self, turn_id: str) -> bool:
        """Answer an open turn, or close it as failed; returns whether another of it waits.

        Raises TurnLost when another process has taken the turn over.
        """
        begun, journal, prepared = self._open[turn_id]
        stored = begun.turn
        try:
            if stored.attempt > _MOST_ATTEMPTS:
                raise RuntimeError(f"answering was begun {_MOST_ATTEMPTS} times")
            async with asyncio.timeout(self._turn_seconds * 2):
                return await self._answer(begun, journal, prepared)
        except TurnLost:
            raise
        except Exception:
            log.exception("turn %s failed", stored.id)
            journal.emit("error", _FAILED)
            events = await journal.take_waiting()
            waits = await self._sessions.work(self._fail, stored, events)
            self._tell(stored.conversation_id, events)
            return waits
        finally:
            del self._open[turn_id]

    async def _answer(self, begun: BegunTurn, journal: Journal, prepared: Prepared | None) -> bool:
        stored, model = begun.turn, self._brains.model
        if prepared is None:
            prepared = await self._sessions.work_first(self.prepare, begun)
        called_for = prepared.called_for
        brain = model if called_for is None else HandingOver(called_for)
        turn = Turn(prepared.request, prepared.memory, journal, prepared.time_zone)
        answer = await turn.run(brain, self._brains.guided, self._turn_seconds)
        if model is None:
            answer.handled_by = Speaker.GUIDED  # also where code hands over
        if answer.model_away:
            self._brains.failed()
        reply = _reply(stored.id, answer, prepared)
        journal.emit("done", reply.model_dump(mode="json"))
        events = await journal.take_waiting()
        memory = _remember(prepared, answer)
        waits = await self._sessions.work(self._finish, stored, reply, answer, memory, events)
        self._tell(stored.conversation_id, events)
        return waits

    def _finish(
        self,
        stored: StoredTurn,
        reply: Reply,
        answer: Answer,
        memory: ConversationMemory,
        events: list[StoredEvent],
    ) -> bool:
        with self._sessions() as session:
            return finish_turn(
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

    def _fail(self, stored: StoredTurn, events: list[StoredEvent]) -> bool:
        with self._sessions() as session:
            return fail_turn(session, stored, events, self._clock())


_FAILED = {
    "type": "about:blank",
    "title": "The answer failed",
    "status": 500,
    "detail": "Your message is kept, but answering it failed. Please send it again.",
    "code": "turn_failed",
}


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
        number = str(call.arguments.get("order_number", ""))
        rules_of_it = call.name == "search_policies" and call.status == "ok"
        if number and (call.name.startswith("propose_") or rules_of_it):
            memory.speak_of(number)
        elif call.status == "refused" and number and not any(one.cards for one in answer.results):
            memory.unknown = number
    memory.topic = answer.citations[0].title if answer.citations else memory.topic
    for choice in answer.choices:
        memory.turn_to(choice, answer.results)
    return memory
