"""Messages drafted before the customer asks: looked for, read, sent or dismissed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select
from starlette.concurrency import run_in_threadpool

from assistant.api.access import Opened, in_session, json_only
from assistant.api.desk.auth import CurrentAgent, DeskRoute
from assistant.api.desk.shapes import AgentMessage, ShownCustomer
from assistant.api.desk.speaking import speak, suggestions_of
from assistant.api.desk.viewing import shown_customer
from assistant.api.problems import documented
from assistant.api.validation import MessageText, ThingId
from assistant.events import Reply
from assistant.services import Services
from assistant.suggestions.suggestion import ReadyProposal, Suggestion
from orderdb.desk import voice
from orderdb.desk.proactive import decide, drafted, proactive_messages
from orderdb.desk.reaching import reach
from orderdb.models import Agent, Customer, ProactiveMessage
from orderdb.statuses import ProactiveKind, ProactiveStatus

router = APIRouter(
    prefix="/api/desk/proactive",
    tags=["desk"],
    route_class=DeskRoute,
    dependencies=[Depends(json_only)],
    responses=documented(401, 403),
)

_BODY = documented(400, 404, 409, 413, 415, 422)


class ShownProactive(BaseModel):
    """``remedy`` is made when the message is approved; ``late_risk`` is that of being late."""

    proactive_id: str
    kind: ProactiveKind
    status: ProactiveStatus
    customer: ShownCustomer
    order_number: str
    language: str
    text: str
    late_risk: float | None
    remedy: ReadyProposal | None
    created_at: datetime
    conversation_id: str | None


class ProactiveList(BaseModel):
    items: list[ShownProactive]


class Approval(BaseModel):
    """The words as they are to be sent; without the remedy where ``remedy`` is false."""

    model_config = ConfigDict(extra="forbid")  # a slip in a name must not give the remedy

    text: MessageText
    remedy: bool = True


class Sent(BaseModel):
    conversation_id: str
    reply: Reply


class Found(BaseModel):
    drafted: int


@router.get("", responses=documented(422))
async def show_all(
    services: Opened, agent: CurrentAgent, status: ProactiveStatus = ProactiveStatus.DRAFTED
) -> ProactiveList:
    """Drafts that wait for a decision: troubles, then the likeliest to be late."""
    return await in_session(
        services,
        lambda session: ProactiveList(items=_shown(session, proactive_messages(session, status))),
    )


@router.post("/scan", responses=_BODY)
async def scan(services: Opened, agent: CurrentAgent) -> Found:
    """Look for orders that may be late and parcels in trouble; one draft for each event."""
    made = await run_in_threadpool(suggestions_of(services).proactive().scan)
    return Found(drafted=len(made))


@router.post("/{proactive_id}/approve", responses=_BODY)
async def approve(
    services: Opened, agent: CurrentAgent, proactive_id: ThingId, approval: Approval
) -> Sent:
    """Send it in the customer's newest conversation, or a new one, with its remedy."""
    return await in_session(
        services, lambda session: _send(session, services, agent, proactive_id, approval)
    )


@router.post("/{proactive_id}/dismiss", status_code=204, responses=_BODY)
async def dismiss(services: Opened, agent: CurrentAgent, proactive_id: ThingId) -> None:
    """It is not to be sent, and not to be drafted again."""

    def work(session: Session) -> None:
        decide(session, proactive_id, ProactiveStatus.DISMISSED, agent.id, services.clock())
        session.commit()

    await in_session(services, work)


def _send(
    session: Session, services: Services, agent: Agent, proactive_id: str, approval: Approval
) -> Sent:
    """Take the word, make the remedy, say it, and give the word back if nobody waited for one."""
    message = drafted(session, proactive_id)
    session.rollback()
    now = services.clock()
    reached = reach(session, message.customer_id, agent, now)
    voice.take(session, reached.conversation_id, agent, now)
    ready = Suggestion.model_validate(message.content).proposal if approval.remedy else None
    made: list[str] = []
    if ready is not None:
        proposing = suggestions_of(services).proposing(
            agent, message.customer_id, reached.conversation_id, message.language
        )
        made = [proposing.make(ready)]
    said = AgentMessage(
        text=approval.text,
        client_message_id=f"proactive-{proactive_id[:40]}",
        proposal_ids=made,
    )
    reply = speak(services, agent, reached.conversation_id, said)
    decide(
        session,
        proactive_id,
        ProactiveStatus.SENT,
        agent.id,
        now,
        conversation_id=reached.conversation_id,
        text=approval.text,
    )
    session.commit()
    if reached.ours:
        voice.release(session, reached.conversation_id, agent, now, to_queue=False)
    return Sent(conversation_id=reached.conversation_id, reply=reply)


def _shown(session: Session, messages: Sequence[ProactiveMessage]) -> list[ShownProactive]:
    customers = {
        one.id: shown_customer(one)
        for one in session.exec(
            select(Customer).where(col(Customer.id).in_({one.customer_id for one in messages}))
        )
    }
    return [
        ShownProactive(
            proactive_id=one.id,
            customer=customers[one.customer_id],
            late_risk=one.risk,
            remedy=Suggestion.model_validate(one.content).proposal,
            **one.model_dump(include=_AS_STORED),
        )
        for one in messages
    ]


_AS_STORED = {
    "kind",
    "status",
    "order_number",
    "language",
    "text",
    "created_at",
    "conversation_id",
}
