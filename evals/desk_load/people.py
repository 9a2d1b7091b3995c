"""Who makes the load: customers who stream answers, and desks that listen and speak."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

import aiohttp

from evals.desk_load.model import FIRST_WORDS
from evals.desk_load.shop import Attended
from evals.desk_load.wire import CUT, Heard, events_of

_TRIES = 240
_PAUSE = 0.25  # seconds until somebody who was cut off tries again
_ANSWER_HEARD_WITHIN = 60.0  # how long it took is told; that it came is what is demanded
_QUEUE_READ_EVERY = 2.0  # seconds, as the page does when much happens


@dataclass
class Tally:
    """What went wrong, and how long things took in seconds."""

    errors: list[str] = field(default_factory=list)
    lost: int = 0
    repeated: int = 0
    answers: int = 0
    resumed: int = 0
    streaming: int = 0
    most_streaming: int = 0
    first_token: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    said_to_customer: list[float] = field(default_factory=list)
    queue_read: list[float] = field(default_factory=list)

    def begin(self) -> None:
        self.streaming += 1
        self.most_streaming = max(self.most_streaming, self.streaming)

    def end(self) -> None:
        self.streaming -= 1


class Addresses:
    """The servers that live; whoever is cut off goes on to the next."""

    def __init__(self, addresses: list[str]) -> None:
        self.alive = list(addresses)

    def of(self, number: int) -> str:
        return self.alive[number % len(self.alive)]


@dataclass(frozen=True)
class Caller:
    """One browser: its own place among the servers, and who it is."""

    client: aiohttp.ClientSession
    where: Addresses
    number: int
    headers: Mapping[str, str]

    def url(self, path: str) -> str:
        return self.where.of(self.number) + path

    async def post(self, path: str, body: Mapping[str, str]) -> tuple[int, dict[str, str]]:
        """Status and answer; sent again under the same id when a server dies meanwhile."""
        for _ in range(_TRIES):
            try:
                async with self.client.post(
                    self.url(path), json=body, headers=self.headers
                ) as response:
                    return response.status, await response.json()
            except CUT:
                await asyncio.sleep(_PAUSE)
        return 0, {}


async def ask(caller: Caller, rounds: int, reply: str, tally: Tally) -> None:
    """One customer: a conversation of so many questions, every answer followed to its end."""
    _, opened = await caller.post("/api/conversations", {})
    path = f"/api/conversations/{opened['conversation_id']}"
    heard: list[Heard] = []
    for one in range(rounds):
        body = {"text": f"Hello, question {one}", "client_message_id": f"q{one}"}
        started, first = time.perf_counter(), None
        tally.begin()
        async for event in _answer(caller, path, body, heard, tally):
            if first is None and event.kind == "token":
                first = time.perf_counter() - started
        tally.end()
        tally.whole.append(time.perf_counter() - started)
        if first is None:
            tally.errors.append("an answer without a word")
        else:
            tally.first_token.append(first)
    await _compare(caller, path, heard, rounds, reply, tally)


async def _answer(
    caller: Caller, path: str, body: Mapping[str, str], heard: list[Heard], tally: Tally
) -> AsyncIterator[Heard]:
    """The events of one answer; after a cut, from where it was cut, at any server that lives."""
    sent = False
    for attempt in range(_TRIES):
        try:
            if not sent:
                request = caller.client.post(
                    caller.url(path + "/messages"), json=body,
                    headers={**caller.headers, "Accept": "text/event-stream"},
                )  # fmt: skip
            else:
                last = str(heard[-1].id)
                request = caller.client.get(
                    caller.url(path + "/events"), headers={**caller.headers, "Last-Event-ID": last}
                )
            async with request as response:
                if response.status >= 400:
                    tally.errors.append(f"HTTP {response.status}")
                    return
                async for event in events_of(response):
                    sent = True
                    heard.append(event)
                    yield event
                    if event.kind in ("done", "error"):
                        return
        except CUT:
            if attempt == 0:
                tally.resumed += 1
        await asyncio.sleep(_PAUSE)
    tally.errors.append("no end of an answer")


async def _compare(
    caller: Caller, path: str, heard: list[Heard], rounds: int, reply: str, tally: Tally
) -> None:
    """What was heard against what is stored: nothing missing, nothing twice, every word there."""
    stored = await _stored(caller, path)
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
            if text.strip() != event.payload["reply"] or event.payload["reply"] != reply:
                tally.errors.append("the words streamed are not the answer")


async def _stored(caller: Caller, path: str) -> list[Heard]:
    for _ in range(_TRIES):
        try:
            async with caller.client.get(
                caller.url(path + "/events"), headers=caller.headers
            ) as told:
                return [event async for event in events_of(told)]
        except CUT:
            await asyncio.sleep(_PAUSE)
    return []


async def attend(
    customer: Caller,
    desk: Caller,
    attended: Attended,
    every: float,
    tally: Tally,
    opened: Callable[[], None],
) -> None:
    """One desk until cancelled: it hears, reads the queue, answers; and its customer hears it.

    ``opened`` is called once its queue was read for the first time.
    """
    path = f"/api/conversations/{attended.conversation}"
    ears, eyes = _Ears(customer, path), _Eyes(desk, tally)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(ears.listen())
            group.create_task(eyes.listen())
            group.create_task(eyes.read())
            await eyes.opened.wait()
            opened()
            await asyncio.sleep(every * random.Random(desk.number).random())
            exchanged = 0
            while True:
                await asyncio.sleep(every)
                await _exchange(customer, desk, path, ears, f"word {exchanged}", tally)
                exchanged += 1
    except asyncio.CancelledError:
        return


async def _exchange(
    customer: Caller, desk: Caller, path: str, ears: _Ears, text: str, tally: Tally
) -> None:
    body = {"text": text, "client_message_id": text.replace(" ", "")}
    started = time.perf_counter()
    said, _ = await customer.post(path + "/messages", body)
    answered, _ = await desk.post(f"/api/desk{path[4:]}/messages", body)
    if said not in (200, 201) or answered not in (200, 201):
        tally.errors.append(f"desk: HTTP {said}, {answered}")
        return
    try:
        async with asyncio.timeout(_ANSWER_HEARD_WITHIN):
            await ears.heard(text)
    except TimeoutError:
        tally.errors.append("a customer did not hear the agent")
    else:
        tally.said_to_customer.append(time.perf_counter() - started)


class _Ears:
    """The customer's live stream; it goes on elsewhere after a cut and counts nothing twice."""

    def __init__(self, caller: Caller, path: str) -> None:
        self._caller, self._path = caller, path
        self._last = 0
        self._texts: set[str] = set()
        self._news = asyncio.Condition()

    async def listen(self) -> None:
        while True:
            resume = {**self._caller.headers, "Last-Event-ID": str(self._last)}
            url = self._caller.url(self._path + "/events?live=true")
            try:
                async with self._caller.client.get(url, headers=resume) as response:
                    async for event in events_of(response):
                        self._last = event.id
                        if event.kind == "token":
                            async with self._news:
                                self._texts.add(event.payload["text"])
                                self._news.notify_all()
            except CUT:
                pass
            await asyncio.sleep(_PAUSE)

    async def heard(self, text: str) -> None:
        async with self._news:
            await self._news.wait_for(lambda: text in self._texts)


class _Eyes:
    """The desk's stream, kept open whatever happens, and the queue read when it says so."""

    def __init__(self, caller: Caller, tally: Tally) -> None:
        self._caller, self._tally = caller, tally
        self._changed = asyncio.Event()
        self.opened = asyncio.Event()

    async def listen(self) -> None:
        while True:
            url = self._caller.url("/api/desk/events")
            try:
                async with self._caller.client.get(url, headers=self._caller.headers) as response:
                    if response.status >= 400:
                        self._tally.errors.append(f"desk events: HTTP {response.status}")
                    async for _ in events_of(response):
                        self._changed.set()
            except CUT:
                pass
            await asyncio.sleep(_PAUSE)

    async def read(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            started = time.perf_counter()
            try:
                async with self._caller.client.get(
                    self._caller.url("/api/desk/queue"), headers=self._caller.headers
                ) as response:
                    await response.json()
                self.opened.set()
                self._tally.queue_read.append(time.perf_counter() - started)
            except CUT:
                pass
            await asyncio.sleep(_QUEUE_READ_EVERY)


async def ask_directly(client: aiohttp.ClientSession, base_url: str, tally: Tally) -> None:
    """One answer straight from the model: when its first sentence is complete, and all of it."""
    body = {"model": "stub", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
    started, words = time.perf_counter(), 0
    async with client.post(f"{base_url}/chat/completions", json=body) as response:
        async for line in response.content:
            if words < FIRST_WORDS and line.startswith(b"data: {"):
                choices = json.loads(line[6:])["choices"]
                words += bool(choices and choices[0]["delta"].get("content"))
                if words == FIRST_WORDS:
                    tally.first_token.append(time.perf_counter() - started)
        tally.whole.append(time.perf_counter() - started)
