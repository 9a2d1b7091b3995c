"""Messages, turns, events and the lease: stored once, in order, by one process at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from orderdb.conversations import add_message, conversation_of, history, open_conversation
from orderdb.database import SessionFactory, writing
from orderdb.errors import MessageConflict, NotFound
from orderdb.following import events_after, look
from orderdb.models import Conversation, Customer, Message, Turn, TurnEvent
from orderdb.statuses import Role, Speaker, TurnStatus
from orderdb.turns import (
    BegunTurn,
    Lease,
    TurnLost,
    append_events,
    begin_turn,
    drop_lease,
    fail_turn,
    finish_turn,
    keep_leases,
    unfinished,
)
from tests.orderdb.shop import NOW

ADA, BOB = "ada", "bob"


@pytest.fixture
def sessions(engine: Engine) -> SessionFactory:
    factory = SessionFactory(engine)
    with factory() as session:
        session.add_all([Customer(id=ADA, name="Ada"), Customer(id=BOB, name="Bob")])
        session.commit()
    return factory


@pytest.fixture
def chat(sessions: SessionFactory) -> str:
    """The id of a conversation of Ada's."""
    with sessions() as session:
        return open_conversation(session, ADA, "en", {"turn": "1"}, NOW).id


def say(sessions: SessionFactory, chat: str, text: str, key: str) -> Turn:
    with sessions() as session:
        return add_message(session, ADA, chat, text, key, NOW).turn


def try_begin(
    sessions: SessionFactory, chat: str, owner: str = "one", *, later: float = 0
) -> BegunTurn | None:
    with sessions() as session:
        return begin_turn(session, chat, Lease(owner, 10), NOW + timedelta(seconds=later), {})


def begin(sessions: SessionFactory, chat: str) -> BegunTurn:
    begun = try_begin(sessions, chat)
    assert begun is not None
    return begun


def append(sessions: SessionFactory, turn: Turn, *events: TurnEvent) -> frozenset[str]:
    with sessions.at_once() as session:
        return append_events(session, {turn.id: turn.attempt}, events)


def answer(sessions: SessionFactory, turn: Turn, text: str, *events: TurnEvent) -> bool:
    with sessions() as session:
        return finish_turn(
            session,
            turn,
            reply={"reply": text},
            text=text,
            memory={"focus": "A20001"},
            language="zh",
            handled_by=Speaker.GUIDED,
            events=events,
            now=NOW,
        )


def event(turn: Turn, seq: int, kind: str = "token", text: str = "") -> TurnEvent:
    return TurnEvent(
        conversation_id=turn.conversation_id,
        seq=seq,
        turn_id=turn.id,
        kind=kind,
        payload={"text": text},
    )


def test_a_conversation_remembers_the_prompt_versions_it_began_with(
    sessions: SessionFactory, chat: str
) -> None:
    with sessions() as session:
        assert conversation_of(session, ADA, chat).prompt_versions == {"turn": "1"}


def test_another_customers_conversation_is_as_missing_as_none(
    sessions: SessionFactory, chat: str
) -> None:
    told = []
    for customer, conversation in ((BOB, chat), (ADA, "no-such")):
        with sessions() as session, pytest.raises(NotFound) as foreign:
            conversation_of(session, customer, conversation)
        told.append(str(foreign.value))
        with sessions() as session, pytest.raises(NotFound):
            add_message(session, customer, conversation, "hi", "m1", NOW)
    assert told[0] == told[1]
    with sessions() as session:
        assert session.exec(select(Message)).all() == []


def test_a_repeated_message_is_the_same_turn(sessions: SessionFactory, chat: str) -> None:
    first, again = (say(sessions, chat, "where is it?", "m1") for _ in range(2))
    assert first.id == again.id
    with sessions() as session:
        assert len(session.exec(select(Message)).all()) == 1


def test_another_text_under_a_known_id_conflicts(sessions: SessionFactory, chat: str) -> None:
    say(sessions, chat, "where is it?", "m1")
    with pytest.raises(MessageConflict):
        say(sessions, chat, "cancel it", "m1")


def test_the_same_client_id_in_another_conversation_is_another_message(
    sessions: SessionFactory, chat: str
) -> None:
    with sessions() as session:
        other = open_conversation(session, ADA, "en", {}, NOW).id
    assert say(sessions, chat, "a", "m1").id != say(sessions, other, "b", "m1").id


def test_one_message_sent_eight_times_at_once_is_one_turn(
    sessions: SessionFactory, chat: str
) -> None:
    with ThreadPoolExecutor(8) as pool:
        turns = list(pool.map(lambda _: say(sessions, chat, "hello", "m1").id, range(8)))
    assert len(set(turns)) == 1
    with sessions() as session:
        assert len(session.exec(select(Message)).all()) == 1


def test_messages_sent_at_once_get_a_position_each(sessions: SessionFactory, chat: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        turns = list(pool.map(lambda n: say(sessions, chat, f"q{n}", f"m{n}"), range(8)))
    assert sorted(turn.position for turn in turns) == list(range(1, 9))


def test_turns_are_begun_oldest_first(sessions: SessionFactory, chat: str) -> None:
    first, second = (say(sessions, chat, text, text) for text in ("one", "two"))
    begun = begin(sessions, chat)
    assert (begun.turn.id, begun.text) == (first.id, "one")
    answer(sessions, begun.turn, "1")
    assert begin(sessions, chat).turn.id == second.id


def test_nothing_is_begun_when_all_is_answered(sessions: SessionFactory, chat: str) -> None:
    say(sessions, chat, "one", "m1")
    answer(sessions, begin(sessions, chat).turn, "1")
    assert try_begin(sessions, chat) is None
    with sessions() as session:
        assert not look(session, ADA, chat, 0).waiting
        assert unfinished(session) == []


def test_a_turn_begins_with_an_event_that_says_whose_it_is(
    sessions: SessionFactory, chat: str
) -> None:
    turn = say(sessions, chat, "one", "m1")
    with sessions() as session:
        begun = begin_turn(session, chat, Lease("one", 10), NOW, {"handled_by": "guided"})
        stored = events_after(session, chat, 0)
    assert begun is not None
    assert [(e.seq, e.kind, e.payload) for e in begun.events] == [
        (
            1,
            "turn",
            {
                "turn_id": turn.id,
                "message_id": turn.id,
                "client_message_id": "m1",
                "handled_by": "guided",
            },
        )
    ]
    assert [(e.seq, e.kind) for e in stored] == [(1, "turn")]


def test_a_turn_begun_again_counts_and_takes_back_what_was_sent(
    sessions: SessionFactory, chat: str
) -> None:
    say(sessions, chat, "one", "m1")
    first = begin(sessions, chat)
    append(sessions, first.turn, event(first.turn, 2))
    again = begin(sessions, chat)
    assert (first.turn.attempt, again.turn.attempt) == (1, 2)
    assert [(e.seq, e.kind) for e in again.events] == [(3, "reset"), (4, "turn")]


def test_an_overtaken_process_can_neither_add_nor_answer_nor_fail(
    sessions: SessionFactory, chat: str
) -> None:
    say(sessions, chat, "one", "m1")
    stalled = begin(sessions, chat).turn
    newer = begin(sessions, chat).turn
    assert append(sessions, stalled, event(stalled, 9)) == {stalled.id}
    with pytest.raises(TurnLost):
        answer(sessions, stalled, "old")
    with sessions() as session, pytest.raises(TurnLost):
        fail_turn(session, stalled, [event(stalled, 9, "error")], NOW)
    answer(sessions, newer, "new", event(newer, 4, "done"))
    with sessions() as session:
        said = [m.text for m in session.exec(select(Message)) if m.role is Role.ASSISTANT]
        assert said == ["new"]
        assert [e.kind for e in events_after(session, chat, 3)] == ["done"]


def test_an_answered_turn_stays_answered_whatever_comes_late(
    sessions: SessionFactory, chat: str
) -> None:
    say(sessions, chat, "one", "m1")
    turn = begin(sessions, chat).turn
    answer(sessions, turn, "first")
    with pytest.raises(TurnLost):
        answer(sessions, turn, "second")
    with sessions() as session, pytest.raises(TurnLost):
        fail_turn(session, turn, [], NOW)
    with sessions() as session:
        assert session.get_one(Turn, turn.id).status is TurnStatus.DONE


def test_answer_memory_language_and_last_events_come_together_or_not_at_all(
    sessions: SessionFactory, chat: str
) -> None:
    say(sessions, chat, "one", "m1")
    turn = begin(sessions, chat).turn
    taken = event(turn, 2)
    append(sessions, turn, taken)
    with pytest.raises(Exception, match="turn_events"):
        answer(sessions, turn, "1", event(turn, 2, "done"))  # its id is taken
    with sessions() as session:
        assert look(session, ADA, chat, 0).waiting
        assert session.get_one(Conversation, chat).memory == {}
    answer(sessions, turn, "1", event(turn, 3, "done"))
    with sessions() as session:
        kept = session.get_one(Conversation, chat)
        assert (kept.memory, kept.language) == ({"focus": "A20001"}, "zh")


def test_a_failed_turn_is_not_tried_again(sessions: SessionFactory, chat: str) -> None:
    say(sessions, chat, "one", "m1")
    turn = begin(sessions, chat).turn
    with sessions() as session:
        fail_turn(session, turn, [event(turn, 2, "error")], NOW)
    assert try_begin(sessions, chat) is None
    with sessions() as session:
        assert [e.kind for e in events_after(session, chat, 0)] == ["turn", "error"]


def test_events_are_read_above_any_id_and_of_one_turn(sessions: SessionFactory, chat: str) -> None:
    say(sessions, chat, "one", "m1")
    first = begin(sessions, chat).turn
    answer(sessions, first, "1", *(event(first, seq) for seq in (2, 3)))
    say(sessions, chat, "two", "m2")
    second = begin(sessions, chat)
    assert second.events[0].seq == 4
    answer(sessions, second.turn, "2", *(event(second.turn, 5),))
    with sessions() as session:
        for after in range(6):
            ids = [e.seq for e in events_after(session, chat, after)]
            assert ids == list(range(after + 1, 6))
        assert [e.seq for e in events_after(session, chat, 1, first.id)] == [2, 3]


def test_history_puts_each_answer_behind_its_question(sessions: SessionFactory, chat: str) -> None:
    for key in ("q1", "q2", "q3"):
        say(sessions, chat, key, key)
    for text in ("a1", "a2"):
        answer(sessions, begin(sessions, chat).turn, text)
    with sessions() as session:
        assert [m.text for m in history(session, chat, 10)] == ["q1", "a1", "q2", "a2", "q3"]


def test_history_before_a_turn_knows_nothing_of_what_was_sent_since(
    sessions: SessionFactory, chat: str
) -> None:
    first = say(sessions, chat, "q1", "m1")
    second = say(sessions, chat, "q2", "m2")
    answer(sessions, begin(sessions, chat).turn, "a1")
    with sessions() as session:
        assert history(session, chat, 10, before=first) == []
        assert [m.text for m in history(session, chat, 10, before=second)] == ["q1", "a1"]


def test_history_keeps_the_newest(sessions: SessionFactory, chat: str) -> None:
    for n in range(5):
        say(sessions, chat, f"q{n}", f"m{n}")
        answer(sessions, begin(sessions, chat).turn, f"a{n}")
    with sessions() as session:
        assert [m.text for m in history(session, chat, 3)] == ["a3", "q4", "a4"]


def keep(sessions: SessionFactory, chat: str, owner: str, *, later: float) -> None:
    with sessions() as session:
        keep_leases(session, [chat], Lease(owner, 10), NOW + timedelta(seconds=later))


def drop(sessions: SessionFactory, chat: str, owner: str) -> None:
    with sessions() as session:
        drop_lease(session, chat, owner)


def test_only_one_answers_until_the_lease_is_dropped(sessions: SessionFactory, chat: str) -> None:
    say(sessions, chat, "one", "m1")
    assert try_begin(sessions, chat, "one")
    assert not try_begin(sessions, chat, "two")
    assert try_begin(sessions, chat, "one", later=5)
    drop(sessions, chat, "two")  # not theirs to drop
    assert not try_begin(sessions, chat, "two", later=6)
    drop(sessions, chat, "one")
    assert try_begin(sessions, chat, "two", later=6)


def test_a_lease_that_ran_out_can_be_taken(sessions: SessionFactory, chat: str) -> None:
    say(sessions, chat, "one", "m1")
    assert try_begin(sessions, chat, "one")
    assert not try_begin(sessions, chat, "two", later=9.9)
    assert try_begin(sessions, chat, "two", later=10.1)
    assert not try_begin(sessions, chat, "one", later=10.2)


def test_a_lease_is_kept_by_its_owner_only(sessions: SessionFactory, chat: str) -> None:
    say(sessions, chat, "one", "m1")
    assert try_begin(sessions, chat, "one")
    keep(sessions, chat, "two", later=8)
    assert try_begin(sessions, chat, "two", later=10.1)
    keep(sessions, chat, "two", later=18)
    assert not try_begin(sessions, chat, "one", later=25)


def test_the_lease_is_given_back_with_the_last_answer(sessions: SessionFactory, chat: str) -> None:
    for key in ("m1", "m2"):
        say(sessions, chat, key, key)
    assert answer(sessions, begin(sessions, chat).turn, "1")  # another waits
    assert not try_begin(sessions, chat, "two")
    assert not answer(sessions, begin(sessions, chat).turn, "2")
    say(sessions, chat, "m3", "m3")
    assert try_begin(sessions, chat, "two")


def test_looking_for_a_turn_in_vain_takes_no_lease(sessions: SessionFactory, chat: str) -> None:
    assert try_begin(sessions, chat, "one") is None
    say(sessions, chat, "m1", "m1")
    assert try_begin(sessions, chat, "two")


def test_events_of_many_turns_are_stored_at_once_but_for_those_that_are_lost(
    sessions: SessionFactory, chat: str
) -> None:
    with sessions() as session:
        other = open_conversation(session, BOB, "en", {}, NOW).id
        add_message(session, BOB, other, "hello", "m1", NOW)
    say(sessions, chat, "one", "m1")
    lost = begin(sessions, chat).turn
    begin(sessions, chat)
    kept = begin(sessions, other).turn
    with sessions() as session:
        left_out = append_events(
            session, {one.id: one.attempt for one in (lost, kept)}, [event(lost, 9), event(kept, 2)]
        )
        assert left_out == {lost.id}
        assert [
            e.turn_id
            for c in (chat, other)
            for e in events_after(session, c, 1)
            if e.kind == "token"
        ] == [kept.id]


def test_events_wait_for_whoever_begins_the_turn_anew_and_are_then_left_out(
    sessions: SessionFactory, chat: str
) -> None:
    say(sessions, chat, "one", "m1")
    slow = begin(sessions, chat).turn
    with sessions() as session, ThreadPoolExecutor(1) as beside:
        writing(session).connection().execute(
            update(Turn).where(col(Turn.id) == slow.id).values(attempt=slow.attempt + 1)
        )
        appending = beside.submit(append, sessions, slow, event(slow, 2))
        with pytest.raises(TimeoutError):
            appending.result(timeout=0.3)
        session.commit()
        assert appending.result(timeout=20) == {slow.id}
    with sessions() as session:
        assert [one.kind for one in events_after(session, chat, 0)] == ["turn"]


def test_of_events_that_are_stored_together_one_that_cannot_be_takes_back_the_others(
    sessions: SessionFactory, chat: str
) -> None:
    say(sessions, chat, "one", "m1")
    turn = begin(sessions, chat).turn
    with pytest.raises(IntegrityError):
        append(sessions, turn, event(turn, 2), event(turn, 3), event(turn, 2))
    with sessions() as session:
        assert [one.kind for one in events_after(session, chat, 0)] == ["turn"]
