"""Free text of a proposal comes from the customer's own words, whatever a model makes of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_PHOTO = re.compile(
    r"https?://[^\s/]+/\S+|[^/\\<>]*\w\)?\.(jpe?g|png|gif|heic|heif|webp|avif|bmp|tiff?|pdf|mp4|mov)"
)


def said(words: str, messages: Iterable[str]) -> bool:
    """Whether the words stand in one of the customer's messages, whatever their form.

    House number 5 was not said with 15. Chinese has no marks between words, so none are asked for.
    """
    wanted = _plain(words)
    start = r"(?<![a-z0-9])" if wanted[:1].isascii() else ""
    end = r"(?![a-z0-9])" if wanted[-1:].isascii() else ""
    whole = re.compile(start + re.escape(wanted) + end)
    return not wanted or any(whole.search(_plain(message)) for message in messages)


def sent(photo: str, messages: Iterable[str]) -> bool:
    """Whether a photo's file name or link stands in one of the customer's messages.

    Other words of the customer are no photo, and neither is a part of a name.
    """
    name = _folded(photo).strip()
    if not _PHOTO.fullmatch(name):
        return False
    whole = re.compile(rf"(?<![a-z0-9._/-]){re.escape(name)}(?![a-z0-9_/-])")
    return any(whole.search(_folded(message)) for message in messages)


def _folded(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold()


def _plain(words: str) -> str:
    return re.sub(r"[\W_]+", " ", _folded(words)).strip()
