"""An agent's message, with the cards and proposals that it shows."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from sqlmodel import Session

from assistant.api.desk.shapes import AgentMessage, Card
from assistant.api.desk.viewing import conversation_at, language_of, proposal_shown
from assistant.api.problems import Problem
from assistant.events import Reply, Speaking
from assistant.services import Services
from orderdb import proposals
from orderdb.desk.messages import Spoken, said_before, say
from orderdb.desk.stream import Told
from orderdb.models import Agent, Conversation
from orderdb.proposals.kinds import FOR_AGENTS
from orderdb.statuses import ProposalStatus


def speak(
    session: Session,
    services: Services,
    agent: Agent,
    conversation_id: str,
    message: AgentMessage,
) -> Reply:
    """Store what an agent says; a repeat gets the first answer. Raises as ``voice`` does."""
    known = said_before(session, conversation_id, message.text, message.client_message_id)
    if known is not None:
        return Reply.model_validate(known)
    conversation = conversation_at(session, conversation_id)
    shown = _proposals(session, agent, conversation, message.proposal_ids)
    language = language_of(conversation)
    session.rollback()  # what was looked up belongs to no write
    turn_id = str(uuid4())
    reply = Reply(
        turn_id=turn_id,
        message_id=turn_id,
        reply=message.text,
        language=language,
        cards=message.cards,
        proposals=shown,
        handled_by="agent",
        agent=Speaking(display_name=agent.display_name),
    )
    events: list[Told] = [("card", card) for card in message.cards]
    events += [("proposal", one) for one in shown]
    spoken = Spoken(
        turn_id,
        message.client_message_id,
        message.text,
        reply.model_dump(mode="json"),
        events,
    )
    return Reply.model_validate(say(session, conversation_id, agent, spoken, services.clock()))


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
