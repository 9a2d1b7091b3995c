"""The event loop of those who make the load: as quick as the server's, for they share its cores."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from uvicorn.loops.auto import auto_loop_factory

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """What ``asyncio.run`` does, on uvloop where there is one."""
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        return runner.run(main)
