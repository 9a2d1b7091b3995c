"""A customer who wants an order changed, and does not give up when the server goes away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from tests.crash import wishes

REPEATS = 20
_AWAY_SECONDS = 0.1


@dataclass
class Outcome:
    """What a customer saw; ``faults`` is what must never be seen."""

    index: int
    proposal_id: str = ""
    result: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str, bool]] = field(default_factory=list)
    """Each message: its conversation, its client_message_id, and whether it was answered."""
    cuts: int = 0
    given_up: int = 0
    faults: list[str] = field(default_factory=list)
    finished: bool = False


class Customer:
    """One change: say it, read the answer to its end, confirm, and confirm 20 times more."""

    def __init__(self, http: httpx.AsyncClient, index: int, token: str) -> None:
        self._http = http
        self._headers = {"authorization": f"Bearer {token}"}
        self.outcome = Outcome(index)

    async def run(self) -> None:
        conversation = (await self._post("/api/conversations", {}))["conversation_id"]
        proposal: dict[str, Any] | None = None
        while proposal is None:
            reply = await self._say(conversation, wishes.message(self.outcome.index))
            if reply is None:
                self.outcome.given_up += 1
            elif reply["proposals"]:
                proposal = reply["proposals"][0]
        self.outcome.proposal_id = proposal["proposal_id"]
        path = f"/api/proposals/{proposal['proposal_id']}/confirm"
        click = {"digest": proposal["digest"]}
        self.outcome.result = await self._post(path, click)
        repeats = await asyncio.gather(*(self._post(path, click) for _ in range(REPEATS)))
        if any(repeat != self.outcome.result for repeat in repeats):
            self.outcome.faults.append("a repeated confirm was answered otherwise")
        self.outcome.finished = True

    async def _say(self, conversation: str, text: str) -> dict[str, Any] | None:
        """The reply as the stream ends with it; None when answering was given up."""
        message = {"text": text, "client_message_id": str(uuid4())}
        asked = len(self.outcome.asked)
        self.outcome.asked.append((conversation, message["client_message_id"], False))
        seen: list[tuple[int, str, dict[str, Any]]] = []
        while not seen or seen[-1][1] not in ("done", "error"):
            try:
                async with aclosing(self._events(conversation, message, seen)) as events:
                    async for one in events:
                        seen.append(one)
            except (httpx.HTTPError, _Away) as error:
                await self._wait(error)
        self.outcome.asked[asked] = (conversation, message["client_message_id"], True)
        ids = [one[0] for one in seen]
        if ids != list(range(ids[0], ids[0] + len(ids))):
            self.outcome.faults.append(f"the stream has gaps or repeats: {ids}")
        _, kind, end = seen[-1]
        if kind == "error":
            return None
        if (shown := _shown(seen)) != end["reply"]:
            self.outcome.faults.append(f"streamed {shown!r}, answered {end['reply']!r}")
        return end

    async def _events(
        self, conversation: str, message: dict[str, str], seen: list[Any]
    ) -> AsyncIterator[tuple[int, str, dict[str, Any]]]:
        """The turn's events from the start, or behind those seen before a cut."""
        path = f"/api/conversations/{conversation}"
        sent: dict[str, Any] = {"headers": {**self._headers, "accept": "text/event-stream"}}
        if seen:
            sent["headers"]["last-event-id"] = str(seen[-1][0])
            request = ("GET", f"{path}/events")
        else:
            request, sent["json"] = ("POST", f"{path}/messages"), message
        async with self._http.stream(*request, **sent) as answer:
            if answer.status_code != 200:
                raise _Away
            event: dict[str, str] = {}
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if name in ("id", "event", "data"):
                    event[name] = value
                elif not line and event:
                    yield int(event["id"]), event["event"], json.loads(event["data"])
                    if event["event"] in ("done", "error"):
                        return
                    event = {}

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """What a POST is answered with at last; refusals are faults here."""
        while True:
            try:
                answer = await self._http.post(path, json=body, headers=self._headers)
            except httpx.HTTPError as error:
                await self._wait(error)
                continue
            if answer.is_success:
                found: dict[str, Any] = answer.json()
                return found
            if answer.status_code < 500:
                self.outcome.faults.append(f"{path}: {answer.status_code} {answer.text}")
                raise Refused(path)
            await asyncio.sleep(_AWAY_SECONDS)

    async def _wait(self, error: Exception) -> None:
        if not isinstance(error, httpx.ConnectError | _Away):
            self.outcome.cuts += 1  # the server had begun with it
        await asyncio.sleep(_AWAY_SECONDS)


class Refused(Exception):
    """The server said no to what must work."""


class _Away(Exception):
    """The server is starting."""


def _shown(seen: list[tuple[int, str, dict[str, Any]]]) -> str:
    text = ""
    for _, kind, payload in seen:
        if kind == "token":
            text += payload["text"]
        elif kind == "reset":
            text = ""
    return text.strip()
