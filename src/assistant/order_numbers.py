"""Order numbers in a message, however they are written: `A20031`, `#a20031`, `订单 20031`."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from orderdb.numbers import number_key

PLACEHOLDER = "{order}"
Known = Callable[[str], bool] | Collection[str]

_WORD = r"order(?:\s*(?:number|num|no\.?|nr\.?|id))?|订单(?:编?号)?|訂單(?:編?號)?|单号|單號"
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[-_./][A-Za-z0-9]+)*")
_SPACED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,4}[ -]{1,2}\d{3,}(?![A-Za-z0-9])")
_AFTER_WORD = re.compile(rf"(?:{_WORD})\s*(?:is|:|是|为|為)?\s*[#(（]?\s*$", re.IGNORECASE)
# What an order number looks like where the shop itself is not asked: one letter and five to
# nine digits, or 32 hexadecimal digits. Tracking numbers and stock codes look otherwise.
_SHAPE = re.compile(r"[A-Z]\d{5,9}|(?=[0-9A-F]*\d)[0-9A-F]{32}")


@dataclass(frozen=True)
class Mention:
    """One place in the NFKC form of a message, and the order it may name."""

    start: int
    end: int
    key: str


def plain(message: str) -> str:
    """The message in NFKC form: full-width letters, digits and punctuation become ASCII."""
    return unicodedata.normalize("NFKC", message)


def mentions(message: str, known: Known = (), spoken: Collection[str] = ()) -> list[Mention]:
    """Order numbers in the order of the text.

    `known` says which keys are orders; `spoken` are keys of this conversation. A number of the
    usual shape is a mention even when unknown, so that a reply can say that it was not found.
    """
    text = plain(message)
    is_known = known if callable(known) else {number_key(one) for one in known}.__contains__
    candidates = {number_key(one) for one in spoken}
    if not callable(known):
        candidates |= {number_key(one) for one in known}
    found: list[Mention] = []
    for start, end in _spans(text):
        if any(start < one.end and one.start < end for one in found):
            continue
        key = _key(text, start, end, is_known, candidates)
        if key:
            found.append(Mention(start, end, key))
    return sorted(found, key=lambda one: one.start)


def mask(message: str, known: Known = (), placeholder: str = PLACEHOLDER) -> str:
    """The message in NFKC form with every order number replaced by one placeholder."""
    text, parts, at = plain(message), [], 0
    for one in mentions(text, known):
        start = one.start - 1 if text[: one.start].endswith("#") else one.start
        parts += [text[at:start], placeholder]
        at = one.end
    return "".join(parts) + text[at:]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Spaced forms (`A 20031`) first, as their digits alone would be a token too."""
    for pattern in (_SPACED, _TOKEN):
        for match in pattern.finditer(text):
            yield match.span()


def _key(
    text: str, start: int, end: int, is_known: Callable[[str], bool], candidates: Collection[str]
) -> str | None:
    written, before = text[start:end], text[:start]
    key = number_key(written)
    named = bool(_AFTER_WORD.search(before))
    hashed = before.endswith("#")
    if key.isdigit():
        ends = sorted(one for one in candidates if _digits(one) == key)
        if ends and len(key) >= 4:
            return ends[0]
        if (named or hashed) and is_known(key):
            return key
        return key if hashed and len(key) >= 4 else None
    if is_known(key) and any(character.isdigit() for character in key):
        return key
    if " " in written and not named:
        return key if _SHAPE.fullmatch(key) and not _unit_follows(text, end) else None
    if _SHAPE.fullmatch(key):
        return key
    return key if hashed and re.search(r"\d{4}", key) else None


def _digits(key: str) -> str:
    return "".join(character for character in key if character.isdigit())


def _unit_follows(text: str, end: int) -> bool:
    """`a 20000 mAh power bank` holds an article and a capacity, not an order."""
    return bool(re.match(r"\s*[A-Za-z]", text[end:])) and text[end:].strip()[:3].lower() not in (
        "arr",
        "and",
        "is ",
        "to ",
        "whe",
        "not",
        "ple",
        "pls",
        "was",
        "has",
        "yet",
        "now",
        "or ",
    )
