"""An agent's message, with the cards and proposals that it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlmodel import Session

from assistant.api.desk.shapes import AgentMessage, Card
from assistant.api.desk.viewing import (
    conversation_at,
    language_of,
    order_shown,
    proposal_shown,
)
from assistant.api.problems import Problem
from assistant.events import Reply, Speaking
from assistant.services import Services
from orderdb import proposals
from orderdb.desk import voice
from orderdb.desk.canned import gaps_in
from orderdb.desk.messages import Spoken, said_before, say
from orderdb.desk.stream import Told
from orderdb.models import Agent, Conversation
from orderdb.proposals.kinds import FOR_AGENTS
from orderdb.statuses import ProposalStatus

if TYPE_CHECKING:
    from assistant.suggestions.accepting import Accepting  # what tools stand on: not at start-up
    from assistant.suggestions.service import Suggestions


def speak(services: Services, agent: Agent, conversation_id: str, message: AgentMessage) -> Reply:
    """Store what an agent says; a repeat gets the first answer. Raises as ``voice`` does."""
    with services.sessions.looking() as session:
        known = said_before(session, conversation_id, message.text, message.client_message_id)
        if known is not None:
            return Reply.model_validate(known)
        if gaps := gaps_in(message.text):
            raise Problem(422, "unfilled_variable", f"Fill in {', '.join(gaps)} first.")
        conversation = conversation_at(session, conversation_id)
    accepting = _accepting(services, agent, conversation_id, message)
    ids = list(message.proposal_ids)
    if accepting is not None and (made := accepting.propose()) is not None:
        ids.append(made)
    with services.sessions.looking() as session:
        shown = _proposals(session, agent, conversation, ids)
        cards = _cards(session, services, conversation, message)
    turn_id = str(uuid4())
    reply = Reply(
        turn_id=turn_id,
        message_id=turn_id,
        reply=message.text,
        language=language_of(conversation),
        cards=cards,
        citations=accepting.citations if accepting else [],
        proposals=shown,
        handled_by="agent",
        agent=Speaking(display_name=agent.display_name),
    )
    events: list[Told] = [("card", card) for card in cards]
    events += [("proposal", one) for one in shown]
    events += [("citation", one) for one in reply.citations]
    spoken = Spoken(
        turn_id,
        message.client_message_id,
        message.text,
        reply.model_dump(mode="json"),
        events,
    )
    also = accepting.accepted(message.text, turn_id) if accepting else None
    with services.sessions() as session:
        stored = say(session, conversation_id, agent, spoken, services.clock(), also=also)
    if accepting is not None:
        accepting.keep_example(message.text)
    return Reply.model_validate(stored)


def _accepting(
    services: Services, agent: Agent, conversation_id: str, message: AgentMessage
) -> Accepting | None:
    """The draft that the message was made from; the right to speak is checked first."""
    if message.suggestion_id is None:
        return None
    from assistant.suggestions.accepting import Accepting

    with services.sessions() as session:
        voice.keep(session, conversation_id, agent, services.clock())
    drafts = suggestions_of(services)
    return Accepting.begin(drafts, agent, conversation_id, message.suggestion_id)


def suggestions_of(services: Services) -> Suggestions:
    """What drafts replies; a problem where this server has none."""
    if services.suggestions is None:
        raise Problem(503, "no_suggestions", "Suggestions are not available here.")
    return services.suggestions


def _cards(
    session: Session, services: Services, conversation: Conversation, message: AgentMessage
) -> list[Card]:
    """Orders as they are stored; raises NotFound for any that is not this customer's."""
    customer, now = conversation.customer_id, services.clock()
    return [order_shown(session, customer, one.number, now) for one in message.cards]


def _proposals(
    session: Session, agent: Agent, conversation: Conversation, ids: Sequence[str]
) -> list[Card]:
    """What the customer is to see; a credit only once it is given, for they cannot click on it."""
    found = [
        proposals.find_proposal(session, conversation.customer_id, one, agent=agent.name)
        for one in ids
    ]
    if any(one.kind in FOR_AGENTS and one.status is not ProposalStatus.CONFIRMED for one in found):
        raise Problem(409, "confirm_first", "Confirm the credit before telling of it.")
    return [proposal_shown(one, language_of(conversation)) for one in found]
