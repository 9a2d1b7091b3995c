"""A model that is talked to for the evals themselves: it plays customers and judges manner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from assistant.http_client import client_for
from assistant.prompts import Prompts
from assistant.settings import Endpoint, Settings

PROMPTS = {
    "judge": frozenset({"said", "reply"}),
    "customer": frozenset({"goal", "knows", "language", "done"}),
}


class ChatFault(Exception):
    """The endpoint gave no answer."""


class Chat(Protocol):
    """Says something to (role, text) messages, JSON when ``schema`` is given; raises ChatFault."""

    async def say(
        self, messages: Sequence[tuple[str, str]], schema: Mapping[str, Any] | None = None
    ) -> str: ...


class EndpointChat:
    """A chat model behind an OpenAI-compatible endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client: Any = None

    async def say(
        self, messages: Sequence[tuple[str, str]], schema: Mapping[str, Any] | None = None
    ) -> str:
        from openai import APIError, AsyncOpenAI

        if self._client is None:
            self._client = AsyncOpenAI(
                base_url=self._endpoint.base_url,
                api_key=self._endpoint.api_key.get_secret_value(),
                http_client=client_for(self._endpoint.base_url or "", seconds=120),
                max_retries=2,
            )
        asked: list[Any] = [{"role": role, "content": text} for role, text in messages]
        more: dict[str, Any] = {}
        if schema is not None:
            form = {"name": "grades", "strict": True, "schema": dict(schema)}
            more["response_format"] = {"type": "json_schema", "json_schema": form}
        try:
            answer = await self._client.chat.completions.create(
                model=self._endpoint.model, messages=asked, temperature=0, max_tokens=120, **more
            )
        except APIError as error:
            raise ChatFault(f"{self._endpoint.model}: {error}") from error
        if not answer.choices:
            raise ChatFault(f"{self._endpoint.model} answered without choices")
        return (answer.choices[0].message.content or "").strip()


def prompts_of(settings: Settings) -> Prompts:
    """The evals' own prompts; raises PromptError."""
    return Prompts.load(settings.prompts / "evals", PROMPTS)


def endpoint_of(settings: Settings, url: str | None, model: str | None) -> Endpoint | None:
    """Another endpoint than the one under test, with the same key; None when none is named."""
    if url is None and model is None:
        return None
    from pydantic import SecretStr

    return Endpoint(
        base_url=url or settings.openai_base_url,
        api_key=settings.openai_api_key or SecretStr("none"),
        model=model or settings.model,
    )
