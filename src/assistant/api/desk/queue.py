"""What waits for a person."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter
from sqlmodel import Session

from assistant.api.access import Opened, looked_up
from assistant.api.desk.auth import CurrentAgent, DeskRoute
from assistant.api.desk.shapes import (
    Counts,
    LastMessage,
    Queue,
    QueueItem,
)
from assistant.api.desk.viewing import agent_name, shown_customer
from assistant.api.problems import documented
from assistant.shared_readings import SharedReadings
from orderdb.desk import queue as desk_queue
from orderdb.statuses import HandoffStatus

router = APIRouter(
    prefix="/api/desk", tags=["desk"], route_class=DeskRoute, responses=documented(401, 403)
)

_SHOWN_CHARACTERS = 300
_ITEMS = TypeAdapter(list[QueueItem])


class _Read(NamedTuple):
    """The queue as all are shown it: items as JSON, and who has each of the open handoffs."""

    items: bytes
    open: list[tuple[HandoffStatus, str | None]]


@router.get("/queue", response_model=Queue, responses=documented(422))
async def show_queue(
    request: Request,
    services: Opened,
    agent: CurrentAgent,
    state: desk_queue.State | None = None,
    assigned: desk_queue.Assigned = "anyone",
    search: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Open handoffs, the most urgent first; ``state`` narrows them, or shows closed ones."""

    def read(session: Session) -> _Read:
        found = desk_queue.queue(
            session, agent, services.clock(), state=state, assigned=assigned, search=search
        )
        items = _ITEMS.dump_json([_item(one) for one in found])
        return _Read(items, desk_queue.holders(session))

    readings: SharedReadings[_Read] = request.app.state.queue_readings
    whose = agent.id if assigned == "me" else None
    shown = await readings.get((state, assigned, search, whose), lambda: looked_up(services, read))
    active = [holder for status, holder in shown.open if status is HandoffStatus.ACTIVE]
    counts = Counts(
        waiting=len(shown.open) - len(active), active=len(active), mine=active.count(agent.id)
    )
    body = b'{"items":%s,"counts":%s}' % (shown.items, counts.model_dump_json().encode())
    return Response(body, media_type="application/json")


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
