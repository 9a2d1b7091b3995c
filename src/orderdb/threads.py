"""Threads that do what is urgent before all else that waits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from queue import PriorityQueue
from typing import Any, TypeVar

T = TypeVar("T")


class Threads:
    """So many threads; of what waits for one, the urgent goes first, and then what came first."""

    def __init__(self, how_many: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(how_many, name)
        self._waiting: PriorityQueue[tuple[bool, int, Future[Any], Callable[[], Any]]] = (
            PriorityQueue()
        )
        self._numbers = count()

    def submit(self, call: Callable[[], T], *, urgent: bool) -> Future[T]:
        """What ``call`` comes to; cancelled while it waits, it is not run."""
        told: Future[T] = Future()
        self._waiting.put((not urgent, next(self._numbers), told, call))
        self._pool.submit(self._run_next)
        return told

    def _run_next(self) -> None:
        """Runs as often as something was submitted, so that something waits each time."""
        _, _, told, call = self._waiting.get_nowait()
        if not told.set_running_or_notify_cancel():
            return
        try:
            result = call()
        except BaseException as error:  # noqa: BLE001  (whoever waits for it raises it)
            told.set_exception(error)
        else:
            told.set_result(result)
