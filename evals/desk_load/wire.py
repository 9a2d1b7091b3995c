"""What those who make the load speak: JSON, and events as they come over the wire."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

CUT = (aiohttp.ClientError, TimeoutError, ConnectionError)
"""What is raised when a server dies, or says nothing for too long."""

_PATIENCE = 60.0  # seconds without a byte


@dataclass(frozen=True)
class Heard:
    """One numbered event; the desk's marks are no numbers and count as 0."""

    id: int
    kind: str
    payload: dict[str, Any]


@asynccontextmanager
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    """One for everybody: as many connections as are wanted."""
    timeout = aiohttp.ClientTimeout(total=None, sock_read=_PATIENCE)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=timeout, read_bufsize=2**20
    ) as session:
        yield session


async def events_of(response: aiohttp.ClientResponse) -> AsyncIterator[Heard]:
    """The events of a stream that carry a name; comments are skipped."""
    while told := await response.content.readuntil(b"\n\n"):
        fields: Mapping[str, str] = dict(
            line.split(": ", 1) for line in told.decode().splitlines() if line[:1] not in ("", ":")
        )
        if "event" in fields:
            number = fields.get("id", "")
            yield Heard(
                int(number) if number.isdecimal() else 0,
                fields["event"],
                json.loads(fields["data"]),
            )
