"""A person instead of the assistant: by rule, at once, and the assistant is silent afterwards."""

from __future__ import annotations

import pytest
from sqlmodel import select

from assistant.steps import Text
from orderdb.desk.agents import add_agent
from orderdb.desk.messages import Spoken, say
from orderdb.desk.voice import release, take
from orderdb.models import Agent, Handoff
from orderdb.statuses import AgentRole, ReasonCode
from tests.assistant.turning import Desk, Scripted, done, of, shown
from tests.orderdb.shop import ANNA


def hire(desk: Desk, name: str = "mia") -> Agent:
    with desk.sessions() as session:
        return add_agent(session, name, name.title(), AgentRole.AGENT, ["en"], None, desk.clock())


def handoffs(desk: Desk) -> list[Handoff]:
    with desk.sessions() as session:
        return list(session.exec(select(Handoff)))


def talker(*texts: str) -> Scripted:
    return Scripted(*[[Text(text, draft="d")] for text in texts])


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("The kettle caught fire!", ReasonCode.SAFETY, "emergency services"),
        ("I will sue you", ReasonCode.LEGAL, "I am sorry that it came to this"),
        ("Let me speak to a human", ReasonCode.WISH, "A person will take over"),
        ("电池鼓包，还冒烟了", ReasonCode.SAFETY, "急救"),
    ],
)
async def test_a_rule_calls_a_person_without_asking_the_model(
    desk: Desk, words: str, code: ReasonCode, told: str
) -> None:
    model = talker("I am the model.")
    events = await desk.answered(model, words)
    assert model.requests == []
    assert told in shown(events)
    assert of(events, "handoff")[0]["position"] == 1
    assert [call["name"] for call in done(events)["tool_calls"]] == ["handoff"]
    assert [one.reason_code for one in handoffs(desk)] == [code]


async def test_while_a_person_is_awaited_the_assistant_says_nothing(either_desk: Desk) -> None:
    hire(either_desk)
    model = talker("I am the model.")
    service = either_desk.service(model)
    chat = await service.open(ANNA, "en")
    await either_desk.ask(service, "I want a human", chat=chat)
    events = await either_desk.ask(service, "hello?", chat=chat)
    assert [event.kind for event in events] == ["turn", "done"]
    assert (done(events)["reply"], done(events)["handled_by"]) == ("", "agent")
    assert model.requests == []
    await service.close()


async def test_given_back_the_assistant_knows_what_the_person_said(either_desk: Desk) -> None:
    mia = hire(either_desk)
    model = talker("Good to be back.")
    service = either_desk.service(model)
    chat = await service.open(ANNA, "en")
    await either_desk.ask(service, "I want a human", chat=chat)
    now = either_desk.clock()
    reply = {"turn_id": "t", "message_id": "t", "reply": "I am Mia", "handled_by": "agent"}
    with either_desk.sessions() as session:
        take(session, chat, mia, now)
    with either_desk.sessions() as session:
        say(session, chat, mia, Spoken("t", "k", "I am Mia", reply), now)
    with either_desk.sessions() as session:
        release(session, chat, mia, now, to_queue=False)
    events = await either_desk.ask(service, "and where is it?", chat=chat)
    assert shown(events) == "Good to be back."
    (request,) = model.requests
    assert [one.text for one in request.history][-1] == "I am Mia"
    await service.close()


async def test_insisting_after_a_no_is_for_a_person(desk: Desk) -> None:
    service = desk.service(None)
    chat = await service.open(ANNA, "en")
    await desk.ask(service, "cancel A20001", chat=chat)  # it is on its way already
    await desk.ask(service, "That is not fair, make an exception", chat=chat)
    assert [one.reason_code for one in handoffs(desk)] == [ReasonCode.LIMIT]
    await service.close()


async def test_after_three_failed_turns_a_person_is_called(desk: Desk) -> None:
    model = Scripted([RuntimeError("broken")])
    service = desk.service(model)
    chat = await service.open(ANNA, "en")
    for attempt in range(3):
        events = await desk.ask(service, f"hello {attempt}", chat=chat)
        assert events[-1].kind == "error"
    events = await desk.ask(service, "hello again", chat=chat)
    assert done(events)["tool_calls"][0]["name"] == "handoff"
    assert [one.reason_code for one in handoffs(desk)] == [ReasonCode.FAILED_TURNS]
    await service.close()


async def test_being_misunderstood_three_times_counts_as_failing(desk: Desk) -> None:
    service = desk.service(talker("Pardon?"))
    chat = await service.open(ANNA, "en")
    await desk.ask(service, "hello", chat=chat)
    for _ in range(2):
        await desk.ask(service, "that's not what I asked", chat=chat)
    assert handoffs(desk) == []
    await desk.ask(service, "you don't understand", chat=chat)
    assert [one.reason_code for one in handoffs(desk)] == [ReasonCode.FAILED_TURNS]
    await service.close()


async def test_where_a_person_is_called_already_no_rule_calls_again(desk: Desk) -> None:
    """Nobody works at this desk, so the assistant goes on."""
    service = desk.service(talker("I can still help."))
    chat = await service.open(ANNA, "en")
    await desk.ask(service, "I will sue you", chat=chat)
    events = await desk.ask(service, "I really will sue you", chat=chat)
    assert shown(events) == "I can still help."
    assert len(handoffs(desk)) == 1
    await service.close()
