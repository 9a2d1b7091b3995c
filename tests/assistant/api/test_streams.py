"""Answers as they come: whole, streamed, cut and resumed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from assistant.api.sse import frames
from assistant.events import Event
from assistant.settings import Settings
from assistant.tokens import Tokens
from orderdb.database import SessionFactory
from tests.assistant.api.conftest import MakeApp, conversation_of, is_problem
from tests.assistant.api.fake_conversations import FakeConversations
from tests.assistant.api.serving import serving

STREAMED = {"Accept": "text/event-stream"}
HELLO = {"text": "hello", "client_message_id": "m1"}


def events_of(text: str) -> list[tuple[int, str, Any]]:
    """(id, event, data) of a stream's text."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line)
        if "event" in fields:
            found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return found


async def test_an_answer_comes_whole_as_json(ada: httpx.AsyncClient) -> None:
    path = f"/api/conversations/{await conversation_of(ada)}/messages"
    response = await ada.post(path, json=HELLO)
    assert response.headers["content-type"] == "application/json"
    assert response.json()["reply"] == "You said: hello"
    assert {"message_id", "language", "cards", "citations", "proposals", "tool_calls", "usage",
            "handled_by", "turn_id", "quick_replies"} <= response.json().keys()  # fmt: skip


async def test_an_answer_streams_as_numbered_events(ada: httpx.AsyncClient) -> None:
    path = f"/api/conversations/{await conversation_of(ada)}/messages"
    response = await ada.post(path, json=HELLO, headers=STREAMED)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    events = events_of(response.text)
    assert [kind for _, kind, _ in events] == ["turn", "token", "token", "token", "done"]
    assert [number for number, _, _ in events] == [1, 2, 3, 4, 5]
    assert events[-1][2]["reply"] == "You said: hello"


async def test_the_same_message_gets_the_first_answer_again(ada: httpx.AsyncClient) -> None:
    path = f"/api/conversations/{await conversation_of(ada)}/messages"
    first = await ada.post(path, json=HELLO)
    again = await ada.post(path, json=HELLO)
    assert again.json() == first.json()
    streamed = await ada.post(path, json=HELLO, headers=STREAMED)
    assert events_of(streamed.text)[-1][2] == first.json()


async def test_a_stream_resumes_after_the_last_event_seen(ada: httpx.AsyncClient) -> None:
    conversation = await conversation_of(ada)
    await ada.post(f"/api/conversations/{conversation}/messages", json=HELLO)
    path = f"/api/conversations/{conversation}/events"
    missed = await ada.get(path, headers={"Last-Event-ID": "3"})
    assert [number for number, _, _ in events_of(missed.text)] == [4, 5]
    everything = await ada.get(path)
    assert [number for number, _, _ in events_of(everything.text)] == [1, 2, 3, 4, 5]


async def test_a_turn_that_ends_in_an_error_answers_with_its_problem(
    ada: httpx.AsyncClient, conversations: FakeConversations
) -> None:
    problem = {"type": "about:blank", "title": "Conflict", "status": 409, "detail": "no",
               "code": "nothing_works"}  # fmt: skip
    conversations.script = lambda text: [("error", problem)]
    path = f"/api/conversations/{await conversation_of(ada)}/messages"
    assert is_problem(await ada.post(path, json=HELLO), 409, "nothing_works")


async def test_a_conversation_shows_what_was_said(
    ada: httpx.AsyncClient, sessions: SessionFactory
) -> None:
    conversation = await conversation_of(ada)
    await ada.post(f"/api/conversations/{conversation}/messages", json=HELLO)
    shown = (await ada.get(f"/api/conversations/{conversation}")).json()
    assert shown["conversation_id"] == conversation
    (message,) = shown["messages"]  # the scripted answer is not stored
    assert (message["role"], message["text"], message["reply"]) == ("customer", "hello", None)
    assert message["created_at"].endswith("Z")


async def test_a_quiet_stream_shows_signs_of_life() -> None:
    async def slowly() -> AsyncIterator[Event]:
        await asyncio.sleep(0.12)
        yield Event(id=1, turn_id="t", kind="token", payload={"text": "好\n"})

    sent = [frame async for frame in frames(slowly(), heartbeat=0.05)]
    assert sent[:2] == [b": ping\n\n", b": ping\n\n"]
    assert sent[-1].decode() == 'event: token\ndata: {"text":"\\u597d\\n"}\nid: 1\n\n'


async def test_a_stream_ends_with_the_token_that_opened_it() -> None:
    freed = asyncio.Event()

    async def forever() -> AsyncIterator[Event]:
        try:
            await asyncio.sleep(3600)
            yield Event(id=1, turn_id="t", kind="token", payload={})
        finally:
            freed.set()

    async with asyncio.timeout(5):
        assert [frame async for frame in frames(forever(), 3600, seconds=0.05)] == [b": ping\n\n"]
    assert freed.is_set()


async def test_a_stream_that_is_left_frees_what_it_held() -> None:
    freed = asyncio.Event()

    async def forever() -> AsyncIterator[Event]:
        try:
            yield Event(id=1, turn_id="t", kind="token", payload={})
            await asyncio.sleep(3600)
        finally:
            freed.set()

    stream = frames(forever(), heartbeat=0.01)
    assert b"token" in await anext(stream)
    assert await anext(stream) == b": ping\n\n"
    await stream.aclose()  # type: ignore[attr-defined]
    assert freed.is_set()


async def test_a_slow_client_misses_nothing_and_hears_of_the_fault() -> None:
    async def many() -> AsyncIterator[Event]:
        for number in range(1, 301):
            yield Event(id=number, turn_id="t", kind="token", payload={})
        raise OSError("the database went away")

    sent: list[bytes] = []

    async def listen() -> None:
        async for part in frames(many(), heartbeat=5):
            sent.append(part)
            await asyncio.sleep(0.001)

    with pytest.raises(OSError, match="went away"):
        await listen()
    assert b"".join(sent).count(b"event: token") == 300


@pytest.fixture
def address(make_app: MakeApp, settings: Settings) -> Iterator[str]:
    with serving(make_app(settings)) as address:
        yield address


async def test_a_cut_stream_stops_neither_the_turn_nor_its_other_listeners(
    address: str, tokens: Tokens, conversations: FakeConversations
) -> None:
    """The client goes away in the middle; the answer is there when it comes back."""
    conversations.gate = gate = asyncio.Event()
    headers = {"Authorization": f"Bearer {tokens.sign('ada')}"}
    async with httpx.AsyncClient(base_url=address, headers=headers) as client:
        conversation = await conversation_of(client)
        path = f"/api/conversations/{conversation}"
        async with client.stream(
            "POST", f"{path}/messages", json=HELLO, headers=STREAMED
        ) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("event: turn"):
                    break
        assert [event.kind for event in conversations.events[conversation]] == ["turn"]
        gate._loop.call_soon_threadsafe(gate.set)  # type: ignore[attr-defined]
        resumed = await client.get(f"{path}/events", headers={"Last-Event-ID": "1"})
        assert [kind for _, kind, _ in events_of(resumed.text)][-1] == "done"
