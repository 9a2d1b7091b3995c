"""Whatever the OpenAPI document allows, and much that it does not: never a 5xx."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from pydantic import SecretStr
from requests import Session
from schemathesis import HookContext
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from assistant.app import create_app
from assistant.services import Services
from assistant.settings import Settings
from assistant.tokens import Tokens
from orderdb.database import SessionFactory, open_engine
from orderdb.models import Customer
from orderdb.policy_book import PolicyBook
from tests.assistant.api.conftest import SECRET, GuidedAndReady
from tests.assistant.api.fake_conversations import FakeConversations
from tests.assistant.api.serving import serving
from tests.databases import SqliteDatabases, all_tables

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    missing_required_header,
    unsupported_method,
    ignored_auth,
]
SHOP = Settings(demo=True, jwt_secret=SecretStr(SECRET))
everything = schemathesis.openapi.from_dict(create_app(SHOP).openapi())
FRAMING = {"connection", "content-length", "expect", "host", "transfer-encoding", "upgrade"}
"""Headers of HTTP itself: a wrong one is refused before the application hears of the request."""


@everything.hook
def map_headers(context: HookContext, headers: dict[str, str] | None) -> dict[str, str] | None:
    return headers and {name: one for name, one in headers.items() if name.lower() not in FRAMING}


thorough = settings(
    max_examples=20,  # besides the cases that schemathesis makes of each schema's own limits
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def address(sqlite_databases: SqliteDatabases) -> Iterator[str]:
    """The demo's API on a real server, answers scripted; one customer."""
    url = sqlite_databases.fresh(all_tables)
    engine = open_engine(url)
    sessions = SessionFactory(engine)
    with sessions() as session:
        session.add(Customer(id="ada", name="Ada Byron"))
        session.commit()

    @asynccontextmanager
    async def opened(settings: Settings) -> AsyncIterator[Services]:
        yield Services(
            settings,
            sessions,
            PolicyBook.load(Path(__file__).parents[2] / "policies"),
            FakeConversations(sessions),
            GuidedAndReady(),
            lambda: datetime.now(UTC),
        )

    with serving(create_app(SHOP, open_services=opened)) as address:
        yield address
    engine.dispose()
    sqlite_databases.release(url)


@pytest.fixture(scope="module")
def wire() -> Iterator[Session]:
    """Connections that are kept, and no cookies: each request stands alone."""
    with Session() as session:
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.trust_env = False
        yield session


@pytest.fixture(scope="module")
def signed() -> dict[str, str]:
    return {"Authorization": f"Bearer {Tokens.configured(SHOP).sign('ada')}"}


@pytest.fixture(scope="module")
def conversation(address: str, signed: dict[str, str]) -> str:
    opened = httpx.post(f"{address}/api/conversations", headers=signed).json()
    return str(opened["conversation_id"])


def patience(case: schemathesis.Case) -> float:
    """Seconds; a stream may stay open for ever, and is heard that long."""
    return 2 if case.path.endswith("/events") else 20


@everything.parametrize()
@thorough
def test_no_request_breaks_the_api(
    case: schemathesis.Case, address: str, signed: dict[str, str], wire: Session
) -> None:
    """Without a token too, so that every signed route answers with an error."""
    case.call_and_validate(
        base_url=address, headers=signed, checks=CHECKS, session=wire, timeout=patience(case)
    )
    response = case.call(base_url=address, session=wire)
    if response.status_code >= 400 and case.path != "/readyz":
        assert response.headers["content-type"] == ["application/problem+json"]
        assert response.json().keys() >= {"type", "title", "status", "detail", "code"}
        assert response.json()["status"] == response.status_code


@everything.include(path_regex="conversation_id").parametrize()
@thorough
def test_no_request_breaks_a_conversation(
    case: schemathesis.Case,
    address: str,
    signed: dict[str, str],
    wire: Session,
    conversation: str,
) -> None:
    """The same with a conversation that exists, which no generator would guess."""
    case.path_parameters = {**(case.path_parameters or {}), "conversation_id": conversation}
    case.call_and_validate(
        base_url=address, headers=signed, checks=CHECKS, session=wire, timeout=patience(case)
    )
