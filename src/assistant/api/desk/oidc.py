"""Signing in at the identity provider: mounted when one is configured.

A person's browser comes here, so what goes wrong is told by the desk's own page.
"""

from __future__ import annotations

import hmac
import logging
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from assistant.api.access import Opened, in_session
from assistant.api.desk.auth import must_be_secure
from assistant.api.desk.session import let_in
from assistant.api.problems import documented
from orderdb.desk import agents
from orderdb.errors import NotFound

if TYPE_CHECKING:
    from assistant.oidc import IdentityProvider  # authlib: an extra

router = APIRouter(prefix="/api/desk/oidc", tags=["desk"])

_COOKIE = "orderdesk_oidc"
_PATH = "/api/desk/oidc"
_SECONDS = 600
_DESK = "/desk"

log = logging.getLogger(__name__)


@router.get("/login", response_class=Response, status_code=303)
async def login(request: Request) -> Response:
    """Send the browser to the provider."""
    from assistant.oidc import Journey, SignInFailed

    journey = Journey.begin()
    try:
        address = await _provider(request).address(journey, _callback(request))
    except SignInFailed as error:
        return _told("sign_in_failed", error)
    response = RedirectResponse(address, 303)
    response.set_cookie(
        _COOKIE,
        str(journey),
        max_age=_SECONDS,
        path=_PATH,
        httponly=True,
        samesite="lax",  # it comes back by a link from the provider
        secure=must_be_secure(request),
    )
    return response


@router.get(
    "/callback",
    response_class=Response,
    status_code=303,
    responses=documented(422),
    name="oidc_callback",
)
async def callback(
    request: Request,
    services: Opened,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4096)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The browser is back: whoever the provider vouches for is let in, if they work here."""
    from assistant.oidc import Journey, SignInFailed

    try:
        journey = Journey.read(request.cookies.get(_COOKIE, ""))
        if not hmac.compare_digest(state.encode(), journey.state.encode()):
            return _told("sign_in_broken", "what came back belongs to another sign-in")
        if not code:
            return _told("sign_in_declined", f"the provider answered {error!r}")
        name = await _provider(request).agent_name(journey, code, _callback(request))
    except SignInFailed as failure:
        return _told("sign_in_failed", failure)
    try:
        agent = await in_session(services, lambda session: agents.find_agent(session, name))
    except NotFound:
        agent = None
    if agent is None or not agent.active:
        return _told("unknown_agent", "the provider vouched for somebody who does not work here")
    response = RedirectResponse(_DESK, 303)
    await let_in(request, response, services, agent)
    response.delete_cookie(_COOKIE, path=_PATH)
    return response


def _provider(request: Request) -> IdentityProvider:
    provider: IdentityProvider = request.app.state.identity_provider
    return provider


def _callback(request: Request) -> str:
    return str(request.url_for("oidc_callback"))


def _told(code: str, why: object) -> Response:
    """Back to the desk's page, which says in the agent's language what went wrong."""
    log.warning("an agent could not sign in: %s", why)
    return RedirectResponse(f"{_DESK}?sign_in={code}", 303)
