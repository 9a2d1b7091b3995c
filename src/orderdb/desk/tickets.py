"""Issues that outlive the chat: who owns them, until when, and what was done about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from orderdb import audit
from orderdb.columns import JsonObject
from orderdb.database import writing
from orderdb.errors import NotFound
from orderdb.models import Agent, Conversation, Customer, Handoff, Ticket, TicketEntry
from orderdb.mood import Mood
from orderdb.statuses import ReasonCode, TicketCategory, TicketPriority, TicketStatus

DUE: Mapping[TicketPriority, timedelta] = {
    TicketPriority.URGENT: timedelta(hours=4),
    TicketPriority.HIGH: timedelta(hours=24),
    TicketPriority.NORMAL: timedelta(hours=72),
    TicketPriority.LOW: timedelta(hours=120),
}
_CHANGEABLE = ("status", "category", "priority", "owner_id", "due_at", "order_number", "subject")
_CATEGORIES = {
    "order": TicketCategory.DELIVERY,
    "damaged": TicketCategory.DAMAGE,
    "missing": TicketCategory.DAMAGE,
    "return": TicketCategory.RETURN,
    "exchange": TicketCategory.RETURN,
    "refund": TicketCategory.REFUND,
    "cancel": TicketCategory.CHANGE,
    "address": TicketCategory.CHANGE,
    "items": TicketCategory.CHANGE,
    "payment": TicketCategory.PAYMENT,
    "product": TicketCategory.PRODUCT,
    "complaint": TicketCategory.COMPLAINT,
}
_PRESSING = frozenset({ReasonCode.LEGAL, ReasonCode.SAFETY})
_SUBJECT = 120


def category_of(matter: str | None, reason: ReasonCode | None = None) -> TicketCategory:
    """The category of a matter such as ``do.return``; a complaint where only that is known."""
    for part in reversed((matter or "").split(".")):
        if part in _CATEGORIES:
            return _CATEGORIES[part]
    if reason in (ReasonCode.COMPLAINT, ReasonCode.MOOD):
        return TicketCategory.COMPLAINT
    return TicketCategory.OTHER


def priority_of(mood: Mood, reason: ReasonCode | None) -> TicketPriority:
    """Legal threats and safety first, then anger."""
    if reason in _PRESSING:
        return TicketPriority.URGENT
    if mood is Mood.ANGRY:
        return TicketPriority.HIGH
    return TicketPriority.NORMAL


def open_ticket(
    session: Session,
    customer_id: str,
    subject: str,
    now: datetime,
    *,
    conversation_id: str | None = None,
    handoff_id: str | None = None,
    category: TicketCategory = TicketCategory.OTHER,
    priority: TicketPriority = TicketPriority.NORMAL,
    order_number: str | None = None,
    owner_id: str | None = None,
    due_at: datetime | None = None,
    note: str = "",
    agent: Agent | None = None,
) -> Ticket:
    """Open one, due by its priority; the caller commits. Raises NotFound for the customer."""
    if session.get(Customer, customer_id) is None:
        raise NotFound("there is no such customer")
    if owner_id is not None and session.get(Agent, owner_id) is None:
        raise NotFound("there is no such agent")
    ticket = Ticket(
        id=str(uuid4()),
        customer_id=customer_id,
        conversation_id=conversation_id,
        handoff_id=handoff_id,
        order_number=order_number,
        subject=subject.strip()[:_SUBJECT] or "(no subject)",
        category=category,
        priority=priority,
        owner_id=owner_id,
        due_at=due_at or now + DUE[priority],
        created_at=now,
    )
    session.add(ticket)
    session.flush()
    _enter(session, ticket, agent, {"status": [None, TicketStatus.OPEN.value]}, note, now)
    _record(session, ticket, agent, "ticket.opened", now)
    return ticket


def ticket_for(
    session: Session, handoff: Handoff, agent: Agent, note: str, now: datetime
) -> Ticket:
    """The ticket of a handoff that closes unresolved, once; the caller commits."""
    known = session.exec(select(Ticket).where(Ticket.handoff_id == handoff.id)).first()
    if known is not None:
        return known
    conversation = session.get_one(Conversation, handoff.conversation_id)
    memory, summary = conversation.memory, handoff.summary or {}
    matter, numbers = memory.get("matter"), summary.get("orders") or []
    return open_ticket(
        session,
        conversation.customer_id,
        note or summary.get("said") or handoff.reason,
        now,
        conversation_id=conversation.id,
        handoff_id=handoff.id,
        category=category_of(matter, handoff.reason_code),
        priority=priority_of(Mood(handoff.mood), handoff.reason_code),
        order_number=memory.get("focus") or (numbers[0] if numbers else None),
        owner_id=agent.id,
        note=note,
        agent=agent,
    )


def change_ticket(
    session: Session, ticket_id: str, changes: Mapping[str, Any], note: str, agent: Agent,
    now: datetime,
) -> Ticket:  # fmt: skip
    """Change what is named, keep from what to what, and a note; raises NotFound."""
    writing(session)
    ticket = session.exec(select(Ticket).where(Ticket.id == ticket_id).with_for_update()).first()
    if ticket is None:
        raise NotFound("there is no such ticket")
    owner = changes.get("owner_id")
    if owner is not None and session.get(Agent, owner) is None:
        raise NotFound("there is no such agent")
    entered: JsonObject = {}
    for name in _CHANGEABLE:
        if name in changes and getattr(ticket, name) != changes[name]:
            entered[name] = [_plain(getattr(ticket, name)), _plain(changes[name])]
            setattr(ticket, name, changes[name])
    closed = ticket.status is TicketStatus.CLOSED
    ticket.closed_at = (ticket.closed_at or now) if closed else None
    session.add(ticket)
    if entered or note:
        _enter(session, ticket, agent, entered, note, now)
        _record(session, ticket, agent, "ticket.changed", now, fields=sorted(entered))
    session.commit()
    return ticket


def tickets(
    session: Session,
    *,
    status: TicketStatus | None = None,
    owner_id: str | None = None,
    customer_id: str | None = None,
    conversation_id: str | None = None,
    limit: int = 200,
) -> list[Ticket]:
    """What is due first comes first."""
    query = select(Ticket).order_by(col(Ticket.due_at), col(Ticket.id)).limit(limit)
    for column, value in (
        (Ticket.status, status),
        (Ticket.owner_id, owner_id),
        (Ticket.customer_id, customer_id),
        (Ticket.conversation_id, conversation_id),
    ):
        if value is not None:
            query = query.where(column == value)
    return list(session.exec(query))


def entries(session: Session, ticket_ids: Sequence[str]) -> dict[str, list[TicketEntry]]:
    """The history of each ticket, oldest first."""
    found: dict[str, list[TicketEntry]] = {one: [] for one in ticket_ids}
    if ticket_ids:
        rows = session.exec(
            select(TicketEntry)
            .where(col(TicketEntry.ticket_id).in_(ticket_ids))
            .order_by(col(TicketEntry.id))
        )
        for row in rows:
            found[row.ticket_id].append(row)
    return found


def _enter(
    session: Session, ticket: Ticket, agent: Agent | None, changes: JsonObject, note: str,
    now: datetime,
) -> None:  # fmt: skip
    whose = agent.id if agent else None
    session.add(
        TicketEntry(ticket_id=ticket.id, at=now, agent_id=whose, changes=changes, note=note)
    )
    session.flush()


def _record(
    session: Session, ticket: Ticket, agent: Agent | None, kind: str, now: datetime, **more: object
) -> None:
    audit.append(
        session,
        actor=f"agent:{agent.name}" if agent else "desk",
        kind=kind,
        subject=f"ticket:{ticket.id}",
        payload={"status": ticket.status.value, "priority": ticket.priority.value, **more},
        now=now,
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
