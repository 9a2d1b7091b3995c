"""Endpoints that misbehave: one retry layer, the second endpoint, guided mode; nothing is lost."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from assistant.conversation import ConversationService
from assistant.endpoints import Endpoints
from assistant.guided import Guided
from assistant.steps import ModelUnavailable, Step
from evals.stub_model import Answer
from tests.assistant.turning import (
    Both,
    Desk,
    ScriptedEndpoint,
    chunk,
    done,
    kinds,
    look_up,
    of,
    shown,
    streamed,
)

TRUE = "Order A20001 is on its way."
Faulty = Callable[[dict[str, Any]], httpx.Response | Exception]


def status(code: int, **headers: str) -> Faulty:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(code, json={"error": {"message": "no"}}, headers=named)


def body(text: str, kind: str) -> Faulty:
    return lambda _: httpx.Response(200, text=text, headers={"content-type": kind})


FAULTS: dict[str, Faulty] = {
    "down": lambda _: httpx.ConnectError("refused"),
    "500": status(500),
    "503": status(503),
    "429": status(429, retry_after="0"),
    "429 without Retry-After": status(429),
    "connect timeout": lambda _: httpx.ConnectTimeout("slow"),
    "read timeout": lambda _: httpx.ReadTimeout("slow"),
    "HTML with 200": body("<html><body>Login</body></html>", "text/html"),
    "HTML with 502": lambda _: httpx.Response(502, text="<html>Bad gateway</html>"),
    "broken JSON": body('data: {"choices": [{"del\n\n', "text/event-stream"),
    "no choices": body(
        'data: {"id":"c","object":"chat.completion.chunk","choices":[]}\n\ndata: [DONE]\n\n',
        "text/event-stream",
    ),
    "null choices": body(
        'data: {"id":"c","object":"chat.completion.chunk","choices":null}\n\ndata: [DONE]\n\n',
        "text/event-stream",
    ),
    "empty body": body("", "text/event-stream"),
    "another content type": body("Order A20001 is delivered.", "text/plain"),
    "JSON instead of a stream": body('{"choices": "none"}', "application/json"),
    "invalid UTF-8": lambda _: streamed(b'data: {"choices":[{"delta":{"content":"\xff\n\n'),
    "empty answer": lambda _: streamed(chunk({"content": ""}), chunk({}, "stop")),
    "error in the stream": body('data: {"error": {"message": "overloaded"}}\n\n',
                                "text/event-stream"),
    "cut at once": lambda _: streamed(httpx.ReadError("reset")),
    "cut midway": lambda _: streamed(
        chunk({"content": "Order A20001 is deli"}), httpx.RemoteProtocolError("cut")
    ),
    "cut inside a tool call": lambda _: streamed(
        chunk({"role": "assistant", "tool_calls": [
            {"index": 0, "id": "c1", "type": "function",
             "function": {"name": "get_order", "arguments": '{"order_nu'}}]}),
        httpx.RemoteProtocolError("cut"),
    ),
}  # fmt: skip
faults = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())


@faults
async def test_a_fault_is_tried_again_and_forgotten(desk: Desk, fault: Faulty) -> None:
    endpoint = ScriptedEndpoint(look_up(), fault, Answer(text=TRUE))
    events = await desk.answered(desk.agent(endpoint), "Where is A20001?")
    assert done(events)["reply"] == shown(events).strip() == TRUE
    assert done(events)["handled_by"] == "assistant"
    assert len(endpoint.requests) == 3
    assert [call["name"] for call in done(events)["tool_calls"]] == ["get_order"]  # not twice


@faults
async def test_an_endpoint_that_stays_faulty_leaves_it_to_guided_mode(
    desk: Desk, fault: Faulty
) -> None:
    endpoint = ScriptedEndpoint(fault)
    events = await desk.answered(desk.agent(endpoint), "Where is A20001?")
    reply = done(events)
    assert reply["handled_by"] == "guided"
    assert reply["reply"].startswith("Order A20001 has been shipped.")
    assert shown(events).strip() == reply["reply"]
    assert len(endpoint.requests) == 2  # as often as the one retry layer says
    assert reply["usage"]["llm_calls"] == 2


async def test_the_second_endpoint_answers_when_the_first_does_not(desk: Desk) -> None:
    broken, sound = ScriptedEndpoint(status(500)), ScriptedEndpoint(look_up(), Answer(text=TRUE))
    events = await desk.answered(desk.agent(broken, sound), "Where is A20001?")
    assert done(events)["handled_by"] == "assistant"
    assert done(events)["reply"] == TRUE
    assert len(sound.requests) == 2


async def test_with_both_endpoints_down_guided_mode_answers_the_same_turn(desk: Desk) -> None:
    both = [ScriptedEndpoint(status(500)) for _ in range(2)]
    events = await desk.answered(desk.agent(*both), "Where is A20001?")
    assert [len(one.requests) for one in both] == [2, 2]
    assert done(events)["handled_by"] == "guided"
    assert kinds(events).count("turn") == kinds(events).count("done") == 1


async def test_what_was_looked_up_before_the_endpoint_died_is_told(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(look_up("A20002"), status(500))
    events = await desk.answered(desk.agent(endpoint), "Where is A20002?")
    assert [one["number"] for one in of(events, "card")] == ["A20002"]  # looked up once
    assert done(events)["reply"].startswith("Order A20002 ")
    assert done(events)["handled_by"] == "guided"


@pytest.mark.parametrize("code", [400, 401, 403, 404, 422])
async def test_a_refusal_is_not_repeated(desk: Desk, code: int) -> None:
    endpoint = ScriptedEndpoint(status(code))
    events = await desk.answered(desk.agent(endpoint, attempts=3), "Where is A20001?")
    assert len(endpoint.requests) == 1
    assert done(events)["handled_by"] == "guided"


@pytest.mark.parametrize(("code", "failures"), [(400, 0), (422, 0), (401, 1), (500, 1)])
async def test_only_a_model_that_is_away_is_left_alone_for_a_while(
    desk: Desk, code: int, failures: int
) -> None:
    brains = Both(desk.agent(ScriptedEndpoint(status(code))), Guided(desk.registry))
    service = ConversationService(
        desk.sessions, desk.preparation(), brains, desk.prompts.versions, desk.clock
    )
    assert done(await desk.ask(service, "Where is A20001?"))["handled_by"] == "guided"
    assert brains.failures == failures
    await service.close()


async def test_retry_after_is_kept_to(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(status(429, retry_after="1"), look_up(), Answer(text=TRUE))
    started = time.monotonic()
    events = await desk.answered(desk.agent(endpoint), "Where is A20001?")
    assert time.monotonic() - started >= 1
    assert done(events)["reply"] == TRUE


async def test_retry_after_of_an_hour_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def note(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("assistant.endpoints.asyncio.sleep", note)
    from openai import RateLimitError

    response = httpx.Response(
        429, headers={"retry-after": "3600"}, request=httpx.Request("POST", "http://model.test")
    )

    async def call(_: object) -> AsyncIterator[Step]:
        raise RateLimitError("slow down", response=response, body=None)
        yield  # makes it a stream

    with pytest.raises(ModelUnavailable):
        async for _ in Endpoints([object()], attempts=3).stream(call):  # type: ignore[list-item]
            pass
    assert len(pauses) == 2
    assert max(pauses) <= 10


async def test_a_repair_that_cannot_be_had_leaves_the_facts(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(look_up(), Answer(text="The total was €99.99."), status(500))
    events = await desk.answered(desk.agent(endpoint), "Where is A20001?")
    assert done(events)["reply"].startswith("Order A20001 has been shipped.")
    assert "99.99" not in shown(events)


async def test_the_next_turn_asks_the_model_again(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(status(500), status(500), look_up(), Answer(text=TRUE))
    service = desk.service(desk.agent(endpoint))
    chat = await service.open("anna", "en")
    first = await desk.ask(service, "Where is A20001?", chat=chat)
    second = await desk.ask(service, "Where is A20001 now?", chat=chat)
    await service.close()
    assert [done(first)["handled_by"], done(second)["handled_by"]] == ["guided", "assistant"]
