"""Customers' tokens: signed by the shop, read here, and made here only for trials."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import jwt

from assistant.settings import ConfigurationError, Settings
from orderdb.customer_ids import customer_key

MIN_SECRET = 32
"""Bytes; a shorter secret can be guessed from one token (RFC 7518, 3.2)."""

_LONGEST_TOKEN = 4096
_TOKENS_KNOWN = 4096
"""Whose signature need not be computed again with each request."""

_LONGEST_ID = 254
_FAR = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
_HOW = (
    "Set ORDERDESK_JWT_SECRET to the secret that your shop signs customers' tokens with "
    f"(HS256, at least {MIN_SECRET} bytes, for example from `openssl rand -hex 32`), or "
    "ORDERDESK_JWT_PUBLIC_KEY and ORDERDESK_JWT_ALGORITHM (such as RS256). "
    "To try OrderDesk out with a made-up shop, run `orderdesk demo`."
)


class SecretMissing(ConfigurationError):
    """Nothing, or nothing safe, to check customers' tokens with."""


class InvalidToken(Exception):
    """A token that names nobody; ``code`` is stable and safe to show, as the message is."""

    def __init__(self, code: Literal["token_expired", "token_invalid"], message: str) -> None:
        super().__init__(message)
        self.code = code


class Signed(NamedTuple):
    """What a token says."""

    customer_id: str
    ends: datetime


class Tokens:
    """Reads customers' tokens; signs some where the signing secret is known."""

    def __init__(
        self, key: str, algorithm: str, *, audience: str | None = None, leeway_seconds: int = 5
    ) -> None:
        self._key = key
        self._algorithm = algorithm
        self._audience = audience
        self._leeway = timedelta(seconds=leeway_seconds)
        self._signed = lru_cache(_TOKENS_KNOWN)(self._verified)

    @classmethod
    def configured(cls, settings: Settings) -> Tokens:
        """The tokens of this shop; raises SecretMissing when no key is set."""
        key, algorithm = _public_key(settings) or _shared_secret(settings)
        return cls(
            key,
            algorithm,
            audience=settings.jwt_audience,
            leeway_seconds=settings.jwt_leeway_seconds,
        )

    def customer(self, token: str) -> str:
        """The customer id that a token names; raises InvalidToken."""
        return self.read(token).customer_id

    def read(self, token: str) -> Signed:
        """Whom a token names, and until when; raises InvalidToken."""
        signed = self._signed(token)
        if signed.ends <= datetime.now(UTC):
            raise InvalidToken("token_expired", "The token has expired.")
        return signed

    def _verified(self, token: str) -> Signed:
        if len(token) > _LONGEST_TOKEN:
            raise InvalidToken("token_invalid", "The token is too long.")
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=[self._algorithm],
                audience=self._audience,
                leeway=self._leeway,
                options={"require": ["exp", "sub"], "verify_aud": self._audience is not None},
            )
        except jwt.ExpiredSignatureError:
            raise InvalidToken("token_expired", "The token has expired.") from None
        except (jwt.InvalidTokenError, ValueError, OverflowError):
            raise InvalidToken("token_invalid", "The token is not valid.") from None
        if not is_customer_id(claims["sub"]):
            raise InvalidToken("token_invalid", "The token names no customer.")
        ends = min(float(claims["exp"]), _FAR)
        ends_at = datetime.fromtimestamp(ends, UTC) + self._leeway
        return Signed(customer_key(claims["sub"]), ends_at)

    def sign(self, customer_id: str, *, hours: float = 12) -> str:
        """A token for trials and the demo; raises SecretMissing with a public key only."""
        if not self._algorithm.startswith("HS"):
            raise SecretMissing(
                "Tokens are signed by your shop: only its public key is known here."
            )
        now = datetime.now(UTC)
        claims: dict[str, Any] = {
            "sub": customer_id,
            "iat": now,
            "exp": now + timedelta(hours=hours),
        }
        if self._audience is not None:
            claims["aud"] = self._audience
        return jwt.encode(claims, self._key, algorithm=self._algorithm)


def is_customer_id(value: object) -> bool:
    """Whether this may be a customer's id at all: printable, 1 to 254 characters."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= _LONGEST_ID
        and value.isprintable()
        and not value.isspace()
    )


def demo_secret(data: Path) -> str:
    """The demo's own random secret, made once and readable by its owner only."""
    path = data / "jwt_secret"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=data) as file:  # made with mode 0600
            file.write(secrets.token_hex(MIN_SECRET))
            file.flush()
            with contextlib.suppress(FileExistsError):  # then another process was quicker
                os.link(file.name, path)
    return path.read_text()


def _shared_secret(settings: Settings) -> tuple[str, str]:
    algorithm = settings.jwt_algorithm or "HS256"
    if not algorithm.startswith("HS"):
        raise SecretMissing(f"{algorithm} needs ORDERDESK_JWT_PUBLIC_KEY. {_HOW}")
    if settings.jwt_secret is not None:
        secret = settings.jwt_secret.get_secret_value()
    elif settings.demo:
        secret = demo_secret(settings.data)
    else:
        raise SecretMissing(f"There is no secret to check customers' tokens with. {_HOW}")
    if len(secret.encode()) < MIN_SECRET:
        raise SecretMissing(f"ORDERDESK_JWT_SECRET is too short. {_HOW}")
    return secret, algorithm


def _public_key(settings: Settings) -> tuple[str, str] | None:
    value = settings.jwt_public_key
    if value is None:
        return None
    algorithm = settings.jwt_algorithm or "RS256"
    if algorithm.startswith("HS"):
        raise SecretMissing(f"ORDERDESK_JWT_PUBLIC_KEY does not go with {algorithm}. {_HOW}")
    try:
        key = value if value.lstrip().startswith("-----BEGIN") else Path(value).read_text()
        jwt.get_algorithm_by_name(algorithm).prepare_key(key)
    except OSError as error:
        raise SecretMissing(f"ORDERDESK_JWT_PUBLIC_KEY cannot be read: {error}") from None
    except (jwt.InvalidKeyError, NotImplementedError, ValueError) as error:
        raise SecretMissing(
            f"ORDERDESK_JWT_PUBLIC_KEY is no public key for {algorithm}: {error}. {_HOW}"
        ) from None
    return key, algorithm
