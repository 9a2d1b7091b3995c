"""The desk, live: what waits, what was said, who speaks; and one conversation as it goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Header, Request, Response

from assistant.api.access import LiveHere, Opened, in_session
from assistant.api.desk.auth import COOKIE, CurrentAgent, DeskRoute
from assistant.api.desk.viewing import conversation_at
from assistant.api.problems import documented
from assistant.api.sse import event_stream
from assistant.api.validation import ThingId
from assistant.live import Live, follow_live
from assistant.services import Services
from orderdb.desk.sign_in import signed_in
from orderdb.desk.watching import DeskState, Standing
from orderdb.models import Agent
from orderdb.statuses import HandoffStatus

router = APIRouter(
    prefix="/api/desk",
    tags=["desk"],
    route_class=DeskRoute,
    responses=documented(401, 403),
)

_LOOK_AT_SESSION_SECONDS = 20.0
_STREAM: dict[int | str, dict[str, Any]] = {200: {"content": {"text/event-stream": {}}}}


class DeskEvent(NamedTuple):
    """The last of several that belong together carries the ``id``: a cut repeats them all."""

    id: str | None
    kind: str
    payload: dict[str, Any]


@router.get("/events", response_class=Response, responses=_STREAM | documented(422))
async def desk_events(
    request: Request,
    services: Opened,
    live: LiveHere,
    agent: CurrentAgent,
    last_event_id: Annotated[str, Header(alias="Last-Event-ID", max_length=64)] = "",
) -> Response:
    """``queue``, ``conversation`` and ``lease`` events as things change, from any process.

    Begins with all that is open, or after ``Last-Event-ID`` with what is new since.
    """
    token = request.cookies[COOKIE]
    return event_stream(_changes(services, live, agent, token, last_event_id))


@router.get(
    "/conversations/{conversation_id}/events",
    response_class=Response,
    responses=_STREAM | documented(404, 422),
)
async def conversation_events(
    services: Opened,
    live: LiveHere,
    agent: CurrentAgent,
    conversation_id: ThingId,
    last_event_id: Annotated[int, Header(alias="Last-Event-ID", ge=0, le=2**53 - 1)] = 0,
) -> Response:
    """What the customer sees, as it comes."""
    conversation = await in_session(
        services, lambda session: conversation_at(session, conversation_id)
    )
    return event_stream(
        follow_live(services, live, conversation.customer_id, conversation_id, last_event_id)
    )


async def _changes(
    services: Services, live: Live, agent: Agent, token: str, mark: str
) -> AsyncIterator[DeskEvent]:
    """Until the agent's session is over, which is looked at every so often."""
    before: DeskState | None = None
    clock = asyncio.get_running_loop().time
    while await _is_signed_in(services, token):
        until = clock() + _LOOK_AT_SESSION_SECONDS
        while (left := until - clock()) > 0:
            state = await live.desk(mark or None, left)
            if state is None:
                break
            for event in _told(before, state, agent):
                yield event
            before, mark = state, state.mark


def _told(before: DeskState | None, state: DeskState, agent: Agent) -> list[DeskEvent]:
    known, names = before.standing if before is not None else {}, state.names
    told: list[tuple[str, dict[str, Any]]] = []
    for conversation_id, one in state.standing.items():
        was = known.get(conversation_id)
        if was is None or was.newest != one.newest:
            said = {"conversation_id": conversation_id, "last_event_id": one.newest}
            told.append(("conversation", said))
        if (was.speaker if was else None) != one.speaker:
            told.append(("lease", _lease(conversation_id, one.speaker, names)))
    for conversation_id in known.keys() - state.standing.keys():
        told.append(("lease", _lease(conversation_id, None, names)))
    told.append(("queue", {"counts": _counts(state, agent)}))
    return [
        DeskEvent(state.mark if number == len(told) else None, kind, payload)
        for number, (kind, payload) in enumerate(told, 1)
    ]


def _lease(conversation_id: str, speaker: str | None, names: Mapping[str, str]) -> dict[str, Any]:
    agent = speaker and {"agent_id": speaker, "display_name": names.get(speaker, "")}
    return {"conversation_id": conversation_id, "agent": agent or None}


def _counts(state: DeskState, agent: Agent) -> dict[str, int]:
    standing: list[Standing] = list(state.standing.values())
    active = [one for one in standing if one.status == HandoffStatus.ACTIVE]
    return {
        "waiting": len(standing) - len(active),
        "active": len(active),
        "mine": sum(one.agent_id == agent.id for one in active),
    }


async def _is_signed_in(services: Services, token: str) -> bool:
    return (
        await in_session(services, lambda session: signed_in(session, token, services.clock()))
        is not None
    )
