"""Who orders, and when."""

from __future__ import annotations

from collections.abc import Container
from random import Random

from orderdb.importers.demo.days import DAY

_BUSY_DAYS = 14
_BUSY_SHARE = 0.14
_STEPS = (7_919, 7_907, 7_901)  # primes: a step through the ranks that meets every customer


class Buyers:
    """Draws customers: some buy often, and which ones does not show in their number."""

    def __init__(self, *, first: int, count: int) -> None:
        self._first = first
        self._count = count
        self._step = next(step for step in _STEPS if count % step)

    def draw(self, random: Random) -> int:
        rank = int(random.random() ** 1.4 * self._count)
        return self._first + rank * self._step % self._count


class Moments:
    """When orders are placed: the last two weeks are the busiest, so that much is under way."""

    def __init__(self, opened: int, now: int, orders: int) -> None:
        self._opened = opened
        self._orders = orders
        self._busy = now - 120 - _BUSY_DAYS * DAY
        self._before = orders * (1 - _BUSY_SHARE)
        self._slow_step = (self._busy - opened) / self._before
        self._busy_step = _BUSY_DAYS * DAY / (orders * _BUSY_SHARE)

    def at(self, position: int, jitter: float) -> int:
        place = position + jitter
        if place < self._before:
            return self._opened + int(place * self._slow_step)
        return self._busy + int((place - self._before) * self._busy_step)

    def free_position(self, moment: int, taken: Container[int]) -> int:
        """Where an order of that moment stands in the numbering, or the nearest place before."""
        if moment < self._busy:
            position = int((moment - self._opened) / self._slow_step)
        else:
            position = int(self._before + (moment - self._busy) / self._busy_step)
        position = min(position, self._orders - 1)
        while position in taken:
            position -= 1
        return position
