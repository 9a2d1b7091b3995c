"""The same faults over real sockets: what a client library makes of them is part of the test."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from assistant.agent import Agent
from assistant.endpoints import Endpoints
from assistant.models import chat_model
from assistant.settings import Endpoint, Limits
from assistant.streaming import Streams
from tests.assistant.turning import Desk, chunk, done, kinds, shown

TRUE = "Order A20001 is on its way."
ATTEMPTS = 2
Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


def whole(status: str, body: bytes, kind: str = "application/json", *more: str) -> Behaviour:
    """A complete answer of these bytes."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        head = [f"HTTP/1.1 {status}", f"content-type: {kind}", f"content-length: {len(body)}"]
        writer.write("\r\n".join([*head, *more, "connection: close", "", ""]).encode() + body)

    return behave


def cut(*parts: bytes, hang: bool = False) -> Behaviour:
    """A stream that ends, or goes silent, without its end having been told."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
            b"transfer-encoding: chunked\r\n\r\n"
        )
        for part in parts:
            writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        await writer.drain()
        if hang:
            await asyncio.sleep(30)

    return behave


async def silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


def call(name: str, arguments: str, *ids: str) -> bytes:
    written = [
        {
            "index": n,
            "id": id,
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        for n, id in enumerate(ids or ("c1",))
    ]
    return chunk({"role": "assistant", "tool_calls": written})


def stream(*parts: bytes) -> Behaviour:
    return whole("200 OK", b"".join([*parts, b"data: [DONE]\n\n"]), "text/event-stream")


LOOK_UP = stream(call("get_order", '{"order_number": "A20001"}'), chunk({}, "tool_calls"))
SAY = stream(chunk({"content": TRUE}), chunk({}, "stop"))
NO_CHOICES = b'data: {"id": "c", "object": "chat.completion.chunk", "choices": %s}\n\n'

FAULTS: dict[str, Behaviour] = {
    "429": whole("429 Too Many Requests", b"{}"),
    "429 with Retry-After": whole("429 Too Many Requests", b"{}", "application/json",
                                  "retry-after: 0"),
    "500": whole("500 Internal Server Error", b"{}"),
    "503": whole("503 Service Unavailable", b""),
    "hangs before the first byte": silence,
    "hangs after the first byte": cut(chunk({"content": "Order"}), hang=True),
    "cut inside a tool call's JSON": cut(call("get_order", '{"order_nu')),
    "half an event": cut(b'data: {"id": "c", "cho'),
    "empty choices": stream(NO_CHOICES % b"[]"),
    "null choices": stream(NO_CHOICES % b"null"),
    "HTML": whole("200 OK", b"<html><body>Sign in</body></html>", "text/html"),
    "another content type": whole("200 OK", b"Order A20001 is delivered.", "text/plain"),
    "invalid UTF-8": whole("200 OK", b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n',
                           "text/event-stream"),
    "no HTTP at all": cut(),
}  # fmt: skip
ODD_CALLS: dict[str, Behaviour] = {
    "cut off by the length limit": stream(call("get_order", '{"order_nu'), chunk({}, "length")),
    "of a tool that is not there": stream(call("drop_tables", "{}"), chunk({}, "tool_calls")),
    "twice under one id": stream(
        call("get_order", '{"order_number": "A20001"}', "c1", "c1"), chunk({}, "tool_calls")
    ),
}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.endpoints._FIRST_PAUSE_SECONDS", 0.01)


class Server:
    """Behaves as told, connection by connection; the last behaviour serves all that follow."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.requests = 0
        self._behaviours = list(behaviours)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2])
            for line in head.splitlines()
            if line.lower().startswith(b"content-length")
        )
        json.loads(await reader.readexactly(length))
        self.requests += 1
        many = len(self._behaviours) > 1
        behave = self._behaviours.pop(0) if many else self._behaviours[0]
        try:
            await behave(writer)
        finally:
            writer.close()


@asynccontextmanager
async def asked(desk: Desk, *behaviours: Behaviour) -> AsyncIterator[tuple[Agent, Server]]:
    """An agent whose only endpoint is that server."""
    server = Server(*behaviours)
    listening = await asyncio.start_server(server.answer, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    streams = Streams()
    model = chat_model(
        Endpoint(base_url=f"http://127.0.0.1:{port}/v1", api_key=SecretStr("x"), model="faulty"),
        Limits(model_seconds=1.5),
        streams.client_for("http://127.0.0.1"),
    )
    agent = Agent(Endpoints([model], ATTEMPTS), list(desk.registry), desk.prompts, most_calls=6)
    try:
        yield agent, server
    finally:
        listening.close()
        await streams.aclose()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
async def test_a_fault_is_got_over_with_one_more_request(desk: Desk, fault: Behaviour) -> None:
    async with asked(desk, LOOK_UP, fault, SAY) as (agent, server):
        events = await desk.answered(agent, "Where is A20001?")
    assert done(events)["reply"] == shown(events).strip() == TRUE
    assert server.requests == 3


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
async def test_a_fault_that_stays_leaves_it_to_guided_mode(desk: Desk, fault: Behaviour) -> None:
    async with asked(desk, fault) as (agent, server):
        events = await desk.answered(agent, "Where is A20001?")
    assert done(events)["handled_by"] == "guided"
    assert done(events)["reply"].startswith("Order A20001 has been shipped.")
    assert shown(events).strip() == done(events)["reply"]
    assert kinds(events).count("turn") == kinds(events).count("done") == 1
    assert server.requests == ATTEMPTS  # one retry layer, not two on top of each other


@pytest.mark.parametrize("odd", ODD_CALLS.values(), ids=ODD_CALLS.keys())
async def test_an_odd_call_still_ends_in_the_right_answer(desk: Desk, odd: Behaviour) -> None:
    async with asked(desk, odd, LOOK_UP, SAY) as (agent, _):
        events = await desk.answered(agent, "Where is A20001?")
    assert done(events)["reply"] == shown(events).strip()
    assert "A20001" in done(events)["reply"]
    assert done(events)["handled_by"] == "assistant"
    assert all(call["name"] != "drop_tables" or call["status"] == "error"
               for call in done(events)["tool_calls"])  # fmt: skip
