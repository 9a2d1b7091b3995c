"""Order numbers in a message, however they are written: `A20031`, `#a 20031`, `订单20031`."""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass

from orderdb.numbers import number_key

PLACEHOLDER = "{order}"
Known = Callable[[str], bool] | Collection[str]

_WORD = r"order(?:\s*(?:number|num|no\.?|nr\.?|id))?|订单(?:编?号)?|訂單(?:編?號)?|单号|單號"
_AFTER_WORD = re.compile(rf"(?:{_WORD})\s*(?:is|:|是|为|為)?\s*[#(]?\s*$", re.IGNORECASE)
_BUYING = re.compile(r"\b(?:to|i|we|you|can|could|please) (?:also )?order\s*$", re.IGNORECASE)
# What else stands right before a number that names an order.
_AFTER_VERB = re.compile(
    r"(?:\b(?:track|where(?:'?s| is| are)|status of|about|check|cancel|return)|查(?:一下|询|詢)?"
    r"|看看|看一?下|取消|退)\s*#?\s*$",
    re.IGNORECASE,
)
_BARE_AFTER_WORD = re.compile(rf"((?:{_WORD})\s*[:#]?\s*)\d{{4,}}(?![A-Za-z0-9])", re.IGNORECASE)
# `A 2 0 0 3 1`, as it is spoken; `A 20031` and `A-20031`; then what hyphens and the like hold
# together; then single words.
_FORMS = (
    re.compile(r"(?<![A-Za-z0-9])[A-Za-z](?:[ -]\d){4,9}(?![A-Za-z0-9])"),
    re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,4}[ -]{1,2}\d{3,}(?![A-Za-z0-9])"),
    re.compile(r"[A-Za-z0-9]+(?:[-_./][A-Za-z0-9]+)+"),
    re.compile(r"[A-Za-z0-9]+"),
)
# The usual shape, for numbers that the shop does not know: one letter and five to nine digits,
# or 32 hexadecimal digits. Tracking numbers, stock codes and telephone numbers look otherwise.
_SHAPE = re.compile(r"[A-Z]\d{5,9}|(?=[0-9A-F]*\d)[0-9A-F]{32}")
_FEWEST_DIGITS = 3  # of a number that nobody knows; fewer count things
_MISREAD = str.maketrans("OIL", "011")  # letters typed for digits


@dataclass(frozen=True)
class Mention:
    """A place in the NFKC form of a message, and the key of the order that it names."""

    start: int
    end: int
    key: str


def plain(message: str) -> str:
    """The message in NFKC form: full-width letters, digits and punctuation become ASCII."""
    return unicodedata.normalize("NFKC", message)


def mentions(message: str, known: Known = (), spoken: Collection[str] = ()) -> list[Mention]:
    """Order numbers in the order of the text.

    `known` says which keys are orders; `spoken` are the numbers of this conversation. A number
    of the usual shape is a mention even when unknown, so that a reply can say it is not found;
    bare digits need an order of the customer or of the conversation that has just these digits.
    """
    reader = _Reader(plain(message), known, spoken)
    found: list[Mention] = []
    for form in _FORMS:
        for match in form.finditer(reader.text):
            start, end = match.span()
            if not any(start < one.end and one.start < end for one in found):
                key = reader.key(start, end)
                found += [Mention(start, end, key)] if key else []
    return sorted(found, key=lambda one: one.start)


def mask(message: str, known: Known = (), placeholder: str = PLACEHOLDER) -> str:
    """The message in NFKC form, every order number replaced by the placeholder."""
    text, parts, at = plain(message), [], 0
    for one in mentions(text, known):
        start = one.start - 1 if text[: one.start].endswith("#") else one.start
        parts += [text[at:start], placeholder]
        at = one.end
    masked = "".join(parts) + text[at:]
    return _BARE_AFTER_WORD.sub(rf"\g<1>{placeholder}", masked)


class _Reader:
    """Decides whether a span of one message names an order."""

    def __init__(self, text: str, known: Known, spoken: Collection[str]) -> None:
        self.text = text
        listed = [] if callable(known) else [number_key(one) for one in known]
        self._spoken = {number_key(one) for one in spoken}
        self._is_known = known if callable(known) else {*listed, *self._spoken}.__contains__
        self._own = sorted({*listed, *self._spoken})

    def key(self, start: int, end: int) -> str | None:
        """The order's key, or None where the span names no order."""
        written, before, after = self.text[start:end], self.text[:start], self.text[end:]
        key = number_key(written)
        hashed = before.endswith("#")
        worded = bool(_AFTER_WORD.search(before)) and not _BUYING.search(before)
        if key.isdigit():
            alone = not before.strip(" #") and not after.strip(" ?!.,。")
            asked = alone or bool(_AFTER_VERB.search(before))
            return self._of_digits(key, hashed or worded, asked)
        if not any(character.isdigit() for character in key):
            return None
        if self._is_known(key):
            return key
        # An article or a country code and a postcode: "a 20000 mAh", "D-10115 Berlin".
        loose = not written.isalnum() and not (hashed or worded) and re.match(r"\s*[A-Za-z]", after)
        misread = key[0] + key[1:].translate(_MISREAD) if written.isalnum() else key
        for read in (key, misread):
            if self._is_known(read) or (_SHAPE.fullmatch(read) and not loose):
                return read
        marked = (hashed or worded) and " " not in written
        return key if marked and _digits(key) >= _FEWEST_DIGITS else None

    def _of_digits(self, key: str, marked: bool, asked: bool) -> str | None:
        """``marked``: called an order; ``asked``: asked about, and perhaps no order at all."""
        as_long = any(len(key) == _digits(one) for one in self._own)
        if marked or as_long or len(key) >= 5:
            same = [one for one in self._own if "".join(filter(str.isdigit, one)) == key]
            prefixes = sorted({one.rstrip("0123456789") for one in self._spoken})
            same += [one + key for one in prefixes if self._is_known(one + key)]
            if same:
                return same[0]
            if (marked or asked) and as_long and len(prefixes) == 1:
                return prefixes[0] + key
        if marked and self._is_known(key):
            return key
        return key if len(key) == 32 or (marked and len(key) >= _FEWEST_DIGITS) else None


def _digits(key: str) -> int:
    return sum(character.isdigit() for character in key)
