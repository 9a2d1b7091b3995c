"""A desk over HTTP, on both databases: Mia and Noor are agents, Lee is a lead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine

from assistant.settings import Settings
from assistant.tokens import Tokens
from orderdb.database import SessionFactory
from orderdb.desk.agents import add_agent
from orderdb.statuses import AgentRole
from tests.assistant.api.conftest import NOW, MakeApp
from tests.orderdb.shop import Shop

PASSWORD = "correct horse battery"
DESK = "https://desk.test"


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Made to be compared quickly, which no real one is."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@pytest.fixture
def sessions(engine: Engine, password_hash: str) -> SessionFactory:
    """Anna and Wei with an order each, and three who work at the desk; on both databases."""
    shop = Shop(engine)
    shop.order("A20001")
    shop.order("A20002", customer="wei")
    factory = SessionFactory(engine)
    for name, role in (
        ("mia", AgentRole.AGENT),
        ("noor", AgentRole.AGENT),
        ("lee", AgentRole.LEAD),
    ):
        with factory() as session:
            add_agent(session, name, name.title(), role, ["en", "zh"], password_hash, NOW)
    shop.session.close()
    return factory


@dataclass
class Browser:
    """A browser at the desk; ``csrf`` goes along with what changes something."""

    http: httpx.AsyncClient
    csrf: str = ""

    async def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        response = await self.http.post(
            "/api/desk/session", json={"name": name, "password": password}
        )
        if response.is_success:
            self.csrf = response.json()["csrf"]
        return response

    async def get(self, path: str, **options: object) -> httpx.Response:
        return await self.http.get(f"/api/desk{path}", **options)  # type: ignore[arg-type]

    async def post(self, path: str, body: object = None) -> httpx.Response:
        return await self.http.post(
            f"/api/desk{path}",
            json={} if body is None else body,
            headers={"X-CSRF-Token": self.csrf},
        )


@dataclass
class Office:
    """The running application, and as many browsers as a test wants."""

    app: object
    transport: httpx.ASGITransport
    tokens: Tokens

    def browser(self) -> Browser:
        return Browser(httpx.AsyncClient(transport=self.transport, base_url=DESK))

    async def signed_in(self, name: str) -> Browser:
        browser = self.browser()
        response = await browser.sign_in(name)
        assert response.status_code == 200, response.text
        return browser

    def customer(self, name: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=self.transport,
            base_url=DESK,
            headers={"Authorization": f"Bearer {self.tokens.sign(name)}"},
        )


@pytest.fixture
async def office(make_app: MakeApp, settings: Settings, tokens: Tokens) -> AsyncIterator[Office]:
    app = make_app(settings)
    async with app.router.lifespan_context(app):
        yield Office(app, httpx.ASGITransport(app, raise_app_exceptions=False), tokens)
