"""The model of the load: an endpoint in a process of its own that says the same, slowly.

It costs as little as can be, for it shares the machine with what is measured: no framework, every
piece of the answer encoded once.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from evals.desk_load.loop import run

_SENTENCES = (
    "Certainly.",
    "I am glad to help you with this and will look at everything that you asked about.",
    "Tell me a little more, so that I understand it well, and then we go on from there.",
    "It helps to know what you had in mind, and what matters most to you.",
    "There is no hurry at all, so please take the time that you need.",
    "If something is unclear, just ask, and I will explain it in other words.",
    "Whatever we find, nothing is changed before you have looked at it and agreed.",
    "You can stop here and come back later, for all that we said is kept.",
    "And should you rather speak with a person, say so at any time.",
)
FIRST_WORDS = 1
"""A sentence is sent once the space behind it shows that it is complete; it comes with the word."""

_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.I)
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def reply(words: int) -> str:
    """An answer of at least so many words, whole sentences."""
    said: list[str] = []
    while sum(len(one.split()) for one in said) < words:
        said.append(_SENTENCES[len(said) % len(_SENTENCES)])
    return " ".join(said)


@contextmanager
def slow_model(words: int, seconds_a_token: float) -> Iterator[tuple[str, int]]:
    """Its base URL and the id of its process."""
    child = subprocess.Popen(
        [sys.executable, "-m", "evals.desk_load.model", str(words), str(seconds_a_token)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        yield child.stdout.readline().strip(), child.pid
    finally:
        child.kill()
        child.wait()


class _Speaker(asyncio.Protocol):
    """Reads a request to its end, then says the pieces, one after each pause."""

    def __init__(self, pieces: Sequence[bytes], pause: float) -> None:
        self._pieces = pieces
        self._pause = pause
        self._asked = b""
        self._begun = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is of a class of its own

    def data_received(self, data: bytes) -> None:
        self._asked += data
        head, ended, body = self._asked.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if ended and len(body) >= (int(length[1]) if length else 0):
            self._asked = b""
            self._begun = asyncio.get_running_loop().time()
            self._transport.write(_HEAD)
            self._wait_for(0)

    def connection_lost(self, error: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _wait_for(self, number: int) -> None:
        at = self._begun + (number + 1) * self._pause  # late once, it does not stay late
        self._timer = asyncio.get_running_loop().call_at(at, self._say, number)

    def _say(self, number: int) -> None:
        self._transport.write(self._pieces[number])
        if number + 1 < len(self._pieces):
            self._wait_for(number + 1)


def _pieces(words: int) -> list[bytes]:
    said = [word + " " for word in reply(words).split(" ")]
    deltas = [{"role": "assistant", "content": said[0]}, *({"content": one} for one in said[1:])]
    told = [_chunk(delta) for delta in deltas]
    usage = {"prompt_tokens": 10, "completion_tokens": len(said), "total_tokens": 10 + len(said)}
    told[-1] += _chunk({}, reason="stop") + _event({"choices": [], "usage": usage})
    told[-1] += _framed(b"data: [DONE]\n\n") + b"0\r\n\r\n"
    return told


def _chunk(delta: dict[str, str], reason: str | None = None) -> bytes:
    return _event({"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})


def _event(body: dict[str, object]) -> bytes:
    head = {"id": "stub", "object": "chat.completion.chunk", "created": 0, "model": "stub"}
    return _framed(f"data: {json.dumps(head | body)}\n\n".encode())


def _framed(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


async def _serve(words: int, pause: float) -> None:
    pieces = _pieces(words)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Speaker(pieces, pause), "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    run(_serve(int(sys.argv[1]), float(sys.argv[2])))
