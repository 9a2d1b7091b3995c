"""What waits for a person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from assistant.api.access import Opened, in_session
from assistant.api.desk.auth import CurrentAgent, DeskRoute
from assistant.api.desk.shapes import (
    Counts,
    LastMessage,
    Queue,
    QueueItem,
)
from assistant.api.desk.viewing import agent_name, shown_customer
from assistant.api.problems import documented
from orderdb.desk import queue as desk_queue

router = APIRouter(
    prefix="/api/desk", tags=["desk"], route_class=DeskRoute, responses=documented(401, 403)
)

_SHOWN_CHARACTERS = 300


@router.get("/queue", responses=documented(422))
async def show_queue(
    services: Opened,
    agent: CurrentAgent,
    state: desk_queue.State | None = None,
    assigned: desk_queue.Assigned = "anyone",
    search: Annotated[str, Query(max_length=100)] = "",
) -> Queue:
    """Open handoffs, the most urgent first; ``state`` narrows them, or shows closed ones."""
    now = services.clock()
    found, counted = await in_session(
        services,
        lambda session: (
            desk_queue.queue(session, agent, now, state=state, assigned=assigned, search=search),
            desk_queue.counted(session, agent),
        ),
    )
    return Queue(
        items=[_item(one) for one in found],
        counts=Counts(waiting=counted.waiting, active=counted.active, mine=counted.mine),
    )


def _item(one: desk_queue.Queued) -> QueueItem:
    handoff, last = one.handoff, one.last
    return QueueItem(
        handoff_id=handoff.id,
        conversation_id=handoff.conversation_id,
        customer=shown_customer(one.customer),
        reason=handoff.reason,
        reason_code=handoff.reason_code,
        status=handoff.status,
        created_at=handoff.created_at,
        waiting_seconds=one.waiting_seconds,
        agent=agent_name(one.agent),
        language=one.conversation.language,
        mood=handoff.mood,
        late_risk=one.late_risk,
        order_value=one.order_value,
        urgency=one.urgency,
        last_message=None
        if last is None
        else LastMessage(
            role=last.role.value,
            text=last.text[:_SHOWN_CHARACTERS],
            created_at=last.created_at,
        ),
        unanswered=one.unanswered,
    )
