"""Signing in at the identity provider: mounted when one is configured."""

from __future__ import annotations

import hmac
import logging
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from assistant.api.access import Opened, in_session
from assistant.api.desk.auth import must_be_secure
from assistant.api.desk.session import let_in
from assistant.api.problems import Problem, documented
from orderdb.desk import agents
from orderdb.errors import NotFound

if TYPE_CHECKING:
    from assistant.oidc import IdentityProvider  # authlib: an extra

router = APIRouter(prefix="/api/desk/oidc", tags=["desk"], responses=documented(502))

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
        raise _failed(error) from None
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
    responses=documented(400, 403, 422),
    name="oidc_callback",
)
async def callback(
    request: Request,
    services: Opened,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4096)] = "",
) -> Response:
    """The browser is back: whoever the provider vouches for is let in, if they work here."""
    from assistant.oidc import Journey, SignInFailed

    try:
        journey = Journey.read(request.cookies.get(_COOKIE, ""))
        if not code or not hmac.compare_digest(state.encode(), journey.state.encode()):
            raise Problem(400, "sign_in_broken", "Begin the sign-in again.")
        name = await _provider(request).agent_name(journey, code, _callback(request))
    except SignInFailed as error:
        raise _failed(error) from None
    try:
        agent = await in_session(services, lambda session: agents.find_agent(session, name))
    except NotFound:
        agent = None
    if agent is None or not agent.active:
        raise Problem(403, "unknown_agent", "You do not work at this desk.")
    response = RedirectResponse(_DESK, 303)
    await let_in(request, response, services, agent)
    response.delete_cookie(_COOKIE, path=_PATH)
    return response


def _provider(request: Request) -> IdentityProvider:
    provider: IdentityProvider = request.app.state.identity_provider
    return provider


def _callback(request: Request) -> str:
    return str(request.url_for("oidc_callback"))


def _failed(error: Exception) -> Problem:
    log.warning("an agent could not sign in: %s", error)
    return Problem(502, "sign_in_failed", "Signing in did not work. Try again.")
