"""What a route gets from the running service."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from sqlmodel import Session

from assistant.api.problems import Problem
from assistant.live import Live
from assistant.services import Services

T = TypeVar("T")


async def opened(request: Request) -> Services:
    """The services, waited for while they are being opened."""
    opening: asyncio.Task[Services] = request.app.state.opening
    return await asyncio.shield(opening)


Opened = Annotated[Services, Depends(opened)]


async def _live(request: Request, services: Opened) -> Live:
    live: Live = request.app.state.live
    return live


LiveHere = Annotated[Live, Depends(_live)]
"""What hears of changes made anywhere; it is there once the services are."""


async def in_session(services: Services, work: Callable[[Session], T]) -> T:
    """Run blocking database work beside the event loop, in one short session.

    The work ends even when the client has gone, so its connection always comes back.
    """
    return await services.sessions.work(_within, services.sessions, work)


async def looked_up(services: Services, look: Callable[[Session], T]) -> T:
    """``in_session`` for what only reads."""
    return await services.sessions.work(_within, services.sessions.looking, look)


def _within(new: Callable[[], Session], work: Callable[[Session], T]) -> T:
    with new() as session:
        return work(session)


async def json_only(request: Request) -> None:
    """Refuse a body that does not say it is JSON; no body at all is the route's business."""
    headers = request.headers
    if headers.get("Content-Length", "0") == "0" and "Transfer-Encoding" not in headers:
        return
    media_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem(415, "unsupported_media_type", "Send the body as application/json.")
