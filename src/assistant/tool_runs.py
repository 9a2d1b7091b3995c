"""Running one tool call in a turn: off the event loop, timed, its faults in words."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.steps import ToolFinished
from tools.context import DeskContext
from tools.desk_tool import DeskTool, UnfitArguments


@dataclass(frozen=True)
class ToolRun:
    """``told`` is what the model reads of it."""

    finished: ToolFinished
    told: str


async def run_tool(
    tools: Mapping[str, DeskTool],
    desk: DeskContext,
    identity: str,
    name: str,
    arguments: dict[str, Any],
) -> ToolRun:
    """Run a call as ``desk``'s customer; a wrong call has no result, and words instead."""
    started = time.perf_counter()
    result, told = None, f"There is no tool {name}. There are: {', '.join(tools)}."
    if name in tools:
        try:
            result = await asyncio.to_thread(tools[name].checked, desk, arguments)
            told = result.text
        except UnfitArguments as error:
            told = str(error)
    took = round((time.perf_counter() - started) * 1000)
    return ToolRun(ToolFinished(identity, name, arguments, result, took), told)
