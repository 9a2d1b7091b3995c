"""Free text of a proposal comes from the customer's own words, whatever a model makes of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable


def said(words: str, messages: Iterable[str]) -> bool:
    """Whether the words stand in one of the customer's messages, whatever their form."""
    wanted = _plain(words)
    return any(wanted in _plain(message) for message in messages) if wanted else True


def _plain(words: str) -> str:
    folded = unicodedata.normalize("NFKC", words).casefold()
    return re.sub(r"[\W_]+", " ", folded).strip()
