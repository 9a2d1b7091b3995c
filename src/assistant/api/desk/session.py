"""Signing in at the desk, and out again."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AfterValidator, BaseModel, Field
from sqlmodel import Session

from assistant.api.access import Opened, in_session, json_only
from assistant.api.desk.auth import COOKIE, DeskRoute, Signed, must_be_secure
from assistant.api.desk.shapes import DeskSession, ShownAgent
from assistant.api.problems import Problem, documented
from assistant.api.validation import clean_text
from assistant.services import Services
from orderdb.desk import agents, sign_in
from orderdb.errors import NotFound
from orderdb.models import Agent

entry = APIRouter(prefix="/api/desk", tags=["desk"], dependencies=[Depends(json_only)])
"""Open to all: it is how one gets in."""

HINT = "orderdesk_desk_open"
"""Beside the session's cookie, for scripts to read: that there is one to ask about."""

router = APIRouter(
    prefix="/api/desk",
    tags=["desk"],
    route_class=DeskRoute,
    dependencies=[Depends(json_only)],
    responses=documented(401, 403),
)


class Credentials(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(clean_text)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


@entry.post("/session", responses=documented(400, 401, 413, 415, 422, 429))
async def open_session(
    request: Request, response: Response, services: Opened, given: Credentials
) -> DeskSession:
    """Sign in by name and password; the session comes in a cookie."""
    address = request.client.host if request.client else ""
    await _count_try(services, given.name, address)
    agent = await in_session(services, lambda session: _known(session, given))
    if agent is None:
        raise Problem(401, "bad_credentials", "Name or password is wrong.")
    return await let_in(request, response, services, agent)


@router.get("/session")
async def show_session(session: Signed) -> DeskSession:
    """Who is signed in, and the CSRF token of the session."""
    return DeskSession(
        agent=shown_agent(session.agent), csrf=session.csrf, expires_at=session.expires_at
    )


@router.delete("/session", status_code=204)
async def close_session(request: Request, services: Opened, session: Signed) -> Response:
    """Sign out."""
    token = request.cookies[COOKIE]
    await in_session(
        services, lambda database: sign_in.close_session(database, token, services.clock())
    )
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    response.delete_cookie(HINT, path="/", samesite="strict")
    return response


async def let_in(
    request: Request, response: Response, services: Services, agent: Agent
) -> DeskSession:
    """Open a session for an agent who has shown who they are, and set its cookie."""
    lifetime = timedelta(hours=services.settings.desk.session_hours)
    opened = await in_session(
        services,
        lambda session: sign_in.open_session(session, agent, lifetime, services.clock()),
    )
    for name, value in ((COOKIE, opened.token), (HINT, "1")):
        response.set_cookie(
            name,
            value,
            max_age=int(lifetime.total_seconds()),
            path="/",
            httponly=name == COOKIE,
            samesite="strict",
            secure=must_be_secure(request),
        )
    return DeskSession(agent=shown_agent(agent), csrf=opened.csrf, expires_at=opened.expires_at)


def shown_agent(agent: Agent) -> ShownAgent:
    return ShownAgent(
        agent_id=agent.id,
        name=agent.name,
        display_name=agent.display_name,
        role=agent.role,
        languages=agent.languages,
    )


async def _count_try(services: Services, name: str, address: str) -> None:
    desk = services.settings.desk
    limits = {f"name:{name}": desk.tries_a_name, f"address:{address}": desk.tries_an_address}
    wait = await in_session(
        services, lambda session: sign_in.count_try(session, limits, services.clock())
    )
    if wait is not None:
        seconds = max(1, math.ceil(wait.total_seconds()))
        raise Problem(
            429,
            "too_many_tries",
            "Too many tries. Wait before trying again.",
            headers={"Retry-After": str(seconds)},
        )


def _known(session: Session, given: Credentials) -> Agent | None:
    from assistant.passwords import fits  # argon2: not at start-up

    try:
        agent = agents.find_agent(session, given.name)
    except NotFound:
        agent = None
    session.expunge_all()
    session.rollback()  # hashing takes a while: no transaction is held meanwhile
    if not fits(given.password, agent.password_hash if agent else None):
        return None
    if agent is None or not agent.active:
        return None
    sign_in.forget_tries(session, f"name:{given.name}")
    return agent
