"""Bodies have a limit, checked before anything is made of them."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.problems import Problem, problem_response
from orderdb.photos import MAX_BYTES

MAX_BODY = 96 * 1024
"""Bytes: room for 8,000 characters at twelve bytes each (escaped surrogate pairs)."""

_PHOTOS = re.compile(r"/api/conversations/[A-Za-z0-9-]{1,64}/photos")


class BodyLimit:
    """Refuses what is announced as too large at once, and what turns out so while it is read.

    Photos may be larger; who sends one is known before it is read.
    """

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = MAX_BYTES if _PHOTOS.fullmatch(scope["path"]) else self._limit
        announced = Headers(scope=scope).get("Content-Length", "0")
        if not announced.isdecimal() or int(announced[:16]) > limit:
            refusal = _refusal(limit)
            response = problem_response(refusal.status_code, refusal.code, refusal.detail)
            await response(scope, receive, send)
            return
        read = 0

        async def receive_limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise _refusal(limit)  # while a route reads: it becomes the answer there
            return message

        await self._app(scope, receive_limited, send)


def _refusal(limit: int) -> Problem:
    return Problem(413, "body_too_large", f"A body may hold {limit:,} bytes.")
