"""What changed, for those who watch: newest events of conversations, and the state of the desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import func, literal
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from orderdb.canonical import sha256
from orderdb.models import Agent, Conversation, Handoff, TurnEvent
from orderdb.newest import newest_seq
from orderdb.statuses import HandoffStatus

_AT_ONCE = 500
_STATE = (
    sql_select(
        col(Handoff.conversation_id),
        col(Handoff.status),
        col(Handoff.agent_id),
        col(Handoff.mood),
        col(Conversation.lease_owner),
        col(Conversation.lease_until),
        newest_seq(col(Conversation.id)),
        col(Agent.display_name),
    )
    .join(Conversation, col(Conversation.id) == Handoff.conversation_id)
    .outerjoin(Agent, literal("agent:") + col(Agent.id) == Conversation.lease_owner)
    .where(col(Handoff.status).in_((HandoffStatus.WAITING, HandoffStatus.ACTIVE)))
)


class Standing(NamedTuple):
    """An open handoff as the desk's list depends on it; ``speaker`` is the agent who may speak."""

    status: str
    agent_id: str | None
    mood: str
    newest: int
    speaker: str | None


@dataclass(frozen=True)
class DeskState:
    """All open handoffs by conversation; ``names`` are those of the agents who may speak, by id."""

    standing: Mapping[str, Standing]
    names: Mapping[str, str]

    @cached_property
    def mark(self) -> str:
        """Another as soon as anything in ``standing`` is; the same in every process."""
        return sha256([[name, *one] for name, one in sorted(self.standing.items())])[:24]


def newest_events(session: Session, conversations: Collection[str]) -> dict[str, int]:
    """The newest event's number in each of these conversations, where there is one."""
    found: dict[str, int] = {}
    wanted = list(conversations)
    for first in range(0, len(wanted), _AT_ONCE):
        rows = session.exec(
            select(TurnEvent.conversation_id, func.max(TurnEvent.seq))
            .where(col(TurnEvent.conversation_id).in_(wanted[first : first + _AT_ONCE]))
            .group_by(col(TurnEvent.conversation_id))
        )
        found |= dict(rows.all())
    return found


def desk_state(session: Session, now: datetime) -> DeskState:
    """The state of all open handoffs; a lease that ran out speaks for nobody."""
    standing: dict[str, Standing] = {}
    names: dict[str, str] = {}
    for row in session.connection().execute(_STATE):
        conversation, status, agent, mood, owner, until, newest, name = row
        speaker = _speaker(owner, until, now)
        standing[conversation] = Standing(str(status), agent, str(mood), newest or 0, speaker)
        if speaker is not None and name is not None:
            names[speaker] = name
    return DeskState(standing, names)


def _speaker(owner: str | None, until: datetime | None, now: datetime) -> str | None:
    kind, _, agent = (owner or "").partition(":")
    return agent if kind == "agent" and until is not None and until > now else None
