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

_END = b""
_JSON = json.JSONEncoder(separators=(",", ":"))
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
    """The events' bytes, those that are there at once together; a comment whenever ``heartbeat``
    seconds went by without one.

    Whoever reads slowly gets more at a time; nothing waits for them.
    """
    coming: asyncio.Queue[bytes] = asyncio.Queue()
    hearing = asyncio.create_task(_hear(events, coming))
    end = time.monotonic() + seconds
    try:
        while (left := end - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(min(heartbeat, left)):
                    told = [await coming.get()]
            except TimeoutError:
                yield KEEPALIVE_COMMENT
                continue
            while not coming.empty():
                told.append(coming.get_nowait())
            if said := b"".join(told):
                yield said
            if told[-1] == _END:
                await hearing  # or raise what ended it
                return
    finally:
        if not hearing.done():
            hearing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await hearing
        await close(events)


async def _hear(events: AsyncIterator[Sendable], coming: asyncio.Queue[bytes]) -> None:
    try:
        async for event in events:
            coming.put_nowait(frame(event))
    finally:
        coming.put_nowait(_END)


def frame(event: Sendable) -> bytes:
    """One event in the wire format. Lone surrogates cannot occur: JSON escapes them."""
    return format_sse_event(
        id=None if event.id is None else str(event.id),
        event=event.kind,
        data_str=_JSON.encode(event.payload),
    )


async def close(events: AsyncIterator[Sendable]) -> None:
    """Let an iterator that was left early free what it holds."""
    end = getattr(events, "aclose", None)
    if end is not None:
        await end()
