"""Answers of a model that is asked greedily, kept: the same request is not sent twice in a run.

At temperature 0 a repeat is no new sample. So where many trials of a slow arm are wanted, what was
answered to exactly the same messages, tools and settings may stand for the repeats. It is used only
where a run says so, and the report says it too.
"""

from __future__ import annotations

import json
import time
from typing import Any

from langchain_core.caches import RETURN_VAL_TYPE, BaseCache


class KeptAnswers(BaseCache):
    """A langchain cache that knows how long each answer took when it was given.

    ``seconds`` sums that up for answers taken from here, so that a turn can be told as long as it
    was; with conversations side by side it is theirs together.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[RETURN_VAL_TYPE, float]] = {}
        self._asked: dict[tuple[str, str], float] = {}
        self.seconds = 0.0

    def lookup(self, prompt: str, llm_string: str) -> RETURN_VAL_TYPE | None:
        key = _said(prompt), llm_string
        found = self._kept.get(key)
        if found is None:
            self._asked[key] = time.perf_counter()
            return None
        answer, took = found
        self.seconds += took
        return answer

    def update(self, prompt: str, llm_string: str, return_val: RETURN_VAL_TYPE) -> None:
        key = _said(prompt), llm_string
        began = self._asked.pop(key, None)
        took = time.perf_counter() - began if began is not None else 0.0
        self._kept[key] = (return_val, took)

    async def alookup(self, prompt: str, llm_string: str) -> RETURN_VAL_TYPE | None:
        return self.lookup(prompt, llm_string)

    async def aupdate(self, prompt: str, llm_string: str, return_val: RETURN_VAL_TYPE) -> None:
        self.update(prompt, llm_string, return_val)

    def clear(self, **_: Any) -> None:
        self._kept.clear()


def _said(prompt: str) -> str:
    """What a model is sent of serialized messages: no ids, no usage, no artifacts of tools."""
    sent = []
    for one in json.loads(prompt):
        told = one["kwargs"]
        calls = [(call["name"], call["args"]) for call in told.get("tool_calls") or ()]
        sent.append((one["id"][-1].removesuffix("Chunk"), told.get("content"), calls))
    return json.dumps(sent)
