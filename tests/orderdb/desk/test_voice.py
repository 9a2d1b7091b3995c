"""Who may speak: the assistant or one agent, whatever expires, repeats or is taken over."""

from __future__ import annotations

import pytest
from sqlmodel import select

from orderdb import audit
from orderdb.errors import HeldByOther, MessageConflict, NotFound, NotTaken, NotWaiting
from orderdb.models import Agent, AuditEvent, Handoff, Message, Turn, TurnEvent
from orderdb.statuses import HandoffStatus, Resolution, Role, Speaker, TurnStatus
from orderdb.turns import Lease, TurnLost, append_events, begin_turn, fail_turn
from tests.orderdb.desk.staff import Staff

PROCESS = Lease("process", 12)


def waiting(staff: Staff) -> None:
    staff.hear("I want a person")
    with staff.sessions() as session:
        begun = begin_turn(session, staff.chat, PROCESS, staff.now, {})
    assert begun is not None
    staff.call()
    with staff.sessions() as session:
        fail_turn(session, begun.turn, [], staff.now)


def test_nothing_can_be_taken_that_waits_for_nobody(staff: Staff) -> None:
    with pytest.raises(NotWaiting):
        staff.take(staff.mia)
    staff.chat = "no-such"
    with pytest.raises(NotFound):
        staff.take(staff.mia)


def test_taking_tells_the_customer_who_speaks_and_is_done_once(staff: Staff) -> None:
    waiting(staff)
    first, again = staff.take(staff.mia), staff.take(staff.mia)
    assert first.id == again.id
    assert first.agent_id == staff.mia.id
    told = [event.payload for event in staff.events() if event.kind == "handoff"]
    assert [(one["position"], one["agent"]) for one in told] == [(0, {"display_name": "Mia"})]


def test_while_one_speaks_another_is_told_who(staff: Staff) -> None:
    waiting(staff)
    staff.take(staff.mia)
    for attempt in (staff.take, staff.keep, staff.release):
        with pytest.raises(HeldByOther) as refusal:
            attempt(staff.noor)
        assert refusal.value.display_name == "Mia"
    with pytest.raises(HeldByOther):
        staff.say(staff.noor, "hello")


def test_only_a_lead_takes_over_while_the_lease_holds(staff: Staff) -> None:
    waiting(staff)
    staff.take(staff.mia)
    with pytest.raises(HeldByOther):
        staff.take(staff.noor, take_over=True)
    assert staff.take(staff.lee, take_over=True).agent_id == staff.lee.id
    with pytest.raises(HeldByOther):
        staff.say(staff.mia, "still me")


def test_a_lease_that_was_not_kept_is_free_for_all(staff: Staff) -> None:
    waiting(staff)
    staff.take(staff.mia)
    staff.later(60)
    staff.keep(staff.mia)
    staff.later(60)
    with pytest.raises(HeldByOther):
        staff.take(staff.noor)
    staff.later(31)
    assert staff.take(staff.noor).agent_id == staff.noor.id
    with pytest.raises(HeldByOther):
        staff.keep(staff.mia)


def test_an_expired_lease_that_nobody_took_is_renewed_by_speaking(staff: Staff) -> None:
    waiting(staff)
    staff.take(staff.mia)
    staff.later(300)
    staff.say(staff.mia, "Sorry, I am back")
    with pytest.raises(HeldByOther):
        staff.take(staff.noor)


def test_who_has_not_taken_it_cannot_speak(staff: Staff) -> None:
    waiting(staff)
    with pytest.raises(NotTaken):
        staff.say(staff.mia, "hello")


def test_an_agents_message_is_one_turn_with_its_events_in_a_row(staff: Staff) -> None:
    waiting(staff)
    staff.take(staff.mia)
    before = len(staff.events())
    staff.say(staff.mia, "Hello Anna")
    told = staff.events()
    assert [event.kind for event in told[before:]] == ["turn", "token", "done"]
    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    assert told[before].payload["agent"] == {"display_name": "Mia"}
    with staff.sessions() as session:
        message = session.exec(select(Message).where(Message.role == Role.AGENT)).one()
        assert (message.text, message.agent_id) == ("Hello Anna", staff.mia.id)


def test_a_repeated_message_is_said_once(staff: Staff) -> None:
    waiting(staff)
    staff.take(staff.mia)
    first = staff.say(staff.mia, "Hello Anna", "k1")
    before = staff.kinds()
    assert staff.say(staff.mia, "Hello Anna", "k1") == first
    assert staff.kinds() == before
    with pytest.raises(MessageConflict):
        staff.say(staff.mia, "Something else", "k1")


def test_a_customers_and_an_agents_ids_do_not_meet(staff: Staff) -> None:
    waiting(staff)
    staff.take(staff.mia)
    staff.hear("one", key="same")
    staff.say(staff.mia, "two", "same")
    assert staff.kinds()[-3:] == ["turn", "token", "done"]


def test_while_a_person_is_awaited_messages_are_kept_and_answered_by_nobody(
    staff: Staff,
) -> None:
    waiting(staff)
    before = len(staff.events())
    said = staff.hear("Are you there?")
    assert said.turn.status is TurnStatus.DONE
    assert [event.kind for event in staff.events()[before:]] == ["turn", "done"]
    assert staff.events()[-1].payload["reply"] == ""
    assert staff.events()[-1].payload["handled_by"] == "agent"
    with staff.sessions() as session:
        assert begin_turn(session, staff.chat, PROCESS, staff.now, {}) is None


def test_without_anybody_at_the_desk_the_assistant_goes_on(staff: Staff) -> None:
    with staff.sessions() as session:
        for agent in session.exec(select(Agent)):
            agent.active = False
            session.add(agent)
        session.commit()
    staff.hear("I want a person")
    staff.call()
    with staff.sessions() as session:
        assert begin_turn(session, staff.chat, PROCESS, staff.now, {}) is not None


def test_taking_voids_what_the_assistant_was_about_to_say(staff: Staff) -> None:
    staff.hear("I want a person")
    with staff.sessions() as session:
        begun = begin_turn(session, staff.chat, PROCESS, staff.now, {})
    assert begun is not None
    staff.call()
    staff.take(staff.mia)
    late = TurnEvent(
        conversation_id=staff.chat, seq=2, turn_id=begun.turn.id, kind="token", payload={}
    )
    with staff.sessions() as session:
        assert append_events(session, {begun.turn.id: 1}, [late]) == {begun.turn.id}
    with staff.sessions() as session, pytest.raises(TurnLost):
        fail_turn(session, begun.turn, [], staff.now)
    assert staff.kinds() == ["turn", "reset", "turn", "done", "handoff"]


def test_a_message_behind_the_one_that_called_a_person_is_left_to_the_person(
    staff: Staff,
) -> None:
    staff.hear("I want a person")
    with staff.sessions() as session:
        begun = begin_turn(session, staff.chat, PROCESS, staff.now, {})
    assert begun is not None
    staff.call()
    queued = staff.hear("quickly")
    assert queued.turn.status is TurnStatus.RUNNING  # the one before it is still being answered
    with staff.sessions() as session:
        assert fail_turn(session, begun.turn, [], staff.now) is True
    with staff.sessions() as session:
        assert begin_turn(session, staff.chat, PROCESS, staff.now, {}) is None
    with staff.sessions() as session:
        assert session.get_one(Turn, queued.turn.id).status is TurnStatus.DONE
    assert staff.conversation().lease_owner is None


def test_a_process_that_died_while_it_handed_over_leaves_the_customer_in_the_queue(
    staff: Staff,
) -> None:
    staff.hear("I want a person")
    with staff.sessions() as session:
        begin_turn(session, staff.chat, PROCESS, staff.now, {})
    staff.call()
    staff.later(60)
    with staff.sessions() as session:
        other = Lease("other process", 12)
        assert begin_turn(session, staff.chat, other, staff.now, {}) is None
    assert staff.kinds() == ["turn", "reset", "turn", "done", "handoff"]
    assert staff.events()[-1].payload["position"] == 1


def test_returning_to_the_assistant_keeps_everything(staff: Staff) -> None:
    waiting(staff)
    staff.take(staff.mia)
    with staff.sessions() as session:
        row = session.get_one(type(staff.conversation()), staff.chat)
        row.memory = {"focus": "A20001"}
        session.add(row)
        session.commit()
    handoff = staff.release(staff.mia)
    assert (handoff.status, handoff.resolution) == (HandoffStatus.CLOSED, Resolution.RETURNED)
    assert staff.events()[-1].payload["returned"] is True
    after = staff.conversation()
    assert (after.handled_by, after.lease_owner) == (Speaker.ASSISTANT, None)
    assert after.memory == {"focus": "A20001"}
    staff.hear("thanks, and my other order?")
    with staff.sessions() as session:
        assert begin_turn(session, staff.chat, PROCESS, staff.now, {}) is not None


def test_what_goes_back_to_the_queue_keeps_its_place(staff: Staff) -> None:
    waiting(staff)
    staff.take(staff.mia)
    handoff = staff.release(staff.mia, to_queue=True)
    assert (handoff.status, handoff.agent_id) == (HandoffStatus.WAITING, None)
    assert staff.events()[-1].payload["position"] == 1
    assert staff.take(staff.noor).agent_id == staff.noor.id


def test_the_chain_tells_who_took_spoke_and_gave_back(staff: Staff) -> None:
    waiting(staff)
    staff.take(staff.mia)
    staff.say(staff.mia, "Hello")
    staff.release(staff.mia)
    with staff.sessions() as session:
        told = [
            (event.actor, event.kind)
            for event in session.exec(select(AuditEvent).order_by(AuditEvent.id))
            if event.actor == "agent:mia"
        ]
        assert told == [
            ("agent:mia", "handoff.taken"),
            ("agent:mia", "agent.message"),
            ("agent:mia", "handoff.returned"),
        ]
        assert audit.verify(session) is None


def test_a_handoff_knows_the_orders_the_wish_and_what_ranks_it(staff: Staff) -> None:
    staff.hear("Where is A20001? I am very disappointed")
    with staff.sessions() as session:
        begun = begin_turn(session, staff.chat, PROCESS, staff.now, {})
        assert begun is not None
        call = {"name": "get_order", "arguments": {"order_number": "a20001"}, "status": "ok"}
        event = TurnEvent(
            conversation_id=staff.chat, seq=2, turn_id=begun.turn.id, kind="tool", payload=call
        )
    with staff.sessions() as session:
        append_events(session, {begun.turn.id: 1}, [event])
    staff.call("the model says so")
    with staff.sessions() as session:
        summary = session.exec(select(Handoff)).one().summary or {}
    assert summary["orders"] == ["A20001"]
    assert summary["tried"] == [
        {"tool": "get_order", "arguments": {"order_number": "a20001"}, "status": "ok"}
    ]
    assert summary["order_value"] == {"minor": 4480, "currency": "EUR"}
    assert summary["mood"] == "unhappy"
    assert summary["said"] == "Where is A20001? I am very disappointed"
    assert summary["unverified"] == {"reason": "the model says so"}
