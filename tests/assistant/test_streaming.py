"""Answers are read as they come, in strides when they are many, and later when others wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from assistant.awaited import Awaited
from assistant.streaming import Streams

_TOKENS = 60
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
_WHOLE = b"".join(b"data: %d\n\n" % number for number in range(_TOKENS))


@pytest.fixture(autouse=True)
def one_is_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.streaming._FEW", -100)


@asynccontextmanager
async def speaker() -> AsyncIterator[str]:
    """An answer of sixty tokens within a third of a second."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(_HEAD)
        for number in range(_TOKENS):
            await asyncio.sleep(0.005)
            writer.write(b"data: %d\n\n" % number)
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def pieces_of(streams: Streams, url: str, heard: list[bytes]) -> None:
    async with streams.client_for(url).stream("GET", url) as response:
        async for piece in response.aiter_raw():
            heard.append(piece)


async def test_many_answers_are_read_in_few_pieces_and_lose_nothing() -> None:
    streams, heard = Streams(), list[bytes]()
    async with speaker() as url:
        await pieces_of(streams, url, heard)
    await streams.aclose()
    assert b"".join(heard) == _WHOLE
    assert len(heard) < _TOKENS / 2


async def test_while_many_wait_for_a_first_word_an_answer_under_way_is_left_alone() -> None:
    awaited = awaited_in(3)
    streams, heard = Streams(awaited), list[bytes]()
    async with speaker() as url:
        reading = asyncio.create_task(pieces_of(streams, url, heard))
        await asyncio.sleep(0.6)
        assert heard
        assert len(b"".join(heard)) < len(_WHOLE) / 2
        awaited.end("0")
        await asyncio.wait_for(reading, 2)
    await streams.aclose()
    assert b"".join(heard) == _WHOLE


async def test_an_answer_of_which_nobody_has_a_word_yet_gives_way_to_no_other() -> None:
    awaited = awaited_in(9)
    streams, heard = Streams(awaited), list[bytes]()
    async with speaker() as url:
        awaited.answer("0")
        await asyncio.wait_for(pieces_of(streams, url, heard), 2)
    await streams.aclose()
    assert b"".join(heard) == _WHOLE
    assert len(heard) > 4  # read as it comes: in strides it would be two


async def test_many_answers_that_were_left_alone_all_come_to_their_end() -> None:
    streams = Streams()
    all_heard = [list[bytes]() for _ in range(40)]
    async with speaker() as url:
        await asyncio.wait_for(
            asyncio.gather(*(pieces_of(streams, url, heard) for heard in all_heard)), 20
        )
    await streams.aclose()
    assert [b"".join(heard) for heard in all_heard] == [_WHOLE] * 40


def awaited_in(conversations: int) -> Awaited:
    awaited = Awaited()
    for number in range(conversations):
        awaited.begin(str(number))
    return awaited
