"""Who may come in: nobody but the customer that the shop's token names."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from pydantic import SecretStr

from assistant.settings import Settings
from assistant.tokens import InvalidToken, SecretMissing, Tokens, demo_secret
from orderdb.customer_ids import customer_key
from tests.assistant.api.conftest import SECRET, is_problem

LATER = datetime.now(UTC) + timedelta(hours=1)


def signed(claims: dict[str, Any], secret: str = SECRET, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, secret, algorithm=algorithm)


def unsigned(claims: dict[str, Any]) -> str:
    parts = [{"alg": "none", "typ": "JWT"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b".".join([*encoded, b""]).decode()


async def answer_to(client: httpx.AsyncClient, authorization: str | None) -> httpx.Response:
    headers = {} if authorization is None else {"Authorization": authorization}
    client.headers.pop("Authorization", None)
    return await client.post("/api/conversations", headers=headers)


async def test_a_token_of_the_shop_opens_a_conversation(ada: httpx.AsyncClient) -> None:
    response = await answer_to(ada, f"Bearer {signed({'sub': 'ada', 'exp': LATER})}")
    assert response.status_code == 201


def test_an_email_address_names_the_same_customer_as_in_an_export() -> None:
    tokens = Tokens(SECRET, "HS256")
    long = f"{'A' * 60}@Example.com"
    assert tokens.customer(tokens.sign("Ada@Example.com")) == "ada@example.com"
    assert tokens.customer(tokens.sign(long)) == customer_key(long.lower())
    assert tokens.customer(tokens.sign("Ada")) == "Ada"


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic YWRhOmFkYQ=="])
async def test_nobody_comes_in_without_a_token(
    ada: httpx.AsyncClient, authorization: str | None
) -> None:
    response = await answer_to(ada, authorization)
    assert is_problem(response, 401, "token_missing")
    assert response.headers["www-authenticate"] == "Bearer"


async def test_an_expired_token_is_refused(ada: httpx.AsyncClient) -> None:
    past = datetime.now(UTC) - timedelta(minutes=1)
    response = await answer_to(ada, f"Bearer {signed({'sub': 'ada', 'exp': past})}")
    assert is_problem(response, 401, "token_expired")
    assert "invalid_token" in response.headers["www-authenticate"]


@pytest.mark.parametrize(
    "token",
    [
        signed({"sub": "ada", "exp": LATER}, secret="another secret, just as long as the first"),
        signed({"sub": "ada", "exp": LATER}, secret=SECRET * 2, algorithm="HS512"),
        unsigned({"sub": "ada", "exp": 4102444800}),
        signed({"sub": "ada"}),
        signed({"exp": LATER}),
        signed({"sub": "ada", "exp": "tomorrow"}),
        signed({"sub": "ada", "exp": float("inf")}),
        signed({"sub": "ada", "exp": LATER, "nbf": LATER}),
        unsigned({"sub": "ada", "exp": 4102444800}) + "AAAA",
        "a.b.c",
        "not a token",
        "x" * 20_000,
    ],
    ids=lambda token: token[:8] + str(len(token)),
)
async def test_a_forged_or_faulty_token_is_refused(ada: httpx.AsyncClient, token: str) -> None:
    assert is_problem(await answer_to(ada, f"Bearer {token}"), 401, "token_invalid")


@pytest.mark.parametrize("subject", [7, True, None, ["ada"], {"id": "ada"}, "", " ", "a" * 255])
async def test_a_token_that_names_no_customer_is_refused(
    ada: httpx.AsyncClient, subject: object
) -> None:
    token = jwt.api_jws.encode(
        json.dumps({"sub": subject, "exp": 4102444800}).encode(), SECRET, algorithm="HS256"
    )
    assert is_problem(await answer_to(ada, f"Bearer {token}"), 401, "token_invalid")


@pytest.mark.parametrize("subject", ["ada\x00", "ada\n", "\ud800"])
async def test_a_customer_id_of_unprintable_characters_is_refused(
    ada: httpx.AsyncClient, subject: str
) -> None:
    token = jwt.api_jws.encode(
        json.dumps({"sub": subject, "exp": 4102444800}).encode(), SECRET, algorithm="HS256"
    )
    assert is_problem(await answer_to(ada, f"Bearer {token}"), 401, "token_invalid")


async def test_a_customer_whom_the_shop_does_not_know_cannot_open_a_conversation(
    ada: httpx.AsyncClient,
) -> None:
    response = await answer_to(ada, f"Bearer {signed({'sub': 'nobody', 'exp': LATER})}")
    assert is_problem(response, 403, "unknown_customer")


async def test_the_token_is_checked_before_the_body_is_read(ada: httpx.AsyncClient) -> None:
    ada.headers.pop("Authorization")
    response = await ada.post(
        "/api/conversations/x/messages",
        content=b"{not json",
        headers={"Content-Type": "application/json"},
    )
    assert is_problem(response, 401, "token_missing")


def test_outside_the_demo_the_start_up_refuses_without_a_secret(tmp_path: Path) -> None:
    with pytest.raises(SecretMissing, match="Set ORDERDESK_JWT_SECRET"):
        Tokens.configured(Settings(data=tmp_path))
    assert not list(tmp_path.iterdir())


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SecretMissing, match="too short"):
        Tokens.configured(Settings(data=tmp_path, jwt_secret=SecretStr("short")))


def test_an_algorithm_that_does_not_go_with_the_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SecretMissing, match="does not go with HS256"):
        Tokens.configured(
            Settings(data=tmp_path, jwt_public_key="-----BEGIN", jwt_algorithm="HS256")
        )
    with pytest.raises(SecretMissing, match="RS256 needs ORDERDESK_JWT_PUBLIC_KEY"):
        Tokens.configured(Settings(data=tmp_path, jwt_algorithm="RS256"))


@pytest.mark.parametrize("key", ["-----BEGIN PUBLIC KEY-----\nbm8=\n-----END PUBLIC KEY-----", "/"])
def test_a_public_key_that_is_none_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(SecretMissing, match="ORDERDESK_JWT_PUBLIC_KEY"):
        Tokens.configured(Settings(data=tmp_path, jwt_public_key=key))


def test_a_token_tells_until_when_it_holds() -> None:
    tokens = Tokens(SECRET, "HS256", leeway_seconds=0)
    assert tokens.read(signed({"sub": "ada", "exp": 4102444800})).ends.year == 2100
    assert tokens.read(signed({"sub": "ada", "exp": 10**15})).ends.year == 9999


def test_a_token_that_was_read_before_is_refused_once_it_is_over() -> None:
    tokens = Tokens(SECRET, "HS256", leeway_seconds=0)
    token = signed({"sub": "ada", "exp": int(time.time()) + 2})
    assert tokens.customer(token) == "ada"
    time.sleep(2.1)
    with pytest.raises(InvalidToken, match="expired"):
        tokens.customer(token)


def test_the_demo_makes_its_own_secret_once_for_its_owner_only(tmp_path: Path) -> None:
    first = demo_secret(tmp_path)
    assert first == demo_secret(tmp_path)
    assert len(first) >= 64
    assert [path.name for path in tmp_path.iterdir()] == ["jwt_secret"]
    assert (tmp_path / "jwt_secret").stat().st_mode & 0o777 == 0o600
    assert demo_secret(tmp_path / "other") != first
