"""What agents propose and commit in a customer's stead."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from sqlmodel import Session

from assistant.api.access import Opened, in_session, json_only
from assistant.api.desk.auth import CurrentAgent, DeskRoute
from assistant.api.desk.shapes import Card, DeskClick, ProposalWish
from assistant.api.desk.viewing import conversation_at, proposal_shown
from assistant.api.problems import Problem, documented
from assistant.api.proposals import Confirmed, Declined
from assistant.api.validation import ThingId
from assistant.services import Services
from orderdb import proposals
from orderdb.desk import voice
from orderdb.errors import NotFound, OrderChanged
from orderdb.models import Agent, Proposal
from orderdb.text import Language

router = APIRouter(
    prefix="/api/desk",
    tags=["desk"],
    route_class=DeskRoute,
    dependencies=[Depends(json_only)],
    responses=documented(400, 401, 403, 404, 409, 413, 415, 422),
)


@router.post("/conversations/{conversation_id}/proposals", status_code=201)
async def propose(
    services: Opened, agent: CurrentAgent, conversation_id: ThingId, wish: ProposalWish
) -> Card:
    """Prepare a change for the customer, in the agent's own words; a message can then show it.

    409 ``refused`` says why the rules do not allow it.
    """
    return await in_session(
        services, lambda session: prepare(session, services, agent, conversation_id, wish)
    )


@router.post("/proposals/{proposal_id}/confirm")
async def confirm(
    services: Opened, agent: CurrentAgent, proposal_id: ThingId, click: DeskClick
) -> Confirmed:
    """Commit what an agent proposed, exactly once, in a conversation that this agent speaks in."""

    def work(session: Session) -> dict[str, Any]:
        proposal = _agents(session, services, agent, proposal_id)
        customer_id = proposal.customer_id
        session.rollback()
        try:
            return proposals.confirm(
                session,
                customer_id,
                proposal_id,
                click.digest,
                services.book,
                services.clock(),
                agent=agent.name,
            )
        except OrderChanged as change:
            raise _changed(session, agent, customer_id, change) from None

    return Confirmed.model_validate(await in_session(services, work))


@router.post("/proposals/{proposal_id}/decline")
async def decline(
    services: Opened, agent: CurrentAgent, proposal_id: ThingId, click: DeskClick | None = None
) -> Declined:
    """Put an agent's proposal aside; a repeat changes nothing."""

    def work(session: Session) -> Proposal:
        customer_id = _agents(session, services, agent, proposal_id).customer_id
        session.rollback()
        return proposals.decline(
            session, customer_id, proposal_id, services.clock(), agent=agent.name
        )

    return Declined(proposal_id=(await in_session(services, work)).id, status="declined")


def prepare(
    session: Session,
    services: Services,
    agent: Agent,
    conversation_id: str,
    wish: ProposalWish,
) -> Card:
    """Make the proposal; raises as ``voice.keep`` does, and Problem where the rules say no."""
    from tools.context import DeskContext  # these take long to import: not at start-up
    from tools.desk_tool import UnfitArguments
    from tools.goodwill import TOOL as GOODWILL
    from tools.registry import ToolKind, ToolRegistry

    conversation = voice.keep(session, conversation_id, agent, services.clock())
    registry = ToolRegistry()
    offered = {tool.name: tool for tool in registry if registry.kind(tool.name) is ToolKind.PROPOSE}
    tool = (offered | {GOODWILL.name: GOODWILL}).get(wish.tool)
    if tool is None:
        raise Problem(422, "unknown_tool", "There is no such action.")
    context = DeskContext(
        customer_id=conversation.customer_id,
        conversation_id=conversation_id,
        language=conversation.language,
        sessions=services.sessions,
        book=services.book,
        policies=None,  # type: ignore[arg-type]  # no proposal searches the policies
        clock=services.clock,
        agent=agent.name,
    )
    try:
        result = tool.checked(context, wish.arguments)
    except UnfitArguments as error:
        raise Problem(422, "unfit_arguments", str(error)) from None
    if result.proposal is None:
        raise Problem(409, "refused", result.text)
    return result.proposal.model_dump(mode="json")


def _agents(session: Session, services: Services, agent: Agent, proposal_id: str) -> Proposal:
    """A proposal that an agent made, in a conversation that this one speaks in.

    What the customer asked for is for the customer to click on. Raises NotFound, and as
    ``voice.keep`` does.
    """
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or proposal.agent is None or proposal.conversation_id is None:
        raise NotFound("no agent made such a proposal")
    conversation_id = proposal.conversation_id
    session.rollback()
    voice.keep(session, conversation_id, agent, services.clock())
    return session.get_one(Proposal, proposal_id)


def _changed(session: Session, agent: Agent, customer_id: str, change: OrderChanged) -> Problem:
    replacement = None
    if change.replacement is not None:
        found = proposals.find_proposal(session, customer_id, change.replacement, agent=agent.name)
        replacement = proposal_shown(found, _language(session, found))
    return Problem(
        409,
        change.code,
        change.reason.en,
        reason=change.reason.model_dump(),
        proposal=replacement,
    )


def _language(session: Session, proposal: Proposal) -> Language:
    conversation = conversation_at(session, proposal.conversation_id or "")
    return "zh" if conversation.language.startswith("zh") else "en"
