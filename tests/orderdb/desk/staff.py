"""Mia, Noor and Lee (a lead), a conversation of Anna's, and a clock that moves when told to."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

from sqlmodel import col, select

from orderdb.conversations import Said, add_message, open_conversation
from orderdb.database import SessionFactory
from orderdb.desk import voice
from orderdb.desk.agents import add_agent
from orderdb.desk.messages import Spoken, say
from orderdb.handoffs import hand_off
from orderdb.models import Agent, Conversation, Handoff, TurnEvent
from orderdb.statuses import AgentRole, ReasonCode
from tests.orderdb.shop import ANNA, NOW


class Staff:
    def __init__(self, sessions: SessionFactory) -> None:
        self.sessions = sessions
        self.now = NOW
        self._keys = count(1)
        self.mia = self.hire("mia")
        self.noor = self.hire("noor")
        self.lee = self.hire("lee", AgentRole.LEAD)
        with sessions() as session:
            self.chat = open_conversation(session, ANNA, "en", {}, NOW).id

    def hire(self, name: str, role: AgentRole = AgentRole.AGENT) -> Agent:
        with self.sessions() as session:
            return add_agent(session, name, name.title(), role, ["en"], None, NOW)

    def later(self, seconds: float) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now

    def hear(self, text: str, key: str | None = None) -> Said:
        """Anna says something."""
        key = key or f"m{next(self._keys)}"
        with self.sessions() as session:
            return add_message(session, ANNA, self.chat, text, key, self.now)

    def call(self, reason: str = "wants a person") -> Handoff:
        with self.sessions() as session:
            return hand_off(session, ANNA, self.chat, reason, self.now, ReasonCode.WISH)

    def take(self, agent: Agent, *, take_over: bool = False) -> Handoff:
        with self.sessions() as session:
            return voice.take(session, self.chat, agent, self.now, take_over=take_over)

    def keep(self, agent: Agent) -> None:
        with self.sessions() as session:
            voice.keep(session, self.chat, agent, self.now)

    def release(self, agent: Agent, *, to_queue: bool = False) -> Handoff:
        with self.sessions() as session:
            return voice.release(session, self.chat, agent, self.now, to_queue=to_queue)

    def say(self, agent: Agent, text: str, key: str | None = None) -> dict[str, object]:
        turn_id = str(uuid4())
        reply = {"turn_id": turn_id, "message_id": turn_id, "reply": text, "handled_by": "agent"}
        spoken = Spoken(turn_id, key or f"a{next(self._keys)}", text, reply)
        with self.sessions() as session:
            return say(session, self.chat, agent, spoken, self.now)

    def events(self) -> list[TurnEvent]:
        with self.sessions() as session:
            return list(
                session.exec(
                    select(TurnEvent)
                    .where(TurnEvent.conversation_id == self.chat)
                    .order_by(col(TurnEvent.seq))
                )
            )

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events()]

    def conversation(self) -> Conversation:
        with self.sessions() as session:
            return session.get_one(Conversation, self.chat)
