"""Conversations with a scripted answer, kept in memory, for tests of the surfaces."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from assistant.events import FINAL_KINDS, Event, EventKind, Reply
from orderdb.conversations import add_message, conversation_of, open_conversation
from orderdb.database import SessionFactory

Step = tuple[EventKind, dict[str, Any]]
Script = Callable[[str], Sequence[Step]]
"""What is sent for a message, but for the ``turn`` before it."""


def echo(text: str) -> Sequence[Step]:
    reply = Reply(
        turn_id="", message_id="1", reply=f"You said: {text}", language="en", handled_by="guided"
    )
    words = [("token", {"text": f"{word} "}) for word in reply.reply.split(" ")]
    return [*words, ("done", reply.model_dump(mode="json"))]  # type: ignore[list-item]


@dataclass
class FakeConversations:
    """Stores messages for real; ``gate`` holds each answer back until it is set."""

    sessions: SessionFactory
    script: Script = echo
    gate: asyncio.Event | None = None
    events: dict[str, list[Event]] = field(default_factory=dict)
    running: set[asyncio.Task[None]] = field(default_factory=set)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def open(self, customer_id: str, language: str) -> str:
        with self.sessions() as session:
            return open_conversation(session, customer_id, language, {}, datetime.now(UTC)).id

    async def submit(
        self, customer_id: str, conversation_id: str, text: str, client_message_id: str
    ) -> str:
        with self.sessions() as session:
            turn = add_message(
                session, customer_id, conversation_id, text, client_message_id, datetime.now(UTC)
            ).turn
        if not any(event.turn_id == turn.id for event in self.events.get(conversation_id, [])):
            await self._send(conversation_id, turn.id, "turn", {"turn_id": turn.id})
            task = asyncio.create_task(self._answer(conversation_id, turn.id, text))
            self.running.add(task)
            task.add_done_callback(self.running.discard)
        return turn.id

    async def follow(
        self, customer_id: str, conversation_id: str, *, after: int = 0, turn_id: str | None = None
    ) -> AsyncIterator[Event]:
        with self.sessions() as session:
            conversation_of(session, customer_id, conversation_id)
        while True:
            for event in self.events.get(conversation_id, [])[after:]:
                after = event.id
                if turn_id in (None, event.turn_id):
                    yield event
                    if turn_id is not None and event.kind in FINAL_KINDS:
                        return
            async with self.changed:
                if len(self.events.get(conversation_id, [])) > after:
                    continue
                if not self.running:
                    return
                await self.changed.wait()

    async def _answer(self, conversation_id: str, turn_id: str, text: str) -> None:
        if self.gate is not None:
            await self.gate.wait()
        for kind, payload in self.script(text):
            more = {"turn_id": turn_id} if kind == "done" else {}
            await self._send(conversation_id, turn_id, kind, payload | more)

    async def _send(
        self, conversation_id: str, turn_id: str, kind: EventKind, payload: dict[str, Any]
    ) -> None:
        async with self.changed:
            events = self.events.setdefault(conversation_id, [])
            events.append(Event(id=len(events) + 1, turn_id=turn_id, kind=kind, payload=payload))
            self.changed.notify_all()
