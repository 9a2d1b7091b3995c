"""What the surfaces stand on: opened once by the composition root, closed by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import BaseModel, Field

from assistant.settings import Settings
from orderdb.database import SessionFactory
from orderdb.policy_book import PolicyBook

if TYPE_CHECKING:
    from assistant.conversation import Conversations  # with all that answers: seconds to import
    from assistant.suggestions.service import Suggestions


class ModelStatus(BaseModel):
    """Who answers now; ``detail`` says why it is not the assistant.

    While a model is ``coming``, guided mode is only for the time being.
    """

    mode: Literal["assistant", "guided"]
    model: str | None = None
    detail: str | None = None
    coming: bool = Field(default=False, exclude=True)


class Readiness(Protocol):
    """What is asked before traffic is sent here."""

    def model(self) -> ModelStatus: ...

    def policies(self) -> bool:
        """Whether policy questions can be answered: the index is open."""
        ...


@dataclass(frozen=True)
class Services:
    settings: Settings
    sessions: SessionFactory
    book: PolicyBook
    conversations: Conversations
    readiness: Readiness
    clock: Callable[[], datetime]
    suggestions: Suggestions | None = None
