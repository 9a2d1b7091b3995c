"""Which agent asks: the session that a cookie names, and for what changes, a token beside it."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import APIKeyCookie

from assistant.api.access import looked_up, opened
from assistant.api.problems import Problem
from orderdb.desk.sign_in import SignedIn, signed_in
from orderdb.models import Agent
from orderdb.statuses import AgentRole

COOKIE = "orderdesk_desk"
CSRF_HEADER = "X-CSRF-Token"

_SAFE = {"GET", "HEAD"}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class DeskRoute(APIRoute):
    """A route for agents: session and CSRF token are checked before the body is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_signed_in(request: Request) -> Response:
            request.state.signed_in = await _signed_in(request)
            try:
                return await handle(request)
            finally:
                if request.method not in _SAFE:
                    request.app.state.queue_readings.changed()

        return handle_signed_in


async def signed_in_agent(
    request: Request,
    in_openapi: Annotated[Any, Depends(APIKeyCookie(name=COOKIE, auto_error=False))],
) -> SignedIn:
    """The session of a DeskRoute."""
    found: SignedIn = request.state.signed_in
    return found


Signed = Annotated[SignedIn, Depends(signed_in_agent)]


async def _agent(session: Signed) -> Agent:
    return session.agent


async def _lead(session: Signed) -> Agent:
    if session.agent.role is AgentRole.AGENT:
        raise Problem(403, "role_missing", "Only a lead may do this.")
    return session.agent


CurrentAgent = Annotated[Agent, Depends(_agent)]
Lead = Annotated[Agent, Depends(_lead)]
"""An agent who is a lead or an admin; others are refused."""


def is_lead(agent: Agent) -> bool:
    return agent.role is not AgentRole.AGENT


def must_be_secure(request: Request) -> bool:
    """Whether cookies must not travel unencrypted: always, but on this machine itself."""
    return request.url.scheme == "https" or request.url.hostname not in _LOOPBACK


async def _signed_in(request: Request) -> SignedIn:
    token = request.cookies.get(COOKIE)
    if not token:
        raise Problem(401, "not_signed_in", "Sign in at the desk first.")
    services = await opened(request)
    found = await looked_up(services, lambda session: signed_in(session, token, services.clock()))
    if found is None:
        raise Problem(401, "session_expired", "The session is over. Sign in again.")
    if request.method not in _SAFE:
        given = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), found.csrf.encode()):
            raise Problem(403, "wrong_csrf", f"Send the session's {CSRF_HEADER} header.")
    return found
