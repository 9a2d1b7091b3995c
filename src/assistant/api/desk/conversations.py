"""One conversation at the desk: read it, take it, speak in it, give it back."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Depends

from assistant.api.access import Opened, in_session, json_only
from assistant.api.desk.auth import CurrentAgent, DeskRoute
from assistant.api.desk.shapes import (
    AgentMessage,
    Closing,
    DeskConversation,
    Releasing,
    Speaker,
    Taking,
)
from assistant.api.desk.speaking import speak
from assistant.api.desk.viewing import agent_name, shown_conversation
from assistant.api.problems import documented
from assistant.api.validation import ThingId
from assistant.events import Reply
from orderdb.desk import voice
from orderdb.models import Agent
from orderdb.statuses import Resolution

router = APIRouter(
    prefix="/api/desk/conversations/{conversation_id}",
    tags=["desk"],
    route_class=DeskRoute,
    dependencies=[Depends(json_only)],
    responses=documented(401, 403, 404),
)

_BODY = documented(400, 409, 413, 415, 422)


@router.get("")
async def show(services: Opened, agent: CurrentAgent, conversation_id: ThingId) -> DeskConversation:
    """All that was said, who may speak, and what the handoff is about."""
    return await in_session(
        services,
        lambda session: shown_conversation(session, conversation_id, services.clock()),
    )


@router.post("/take", responses=_BODY)
async def take(
    services: Opened, agent: CurrentAgent, conversation_id: ThingId, wanted: Taking | None = None
) -> Speaker:
    """Become the one who speaks. 409 ``held_by_other`` names the agent who does."""
    take_over = wanted is not None and wanted.take_over
    now = services.clock()
    await in_session(
        services,
        lambda session: voice.take(session, conversation_id, agent, now, take_over=take_over),
    )
    return _spoken_by(agent, now)


@router.post("/keep", responses=_BODY)
async def keep(services: Opened, agent: CurrentAgent, conversation_id: ThingId) -> Speaker:
    """Stay the one who speaks: every 30 s; the right lasts 90 s."""
    now = services.clock()
    await in_session(services, lambda session: voice.keep(session, conversation_id, agent, now))
    return _spoken_by(agent, now)


@router.post("/release", responses=_BODY)
async def release(
    services: Opened, agent: CurrentAgent, conversation_id: ThingId, wanted: Releasing | None = None
) -> Speaker:
    """Give it back to the assistant, which knows all that was said, or to the queue."""
    to_queue = wanted is not None and wanted.to == "queue"
    await in_session(
        services,
        lambda session: voice.release(
            session, conversation_id, agent, services.clock(), to_queue=to_queue
        ),
    )
    return Speaker(kind="nobody" if to_queue else "assistant", agent=None, until=None)


@router.post("/close", responses=_BODY)
async def close(
    services: Opened, agent: CurrentAgent, conversation_id: ThingId, wanted: Closing
) -> Speaker:
    """The matter is settled, or given up; what comes next is the assistant's again."""
    await in_session(
        services,
        lambda session: voice.close(
            session,
            conversation_id,
            agent,
            services.clock(),
            Resolution(wanted.resolution),
            wanted.note,
        ),
    )
    return Speaker(kind="assistant", agent=None, until=None)


@router.post("/messages", status_code=201, responses=_BODY)
async def say(
    services: Opened, agent: CurrentAgent, conversation_id: ThingId, message: AgentMessage
) -> Reply:
    """Say something to the customer, once per ``client_message_id``."""
    return await services.sessions.work(speak, services, agent, conversation_id, message)


def _spoken_by(agent: Agent, now: datetime) -> Speaker:
    return Speaker(kind="agent", agent=agent_name(agent), until=now + voice.LEASE)
