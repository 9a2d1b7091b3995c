"""A conversation over its database: every message answered once, whoever dies on the way."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from assistant.conversation import ConversationService
from assistant.events import Event
from assistant.steps import Step, Text, ToolStarted
from orderdb.errors import MessageConflict, NotFound
from orderdb.models import Conversation, Turn, TurnEvent
from orderdb.statuses import TurnStatus
from orderdb.turns import BegunTurn, Lease, append_events, begin_turn
from tests.assistant.turning import ROOT, Desk, Scripted, done, kinds, of, shown
from tests.orderdb.shop import ANNA, WEI

HELLO = Text("Hello to you. ", "d1")


def says(*texts: str) -> list[Step | asyncio.Event | Exception]:
    return [Text(text, "d1") for text in texts]


async def gathered(
    service: ConversationService, chat: str, *, after: int = 0, turn: str | None = None
) -> list[Event]:
    return [event async for event in service.follow(ANNA, chat, after=after, turn_id=turn)]


async def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for what another task or process does."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        await asyncio.sleep(0.02)


async def test_a_message_is_answered_with_events_that_end_in_the_whole_reply(
    either_desk: Desk,
) -> None:
    events = await either_desk.answered(None, "Where is A20001?")
    assert kinds(events)[0] == "turn"
    assert of(events, "turn")[0]["handled_by"] == "guided"
    reply = done(events)
    assert reply["handled_by"] == "guided"
    assert reply["reply"] == shown(events).strip()
    assert "A20001" in reply["reply"]
    assert [card["number"] for card in reply["cards"]] == ["A20001"]
    assert [event.id for event in events] == list(range(1, len(events) + 1))


async def test_the_same_message_id_is_answered_once(either_desk: Desk) -> None:
    brain = Scripted(says("Hello to you."))
    service = either_desk.service(brain)
    chat = await service.open(ANNA, "en")
    first = await service.submit(ANNA, chat, "hello", "m1")
    events = await gathered(service, chat, turn=first)
    again = await service.submit(ANNA, chat, "hello", "m1")
    assert again == first
    assert await gathered(service, chat, turn=again) == events
    await service.close()
    assert len(brain.requests) == 1
    assert either_desk.answers(chat) == ["Hello to you."]


async def test_the_same_message_sent_twice_at_once_is_answered_once(either_desk: Desk) -> None:
    brain = Scripted(says("Hello to you."))
    service = either_desk.service(brain)
    chat = await service.open(ANNA, "en")
    turns = await asyncio.gather(*(service.submit(ANNA, chat, "hello", "m1") for _ in range(4)))
    assert len(set(turns)) == 1
    streams = await asyncio.gather(*(gathered(service, chat, turn=turn) for turn in turns))
    assert all(stream == streams[0] for stream in streams)
    await service.close()
    assert len(brain.requests) == 1
    assert either_desk.answers(chat) == ["Hello to you."]


async def test_another_text_under_a_known_id_conflicts(desk: Desk) -> None:
    service = desk.service(Scripted(says("Hello to you.")))
    chat = await service.open(ANNA, "en")
    await service.submit(ANNA, chat, "hello", "m1")
    with pytest.raises(MessageConflict):
        await service.submit(ANNA, chat, "something else", "m1")
    await service.close()


async def test_a_foreign_conversation_is_not_found(desk: Desk) -> None:
    service = desk.service(None)
    chat = await service.open(ANNA, "en")
    turn = await service.submit(ANNA, chat, "hello", "m1")
    with pytest.raises(NotFound):
        await service.submit(WEI, chat, "hello", "m2")
    for wanted in (None, turn):
        with pytest.raises(NotFound):
            _ = [event async for event in service.follow(WEI, chat, turn_id=wanted)]
    await service.close()


async def test_a_stream_resumes_from_any_id_without_loss_or_doubling(either_desk: Desk) -> None:
    service = either_desk.service(None)
    chat = await service.open(ANNA, "en")
    await either_desk.ask(service, "Where is A20001?", chat=chat)
    await either_desk.ask(service, "hello", chat=chat)
    whole = await gathered(service, chat)
    assert [event.id for event in whole] == list(range(1, len(whole) + 1))
    for after in range(len(whole) + 1):
        assert await gathered(service, chat, after=after) == whole[after:]
    await service.close()


async def test_a_listener_that_comes_midway_misses_nothing(desk: Desk) -> None:
    go_on = asyncio.Event()
    service = desk.service(Scripted([HELLO, Text("How ", "d1"), go_on, Text("are you?", "d1")]))
    chat = await service.open(ANNA, "en")
    turn = await service.submit(ANNA, chat, "hello", "m1")
    early = service.follow(ANNA, chat, turn_id=turn)
    seen = [await anext(early), await anext(early)]
    assert kinds(seen) == ["turn", "token"]
    late = asyncio.create_task(gathered(service, chat, after=seen[-1].id, turn=turn))
    await asyncio.sleep(0.05)
    go_on.set()
    rest = [event async for event in early]
    assert await late == rest
    assert shown([*seen, *rest]) == "Hello to you. How are you?"
    await service.close()


async def test_text_is_seen_before_the_turn_ends(desk: Desk) -> None:
    never = asyncio.Event()
    service = desk.service(Scripted([HELLO, never]))
    chat = await service.open(ANNA, "en")
    turn = await service.submit(ANNA, chat, "hello", "m1")
    stream = service.follow(ANNA, chat, turn_id=turn)
    async with asyncio.timeout(5):
        assert (await anext(stream)).kind == "turn"
        assert (await anext(stream)).payload == {"text": "Hello to you."}
    await service.close()


async def test_a_listener_cut_off_does_not_stop_the_turn(desk: Desk) -> None:
    go_on = asyncio.Event()
    service = desk.service(Scripted([HELLO, go_on, Text("Bye.", "d1")]))
    chat = await service.open(ANNA, "en")
    turn = await service.submit(ANNA, chat, "hello", "m1")
    listening = asyncio.create_task(gathered(service, chat, turn=turn))
    await asyncio.sleep(0.1)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    go_on.set()
    await until(lambda: desk.answers(chat) == ["Hello to you. Bye."])
    await service.close()


async def test_messages_sent_while_a_turn_runs_are_answered_in_order(either_desk: Desk) -> None:
    go_on = asyncio.Event()
    brain = Scripted([HELLO, go_on], says("Second."), says("Third."))
    service = either_desk.service(brain)
    chat = await service.open(ANNA, "en")
    for text in ("hello one", "hello two", "hello three"):
        await service.submit(ANNA, chat, text, text)
    go_on.set()
    events = await gathered(service, chat)
    assert [reply["reply"] for reply in of(events, "done")] == [
        "Hello to you.",
        "Second.",
        "Third.",
    ]
    assert [request.message for request in brain.requests] == [
        "hello one",
        "hello two",
        "hello three",
    ]
    # each is answered from what came before it, not from what waits behind it
    assert [[said.text for said in request.history] for request in brain.requests] == [
        [],
        ["hello one", "Hello to you."],
        ["hello one", "Hello to you.", "hello two", "Second."],
    ]
    await service.close()


async def test_a_message_that_comes_as_the_last_turn_ends_is_run_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = desk.service(Scripted(says("Hello.")))
    chat = await service.open(ANNA, "en")
    ended, go_on = asyncio.Event(), asyncio.Event()
    run = service._answering.run

    async def run_and_linger(begun: BegunTurn) -> bool:
        waits = await run(begun)
        ended.set()
        await go_on.wait()
        return waits

    monkeypatch.setattr(service._answering, "run", run_and_linger)
    await service.submit(ANNA, chat, "hello", "m1")
    await ended.wait()  # the run has found nothing more to do
    await service.submit(ANNA, chat, "hello again", "m2")
    go_on.set()
    await until(lambda: len(desk.answers(chat)) == 2)  # though nobody follows
    await service.close()


async def test_two_services_on_one_database_answer_a_message_once(either_desk: Desk) -> None:
    brains = [Scripted(says("Hello to you.")) for _ in range(2)]
    services = [either_desk.service(brain) for brain in brains]
    chat = await services[0].open(ANNA, "en")
    for number in range(4):
        turns = await asyncio.gather(
            *(one.submit(ANNA, chat, f"hello {number}", f"m{number}") for one in services)
        )
        streams = await asyncio.gather(*(gathered(one, chat, turn=turns[0]) for one in services))
        assert streams[0] == streams[1]
        assert kinds(streams[0]).count("done") == 1
    await asyncio.gather(*(one.close() for one in services))
    assert sum(len(brain.requests) for brain in brains) == 4
    assert len(either_desk.answers(chat)) == 4


async def test_a_process_that_slept_past_its_lease_cannot_answer_any_more(
    either_desk: Desk,
) -> None:
    go_on = asyncio.Event()
    sleepy = either_desk.service(Scripted([HELLO, go_on, Text("From the sleeper.", "d1")]))
    chat = await sleepy.open(ANNA, "en")
    turn = await sleepy.submit(ANNA, chat, "hello", "m1")
    await until(lambda: stored_kinds(either_desk, chat) == ["turn", "token"])
    either_desk.clock.forward(60)
    awake = either_desk.service(Scripted(says("From the other.")))
    events = await gathered(awake, chat, turn=turn)
    assert kinds(events)[:3] == ["turn", "token", "reset"]
    assert done(events)["reply"] == "From the other."
    go_on.set()
    await until(lambda: not sleepy._running)
    assert either_desk.answers(chat) == ["From the other."]
    assert await gathered(awake, chat, turn=turn) == events
    with either_desk.sessions() as session:
        assert session.get_one(Turn, turn).status is TurnStatus.DONE
    await sleepy.close()
    await awake.close()


def stored_kinds(desk: Desk, chat: str) -> list[str]:
    with desk.sessions() as session:
        rows = session.exec(
            select(TurnEvent).where(TurnEvent.conversation_id == chat).order_by(TurnEvent.seq)  # type: ignore[arg-type]
        )
        return [row.kind for row in rows]


def died_midway(desk: Desk, chat: str, *, times: int = 1) -> str:
    """What a process leaves that was killed while it streamed: the id of the turn."""
    turn = desk.stored(chat, "hello")
    with desk.sessions() as session:
        for _ in range(times):
            begun = begin_turn(session, chat, Lease("gone", 12), desk.clock(), {})
            assert begun is not None
        append_events(
            session,
            {begun.turn.id: begun.turn.attempt},
            [
                TurnEvent(
                    conversation_id=chat, seq=begun.events[-1].seq + 1, turn_id=turn.id,
                    kind="token", payload={"text": "Half an ans"},
                )
            ],
        )  # fmt: skip
    return turn.id


async def test_a_turn_whose_process_died_is_run_again_by_the_next_follower(
    either_desk: Desk,
) -> None:
    service = either_desk.service(Scripted(says("A whole answer.")))
    chat = await service.open(ANNA, "en")
    turn = died_midway(either_desk, chat)
    following = asyncio.create_task(gathered(service, chat, turn=turn))
    await asyncio.sleep(0.2)
    assert either_desk.answers(chat) == []  # the lease of the dead still holds
    either_desk.clock.forward(13)
    events = await following
    assert kinds(events) == ["turn", "token", "reset", "turn", "token", "done"]
    assert of(events, "reset") == [{"reason": "restarted"}]
    assert shown(events) == "A whole answer."
    assert either_desk.answers(chat) == ["A whole answer."]
    await service.close()


async def test_sending_the_message_again_runs_what_the_dead_process_left(desk: Desk) -> None:
    service = desk.service(Scripted(says("A whole answer.")))
    chat = await service.open(ANNA, "en")
    turn = died_midway(desk, chat)
    desk.clock.forward(13)
    assert await service.submit(ANNA, chat, "hello", "m1") == turn
    events = await gathered(service, chat, turn=turn)
    assert kinds(events) == ["turn", "token", "reset", "turn", "token", "done"]
    assert [event.id for event in events] == list(range(1, 7))
    assert desk.answers(chat) == ["A whole answer."]
    await service.close()


async def test_recovery_waits_for_the_lease_of_the_dead_process(desk: Desk) -> None:
    service = desk.service(Scripted(says("A whole answer.")), lease_seconds=0.4)
    chat = await service.open(ANNA, "en")
    died_midway(desk, chat)
    assert await service.recover() == 1
    await asyncio.sleep(0.1)
    assert desk.answers(chat) == []
    desk.clock.forward(13)
    await until(lambda: desk.answers(chat) == ["A whole answer."])
    await service.close()


async def test_nothing_is_recovered_where_all_is_answered(desk: Desk) -> None:
    await desk.answered(None, "hello")
    service = desk.service(None)
    assert await service.recover() == 0
    await service.close()


async def test_a_turn_that_kills_its_process_is_given_up_after_three_attempts(
    either_desk: Desk,
) -> None:
    brain = Scripted(says("A whole answer."))
    service = either_desk.service(brain)
    chat = await service.open(ANNA, "en")
    turn = died_midway(either_desk, chat, times=3)
    either_desk.clock.forward(13)
    events = await gathered(service, chat, turn=turn)
    assert kinds(events)[-4:] == ["token", "reset", "turn", "error"]
    assert events[-1].payload["code"] == "turn_failed"
    assert brain.requests == []
    with either_desk.sessions() as session:
        assert session.get_one(Turn, turn).status is TurnStatus.FAILED
    assert of(await either_desk.ask(service, "hello", chat=chat), "done")  # it goes on
    await service.close()


async def test_the_third_attempt_is_still_made(desk: Desk) -> None:
    service = desk.service(Scripted(says("A whole answer.")))
    chat = await service.open(ANNA, "en")
    turn = died_midway(desk, chat, times=2)
    desk.clock.forward(13)
    assert done(await gathered(service, chat, turn=turn))["reply"] == "A whole answer."
    await service.close()


async def test_a_turn_stopped_by_closing_is_run_again_by_the_next_service(desk: Desk) -> None:
    first = desk.service(Scripted([HELLO, asyncio.Event()]))
    chat = await first.open(ANNA, "en")
    turn = await first.submit(ANNA, chat, "hello", "m1")
    await until(lambda: stored_kinds(desk, chat) == ["turn", "token"])
    await first.close()
    second = desk.service(Scripted(says("A whole answer.")))
    assert await second.recover() == 1  # its lease was given back: no waiting
    events = await gathered(second, chat, turn=turn)
    assert kinds(events)[2] == "reset"
    assert desk.answers(chat) == ["A whole answer."]
    await second.close()


async def test_a_turn_that_goes_wrong_ends_with_an_error_and_the_next_is_answered(
    desk: Desk,
) -> None:
    service = desk.service(Scripted([HELLO, ArithmeticError("a bug")], says("Fine.")))
    chat = await service.open(ANNA, "en")
    events = await desk.ask(service, "hello", chat=chat)
    assert kinds(events)[-1] == "error"
    assert "a bug" not in str(events[-1].payload)
    assert done(await desk.ask(service, "hello", chat=chat))["reply"] == "Fine."
    await service.close()


async def test_a_brain_too_slow_is_replaced_by_guided_mode(desk: Desk) -> None:
    service = desk.service(Scripted([HELLO, asyncio.Event()]), turn_seconds=1.0)
    events = await desk.ask(service, "Where is A20001?")
    assert done(events)["handled_by"] == "guided"
    assert "reset" in kinds(events)
    assert "A20001" in shown(events)
    assert "Hello" not in shown(events)
    await service.close()


async def test_a_conversation_records_the_prompt_versions_it_began_with(desk: Desk) -> None:
    service = desk.service(None)
    chat = await service.open(ANNA, "en")
    with desk.sessions() as session:
        recorded = session.get_one(Conversation, chat).prompt_versions
    assert recorded == desk.prompts.versions
    assert recorded["assistant"]


async def test_a_running_tool_is_seen_while_it_runs(desk: Desk) -> None:
    waits = asyncio.Event()
    service = desk.service(Scripted([ToolStarted("t1", "get_order", {}), waits]))
    chat = await service.open(ANNA, "en")
    turn = await service.submit(ANNA, chat, "hello", "m1")
    stream = service.follow(ANNA, chat, turn_id=turn)
    async with asyncio.timeout(5):
        events = [await anext(stream), await anext(stream)]
    assert of(events, "tool")[0]["status"] == "started"
    waits.set()
    await service.close()


DYING = """
import asyncio, sys
from assistant.steps import Text
from orderdb.database import SessionFactory, open_engine
from orderdb.policy_book import PolicyBook
from tests.assistant.turning import ROOT, Desk, Scripted

async def main(url, chat):
    desk = Desk(SessionFactory(open_engine(url)), PolicyBook.load(ROOT / "policies"))
    service = desk.service(Scripted([Text("Half an answer. ", "d1"), asyncio.Event()]))
    await service.submit("anna", chat, "hello", "m1")
    await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_process_killed_while_it_streams_leaves_a_conversation_that_goes_on(
    desk: Desk, small_engine: Engine
) -> None:
    service = desk.service(Scripted(says("A whole answer.")))
    chat = await service.open(ANNA, "en")
    url = small_engine.url.render_as_string()
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", DYING, url, chat, cwd=ROOT)
    try:
        await until(
            lambda: child.returncode is not None or stored_kinds(desk, chat) == ["turn", "token"],
            60,
        )
        assert child.returncode is None
    finally:
        child.kill()
        await child.wait()
    desk.clock.forward(60)
    assert await service.recover() == 1
    events = await gathered(service, chat)
    assert kinds(events) == ["turn", "token", "reset", "turn", "token", "done"]
    assert [event.id for event in events] == [1, 2, 3, 4, 5, 6]
    assert desk.answers(chat) == ["A whole answer."]
    assert done(await desk.ask(service, "hello", chat=chat))["reply"]
    await service.close()
