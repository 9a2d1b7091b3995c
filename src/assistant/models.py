"""One way to reach a model: any OpenAI-compatible endpoint, the embedded one included."""

from __future__ import annotations

from typing import Any

import httpx
import openai
from langchain_core.language_models import LanguageModelInput
from langchain_openai import ChatOpenAI

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


_LARGE = ("tools", "response_format")


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
    """Sends tool schemas as they are: the client would walk through them anew on every call."""

    def _get_request_payload(
        self, input_: LanguageModelInput, *, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        payload: dict[str, Any] = super()._get_request_payload(input_, stop=stop, **kwargs)
        as_they_are = {name: payload.pop(name) for name in _LARGE if name in payload}
        if as_they_are:
            payload["extra_body"] = {**(payload.get("extra_body") or {}), **as_they_are}
        return payload
