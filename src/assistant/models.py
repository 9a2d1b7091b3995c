"""One way to reach a model: any OpenAI-compatible endpoint, the embedded one included."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, cast

import httpx
import openai
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langchain_core.runnables import RunnableConfig
from langchain_openai import ChatOpenAI
from pydantic_core import from_json, to_json

from assistant.http_client import client_for
from assistant.settings import Endpoint, Limits

# What a model's endpoint can do to us: every one of these means "try again, then elsewhere".
ENDPOINT_FAULTS: tuple[type[Exception], ...] = (
    openai.APIError,  # no connection, a bad status, an error told inside the stream
    httpx.HTTPError,
)

# What clients raise when an answer is no answer: no choices, an HTML body, broken JSON.
MALFORMED_ANSWERS: tuple[type[Exception], ...] = (
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
)


_END = b"[DONE]"
_PLAIN = {"role", "content"}
_OURS = {"assistant", None}


def chat_model(
    endpoint: Endpoint, limits: Limits, http: httpx.AsyncClient | None = None
) -> ChatOpenAI:
    """A client for ``endpoint`` without retries of its own: the agent's retry is the only one."""
    return _ChatModel(
        base_url=endpoint.base_url,
        api_key=endpoint.api_key,
        model=endpoint.model,
        temperature=0,
        timeout=limits.model_seconds,
        max_retries=0,
        max_completion_tokens=limits.completion_tokens,
        stream_usage=True,
        http_async_client=http or client_for(endpoint.base_url or ""),
    )


class _ChatModel(ChatOpenAI):
    """Sends requests as they are and reads streams to their end.

    What the client behind it offers for chats would walk through every message and schema on each
    call, build typed objects of every chunk, and stop reading at ``[DONE]``, which costs a new
    connection, with its handshakes, for each call of a turn. Words that have come together are one
    chunk.
    What langchain does around a streamed call for those who watch it by callbacks is left out:
    nobody does here, and it took longer than the reading.
    """

    async def astream(
        self,
        input: LanguageModelInput,
        config: RunnableConfig | None = None,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[AIMessageChunk]:
        async with aclosing(self._astream(input, stop=stop, **kwargs)) as chunks:
            async for chunk in chunks:
                message = cast(AIMessageChunk, chunk.message)
                if chunk.generation_info:
                    message.response_metadata |= chunk.generation_info
                yield message
        yield AIMessageChunk(content="", chunk_position="last")

    async def _astream(
        self,
        messages: LanguageModelInput,
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[ChatGenerationChunk]:
        usage = {"include_usage": True}
        payload = self._get_request_payload(
            messages, stop=stop, stream=True, stream_options=usage, **kwargs
        )
        client: openai.AsyncOpenAI = self.root_async_client
        response: Any = await client.post(
            "/chat/completions",
            content=to_json(payload),
            cast_to=httpx.Response,
            stream=True,
            stream_cls=openai.AsyncStream[Any],
        )
        async with aclosing(response), aclosing(_told(response)) as pieces:
            async for told in pieces:
                for one in told:
                    chunk = (
                        _words(one)
                        if isinstance(one, str)
                        else self._convert_chunk_to_generation_chunk(one, AIMessageChunk, {})
                    )
                    if chunk is not None:
                        yield chunk


def _words(text: str) -> ChatGenerationChunk:
    provider = {"model_provider": "openai"}  # as in what is converted
    return ChatGenerationChunk(message=AIMessageChunk(content=text, response_metadata=provider))


async def _told(
    response: httpx.Response,
) -> AsyncGenerator[list[str | dict[str, Any]]]:
    """The server-sent events that each piece of the stream completes: words that follow each
    other as one text, the JSON of all else.

    Raises APIError for an error told inside the stream.
    """
    rest = b""
    async for piece in response.aiter_bytes():
        *lines, rest = (rest + piece).split(b"\n")
        told: list[str | dict[str, Any]] = []
        words: list[str] = []
        for line in lines:
            if not line.startswith(b"data:"):
                continue  # another field, or the line between two events
            data = line[5:].strip()
            if data == _END:
                continue
            said = from_json(data)
            if error := said.get("error"):
                why = error.get("message") if isinstance(error, dict) else error
                raise openai.APIError(str(why), response.request, body=error)
            if (word := _only_words(said)) is not None:
                words.append(word)
                continue
            if words:
                told.append("".join(words))
                words = []
            told.append(said)
        if words:
            told.append("".join(words))
        yield told


def _only_words(said: dict[str, Any]) -> str | None:
    """The words of an event that adds words and nothing else."""
    choices = said.get("choices")
    if not choices or len(choices) > 1 or said.get("usage"):
        return None
    choice: dict[str, Any] = choices[0]
    delta: dict[str, Any] = choice.get("delta") or {}
    if choice.get("finish_reason") or choice.get("logprobs") or delta.keys() - _PLAIN:
        return None
    if delta.get("role", "assistant") not in _OURS:
        return None
    content = delta.get("content")
    return content if isinstance(content, str) else None
