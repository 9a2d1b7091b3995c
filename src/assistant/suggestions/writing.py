"""Having a model write something that is no turn: a draft in other words, a translation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol, runtime_checkable

from assistant.endpoints import Endpoints
from assistant.steps import Brain, Text


@runtime_checkable
class Modelled(Protocol):
    """A brain with a model behind it."""

    @property
    def endpoints(self) -> Endpoints: ...


def writes(brain: Brain | None) -> bool:
    return isinstance(brain, Modelled)


async def write(brain: Brain, asked: str) -> AsyncIterator[Text]:
    """What the model answers, as it comes. Raises ModelUnavailable."""
    from langchain_core.messages import HumanMessage

    from assistant.agent import steps_of
    from assistant.model_calls import ModelCalls

    if not isinstance(brain, Modelled):
        return
    async for step in steps_of(ModelCalls(brain.endpoints).ask([HumanMessage(asked)])):
        if isinstance(step, Text):
            yield step


async def written(brain: Brain, asked: str) -> str:
    """The whole answer. Raises ModelUnavailable."""
    text, draft = "", ""
    async for piece in write(brain, asked):
        text = piece.text if piece.draft != draft else text + piece.text
        draft = piece.draft
    return text.strip()
