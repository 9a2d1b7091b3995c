"""Tickets: what outlives the chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field
from sqlmodel import Session, col, select

from assistant.api.access import Opened, in_session, json_only
from assistant.api.desk.auth import CurrentAgent, DeskRoute
from assistant.api.desk.shapes import AgentName, ShownCustomer
from assistant.api.desk.viewing import agent_name, conversation_at, shown_customer
from assistant.api.problems import documented
from assistant.api.validation import Note, ThingId, clean_text
from orderdb.database import writing
from orderdb.desk import tickets as desk_tickets
from orderdb.models import Agent, Customer, Message, Ticket, TicketEntry
from orderdb.mood import Mood, moods
from orderdb.statuses import Role, TicketCategory, TicketPriority, TicketStatus

router = APIRouter(
    prefix="/api/desk/tickets",
    tags=["desk"],
    route_class=DeskRoute,
    dependencies=[Depends(json_only)],
    responses=documented(401, 403),
)

_BODY = documented(400, 404, 413, 415, 422)
_MESSAGES = 30


Subject = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(clean_text)]
Named = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean_text)]


class ShownEntry(BaseModel):
    """``changes``: by field, from what to what."""

    at: datetime
    agent: AgentName | None
    changes: dict[str, list[Any]]
    note: str


class ShownTicket(BaseModel):
    """``moods`` are those after each of the customer's messages in its conversation."""

    ticket_id: str
    customer: ShownCustomer
    conversation_id: str | None
    order_number: str | None
    subject: str
    category: TicketCategory
    priority: TicketPriority
    status: TicketStatus
    owner: AgentName | None
    due_at: datetime
    overdue: bool
    created_at: datetime
    closed_at: datetime | None
    history: list[ShownEntry]
    moods: list[Mood]


class TicketList(BaseModel):
    items: list[ShownTicket]


class NewTicket(BaseModel):
    """About a conversation, or about a customer without one; one's own unless ``owner`` is named,
    where null is nobody."""

    subject: Subject
    conversation_id: ThingId | None = None
    customer_id: Named | None = None
    order_number: Named | None = None
    category: TicketCategory = TicketCategory.OTHER
    priority: TicketPriority = TicketPriority.NORMAL
    owner: ThingId | None = None
    due_at: AwareDatetime | None = None
    note: Note = ""


class TicketChange(BaseModel):
    """What is left out stays; ``owner`` is an agent's id or ``me``, null is nobody."""

    subject: Subject | None = None
    status: TicketStatus | None = None
    category: TicketCategory | None = None
    priority: TicketPriority | None = None
    owner: ThingId | None = None
    due_at: AwareDatetime | None = None
    note: Note = ""


@router.get("", responses=documented(422))
async def show_all(
    services: Opened,
    agent: CurrentAgent,
    status: TicketStatus | None = None,
    owner: Literal["me", "anyone"] = "anyone",
    conversation_id: ThingId | None = None,
) -> TicketList:
    """What is due first comes first."""

    def read(session: Session) -> list[ShownTicket]:
        found = desk_tickets.tickets(
            session,
            status=status,
            owner_id=agent.id if owner == "me" else None,
            conversation_id=conversation_id,
        )
        return shown_tickets(session, found, services.clock())

    return TicketList(items=await in_session(services, read))


@router.post("", status_code=201, responses=_BODY)
async def add(services: Opened, agent: CurrentAgent, wanted: NewTicket) -> ShownTicket:
    """Open one; it is due by its priority unless a time is named."""

    mine = wanted.owner == "me" or "owner" not in wanted.model_fields_set
    owner = agent.id if mine else wanted.owner

    def work(session: Session) -> ShownTicket:
        writing(session)
        customer_id = wanted.customer_id or ""
        if wanted.conversation_id is not None:
            customer_id = conversation_at(session, wanted.conversation_id).customer_id
        now = services.clock()
        ticket = desk_tickets.open_ticket(
            session,
            customer_id,
            wanted.subject,
            now,
            conversation_id=wanted.conversation_id,
            category=wanted.category,
            priority=wanted.priority,
            order_number=wanted.order_number,
            owner_id=owner,
            due_at=wanted.due_at,
            note=wanted.note,
            agent=agent,
        )
        session.commit()
        return shown_tickets(session, [ticket], now)[0]

    return await in_session(services, work)


@router.patch("/{ticket_id}", responses=_BODY)
async def change(
    services: Opened, agent: CurrentAgent, ticket_id: ThingId, wanted: TicketChange
) -> ShownTicket:
    """Change what is named; the history keeps who did, and from what to what."""
    named = wanted.model_dump(exclude_unset=True, exclude={"note", "owner"})
    changes = {name: value for name, value in named.items() if value is not None}
    if "owner" in wanted.model_fields_set:
        changes["owner_id"] = agent.id if wanted.owner == "me" else wanted.owner

    def work(session: Session) -> ShownTicket:
        now = services.clock()
        ticket = desk_tickets.change_ticket(session, ticket_id, changes, wanted.note, agent, now)
        return shown_tickets(session, [ticket], now)[0]

    return await in_session(services, work)


def shown_tickets(session: Session, found: Sequence[Ticket], now: datetime) -> list[ShownTicket]:
    """Tickets with their history, owners and customers: four statements for all of them."""
    history = desk_tickets.entries(session, [one.id for one in found])
    agents = {one.id: one for one in session.exec(select(Agent))}
    customers = {one.customer_id for one in found}
    by_id = {
        one.id: shown_customer(one)
        for one in session.exec(select(Customer).where(col(Customer.id).in_(customers)))
    }
    said = _said(session, [one.conversation_id for one in found if one.conversation_id])
    return [
        ShownTicket(
            ticket_id=one.id,
            customer=by_id[one.customer_id],
            owner=agent_name(agents.get(one.owner_id or "")),
            overdue=one.status is not TicketStatus.CLOSED and one.due_at < now,
            history=[_entry(entry, agents) for entry in history[one.id]],
            moods=moods(said.get(one.conversation_id or "", [])),
            **one.model_dump(include=_AS_STORED),
        )
        for one in found
    ]


_AS_STORED = {
    "conversation_id",
    "order_number",
    "subject",
    "category",
    "priority",
    "status",
    "due_at",
    "created_at",
    "closed_at",
}


def _entry(entry: TicketEntry, agents: dict[str, Agent]) -> ShownEntry:
    return ShownEntry(
        at=entry.at,
        agent=agent_name(agents.get(entry.agent_id or "")),
        changes=entry.changes,
        note=entry.note,
    )


def _said(session: Session, conversations: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if conversations:
        rows = session.exec(
            select(Message.conversation_id, Message.text)
            .where(col(Message.conversation_id).in_(conversations), Message.role == Role.CUSTOMER)
            .order_by(col(Message.id))
        )
        for conversation, text in rows:
            found.setdefault(conversation, []).append(text)
    return {name: texts[-_MESSAGES:] for name, texts in found.items()}
