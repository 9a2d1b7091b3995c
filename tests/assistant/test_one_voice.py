"""Fifty speak at once, agents and the assistant of two processes: never two answers or voices."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from assistant.steps import Text
from orderdb import audit
from orderdb.desk import voice
from orderdb.desk.agents import add_agent
from orderdb.desk.messages import Spoken, say
from orderdb.errors import DeskError
from orderdb.handoffs import hand_off
from orderdb.models import Agent, Message, Turn, TurnEvent
from orderdb.statuses import AgentRole, Role, TurnStatus
from tests.assistant.turning import Desk, Scripted
from tests.orderdb.shop import ANNA

SPEAKERS = 50


class Crowd:
    """Customers' messages through two services; agents who take, speak and give back."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        answers = [Text(f"word{n} ", draft="d") for n in range(6)]
        self.services = [desk.service(Scripted(answers)) for _ in range(2)]
        self.agents = [self._hire(f"agent{n}") for n in range(4)]
        self.acknowledged: list[str] = []
        self.chat = ""

    async def gather(self) -> None:
        self.chat = await self.services[0].open(ANNA, "en")
        await asyncio.gather(*(self._speak(number) for number in range(SPEAKERS)))
        for service in self.services:
            async for _ in service.follow(ANNA, self.chat):
                pass
            await service.close()

    async def _speak(self, number: int) -> None:
        await asyncio.sleep(number % 10 * 0.02)
        if number % 2:
            service = self.services[number % 4 // 2]
            await service.submit(ANNA, self.chat, f"message {number}", f"m{number}")
        elif number % 10 == 0:
            await self._work(lambda session: hand_off(session, ANNA, self.chat, "", self._now()))
        else:
            await self._attend(self.agents[number % 4], number)

    async def _attend(self, agent: Agent, number: int) -> None:
        take_over = {"take_over": number % 6 == 0}
        await self._work(
            lambda session: voice.take(session, self.chat, agent, self._now(), **take_over)
        )
        text = f"from {agent.name} {number}"
        turn = str(uuid4())
        reply = {"turn_id": turn, "message_id": turn, "reply": text, "handled_by": "agent"}
        spoken = Spoken(turn, f"a{number}", text, reply)
        said = await self._work(lambda session: say(session, self.chat, agent, spoken, self._now()))
        if said:
            self.acknowledged.append(text)
        if number % 3 == 0:
            await self._work(
                lambda session: voice.release(
                    session, self.chat, agent, self._now(), to_queue=False
                )
            )

    async def _work(self, work: Callable[[Session], Any]) -> bool:
        def run() -> bool:
            try:
                with self.desk.sessions() as session:
                    work(session)
            except DeskError:
                return False  # somebody else speaks, or nobody waits: that is the point
            return True

        return await asyncio.to_thread(run)

    def _now(self) -> Any:
        return self.desk.clock()

    def _hire(self, name: str) -> Agent:
        with self.desk.sessions() as session:
            return add_agent(session, name, name, AgentRole.LEAD, ["en"], None, self._now())


async def test_fifty_speakers_never_talk_over_each_other(either_desk: Desk) -> None:
    crowd = Crowd(either_desk)
    await crowd.gather()
    with either_desk.sessions() as session:
        events = session.exec(
            select(TurnEvent)
            .where(TurnEvent.conversation_id == crowd.chat)
            .order_by(col(TurnEvent.seq))
        ).all()
        turns = session.exec(select(Turn)).all()
        messages = session.exec(select(Message)).all()
        assert audit.verify(session) is None

    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert len(turns) == 25 + len(crowd.acknowledged)
    assert {turn.status for turn in turns} == {TurnStatus.DONE}

    open_turn = None
    for event in events:  # one voice at a time: a turn ends before another begins
        if event.kind == "turn":
            assert open_turn in (None, event.turn_id)
            open_turn = event.turn_id
        elif event.kind in ("token", "done"):
            assert event.turn_id == open_turn
            open_turn = None if event.kind == "done" else open_turn
    assert open_turn is None

    ends = Counter(event.turn_id for event in events if event.kind == "done")
    assert ends == Counter(turn.id for turn in turns)
    answers = Counter(one.turn_id for one in messages if one.role is Role.ASSISTANT)
    assert max(answers.values(), default=1) == 1
    by_agents = sorted(one.text for one in messages if one.role is Role.AGENT)
    assert by_agents == sorted(crowd.acknowledged)
    assert by_agents, "no agent got a word in: this race showed nothing"
    silent = {turn.id for turn in turns if (turn.reply or {}).get("reply") == ""}
    assert silent.isdisjoint(answers)
