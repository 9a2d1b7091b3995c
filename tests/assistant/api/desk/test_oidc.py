"""Signing in at an identity provider: a local one, which can also lie."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from assistant.oidc import IdentityProvider
from assistant.settings import ConfigurationError, Desk, Settings
from orderdb.database import SessionFactory
from orderdb.desk.agents import add_agent, disable
from orderdb.statuses import AgentRole
from tests.assistant.api.conftest import NOW, MakeApp, is_problem

ISSUER = "https://login.test"
CLIENT = "orderdesk"
SHOP = "https://desk.test"


@dataclass
class Provider(httpx.AsyncBaseTransport):
    """Vouches for mia@shop.test; ``lies`` replace claims, ``key`` signs."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    signing: ec.EllipticCurvePrivateKey | None = None
    lies: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    down: bool = False

    def visit(self, address: str) -> str:
        """What a browser does there: sign in, and come back with a code."""
        asked = {name: one[0] for name, one in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        self.asked = asked
        return asked["state"]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("refused")
        match request.url.path:
            case "/.well-known/openid-configuration":
                return httpx.Response(
                    200,
                    json={
                        "issuer": ISSUER,
                        "authorization_endpoint": f"{ISSUER}/authorize",
                        "token_endpoint": f"{ISSUER}/token",
                        "jwks_uri": f"{ISSUER}/keys",
                    },
                )
            case "/keys":
                public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
                return httpx.Response(200, json={"keys": [public | {"kid": "1", "use": "sig"}]})
            case "/token":
                return self._token(parse_qs((await request.aread()).decode()))
        return httpx.Response(404)

    def _token(self, form: dict[str, list[str]]) -> httpx.Response:
        challenge = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        proven = base64.urlsafe_b64encode(challenge).decode().rstrip("=")
        if form["code"] != ["the-code"] or proven != self.asked["code_challenge"]:
            return httpx.Response(400, json={"error": "invalid_grant"})
        now = datetime.now(UTC)
        claims = {
            "iss": ISSUER,
            "aud": CLIENT,
            "sub": "42",
            "iat": now,
            "exp": now + timedelta(minutes=5),
            "nonce": self.asked["nonce"],
            "email": "mia@shop.test",
            "email_verified": True,
            **self.lies,
        }
        token = jwt.encode(claims, self.signing or self.key, "ES256", headers={"kid": "1"})
        return httpx.Response(
            200, json={"access_token": "x", "token_type": "Bearer", "id_token": token}
        )


@dataclass
class Entrance:
    provider: Provider
    browser: httpx.AsyncClient

    async def sign_in(self, **changed: str) -> httpx.Response:
        """There and back again."""
        sent = await self.browser.get("/api/desk/oidc/login")
        assert sent.status_code == 303, sent.text
        state = self.provider.visit(sent.headers["location"])
        back = {"state": state, "code": "the-code"} | changed
        return await self.browser.get("/api/desk/oidc/callback", params=back)


@pytest.fixture
async def entrance(
    make_app: MakeApp, settings: Settings, sessions: SessionFactory
) -> AsyncIterator[Entrance]:
    with sessions() as session:
        add_agent(session, "mia@shop.test", "Mia", AgentRole.AGENT, ["en"], None, NOW)
    desk = Desk(oidc_issuer=ISSUER, oidc_client_id=CLIENT, oidc_client_secret=SecretStr("s"))
    app = make_app(settings.model_copy(update={"desk": desk}))
    provider = Provider()
    app.state.identity_provider = IdentityProvider(desk, provider)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=SHOP) as browser:
            yield Entrance(provider, browser)


def told(answer: httpx.Response, code: str) -> bool:
    """The browser is sent back to the desk's page, which says it; nobody is let in."""
    assert "orderdesk_desk=" not in answer.headers.get("set-cookie", "")
    return (answer.status_code, answer.headers["location"]) == (303, f"/desk?sign_in={code}")


async def test_whom_the_provider_vouches_for_is_signed_in(entrance: Entrance) -> None:
    back = await entrance.sign_in()
    assert (back.status_code, back.headers["location"]) == (303, "/desk")
    shown = await entrance.browser.get("/api/desk/session")
    assert shown.json()["agent"]["name"] == "mia@shop.test"
    assert entrance.browser.cookies["orderdesk_desk_open"] == "1"  # the page asks who it is
    status = (await entrance.browser.get("/api/status")).json()
    assert status["desk_oidc"] is True  # and shows the button to the next one


async def test_a_callback_that_was_not_asked_for_signs_nobody_in(entrance: Entrance) -> None:
    uninvited = await entrance.browser.get(
        "/api/desk/oidc/callback", params={"state": "s", "code": "the-code"}
    )
    assert told(uninvited, "sign_in_failed")
    assert told(await entrance.sign_in(state="another"), "sign_in_broken")
    assert told(await entrance.sign_in(code="another"), "sign_in_failed")
    assert is_problem(await entrance.browser.get("/api/desk/session"), 401, "not_signed_in")


async def test_who_is_turned_away_at_the_provider_reads_so_at_the_desk(entrance: Entrance) -> None:
    assert told(await entrance.sign_in(code="", error="access_denied"), "sign_in_declined")


async def test_a_provider_that_does_not_answer_leads_back_to_the_desk(entrance: Entrance) -> None:
    entrance.provider.down = True
    assert told(await entrance.browser.get("/api/desk/oidc/login"), "sign_in_failed")


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://evil.test"},
        {"aud": "another client"},
        {"nonce": "of another sign-in"},
        {"exp": datetime(2020, 1, 1, tzinfo=UTC)},
        {"email_verified": False},
        {"email": None},
    ],
)
async def test_a_token_that_does_not_fit_signs_nobody_in(
    entrance: Entrance, lie: dict[str, Any]
) -> None:
    entrance.provider.lies = lie
    assert told(await entrance.sign_in(), "sign_in_failed")


async def test_a_token_signed_by_somebody_else_signs_nobody_in(entrance: Entrance) -> None:
    entrance.provider.signing = ec.generate_private_key(ec.SECP256R1())
    assert told(await entrance.sign_in(), "sign_in_failed")


async def test_a_stranger_and_a_disabled_agent_stay_out(
    entrance: Entrance, sessions: SessionFactory
) -> None:
    entrance.provider.lies = {"email": "stranger@shop.test"}
    assert told(await entrance.sign_in(), "unknown_agent")
    entrance.provider.lies = {}
    with sessions() as session:
        disable(session, "mia@shop.test", NOW)
    assert told(await entrance.sign_in(), "unknown_agent")


async def test_without_a_provider_there_is_no_such_way_in(
    make_app: MakeApp, settings: Settings
) -> None:
    transport = httpx.ASGITransport(make_app(settings), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=SHOP) as browser:
        assert (await browser.get("/api/desk/oidc/login")).status_code == 404


def test_half_a_configuration_is_refused() -> None:
    with pytest.raises(ValueError, match="OIDC_CLIENT_ID"):
        Desk(oidc_issuer=ISSUER)
    with pytest.raises(ConfigurationError):
        IdentityProvider(Desk())
