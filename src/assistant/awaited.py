"""For which answers somebody waits in silence now: nothing was said yet."""

from __future__ import annotations

from contextvars import ContextVar


class Awaited:
    """Conversations in which the first word of an answer is awaited in this process."""

    def __init__(self) -> None:
        self._conversations: set[str] = set()
        self._mine: ContextVar[str | None] = ContextVar("answered conversation", default=None)

    @property
    def count(self) -> int:
        return len(self._conversations)

    def begin(self, conversation_id: str) -> None:
        self._conversations.add(conversation_id)

    def end(self, conversation_id: str) -> None:
        """It came, or never will."""
        self._conversations.discard(conversation_id)

    def answer(self, conversation_id: str) -> None:
        """What this task reads from now on is for that conversation."""
        self._mine.set(conversation_id)

    def is_mine(self) -> bool:
        """Whether this task reads what somebody has no word of yet."""
        return self._mine.get() in self._conversations
