"""All who watch the desk hear of each change."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Engine, text

from assistant.live import Live
from orderdb.database import SessionFactory
from tests.orderdb.desk.staff import Staff
from tests.orderdb.shop import Shop

_DESKS = 12


async def test_every_desk_is_told_of_each_change(engine: Engine) -> None:
    Shop(engine).session.close()
    sessions = SessionFactory(engine)
    staff = Staff(sessions)
    staff.call()
    async with Live(sessions, lambda: staff.now, lambda: None) as live:
        first = await all_hear(live, None)
        for words in ("I am waiting", "Is anybody there?"):
            await asyncio.to_thread(staff.hear, words)
            live.wake()
            first, before = await all_hear(live, first), first
            assert first != before


async def test_a_look_that_fails_is_told_of_and_followed_by_others(
    sqlite_engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    Shop(sqlite_engine).session.close()
    sessions = SessionFactory(sqlite_engine)
    staff = Staff(sessions)
    staff.call()

    def feel(mood: str) -> None:
        with sqlite_engine.begin() as connection:
            connection.execute(text("PRAGMA ignore_check_constraints = ON"))
            connection.execute(text("UPDATE handoffs SET mood = :mood"), {"mood": mood})

    async with Live(sessions, lambda: staff.now, lambda: None) as live:
        first = await live.desk(None, 10)
        assert first is not None
        await asyncio.to_thread(feel, "of a later version")
        live.wake()
        assert await live.desk(first.mark, 0.5) is None
        assert "cannot look for changes" in caplog.text
        await asyncio.to_thread(feel, "angry")
        assert await live.desk(first.mark, 10) is not None


async def test_a_desk_that_comes_while_customers_follow_is_told_how_it_stands_now(
    engine: Engine,
) -> None:
    Shop(engine).session.close()
    sessions = SessionFactory(engine)
    staff = Staff(sessions)
    staff.call()
    async with Live(sessions, lambda: staff.now, lambda: None) as live:
        customer, other = (asyncio.create_task(live.changed(staff.chat, seq)) for seq in (0, 99))
        waiting = await live.desk(None, 10)
        assert waiting is not None
        assert list(waiting.standing) == [staff.chat]
        await asyncio.to_thread(staff.hear, "Is anybody there?")
        await customer  # by a look that was for customers only
        await asyncio.to_thread(staff.take, staff.mia)
        await asyncio.to_thread(staff.release, staff.mia)
        now = await live.desk(None, 10)
        assert now is not None
        assert not now.standing
        other.cancel()


async def all_hear(live: Live, mark: str | None) -> str:
    """What all desks are told of next, by its mark."""
    told = await asyncio.gather(*(live.desk(mark, 10) for _ in range(_DESKS)))
    marks = {state.mark for state in told if state is not None}
    assert None not in told
    assert len(marks) == 1
    return marks.pop()
