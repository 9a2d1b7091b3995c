"""Signing in at the demo's desk without a password: mounted in the demo only."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from assistant.api.access import Opened, in_session, json_only
from assistant.api.desk.session import let_in, shown_agent
from assistant.api.desk.shapes import DeskSession, ShownAgent
from assistant.api.problems import Problem, documented
from assistant.api.validation import ThingId
from orderdb.desk import agents
from orderdb.models import Agent

router = APIRouter(prefix="/api/demo", tags=["demo"], dependencies=[Depends(json_only)])


class AgentSignIn(BaseModel):
    agent_id: ThingId


class DemoAgents(BaseModel):
    agents: list[ShownAgent]


@router.get("/agents")
async def demo_agents(services: Opened) -> DemoAgents:
    """Who works at the demo's desk."""
    found = await in_session(services, agents.listed)
    return DemoAgents(agents=[shown_agent(one) for one in found if one.active])


@router.post("/agent-login", responses=documented(400, 404, 413, 415, 422))
async def sign_in(
    request: Request, response: Response, services: Opened, wanted: AgentSignIn
) -> DeskSession:
    """A session for any agent of the demo shop."""
    agent = await in_session(services, lambda session: session.get(Agent, wanted.agent_id))
    if agent is None or not agent.active:
        raise Problem(404, "not_found", "The demo shop has no such agent.")
    return await let_in(request, response, services, agent)
