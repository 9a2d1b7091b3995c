"""A person's click on a proposal: the only thing in the API that changes an order."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from assistant.api.access import Opened, in_session, json_only
from assistant.api.auth import CustomerId, SignedRoute
from assistant.api.problems import Problem, documented
from assistant.api.validation import ThingId
from orderdb import proposals
from orderdb.errors import OrderChanged
from orderdb.models import Conversation
from orderdb.money import Money
from orderdb.text import Language

router = APIRouter(
    prefix="/api/proposals/{proposal_id}",
    tags=["proposals"],
    route_class=SignedRoute,
    dependencies=[Depends(json_only)],
    responses=documented(400, 401, 404, 409, 413, 415, 422),
)


class Click(BaseModel):
    """The digest of what the customer saw."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Confirmed(BaseModel):
    """What was done; the same on every repeat. More members say more of it."""

    model_config = ConfigDict(extra="allow")

    proposal_id: str
    status: Literal["confirmed"]
    kind: str
    order_number: str
    amount: Money


class Declined(BaseModel):
    proposal_id: str
    status: Literal["declined"]


@router.post("/confirm")
async def confirm(
    services: Opened, customer_id: CustomerId, proposal_id: ThingId, click: Click
) -> Confirmed:
    """Carry it out, exactly once. 409 with a new ``proposal`` when the order has moved on."""

    def work(session: Session) -> dict[str, Any]:
        try:
            return proposals.confirm(
                session, customer_id, proposal_id, click.digest, services.book, services.clock()
            )
        except OrderChanged as change:
            raise _changed(session, customer_id, change) from None

    return Confirmed.model_validate(await in_session(services, work))


@router.post("/decline")
async def decline(services: Opened, customer_id: CustomerId, proposal_id: ThingId) -> Declined:
    """Put it aside; a repeat changes nothing."""
    declined = await in_session(
        services,
        lambda session: proposals.decline(session, customer_id, proposal_id, services.clock()),
    )
    return Declined(proposal_id=declined.id, status="declined")


def _changed(session: Session, customer_id: str, change: OrderChanged) -> Problem:
    """The conflict as the page needs it: why, and what may be confirmed instead."""
    return Problem(
        409,
        change.code,
        change.reason.en,
        reason=change.reason.model_dump(),
        proposal=change.replacement and _card(session, customer_id, change.replacement),
    )


def _card(session: Session, customer_id: str, proposal_id: str) -> dict[str, Any]:
    from tools.aftersales import proposal_card  # with langchain behind it: not at start-up

    found = proposals.find_proposal(session, customer_id, proposal_id)
    chat = found.conversation_id
    conversation = session.get(Conversation, chat) if chat is not None else None
    language: Language = "zh" if conversation and conversation.language == "zh" else "en"
    return proposal_card(found, language).model_dump(mode="json")
