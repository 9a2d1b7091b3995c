"""An OpenAI-compatible endpoint with scripted answers, for measurements and tests.

It runs as a server of its own process or thread, so that clients meet it over HTTP as they meet
a real one.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse


@dataclass(frozen=True)
class Answer:
    """One completion: text, or tool calls as (name, arguments)."""

    text: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    seconds_a_token: float = 0.0


Script = Callable[[dict[str, Any]], Answer]


@dataclass
class StubModel:
    """The server and what it was asked: ``requests`` are the bodies, oldest first."""

    base_url: str
    requests: list[dict[str, Any]] = field(default_factory=list)


def look_up_then_say(order_number: str, reply: str) -> Script:
    """A model that looks one order up and then says ``reply``."""

    def script(body: dict[str, Any]) -> Answer:
        if body["messages"][-1]["role"] == "tool" or not body.get("tools"):
            return Answer(text=reply)
        name = body["tools"][0]["function"]["name"]
        names = [tool["function"]["name"] for tool in body["tools"]]
        chosen = "get_order" if "get_order" in names else name
        return Answer(calls=((chosen, {"order_number": order_number}),))

    return script


def create_stub(script: Script, requests: list[dict[str, Any]]) -> FastAPI:
    app = FastAPI()

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        body = await request.json()
        requests.append(body)
        answer = script(body)
        if body.get("stream"):
            return StreamingResponse(_stream(answer), media_type="text/event-stream")
        return JSONResponse(_whole(answer))

    return app


@contextmanager
def running(script: Script) -> Iterator[StubModel]:
    """The stub on a free loopback port, in a thread, until the block ends."""
    stub = StubModel("")
    app = create_stub(script, stub.requests)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    stub.base_url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            threading.Event().wait(0.01)
        yield stub
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


_HEAD = {"id": "stub", "created": 0, "model": "stub"}
_USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def _tool_calls(answer: Answer) -> list[dict[str, Any]]:
    return [
        {
            "index": index,
            "id": f"stub-{id(answer)}-{index}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments)},
        }
        for index, (name, arguments) in enumerate(answer.calls)
    ]


def _whole(answer: Answer) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": answer.text or None}
    if answer.calls:
        message["tool_calls"] = _tool_calls(answer)
    reason = "tool_calls" if answer.calls else "stop"
    choice = {"index": 0, "message": message, "finish_reason": reason}
    return {**_HEAD, "object": "chat.completion", "choices": [choice], "usage": _USAGE}


async def _stream(answer: Answer) -> AsyncIterator[str]:
    if answer.calls:
        yield _chunk({"role": "assistant", "tool_calls": _tool_calls(answer)})
        yield _chunk({}, "tool_calls")
    else:
        yield _chunk({"role": "assistant", "content": ""})
        for word in answer.text.split(" "):
            if answer.seconds_a_token:
                await asyncio.sleep(answer.seconds_a_token)
            yield _chunk({"content": word + " "})
        yield _chunk({}, "stop")
    usage = {**_HEAD, "object": "chat.completion.chunk", "choices": [], "usage": _USAGE}
    yield f"data: {json.dumps(usage)}\n\n"
    yield "data: [DONE]\n\n"


def _chunk(delta: dict[str, Any], reason: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    body = {**_HEAD, "object": "chat.completion.chunk", "choices": [choice]}
    return f"data: {json.dumps(body)}\n\n"


@contextmanager
def running_apart(order_number: str, reply: str) -> Iterator[str]:
    """A stub that looks ``order_number`` up, in a process of its own; yields its base URL."""
    child = subprocess.Popen(
        [sys.executable, "-m", "evals.stub_model", order_number, reply],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        yield child.stdout.readline().strip()
    finally:
        child.kill()
        child.wait()


def main() -> None:
    with running(look_up_then_say(sys.argv[1], sys.argv[2])) as stub:
        stub.requests.clear()
        print(stub.base_url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
