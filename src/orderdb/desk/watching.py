"""What changed, for those who watch: newest events of conversations, and the state of the desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from orderdb.canonical import sha256
from orderdb.models import Agent, Conversation, Handoff, TurnEvent
from orderdb.statuses import HandoffStatus

_AT_ONCE = 500


@dataclass(frozen=True)
class Standing:
    """An open handoff as the desk's list depends on it; ``speaker`` is the agent who may speak."""

    status: str
    agent_id: str | None
    mood: str
    newest: int
    speaker: str | None


@dataclass(frozen=True)
class DeskState:
    """All open handoffs by conversation; ``mark`` differs as soon as anything does.

    ``names`` are those of the agents who may speak, by id.
    """

    standing: Mapping[str, Standing]
    names: Mapping[str, str]
    mark: str


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
    rows = session.exec(
        select(
            Handoff.conversation_id,
            Handoff.status,
            Handoff.agent_id,
            Handoff.mood,
            Conversation.lease_owner,
            Conversation.lease_until,
        )  # type: ignore[call-overload]
        .join(Conversation, col(Conversation.id) == Handoff.conversation_id)
        .where(col(Handoff.status).in_((HandoffStatus.WAITING, HandoffStatus.ACTIVE)))
    ).all()
    newest = newest_events(session, [row[0] for row in rows])
    standing = {
        conversation: Standing(
            status=str(status),
            agent_id=agent,
            mood=str(mood),
            newest=newest.get(conversation, 0),
            speaker=_speaker(owner, until, now),
        )
        for conversation, status, agent, mood, owner, until in rows
    }
    told = {name: list(vars(one).values()) for name, one in sorted(standing.items())}
    return DeskState(standing, _names(session, standing), sha256(told)[:24])


def _names(session: Session, standing: Mapping[str, Standing]) -> dict[str, str]:
    speakers = {one.speaker for one in standing.values() if one.speaker}
    if not speakers:
        return {}
    found = session.exec(select(Agent.id, Agent.display_name).where(col(Agent.id).in_(speakers)))
    return dict(found.all())


def _speaker(owner: str | None, until: datetime | None, now: datetime) -> str | None:
    kind, _, agent = (owner or "").partition(":")
    return agent if kind == "agent" and until is not None and until > now else None
