"""The HTTP surface over a small shop, real but for the scripted answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Engine

from assistant.app import create_app
from assistant.services import ModelStatus, Services
from assistant.settings import Settings
from assistant.tokens import Tokens
from orderdb.database import SessionFactory
from orderdb.models import Customer, Order
from orderdb.policy_book import PolicyBook
from orderdb.statuses import OrderStatus
from tests.assistant.api.fake_conversations import FakeConversations

SECRET = "a secret for tests, long enough to sign with"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class GuidedAndReady:
    """No model; the policy index is open."""

    indexed = True
    coming = False

    def model(self) -> ModelStatus:
        return ModelStatus(mode="guided", detail="no model is configured", coming=self.coming)

    def policies(self) -> bool:
        return self.indexed


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    data = tmp_path_factory.mktemp("data")
    return Settings(data=data, jwt_secret=SecretStr(SECRET), embedded=False)


@pytest.fixture
def tokens(settings: Settings) -> Tokens:
    return Tokens.configured(settings)


@pytest.fixture
def sessions(sqlite_engine: Engine) -> SessionFactory:
    """Ada and 陈伟, one order each."""
    factory = SessionFactory(sqlite_engine)
    with factory() as session:
        session.add(Customer(id="ada", name="Ada Byron", language="en"))
        session.add(Customer(id="chen", name="陈伟", language="zh"))
        session.flush()
        for number, customer in (("A20001", "ada"), ("A20002", "chen")):
            session.add(
                Order(
                    number=number,
                    number_key=number,
                    customer_id=customer,
                    status=OrderStatus.PAID,
                    currency="EUR",
                    placed_at=NOW,
                )
            )
        session.commit()
    return factory


@pytest.fixture(scope="session")
def book() -> PolicyBook:
    return PolicyBook.load(Path(__file__).parents[3] / "policies")


@pytest.fixture
def conversations(sessions: SessionFactory) -> FakeConversations:
    return FakeConversations(sessions)


@pytest.fixture
def readiness() -> GuidedAndReady:
    return GuidedAndReady()


MakeApp = Callable[[Settings], FastAPI]


@pytest.fixture
def make_app(
    sessions: SessionFactory,
    conversations: FakeConversations,
    book: PolicyBook,
    readiness: GuidedAndReady,
    apps: Apps,
) -> MakeApp:
    def make(settings: Settings) -> FastAPI:
        return apps.app(
            settings,
            lambda: Services(settings, sessions, book, conversations, readiness, lambda: NOW),
        )

    return make


class Opener:
    """Opens services that are ready made."""

    def __init__(self, make: Callable[[], Services]) -> None:
        self.make = make

    @asynccontextmanager
    async def __call__(self, settings: Settings) -> AsyncIterator[Services]:
        yield self.make()


class Apps:
    """One application for each kind of settings: laying out its routes takes longer than a test.

    What it keeps while it runs begins anew whenever it is started.
    """

    def __init__(self) -> None:
        self._made: list[tuple[Settings, Opener, FastAPI]] = []

    def app(self, settings: Settings, make: Callable[[], Services]) -> FastAPI:
        """The application over the services that ``make`` makes."""
        for known, opener, app in self._made:
            if known == settings:
                opener.make = make
                return app
        opener = Opener(make)
        self._made.append((settings, opener, create_app(settings, open_services=opener)))
        return self._made[-1][2]


@pytest.fixture(scope="session")
def apps() -> Apps:
    return Apps()


@asynccontextmanager
async def talking_to(app: FastAPI, token: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running application; errors inside come back as they would on the wire."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://shop", headers=headers) as client,
    ):
        yield client


@pytest.fixture
async def ada(
    make_app: MakeApp, settings: Settings, tokens: Tokens
) -> AsyncIterator[httpx.AsyncClient]:
    """Ada, signed in."""
    async with talking_to(make_app(settings), tokens.sign("ada")) as client:
        yield client


@pytest.fixture
def as_chen(tokens: Tokens) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens.sign('chen')}"}


def is_problem(response: httpx.Response, status: int, code: str) -> bool:
    """Whether a response is the problem document that is expected; shows it when not."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    document = response.json()
    assert {"type", "title", "status", "detail", "code"} <= document.keys()
    assert (response.status_code, document["code"]) == (status, code), document
    return bool(document["status"] == status)


async def conversation_of(client: httpx.AsyncClient) -> str:
    response = await client.post("/api/conversations", json={})
    assert response.status_code == 201, response.text
    opened: str = response.json()["conversation_id"]
    return opened
