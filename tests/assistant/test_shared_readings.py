"""What many ask for at once is read once, and never given out after something changed."""

from __future__ import annotations

import asyncio

import pytest

from assistant.shared_readings import SharedReadings


class Book:
    """Counts how often it was read."""

    def __init__(self) -> None:
        self.read = 0
        self.broken = False

    async def page(self) -> int:
        self.read += 1
        await asyncio.sleep(0.01)
        if self.broken:
            raise OSError("torn")
        return self.read


async def test_those_who_ask_together_share_one_reading() -> None:
    readings, book = SharedReadings[int](seconds=60), Book()
    assert await asyncio.gather(*(readings.get("queue", book.page) for _ in range(50))) == [1] * 50
    assert await readings.get("other", book.page) == 2


async def test_after_a_change_it_is_read_anew() -> None:
    readings, book = SharedReadings[int](seconds=60), Book()
    assert await readings.get("queue", book.page) == 1
    readings.changed()
    assert await readings.get("queue", book.page) == 2


async def test_what_is_old_is_read_anew() -> None:
    readings, book = SharedReadings[int](seconds=0), Book()
    assert await readings.get("queue", book.page) == 1
    await asyncio.sleep(0.001)
    assert await readings.get("queue", book.page) == 2


async def test_a_reading_that_failed_is_tried_again_by_the_next() -> None:
    readings, book = SharedReadings[int](seconds=60), Book()
    book.broken = True
    with pytest.raises(OSError, match="torn"):
        await readings.get("queue", book.page)
    book.broken = False
    assert await readings.get("queue", book.page) == 2


async def test_whoever_hangs_up_does_not_take_it_from_the_others() -> None:
    readings, book = SharedReadings[int](seconds=60), Book()
    first = asyncio.create_task(readings.get("queue", book.page))
    second = asyncio.create_task(readings.get("queue", book.page))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 1
