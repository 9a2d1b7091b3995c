"""One voice: who may speak in a conversation, the assistant or one agent.

An agent speaks while the conversation's lease is theirs. The desk keeps it; when it does not,
because a browser or a process died, it runs out, and anybody at the desk may take over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sqlalchemy import BindParameter, bindparam
from sqlmodel import Session, col, select

from orderdb import audit
from orderdb.columns import JsonObject
from orderdb.database import writing
from orderdb.desk.stream import Told, add_events, last_turn, leave_to_person, notify
from orderdb.desk.tickets import ticket_for
from orderdb.errors import HeldByOther, NotFound, NotTaken, NotWaiting
from orderdb.handoffs import position
from orderdb.models import Agent, Conversation, Handoff
from orderdb.statuses import AgentRole, HandoffStatus, Resolution, Speaker

LEASE = timedelta(seconds=90)

_THIS: BindParameter[str] = bindparam("conversation_id")
_LOCKED = (
    select(Conversation)
    .where(col(Conversation.id) == _THIS)
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
_OPEN = (
    select(Handoff)
    .where(col(Handoff.conversation_id) == _THIS, Handoff.status != HandoffStatus.CLOSED)
    .execution_options(populate_existing=True)
)


def take(
    session: Session,
    conversation_id: str,
    agent: Agent,
    now: datetime,
    *,
    take_over: bool = False,
) -> Handoff:
    """Become the one who speaks; what the assistant was about to say is void.

    A repeat keeps it. Raises NotFound, NotWaiting, and HeldByOther while another's lease holds,
    unless a lead takes over.
    """
    conversation, handoff = locked(session, conversation_id)
    holder = holder_of(session, conversation, now)
    if holder is not None and holder.id != agent.id and not (take_over and is_lead(agent)):
        raise _held(holder, conversation)
    again = handoff.agent_id == agent.id and handoff.status is HandoffStatus.ACTIVE
    leave_to_person(session, conversation, now)
    conversation.handled_by = Speaker.AGENT
    hold(session, conversation, agent, now)
    if not again:
        before = handoff.agent_id
        handoff.status, handoff.agent_id = HandoffStatus.ACTIVE, agent.id
        handoff.taken_at = handoff.taken_at or now
        session.add(handoff)
        tell(session, conversation, handoff, position=0, agent=agent)
        record(session, agent, "handoff.taken", handoff, now, before=before)
    session.commit()
    return handoff


def keep(session: Session, conversation_id: str, agent: Agent, now: datetime) -> Conversation:
    """Stay the one who speaks; a lease that ran out is taken up again.

    Raises as ``may_speak`` does.
    """
    conversation, _ = may_speak(session, conversation_id, agent, now)
    leave_to_person(session, conversation, now)
    hold(session, conversation, agent, now)
    session.commit()
    return conversation


def release(
    session: Session, conversation_id: str, agent: Agent, now: datetime, *, to_queue: bool
) -> Handoff:
    """Give the conversation back to the assistant, which goes on with all it knew, or to others.

    Raises NotFound, NotWaiting and HeldByOther.
    """
    conversation, handoff = _ended_by(session, conversation_id, agent, now)
    if to_queue:
        handoff.status, handoff.agent_id = HandoffStatus.WAITING, None
        _free(session, conversation, Speaker.AGENT)
        session.add(handoff)
        session.flush()
        tell(session, conversation, handoff, position=position(session, handoff), agent=None)
    else:
        _end(session, conversation, handoff, Resolution.RETURNED, now)
    kind = "handoff.requeued" if to_queue else "handoff.returned"
    record(session, agent, kind, handoff, now)
    session.commit()
    return handoff


def close(
    session: Session,
    conversation_id: str,
    agent: Agent,
    now: datetime,
    resolution: Resolution,
    note: str = "",
) -> Handoff:
    """The matter is done with, or given up; what the customer says next is the assistant's."""
    conversation, handoff = _ended_by(session, conversation_id, agent, now)
    handoff.note = note
    _end(session, conversation, handoff, resolution, now)
    if resolution is Resolution.UNRESOLVED:
        ticket_for(session, handoff, agent, note, now)
    record(session, agent, "handoff.closed", handoff, now, resolution=resolution.value)
    session.commit()
    return handoff


def give_up_waiting(
    session: Session, customer_id: str, conversation_id: str, now: datetime
) -> None:
    """The customer would rather go on with the assistant; a repeat changes nothing.

    Raises NotFound, and HeldByOther once somebody speaks with them.
    """
    writing(session)
    conversation = _conversation(session, conversation_id)
    if conversation is None or conversation.customer_id != customer_id:
        raise NotFound("there is no such conversation")
    handoff = open_handoff(session, conversation_id)
    if handoff is None:
        return
    holder = holder_of(session, conversation, now)
    if holder is not None:
        raise _held(holder, conversation)
    leave_to_person(session, conversation, now)
    _end(session, conversation, handoff, Resolution.RETURNED, now)
    audit.append(
        session,
        actor=f"customer:{customer_id}",
        kind="handoff.given_up",
        subject=f"conversation:{conversation_id}",
        payload={"handoff": handoff.id},
        now=now,
    )
    session.commit()


class Attendance(NamedTuple):
    """Who attends to a customer: an agent by display name, or a place in the queue for one."""

    kind: Literal["assistant", "waiting", "agent"]
    agent: str | None = None
    position: int | None = None


def attendance(session: Session, conversation_id: str) -> Attendance:
    """As customers are told; an agent stays until somebody else takes the conversation."""
    handoff = open_handoff(session, conversation_id)
    if handoff is None:
        return Attendance("assistant")
    agent = session.get(Agent, handoff.agent_id) if handoff.agent_id else None
    if agent is not None:
        return Attendance("agent", agent=agent.display_name)
    return Attendance("waiting", position=position(session, handoff))


def may_speak(
    session: Session, conversation_id: str, agent: Agent, now: datetime
) -> tuple[Conversation, Handoff]:
    """The conversation, locked, which the agent has taken and nobody else holds.

    Raises NotFound, NotWaiting, HeldByOther and NotTaken.
    """
    conversation, handoff = locked(session, conversation_id)
    if conversation.lease_owner != owner(agent):
        holder = holder_of(session, conversation, now)
        if holder is not None:
            raise _held(holder, conversation)
    if handoff.status is not HandoffStatus.ACTIVE or handoff.agent_id != agent.id:
        raise NotTaken("take the conversation first")
    return conversation, handoff


def leave_waiting(session: Session, conversation: Conversation, now: datetime) -> None:
    """Close what the assistant left when it handed over, and say again how long the queue is.

    The caller holds the conversation and commits.
    """
    leave_to_person(session, conversation, now)
    handoff = open_handoff(session, conversation.id)
    if handoff is not None:
        place = position(session, handoff)
        tell(session, conversation, handoff, position=place, agent=None)


def locked(session: Session, conversation_id: str) -> tuple[Conversation, Handoff]:
    """A handed-off conversation that nobody else changes until the commit."""
    conversation = _conversation(writing(session), conversation_id)
    if conversation is None:
        raise NotFound("there is no such conversation")
    handoff = open_handoff(session, conversation_id)
    if handoff is None:
        raise NotWaiting("this conversation waits for nobody")
    return conversation, handoff


def open_handoff(session: Session, conversation_id: str) -> Handoff | None:
    return session.exec(_OPEN, params={"conversation_id": conversation_id}).first()


def holder_of(session: Session, conversation: Conversation, now: datetime) -> Agent | None:
    """The agent who may speak now."""
    kind, _, agent_id = (conversation.lease_owner or "").partition(":")
    if kind != "agent" or conversation.lease_until is None or conversation.lease_until <= now:
        return None
    return session.get(Agent, agent_id)


def is_lead(agent: Agent) -> bool:
    return agent.role is not AgentRole.AGENT


def hold(session: Session, conversation: Conversation, agent: Agent, now: datetime) -> None:
    conversation.lease_owner, conversation.lease_until = owner(agent), now + LEASE
    session.add(conversation)
    session.flush()


def owner(agent: Agent) -> str:
    """How a lease names an agent."""
    return f"agent:{agent.id}"


def tell(
    session: Session,
    conversation: Conversation,
    handoff: Handoff,
    *,
    position: int | None,
    agent: Agent | None,
    **more: bool,
) -> None:
    """Let the customer know who speaks, or how long they wait."""
    turn_id = last_turn(session, conversation.id)
    if turn_id is not None:
        shown = None if agent is None else {"display_name": agent.display_name}
        told: Told = (
            "handoff",
            {
                "handoff_id": handoff.id,
                "reason": handoff.reason,
                "position": position,
                "agent": shown,
                **more,
            },
        )
        add_events(session, conversation.id, turn_id, [told])
    notify(session, conversation.id)


def record(
    session: Session, agent: Agent, kind: str, handoff: Handoff, now: datetime, **more: object
) -> None:
    """Append to the audit chain; call it last before the commit."""
    payload: JsonObject = {"handoff": handoff.id, **more}
    audit.append(
        session,
        actor=f"agent:{agent.name}",
        kind=kind,
        subject=f"conversation:{handoff.conversation_id}",
        payload=payload,
        now=now,
    )


def _conversation(session: Session, conversation_id: str) -> Conversation | None:
    return session.exec(_LOCKED, params={"conversation_id": conversation_id}).first()


def _ended_by(
    session: Session, conversation_id: str, agent: Agent, now: datetime
) -> tuple[Conversation, Handoff]:
    """What an agent may put an end to: their own, one that nobody holds, and for leads any."""
    conversation, handoff = locked(session, conversation_id)
    holder = holder_of(session, conversation, now)
    if holder is not None and holder.id != agent.id and not is_lead(agent):
        raise _held(holder, conversation)
    leave_to_person(session, conversation, now)
    return conversation, handoff


def _end(
    session: Session,
    conversation: Conversation,
    handoff: Handoff,
    resolution: Resolution,
    now: datetime,
) -> None:
    handoff.status, handoff.resolution, handoff.closed_at = HandoffStatus.CLOSED, resolution, now
    session.add(handoff)
    _free(session, conversation, Speaker.ASSISTANT)
    session.flush()
    closed = resolution is not Resolution.RETURNED
    tell(session, conversation, handoff, position=None, agent=None, returned=True, closed=closed)


def _free(session: Session, conversation: Conversation, speaker: Speaker) -> None:
    conversation.lease_owner = conversation.lease_until = None
    conversation.handled_by = speaker
    session.add(conversation)


def _held(holder: Agent, conversation: Conversation) -> HeldByOther:
    return HeldByOther(holder.id, holder.display_name, conversation.lease_until)
