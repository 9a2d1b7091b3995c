"""What one replica stores, the other's listeners hear within a second; on both databases."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from assistant.app import create_app
from assistant.services import Services
from assistant.settings import Settings
from assistant.tokens import Tokens
from orderdb.database import SessionFactory
from orderdb.policy_book import PolicyBook
from tests.assistant.api.conftest import GuidedAndReady, Opener
from tests.assistant.api.desk.conftest import PASSWORD
from tests.assistant.api.serving import serving
from tests.assistant.turning import Desk
from tests.orderdb.shop import ANNA

Told = tuple[str, str, dict[str, Any]]
"""An event's id, kind and payload."""


@dataclass
class Replicas:
    """Two servers over one database; Anna at the first, Mia at the second."""

    anna: httpx.Client
    mia: httpx.Client
    chat: str = ""

    def call_a_person(self) -> None:
        self.chat = self.anna.post("/api/conversations", json={}).json()["conversation_id"]
        self.says("I want to talk to a person", "c1")

    def says(self, text: str, key: str) -> None:
        response = self.anna.post(
            f"/api/conversations/{self.chat}/messages",
            json={"text": text, "client_message_id": key},
        )
        assert response.status_code == 200, response.text

    def at_desk(self, step: str, body: object = None) -> httpx.Response:
        path = f"/api/desk/conversations/{self.chat}/{step}"
        response = self.mia.post(path, json=body or {})
        assert response.is_success, response.text
        return response

    def answers(self, text: str, key: str) -> None:
        self.at_desk("messages", {"text": text, "client_message_id": key})


@pytest.fixture
def replicas(
    engine: Engine, sessions: SessionFactory, settings: Settings, tokens: Tokens, book: PolicyBook
) -> Iterator[Replicas]:
    def make() -> Services:
        desk = Desk(sessions, book)
        service = desk.service(None)
        return Services(
            settings, sessions, book, service, GuidedAndReady(), lambda: datetime.now(UTC)
        )

    with ExitStack() as stack:
        first, second = (
            stack.enter_context(serving(create_app(settings, open_services=Opener(make))))
            for _ in range(2)
        )
        signed = {"Authorization": f"Bearer {tokens.sign(ANNA)}"}
        anna = stack.enter_context(httpx.Client(base_url=first, headers=signed, timeout=10))
        mia = stack.enter_context(httpx.Client(base_url=second, timeout=10))
        given = {"name": "mia", "password": PASSWORD}
        mia.headers["X-CSRF-Token"] = mia.post("/api/desk/session", json=given).json()["csrf"]
        yield Replicas(anna, mia)


@contextmanager
def listening(client: httpx.Client, path: str, after: str = "") -> Iterator[Iterator[Told]]:
    headers = {"Last-Event-ID": after} if after else {}
    with client.stream("GET", path, headers=headers) as response:
        assert response.status_code == 200
        yield told(response)


def told(response: httpx.Response) -> Iterator[Told]:
    fields: dict[str, str] = {}
    for line in response.iter_lines():
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "event" in fields:
            yield fields.get("id", ""), fields["event"], json.loads(fields["data"])
            fields = {}


def until(events: Iterator[Told], kind: str, **holding: object) -> Told:
    for event in events:
        if event[1] == kind and holding.items() <= event[2].items():
            return event
    raise AssertionError(f"the stream ended before {kind}")


def test_the_customer_hears_the_agent_of_another_replica_within_a_second(
    replicas: Replicas,
) -> None:
    replicas.call_a_person()
    with listening(replicas.anna, f"/api/conversations/{replicas.chat}/events?live=true") as events:
        until(events, "done")
        replicas.at_desk("take")
        taken = until(events, "handoff", position=0)
        assert taken[2]["agent"] == {"display_name": "Mia"}
        started = time.perf_counter()
        replicas.answers("Hello Anna", "k1")
        until(events, "token", text="Hello Anna")
        assert time.perf_counter() - started < 1.5
        last = until(events, "done")[0]
    replicas.answers("Still there?", "k2")
    path = f"/api/conversations/{replicas.chat}/events"
    with listening(replicas.anna, path, last) as events:
        assert [event[1] for event in events] == ["turn", "token", "done"]


def test_the_desk_hears_the_customer_of_another_replica_within_a_second(
    replicas: Replicas,
) -> None:
    with listening(replicas.mia, "/api/desk/events") as events:
        until(events, "queue", counts={"waiting": 0, "active": 0, "mine": 0})
        replicas.call_a_person()
        until(events, "queue", counts={"waiting": 1, "active": 0, "mine": 0})
        replicas.at_desk("take")
        lease = until(events, "lease")
        assert lease[2]["agent"]["display_name"] == "Mia"
        mark = until(events, "queue", counts={"waiting": 0, "active": 1, "mine": 1})[0]
        started = time.perf_counter()
        replicas.says("Are you there?", "c2")
        said = until(events, "conversation", conversation_id=replicas.chat)
        assert time.perf_counter() - started < 1.5
    with listening(replicas.mia, "/api/desk/events", mark) as events:
        missed = until(events, "conversation", conversation_id=replicas.chat)
        assert missed[2]["last_event_id"] == said[2]["last_event_id"]


def test_nothing_is_told_again_to_a_desk_that_missed_nothing(replicas: Replicas) -> None:
    replicas.call_a_person()
    with listening(replicas.mia, "/api/desk/events") as events:
        mark = until(events, "queue")[0]
    with listening(replicas.mia, "/api/desk/events", mark) as events:
        replicas.at_desk("take")
        assert next(events)[1] == "conversation"  # the first is news, not a repeat


def test_an_agent_follows_one_conversation_as_the_customer_sees_it(replicas: Replicas) -> None:
    replicas.call_a_person()
    with listening(replicas.mia, f"/api/desk/conversations/{replicas.chat}/events") as events:
        until(events, "done")
        replicas.says("One more thing", "c2")
        assert until(events, "turn")[2]["handled_by"] == "agent"
        assert until(events, "done")[2]["reply"] == ""
