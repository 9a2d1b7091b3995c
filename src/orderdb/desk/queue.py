"""What waits for a person, the most urgent first. Only open handoffs are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, exists, func, or_
from sqlalchemy import select as sql_select
from sqlalchemy.orm import aliased, load_only
from sqlmodel import Session, col, select

from orderdb.models import Agent, Conversation, Customer, Handoff, Message, Order
from orderdb.money import Money
from orderdb.mood import Mood
from orderdb.numbers import number_key
from orderdb.statuses import HandoffStatus, Role

State = Literal["waiting", "active", "closed"]
Assigned = Literal["anyone", "nobody", "me"]

_MOST = 500
_MINUTES_A_STEP = 5.0
_MOOD = {Mood.CALM: 0.0, Mood.UNHAPPY: 2.0, Mood.ANGRY: 4.0}
_RISK = 3.0
_WORTH = 2.0
_DEAR = 50_000  # minor units; what is dearer counts no more

_SAID = aliased(Message)
_LAST_SAID = (
    select(func.max(_SAID.id))
    .where(
        _SAID.conversation_id == Conversation.id,
        col(_SAID.role).in_((Role.CUSTOMER, Role.AGENT)),
        _SAID.text != "",
    )
    .correlate(Conversation)
    .scalar_subquery()
)


@dataclass(frozen=True)
class Queued:
    """A handoff with what it is ranked by and shown with; ``last`` is what a person said last,
    for the assistant only says that somebody will come."""

    handoff: Handoff
    conversation: Conversation
    customer: Customer
    agent: Agent | None
    last: Message | None
    urgency: float
    waiting_seconds: int

    @property
    def late_risk(self) -> float | None:
        return (self.handoff.summary or {}).get("late_risk")

    @property
    def order_value(self) -> Money | None:
        value = (self.handoff.summary or {}).get("order_value")
        return Money.model_validate(value) if value else None

    @property
    def unanswered(self) -> bool:
        """Whether the customer had the last word; what the assistant says answers nobody here."""
        return self.last is not None and self.last.role is Role.CUSTOMER


def urgency(
    waiting_seconds: float, mood: Mood, late_risk: float | None, order_value: Money | None
) -> float:
    """How soon somebody should look: a point each five minutes, more for what weighs more.

    An angry customer goes before a calm one who came twenty minutes earlier.
    """
    worth = min(order_value.minor, _DEAR) / _DEAR if order_value else 0.0
    waited = waiting_seconds / 60 / _MINUTES_A_STEP
    return round(waited + _MOOD[mood] + _RISK * (late_risk or 0.0) + _WORTH * worth, 3)


def queue(
    session: Session,
    agent: Agent,
    now: datetime,
    *,
    state: State | None = None,
    assigned: Assigned = "anyone",
    search: str = "",
) -> list[Queued]:
    """Open handoffs by urgency; closed ones, where asked for, the newest first.

    ``search`` finds customers by name, id or e-mail, conversations by id or by words said there,
    and orders of the customer's by number.
    """
    query = (
        sql_select(Handoff, Conversation, Customer, Agent, Message)
        .join(Conversation, col(Conversation.id) == Handoff.conversation_id)
        .join(Customer, col(Customer.id) == Conversation.customer_id)
        .outerjoin(Agent, col(Agent.id) == Handoff.agent_id)
        .outerjoin(Message, col(Message.id) == _LAST_SAID)
        .options(load_only(Conversation.language))  # type: ignore[arg-type]
        .limit(_MOST)
    )
    if state is None:
        query = query.where(col(Handoff.status).in_((HandoffStatus.WAITING, HandoffStatus.ACTIVE)))
    else:
        query = query.where(col(Handoff.status) == HandoffStatus(state))
    if state == "closed":
        query = query.order_by(col(Handoff.created_at).desc())
    else:
        query = query.order_by(col(Handoff.created_at))
    if assigned == "nobody":
        query = query.where(col(Handoff.agent_id).is_(None))
    elif assigned == "me":
        query = query.where(col(Handoff.agent_id) == agent.id)
    if words := search.replace("\x00", "").strip():  # PostgreSQL knows no such character
        query = query.where(_found_by(words))
    found = [
        _queued(handoff, conversation, customer, whose, last, now)
        for handoff, conversation, customer, whose, last in session.execute(query)
    ]
    if state == "closed":
        return found
    return sorted(found, key=lambda one: (-one.urgency, one.handoff.created_at, one.handoff.id))


def holders(session: Session) -> list[tuple[HandoffStatus, str | None]]:
    """Of every open handoff, how it stands and the id of the agent who has it."""
    rows = session.exec(
        select(Handoff.status, Handoff.agent_id).where(
            col(Handoff.status).in_((HandoffStatus.WAITING, HandoffStatus.ACTIVE))
        )
    )
    return [(HandoffStatus(status), agent) for status, agent in rows]


def _found_by(words: str) -> ColumnElement[bool]:
    named = (Customer.name, Customer.email, Customer.id, Conversation.id)
    said = exists().where(
        col(_SAID.conversation_id) == Conversation.id,
        col(_SAID.role) != Role.ASSISTANT,
        col(_SAID.text).icontains(words, autoescape=True),
    )
    found = [*(col(one).icontains(words, autoescape=True) for one in named), said]
    if any(one.isdigit() for one in words):
        numbered = col(Order.number_key).contains(number_key(words), autoescape=True)
        found.append(exists().where(col(Order.customer_id) == Customer.id, numbered))
    return or_(*found)


def _queued(
    handoff: Handoff,
    conversation: Conversation,
    customer: Customer,
    agent: Agent | None,
    last: Message | None,
    now: datetime,
) -> Queued:
    until = handoff.taken_at or handoff.closed_at or now
    waiting = max(0.0, (until - handoff.created_at).total_seconds())
    one = Queued(handoff, conversation, customer, agent, last, 0.0, int(waiting))
    ranked = urgency(waiting, handoff.mood, one.late_risk, one.order_value)
    return Queued(handoff, conversation, customer, agent, last, ranked, int(waiting))
