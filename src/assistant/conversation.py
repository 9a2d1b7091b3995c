"""One turn: message in, events out, everything stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from assistant.events import Event


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
