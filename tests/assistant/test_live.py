"""All who watch the desk hear of each change."""

from __future__ import annotations

import asyncio

from sqlalchemy import Engine

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


async def all_hear(live: Live, mark: str | None) -> str:
    """What all desks are told of next, by its mark."""
    told = await asyncio.gather(*(live.desk(mark, 10) for _ in range(_DESKS)))
    marks = {state.mark for state in told if state is not None}
    assert None not in told
    assert len(marks) == 1
    return marks.pop()
