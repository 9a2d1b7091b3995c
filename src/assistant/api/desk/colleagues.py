"""Who works at the desk: whom a ticket can be given to."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from assistant.api.access import Opened, in_session
from assistant.api.desk.auth import CurrentAgent, DeskRoute
from assistant.api.desk.shapes import AgentName
from assistant.api.problems import documented
from orderdb.desk.agents import listed

router = APIRouter(
    prefix="/api/desk", tags=["desk"], route_class=DeskRoute, responses=documented(401, 403)
)


class Colleagues(BaseModel):
    items: list[AgentName]


@router.get("/agents")
async def show_colleagues(services: Opened, agent: CurrentAgent) -> Colleagues:
    """All who may sign in, by name."""
    found = await in_session(services, listed)
    return Colleagues(
        items=[
            AgentName(agent_id=one.id, display_name=one.display_name) for one in found if one.active
        ]
    )
