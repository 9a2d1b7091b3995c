"""Server-sent events: a turn's events on the wire, with a sign of life in between."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import time
from collections.abc import AsyncIterator
from typing import Any, Protocol

from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event


class Sendable(Protocol):
    """What goes over the wire; without an ``id``, a cut repeats it with what follows."""

    @property
    def id(self) -> int | str | None: ...

    @property
    def kind(self) -> str: ...

    @property
    def payload(self) -> dict[str, Any]: ...


HEARTBEAT_SECONDS = 15.0

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def event_stream(
    events: AsyncIterator[Sendable],
    heartbeat: float = HEARTBEAT_SECONDS,
    seconds: float = math.inf,
) -> EventSourceResponse:
    """A response that sends events as they come, for so many ``seconds`` at most.

    Cutting it stops nothing but itself.
    """
    return EventSourceResponse(frames(events, heartbeat, seconds), headers=_HEADERS)


async def frames(
    events: AsyncIterator[Sendable], heartbeat: float, seconds: float = math.inf
) -> AsyncIterator[bytes]:
    """The events' bytes; a comment whenever ``heartbeat`` seconds went by without one."""
    coming: asyncio.Task[Sendable | None] | None = None
    end = time.monotonic() + seconds
    try:
        while (left := end - time.monotonic()) > 0:
            coming = coming or asyncio.create_task(_next(events))
            done, _ = await asyncio.wait({coming}, timeout=min(heartbeat, left))
            if not done:
                yield KEEPALIVE_COMMENT
                continue
            event = coming.result()
            coming = None
            if event is None:
                return
            yield frame(event)
    finally:
        if coming is not None:
            coming.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await coming
        await close(events)


def frame(event: Sendable) -> bytes:
    """One event in the wire format. Lone surrogates cannot occur: JSON escapes them."""
    return format_sse_event(
        id=None if event.id is None else str(event.id),
        event=event.kind,
        data_str=json.dumps(event.payload, separators=(",", ":"), ensure_ascii=True),
    )


async def close(events: AsyncIterator[Sendable]) -> None:
    """Let an iterator that was left early free what it holds."""
    end = getattr(events, "aclose", None)
    if end is not None:
        await end()


async def _next(events: AsyncIterator[Sendable]) -> Sendable | None:
    return await anext(events, None)
