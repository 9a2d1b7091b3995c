"""Reaching a model: the one retry layer, then the second endpoint, then ModelUnavailable."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeVar

import openai
from langchain_core.language_models import BaseChatModel

from assistant.models import ENDPOINT_FAULTS, MALFORMED_ANSWERS
from assistant.steps import ModelUnavailable

log = logging.getLogger(__name__)
T = TypeVar("T")

_REFUSED = (400, 413, 422)  # this request; another may be welcome
_NOT_WORTH_REPEATING = (*_REFUSED, 401, 403, 404, 405, 415)
_FIRST_PAUSE_SECONDS = 0.4
_LONGEST_PAUSE_SECONDS = 8.0


@dataclass(frozen=True)
class Endpoints:
    """Chat models in the order in which they are asked; each is tried ``attempts`` times."""

    models: Sequence[BaseChatModel]
    attempts: int = 3

    async def stream(self, call: Callable[[BaseChatModel], AsyncIterator[T]]) -> AsyncIterator[T]:
        """What ``call`` yields for the first model that answers to the end.

        An attempt that fails midway has yielded already; ``call`` is begun anew for the next one
        and is where that is told. Raises ModelUnavailable when none is left.
        """
        fault: Exception | None = None
        for model in self.models:
            for attempt in range(self.attempts):
                try:
                    async with aclosing(call(model)) as pieces:  # type: ignore[type-var]
                        async for piece in pieces:
                            yield piece
                    return
                except (*ENDPOINT_FAULTS, *MALFORMED_ANSWERS) as error:
                    fault = error
                    log.warning("model call failed (attempt %d): %r", attempt + 1, error)
                    if getattr(error, "status_code", None) in _NOT_WORTH_REPEATING:
                        break
                    if attempt + 1 < self.attempts:
                        await asyncio.sleep(_pause(error, attempt))
        refused = getattr(fault, "status_code", None) in _REFUSED
        raise ModelUnavailable(f"{type(fault).__name__}: {fault}", refused=refused) from fault


def _pause(error: Exception, attempt: int) -> float:
    """Seconds until the next try: what Retry-After asks for, within reason, else doubling."""
    if isinstance(error, openai.APIStatusError):
        asked = error.response.headers.get("retry-after", "")
        if asked.replace(".", "", 1).isdigit():
            return min(float(asked), _LONGEST_PAUSE_SECONDS)
    jitter = random.uniform(0.8, 1.2)  # noqa: S311
    return float(_FIRST_PAUSE_SECONDS * 2**attempt * jitter)
