"""Calls of a model within one turn: counted, streamed as steps, the whole message kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any, cast
from uuid import uuid4

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import add_ai_message_chunks
from langchain_core.prompt_values import ChatPromptValue

from assistant.constrained import ConstrainedChatModel
from assistant.endpoints import Endpoints
from assistant.events import Usage
from assistant.steps import ModelCalled, Step, Text


class ModelCalls:
    """``made`` counts every attempt; ``message`` and ``action`` are the last whole answers."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self.made = 0
        self.message = AIMessageChunk(content="")
        self.action: dict[str, Any] = {}

    def ask(
        self, messages: Sequence[BaseMessage], tools: Sequence[dict[str, Any]] = ()
    ) -> AsyncIterator[Step]:
        """Stream an answer into ``message``; a new attempt is a new draft."""
        return self._endpoints.stream(lambda model: self._answer(model, messages, tools))

    def choose(
        self,
        messages: Sequence[BaseMessage],
        instruction: str,
        branches: Sequence[dict[str, Any]],
    ) -> AsyncIterator[Step]:
        """One of ``branches`` (JSON schemas of objects) into ``action``, empty when none fits."""
        return self._endpoints.stream(
            lambda model: self._choice(model, messages, instruction, branches)
        )

    async def _answer(
        self, model: BaseChatModel, messages: Sequence[BaseMessage], tools: Sequence[dict[str, Any]]
    ) -> AsyncIterator[Step]:
        yield self._called()  # first: a reply that is cut short for what it says was a call too
        offered = model.bind(tools=list(tools)) if tools else model
        draft = uuid4().hex
        chunks: list[AIMessageChunk] = []
        asked = ChatPromptValue.model_construct(messages=messages)  # they need no converting
        async with aclosing(offered.astream(asked)) as stream:  # type: ignore[type-var]
            async for chunk in stream:
                chunks.append(cast(AIMessageChunk, chunk))
                if chunk.text:
                    yield Text(chunk.text, draft)
        message = add_ai_message_chunks(*chunks) if chunks else AIMessageChunk(content="")
        if not (message.text or message.tool_calls or message.invalid_tool_calls):
            raise ValueError("the model answered with nothing")
        self.message = message
        yield _tokens(message.usage_metadata)

    async def _choice(
        self,
        model: BaseChatModel,
        messages: Sequence[BaseMessage],
        instruction: str,
        branches: Sequence[dict[str, Any]],
    ) -> AsyncIterator[Step]:
        yield self._called()
        adapter = ConstrainedChatModel(inner=model, instruction=instruction)
        self.action, counted = await adapter.choose(messages, branches)
        yield _tokens(counted)

    def _called(self) -> ModelCalled:
        self.made += 1
        return ModelCalled(Usage(llm_calls=1))


def _tokens(counted: Any) -> ModelCalled:
    counted = counted or {}
    return ModelCalled(
        Usage(
            prompt_tokens=counted.get("input_tokens", 0),
            completion_tokens=counted.get("output_tokens", 0),
        )
    )
