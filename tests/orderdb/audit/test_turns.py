"""What a turn did stands in the chain: its calls, the clauses it went by, what it proposed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, select

from orderdb import audit
from orderdb.columns import JsonObject
from orderdb.conversations import add_message, open_conversation
from orderdb.database import SessionFactory, writing
from orderdb.models import AuditEvent, Turn, TurnEvent
from orderdb.statuses import Speaker
from orderdb.turns import finish_turn
from tests.orderdb.shop import ANNA, NOW, Shop

CALL = {"name": "get_order", "arguments": {"order_number": "A1"}, "status": "ok", "duration_ms": 3}
REPLY = {
    "tool_calls": [CALL],
    "handled_by": "assistant",
    "citations": [{"clause": "RETURN-1", "version": 2}],
    "cards": [{"type": "order"}, {"type": "verdict", "clause": "CANCEL-1", "version": 1}],
    "proposals": [{"proposal_id": "p1"}],
}


def recorded(engine: Engine, reply: JsonObject | None, **turn: Any) -> AuditEvent:
    Shop(engine)
    with SessionFactory(engine)() as session:
        opened = open_conversation(session, ANNA, "en", {"assistant": "4"}, NOW).id
        turn_id = add_message(session, ANNA, opened, "where is it", "m1", NOW).turn.id
    with SessionFactory(engine)() as session:
        writing(session)
        stored = session.get_one(Turn, turn_id)
        stored.attempt = turn.get("attempt", 1)
        for seq, status in enumerate(("started", "refused"), 1):
            session.add(
                TurnEvent(
                    conversation_id=opened,
                    seq=seq,
                    turn_id=turn_id,
                    kind="tool",
                    payload={**CALL, "status": status},
                )
            )
        audit.record_turn(session, stored, reply, ANNA, {"assistant": "4"}, NOW)
        session.commit()
    with Session(engine) as session:
        assert audit.verify(session) is None
        return session.exec(select(AuditEvent)).one()


def test_a_turn_is_one_event(engine: Engine) -> None:
    event = recorded(engine, REPLY)
    assert (event.kind, event.actor) == ("turn.done", "customer:anna")
    assert event.payload["tool_calls"] == [
        {"name": "get_order", "arguments": {"order_number": "A1"}, "status": "ok"}
    ]
    assert event.payload["clauses"] == ["CANCEL-1/1", "RETURN-1/2"]
    assert event.payload["proposals"] == ["p1"]
    assert event.payload["prompts"] == {"assistant": "4"}


def test_calls_of_an_attempt_that_was_cut_off_are_told_too(engine: Engine) -> None:
    event = recorded(engine, REPLY, attempt=2)
    assert event.payload["attempts"] == 2
    assert [call["status"] for call in event.payload["tool_calls"]] == ["refused"]


def test_a_turn_that_failed_is_told_with_what_it_called(engine: Engine) -> None:
    event = recorded(engine, None)
    assert event.kind == "turn.failed"
    assert [call["status"] for call in event.payload["tool_calls"]] == ["refused"]


def test_a_turn_ends_with_its_event_or_not_at_all(engine: Engine) -> None:
    Shop(engine)
    sessions = SessionFactory(engine)
    with sessions() as session:
        opened = open_conversation(session, ANNA, "en", {}, NOW).id
        turn = add_message(session, ANNA, opened, "where is it", "m1", NOW).turn
    with sessions() as session:
        finish_turn(
            session,
            turn,
            reply=REPLY,
            text="here",
            memory={},
            language="en",
            handled_by=Speaker.ASSISTANT,
            events=[],
            now=NOW,
        )
    with sessions() as session:
        (event,) = session.exec(select(AuditEvent)).all()
    assert event.payload["turn"] == turn.id
