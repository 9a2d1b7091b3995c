"""Events that cannot be stored end their turn; they hold up neither it nor others."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest
from sqlmodel import Session

from assistant.event_log import EventLog
from orderdb.models import TurnEvent
from orderdb.turns import BegunTurn, Lease, begin_turn
from tests.assistant.turning import ANNA, Desk


async def begun(desk: Desk) -> BegunTurn:
    service = desk.service(None)
    chat = await service.open(ANNA, "en")
    await service.close()
    desk.stored(chat, "hello")
    with desk.sessions() as session:
        turn = begin_turn(session, chat, Lease("me", 12), desk.clock(), {})
    assert turn is not None
    return turn


@pytest.mark.parametrize("fault", [OSError("the disk is gone"), TypeError("a bug")])
async def test_whatever_keeps_events_from_being_stored_ends_the_wait(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fail(*_: object) -> frozenset[str]:
        raise fault

    monkeypatch.setattr("assistant.event_log.append_events", fail)
    journal = EventLog(desk.sessions, lambda *_: None).journal(await begun(desk))
    journal.emit("token", {"text": "Hello"})
    await asyncio.sleep(0.1)
    with pytest.raises(type(fault)):
        await asyncio.wait_for(journal.take_waiting(), 5)


async def test_one_turn_whose_events_cannot_be_stored_holds_up_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = await begun(desk), await begun(desk)
    from orderdb.turns import append_events

    def picky(
        session: Session, attempts: Mapping[str, int], events: Sequence[TurnEvent]
    ) -> frozenset[str]:
        if bad.turn.id in attempts:
            raise OSError("not this one")
        return append_events(session, attempts, events)

    monkeypatch.setattr("assistant.event_log.append_events", picky)
    told: list[TurnEvent] = []
    log = EventLog(desk.sessions, lambda _, events: told.extend(events))
    journals = [log.journal(one) for one in (bad, good)]
    for journal in journals:
        journal.emit("token", {"text": "Hello"})
    await asyncio.sleep(0.3)
    assert [event.turn_id for event in told] == [good.turn.id]
    assert await journals[1].take_waiting() == []
    with pytest.raises(OSError, match="not this one"):
        await journals[0].take_waiting()
