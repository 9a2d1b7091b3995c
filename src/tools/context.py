"""What a tool knows beside its arguments. The model has no say in any of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from orderdb.database import SessionFactory
from orderdb.policy_book import PolicyBook
from orderdb.statuses import ReasonCode

if TYPE_CHECKING:
    from tools.policies import PolicyIndex


@dataclass(frozen=True)
class DeskContext:
    """Who asks, in which conversation and language, over which shop, at which time (UTC).

    ``said`` is all that the customer wrote in this conversation, newest last: free text of a
    proposal must come from it. A ``rehearsal`` stores nothing and calls nobody: what would be
    proposed is judged, priced and told. ``called_for`` is why code decided to call a person, and
    ``agent`` the person at the desk who asks in the customer's stead, in words of their own.
    """

    customer_id: str
    conversation_id: str | None
    language: str
    sessions: SessionFactory
    book: PolicyBook
    policies: PolicyIndex
    clock: Callable[[], datetime]
    said: tuple[str, ...] = ()
    rehearsal: bool = False
    called_for: ReasonCode | None = None
    agent: str | None = None
