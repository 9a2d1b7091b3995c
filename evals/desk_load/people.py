"""Who makes the load: customers who stream answers, and desks that listen and speak."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from evals.desk_load.model import FIRST_WORDS, REPLY
from evals.desk_load.shop import Attended

_PATIENCE = 60.0  # seconds without a byte
_TRIES = 60


@dataclass(frozen=True)
class Heard:
    """One event as it came over the wire."""

    id: int
    kind: str
    payload: dict[str, Any]


@dataclass
class Tally:
    """What went wrong, and how long things took in seconds."""

    errors: list[str] = field(default_factory=list)
    lost: int = 0
    repeated: int = 0
    answers: int = 0
    resumed: int = 0
    first_token: list[float] = field(default_factory=list)
    said_to_customer: list[float] = field(default_factory=list)


class Addresses:
    """The servers that live; whoever is cut off goes on to the next."""

    def __init__(self, addresses: list[str]) -> None:
        self.alive = list(addresses)

    def of(self, number: int) -> str:
        return self.alive[number % len(self.alive)]


async def ask(
    client: httpx.AsyncClient, where: Addresses, number: int, token: str, rounds: int, tally: Tally
) -> None:
    """One customer: a conversation of so many questions, every answer followed to its end."""
    headers = {"Authorization": f"Bearer {token}"}
    opened = await client.post(f"{where.of(number)}/api/conversations", json={}, headers=headers)
    path = f"/api/conversations/{opened.json()['conversation_id']}"
    heard: list[Heard] = []
    for one in range(rounds):
        body = {"text": f"Hello, question {one}", "client_message_id": f"q{one}"}
        started, first = time.perf_counter(), None
        async for event in _answer(client, where, number, path, headers, body, heard, tally):
            if first is None and event.kind == "token":
                first = time.perf_counter() - started
        if first is None:
            tally.errors.append("an answer without a word")
        else:
            tally.first_token.append(first)
    await _compare(client, where, number, path, headers, heard, rounds, tally)


async def _answer(
    client: httpx.AsyncClient,
    where: Addresses,
    number: int,
    path: str,
    headers: dict[str, str],
    body: dict[str, str],
    heard: list[Heard],
    tally: Tally,
) -> AsyncIterator[Heard]:
    """The events of one answer; after a cut, from where it was cut, at any server that lives."""
    sent = False
    for attempt in range(_TRIES):
        last = heard[-1].id if heard else 0
        try:
            if not sent:
                request = client.stream(
                    "POST", where.of(number) + path + "/messages", json=body,
                    headers=headers | {"Accept": "text/event-stream"},
                )  # fmt: skip
            else:
                resume = headers | {"Last-Event-ID": str(last)}
                request = client.stream("GET", where.of(number) + path + "/events", headers=resume)
            async with request as response:
                if response.status_code >= 400:
                    tally.errors.append(f"HTTP {response.status_code}")
                    return
                async for event in events_of(response):
                    sent = True
                    heard.append(event)
                    yield event
                    if event.kind in ("done", "error"):
                        return
        except httpx.TransportError:
            if attempt == 0:
                tally.resumed += 1
        await asyncio.sleep(0.25)
    tally.errors.append("no end of an answer")


async def _compare(
    client: httpx.AsyncClient,
    where: Addresses,
    number: int,
    path: str,
    headers: dict[str, str],
    heard: list[Heard],
    rounds: int,
    tally: Tally,
) -> None:
    """What was heard against what is stored: nothing missing, nothing twice, every word there."""
    async with client.stream("GET", where.of(number) + path + "/events", headers=headers) as told:
        stored = [event async for event in events_of(told)]
    ids = [event.id for event in heard]
    tally.lost += len({event.id for event in stored} - set(ids))
    tally.repeated += len(ids) - len(set(ids))
    if [event.id for event in stored] != list(range(1, len(stored) + 1)):
        tally.errors.append("a gap in what is stored")
    by_id = {event.id: event for event in stored}
    if any(by_id.get(event.id) != event for event in heard):
        tally.errors.append("heard something else than what is stored")
    if sum(event.kind == "done" for event in stored) != rounds:
        tally.errors.append("not one end for each question")
    text = ""
    for event in heard:
        if event.kind in ("turn", "reset"):
            text = ""
        elif event.kind == "token":
            text += event.payload["text"]
        elif event.kind == "done":
            tally.answers += 1
            if text.strip() != event.payload["reply"] or event.payload["reply"] != REPLY:
                tally.errors.append("the words streamed are not the answer")


async def attend(
    client: httpx.AsyncClient,
    where: Addresses,
    number: int,
    desk: Attended,
    over: asyncio.Event,
    tally: Tally,
) -> None:
    """One desk: it hears its customer, answers, and the customer hears it."""
    at_desk = {"Cookie": f"orderdesk_desk={desk.cookie}", "X-CSRF-Token": desk.csrf}
    customer = {"Authorization": f"Bearer {desk.customer_token}"}
    desk_ear = asyncio.create_task(
        _listen(client, where, number, "/api/desk/events", at_desk, desk.conversation)
    )
    path = f"/api/conversations/{desk.conversation}"
    ears = _Ears(client, where, number, path, customer)
    customer_ear = asyncio.create_task(ears.listen())
    exchanged = 0
    try:
        while not over.is_set():
            await asyncio.sleep(2 + number % 10 / 5)
            text = {"text": f"word {exchanged}", "client_message_id": f"w{exchanged}"}
            started = time.perf_counter()
            said = await _post(client, where, number, path + "/messages", customer, text)
            answered = await _post(
                client, where, number, f"/api/desk{path[4:]}/messages", at_desk, text
            )
            if said is None or answered is None:
                continue
            if said >= 400 or answered >= 400:
                tally.errors.append(f"desk: HTTP {said}, {answered}")
            try:
                async with asyncio.timeout(15):
                    await ears.heard(f"word {exchanged}")
                tally.said_to_customer.append(time.perf_counter() - started)
            except TimeoutError:
                tally.errors.append("a customer did not hear the agent")
            exchanged += 1
    finally:
        for task in (desk_ear, customer_ear):
            task.cancel()
        await asyncio.gather(desk_ear, customer_ear, return_exceptions=True)


class _Ears:
    """The customer's live stream; it goes on elsewhere after a cut and counts nothing twice."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        where: Addresses,
        number: int,
        path: str,
        headers: dict[str, str],
    ) -> None:
        self._client, self._where, self._number = client, where, number
        self._path, self._headers = path, headers
        self._last = 0
        self._texts: set[str] = set()
        self._news = asyncio.Condition()

    async def listen(self) -> None:
        while True:
            try:
                address = f"{self._where.of(self._number)}{self._path}/events?live=true"
                resume = self._headers | {"Last-Event-ID": str(self._last)}
                async with self._client.stream("GET", address, headers=resume) as response:
                    async for event in events_of(response):
                        self._last = event.id
                        if event.kind == "token":
                            async with self._news:
                                self._texts.add(event.payload["text"])
                                self._news.notify_all()
            except httpx.TransportError:
                await asyncio.sleep(0.25)

    async def heard(self, text: str) -> None:
        async with self._news:
            await self._news.wait_for(lambda: text in self._texts)


async def _listen(
    client: httpx.AsyncClient,
    where: Addresses,
    number: int,
    path: str,
    headers: dict[str, str],
    conversation: str,
) -> None:
    """A desk's stream, kept open whatever happens."""
    while True:
        try:
            async with client.stream("GET", where.of(number) + path, headers=headers) as response:
                async for _ in response.aiter_lines():
                    pass
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.25)


async def _post(
    client: httpx.AsyncClient,
    where: Addresses,
    number: int,
    path: str,
    headers: dict[str, str],
    body: dict[str, str],
) -> int | None:
    """The status; sent again under the same id when a server dies meanwhile."""
    for _ in range(_TRIES):
        try:
            response = await client.post(where.of(number) + path, json=body, headers=headers)
        except httpx.TransportError:
            await asyncio.sleep(0.25)
            continue
        return response.status_code
    return None


async def events_of(response: httpx.Response) -> AsyncIterator[Heard]:
    """The numbered events of a stream."""
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "event" in fields and "id" in fields:
            yield Heard(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}


async def ask_directly(client: httpx.AsyncClient, base_url: str, seconds: list[float]) -> None:
    """One answer straight from the model: when its first sentence is complete."""
    body = {"model": "stub", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
    started, words = time.perf_counter(), 0
    async with client.stream("POST", f"{base_url}/chat/completions", json=body) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: {") and '"content": "' in line:
                words += bool(json.loads(line[6:])["choices"][0]["delta"].get("content"))
                if words == FIRST_WORDS:
                    seconds.append(time.perf_counter() - started)
