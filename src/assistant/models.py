"""One way to reach a model: any OpenAI-compatible endpoint, the embedded one included."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import httpx
import openai
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI
from pydantic_core import from_json

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


_LARGE = ("messages", "tools", "response_format")
_END = b"[DONE]"
_PLAIN = {"role", "content"}


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

    The client behind it would walk through every message and schema on each call, build typed
    objects of every chunk, and stop reading at ``[DONE]``, which costs a new connection, with its
    handshakes, for each call of a turn. Words that have come together are one chunk.
    """

    def _get_request_payload(
        self, input_: LanguageModelInput, *, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        payload: dict[str, Any] = super()._get_request_payload(input_, stop=stop, **kwargs)
        as_they_are = {name: payload.pop(name) for name in _LARGE if name in payload}
        payload["extra_body"] = {**(payload.get("extra_body") or {}), **as_they_are}
        return {**payload, "messages": []}

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        usage = {"include_usage": True}
        payload = self._get_request_payload(
            messages, stop=stop, stream=True, stream_options=usage, **kwargs
        )
        async with self.async_client.with_streaming_response.create(**payload) as response:
            async for said in _told(response):
                for one in _joined(said):
                    chunk = self._convert_chunk_to_generation_chunk(one, AIMessageChunk, {})
                    if chunk is not None:
                        yield chunk


def _joined(said: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The same events, words that follow each other in one."""
    held: dict[str, Any] | None = None
    for one in said:
        if held is None or not _join(held, one):
            if held is not None:
                yield held
            held = one
    if held is not None:
        yield held


def _join(held: dict[str, Any], more: dict[str, Any]) -> bool:
    """Add the words of ``more`` to those of ``held``; False where either is more than words."""
    told, other = _only_words(held), _only_words(more)
    if told is None or other is None:
        return False
    told["content"] += other["content"]
    return True


def _only_words(said: dict[str, Any]) -> dict[str, Any] | None:
    """The delta of an event that adds words and nothing else."""
    choices = said.get("choices")
    if not choices or len(choices) > 1 or said.get("usage"):
        return None
    choice: dict[str, Any] = choices[0]
    delta: dict[str, Any] = choice.get("delta") or {}
    if choice.get("finish_reason") or choice.get("logprobs") or delta.keys() - _PLAIN:
        return None
    return delta if isinstance(delta.get("content"), str) else None


async def _told(response: openai.AsyncAPIResponse[Any]) -> AsyncIterator[list[dict[str, Any]]]:
    """The JSON of the server-sent events, all that each piece of the stream completes.

    Raises APIError for an error told inside the stream.
    """
    rest = b""
    async for piece in response.iter_bytes():
        *lines, rest = (rest + piece).split(b"\n")
        told = []
        for line in lines:
            data = line.removeprefix(b"data:").strip()
            if data == line.strip() or data == _END:
                continue  # another field, the line between two events, or nothing more to say
            said = from_json(data)
            if error := said.get("error"):
                words = error.get("message") if isinstance(error, dict) else error
                raise openai.APIError(str(words), response.http_request, body=error)
            told.append(said)
        yield told
