"""A conversation as agents see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from assistant.api.desk.shapes import (
    AgentName,
    Card,
    DeskConversation,
    DeskMessage,
    ShownCustomer,
    ShownHandoff,
    Speaker,
    Summary,
)
from assistant.events import Reply
from orderdb.desk import voice
from orderdb.desk.summary import open_proposals, summarise
from orderdb.errors import NotFound
from orderdb.handoffs import position
from orderdb.models import Agent, Conversation, Customer, Handoff, Proposal
from orderdb.statuses import HandoffStatus
from orderdb.statuses import Speaker as Speaks
from orderdb.text import Language
from orderdb.transcripts import Said, read_transcript


def conversation_at(session: Session, conversation_id: str) -> Conversation:
    """Any customer's conversation; raises NotFound."""
    found = session.get(Conversation, conversation_id)
    if found is None:
        raise NotFound("there is no such conversation")
    return found


def shown_conversation(session: Session, conversation_id: str, now: datetime) -> DeskConversation:
    """Everything about it; raises NotFound."""
    conversation = conversation_at(session, conversation_id)
    customer = session.get_one(Customer, conversation.customer_id)
    transcript = read_transcript(session, customer.id, conversation_id)
    handoff = newest_handoff(session, conversation_id)
    language = language_of(conversation)
    waiting = open_proposals(session, conversation_id, now)
    return DeskConversation(
        conversation_id=conversation_id,
        customer=shown_customer(customer),
        messages=[_message(one) for one in transcript.said],
        handoff=handoff and _handoff(session, conversation, handoff, now),
        speaker=speaker(session, conversation, now),
        proposals=[proposal_shown(one, language) for one in waiting],
        tickets=_tickets(session, conversation_id, now),
        last_event_id=transcript.last_event_id,
    )


def _tickets(session: Session, conversation_id: str, now: datetime) -> list[dict[str, Any]]:
    from assistant.api.desk.tickets import shown_tickets  # it shows customers as this does
    from orderdb.desk.tickets import tickets

    found = tickets(session, conversation_id=conversation_id)
    return [one.model_dump(mode="json") for one in shown_tickets(session, found, now)]


def newest_handoff(session: Session, conversation_id: str) -> Handoff | None:
    """The open handoff, else the last one."""
    return session.exec(
        select(Handoff)
        .where(Handoff.conversation_id == conversation_id)
        .order_by(col(Handoff.created_at).desc(), col(Handoff.id))
        .limit(1)
    ).first()


def speaker(session: Session, conversation: Conversation, now: datetime) -> Speaker:
    """Who may speak now; nobody while a person is awaited."""
    agent = voice.holder_of(session, conversation, now)
    if agent is not None:
        return Speaker(kind="agent", agent=agent_name(agent), until=conversation.lease_until)
    waits = conversation.handled_by is Speaks.AGENT
    return Speaker(kind="nobody" if waits else "assistant", agent=None, until=None)


def shown_customer(customer: Customer) -> ShownCustomer:
    return ShownCustomer(
        customer_id=customer.id,
        name=customer.name,
        membership=customer.tier.value,
        language=customer.language,
    )


def agent_name(agent: Agent | None) -> AgentName | None:
    if agent is None:
        return None
    return AgentName(agent_id=agent.id, display_name=agent.display_name)


def language_of(conversation: Conversation) -> Language:
    return "zh" if conversation.language.startswith("zh") else "en"


def proposal_shown(proposal: Proposal, language: Language) -> Card:
    """A proposal as customers see it."""
    from tools.proposing import proposal_card  # takes long to import: not at start-up

    return proposal_card(proposal, language).model_dump(mode="json")


def order_shown(session: Session, customer_id: str, number: str, now: datetime) -> Card:
    """An order's card as of now; raises NotFound."""
    from orderdb.delivery import Calendars, with_past
    from orderdb.repository import find_order
    from orderdb.repository.delivery_models import models
    from tools.order_cards import order_card

    order = find_order(session, customer_id, number)
    told, past = with_past(order.delivery_facts, Calendars(), now, models(session))
    return order_card(order, told, past).dump()


def _handoff(
    session: Session, conversation: Conversation, handoff: Handoff, now: datetime
) -> ShownHandoff:
    agent = session.get(Agent, handoff.agent_id) if handoff.agent_id else None
    return ShownHandoff(
        handoff_id=handoff.id,
        status=handoff.status,
        reason=handoff.reason,
        reason_code=handoff.reason_code,
        created_at=handoff.created_at,
        taken_at=handoff.taken_at,
        closed_at=handoff.closed_at,
        resolution=handoff.resolution,
        note=handoff.note,
        agent=agent_name(agent),
        position=position(session, handoff),
        summary=_summary(session, conversation, handoff, now),
    )


def _summary(
    session: Session, conversation: Conversation, handoff: Handoff, now: datetime
) -> Summary:
    """As it was when the handoff was made, with orders and proposals as they are now.

    While it waits, what the assistant tried since is told too.
    """
    known = handoff.summary
    if known is None or handoff.status is not HandoffStatus.CLOSED:
        fresh = summarise(session, conversation, handoff.reason, now)
        known = fresh | {"said": (known or fresh)["said"], "mood": handoff.mood.value}
    language = language_of(conversation)
    proposals = session.exec(
        select(Proposal).where(col(Proposal.id).in_(known["open_proposals"]))
    ).all()
    return Summary(
        language=known["language"],
        mood=known["mood"],
        said=known["said"],
        tried=known["tried"],
        orders=[
            order_shown(session, conversation.customer_id, number, now)
            for number in known["orders"]
        ],
        open_proposals=[proposal_shown(one, language) for one in proposals],
        unverified=known["unverified"],
    )


def _message(said: Said) -> DeskMessage:
    message = said.message
    reply = None if said.reply is None else Reply.model_validate(said.reply)
    return DeskMessage(
        message_id=str(message.id),
        role=message.role.value,
        text=message.text,
        created_at=message.created_at,
        reply=reply,
        agent=reply.agent if reply else None,
    )
