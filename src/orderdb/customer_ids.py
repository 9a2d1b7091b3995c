"""The id under which a customer is kept, however an export or a token writes it."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

_LONGEST: Final = 64  # the width of the column


def customer_key(written: str) -> str:
    """E-mail addresses in lower case; what is longer than 64 characters by its SHA-256 in hex."""
    key = written.lower() if "@" in written else written
    return key if len(key) <= _LONGEST else sha256(key.encode()).hexdigest()
