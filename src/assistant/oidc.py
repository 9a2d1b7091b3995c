"""Signing agents in at the shop's identity provider: authorization code with PKCE."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import Any

import httpx
import jwt
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from assistant.settings import ConfigurationError, Desk

_SCOPE = "openid email profile"
_SECONDS = 10.0
_LEEWAY = 30  # seconds that clocks may differ
_SIGNED_WITH = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Never a shared secret: whoever knows the client's could name anybody."""


class SignInFailed(Exception):
    """The provider did not say who it is; the message is for the log."""


@dataclass(frozen=True)
class Journey:
    """What must come back unchanged; it waits in a cookie meanwhile."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def begin(cls) -> Journey:
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    @classmethod
    def read(cls, cookie: str) -> Journey:
        """Raises SignInFailed."""
        parts = cookie.split(".")
        if len(parts) != 3 or not all(parts):
            raise SignInFailed("the sign-in was not begun in this browser")
        return cls(*parts)

    def __str__(self) -> str:
        return f"{self.state}.{self.nonce}.{self.verifier}"


class IdentityProvider:
    """An OpenID provider, by what it publishes of itself; raises SignInFailed throughout."""

    def __init__(self, desk: Desk, transport: httpx.AsyncBaseTransport | None = None) -> None:
        if not (desk.oidc_issuer and desk.oidc_client_id and desk.oidc_client_secret):
            raise ConfigurationError("no identity provider is configured")
        self._issuer = desk.oidc_issuer.rstrip("/")
        self._client_id = desk.oidc_client_id
        self._secret = desk.oidc_client_secret.get_secret_value()
        self._claim = desk.oidc_claim
        self._transport = transport

    async def address(self, journey: Journey, redirect_uri: str) -> str:
        """Where the browser is sent to."""
        published = await self._published()
        return str(
            prepare_grant_uri(
                published["authorization_endpoint"],
                self._client_id,
                "code",
                redirect_uri=redirect_uri,
                scope=_SCOPE,
                state=journey.state,
                nonce=journey.nonce,
                code_challenge=create_s256_code_challenge(journey.verifier),
                code_challenge_method="S256",
            )
        )

    async def agent_name(self, journey: Journey, code: str, redirect_uri: str) -> str:
        """The name that the provider vouches for, for the code that came back."""
        published = await self._published()
        form = prepare_token_request(
            "authorization_code",
            redirect_uri=redirect_uri,
            code=code,
            code_verifier=journey.verifier,
        )
        try:
            async with self._client() as client:
                answer = await client.post(
                    published["token_endpoint"],
                    content=form,
                    headers={"Content-Type": "application/x-www-form-urlencoded"},
                    auth=(self._client_id, self._secret),
                )
                token = answer.raise_for_status().json()
                keys = (await client.get(published["jwks_uri"])).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise SignInFailed(f"the code was not exchanged: {error!r}") from error
        claims = await asyncio.to_thread(self._claims, str(token.get("id_token") or ""), keys)
        if not secrets.compare_digest(str(claims.get("nonce")), journey.nonce):
            raise SignInFailed("the token answers another sign-in")
        return self._name(claims)

    def _claims(self, id_token: str, keys: dict[str, Any]) -> dict[str, Any]:
        try:
            known = {key.key_id: key.key for key in jwt.PyJWKSet.from_dict(keys).keys}
            key_id = jwt.get_unverified_header(id_token).get("kid")
            return jwt.decode(
                id_token,
                known[key_id],
                algorithms=_SIGNED_WITH,
                audience=self._client_id,
                issuer=self._issuer,
                leeway=_LEEWAY,
                options={"require": ["exp", "iat", "sub", "nonce"]},
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise SignInFailed(f"the token cannot be trusted: {error!r}") from error

    def _name(self, claims: dict[str, Any]) -> str:
        name = claims.get(self._claim)
        if not isinstance(name, str) or not name:
            raise SignInFailed(f"the token holds no {self._claim}")
        if self._claim == "email" and claims.get("email_verified") is not True:
            raise SignInFailed("the address is not verified")
        return name

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=self._transport, timeout=_SECONDS)

    async def _published(self) -> dict[str, Any]:
        url = f"{self._issuer}/.well-known/openid-configuration"
        try:
            async with self._client() as client:
                found: dict[str, Any] = (await client.get(url)).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise SignInFailed(f"the provider does not answer: {error!r}") from error
        if str(found.get("issuer", "")).rstrip("/") != self._issuer:
            raise SignInFailed("the provider calls itself by another name")
        wanted = {"authorization_endpoint", "token_endpoint", "jwks_uri"}
        if missing := wanted - found.keys():
            raise SignInFailed(f"the provider does not say its {', '.join(sorted(missing))}")
        return found
