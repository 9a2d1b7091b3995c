"""Agents' passwords: hashed with argon2id, compared in the same time whoever is named."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

FEWEST, MOST = 10, 200
"""Characters of a password; an endless one would only keep the server busy."""

_HASHER = PasswordHasher()  # RFC 9106, the low-memory profile: 64 MiB
_NOBODYS = (
    "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$"
    "k7Un0pTqbgxQpOmHDpEjgU2GMpBmXzRYDuE2pCuGbJs"
)


def hashed(password: str) -> str:
    return _HASHER.hash(password)


def fits(password: str, password_hash: str | None) -> bool:
    """Whether it is the password; as slow for an agent who has none as for one who has."""
    try:
        _HASHER.verify(password_hash or _NOBODYS, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
