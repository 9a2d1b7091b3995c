"""The client of a model's endpoint, over real sockets."""

from __future__ import annotations

import asyncio

from langchain_core.messages import HumanMessage
from pydantic import SecretStr

from assistant.models import chat_model
from assistant.settings import Endpoint, Limits
from assistant.streaming import Streams
from tests.assistant.turning import chunk

ANSWER = b"".join(
    [chunk({"role": "assistant", "content": "On its "}), chunk({"content": "way."}, "stop"),
     b"data: [DONE]\r\n\r\n"]
)  # fmt: skip


async def test_all_calls_go_over_one_connection() -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lengths = [line for line in head.lower().splitlines() if b"content-length" in line]
                await reader.readexactly(int(lengths[0].split(b":")[1]))
                writer.write(
                    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                    b"transfer-encoding: chunked\r\n\r\n"
                    + f"{len(ANSWER):x}\r\n".encode() + ANSWER + b"\r\n0\r\n\r\n"
                )  # fmt: skip
        except asyncio.IncompleteReadError:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        endpoint = Endpoint(
            base_url=f"http://127.0.0.1:{port}/v1", api_key=SecretStr("x"), model="m"
        )
        streams = Streams()
        model = chat_model(endpoint, Limits(), streams.client_for(endpoint.base_url or ""))
        for _ in range(3):
            said = [piece.text async for piece in model.astream([HumanMessage("Where is it?")])]
            assert "".join(said) == "On its way."
        await streams.aclose()
    assert connections == 1


async def test_words_that_come_together_are_one_piece_and_the_end_stays_its_own() -> None:
    words = [chunk({"role": "assistant", "content": "On"}), chunk({"content": " its"}),
             chunk({"content": " way."}), chunk({}, "stop")]  # fmt: skip

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
        writer.write(b"".join(words))
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        streams = Streams()
        endpoint = Endpoint(base_url=url, api_key=SecretStr("x"), model="m")
        model = chat_model(endpoint, Limits(), streams.client_for(url))
        pieces = [piece async for piece in model.astream([HumanMessage("Where is it?")])]
        await streams.aclose()
    assert [piece.text for piece in pieces if piece.text] == ["On its way."]
    assert "stop" in [piece.response_metadata.get("finish_reason") for piece in pieces]
