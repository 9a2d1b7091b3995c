"""Facts that a reply must or must not say, as cases write them: ``amount EUR 36.00 or words free``.

A fact is looked for in every sensible written form, in both languages. The words for it are those
of the model suite, which were written without a look at the assistant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal, cast, get_args

from evals.model_suite import extract
from evals.model_suite import vocabulary as words
from orderdb.numbers import number_key

Kind = Literal[
    "order",  # order A31001: its number
    "amount",  # amount EUR 36.00
    "day",  # day 2026-11-20, or day 2026-11-19..2026-11-23: a day in that range
    "number",  # number 30, in figures or words
    "code",  # code SF1390022110002: a tracking number and the like
    "state",  # state shipped|in_transit: what an order or parcel in one of them may be called
    "item",  # item kettle: a product's name in either language
    "words",  # words engraved|刻字: any of these, whatever the case
    "yes",
    "no",
    "asks",
    "missing",
    "click",
    "person",
    "done",  # ways of talking
]
_TALK = frozenset({"yes", "no", "asks", "missing", "click", "person", "done"})


@dataclass(frozen=True)
class Fact:
    kind: Kind
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.detail}".strip()


Facts = tuple[Fact, ...]
"""Any one of them is enough."""


def parse(written: str) -> Facts:
    """``a or b`` as facts; raises ValueError with what is wrong."""
    return tuple(_parse_one(one.strip()) for one in re.split(r"\s+or\s+", written.strip()))


def _parse_one(written: str) -> Fact:
    kind, _, detail = written.partition(" ")
    if kind not in get_args(Kind):
        raise ValueError(f"{kind!r} is no kind of fact; there are {', '.join(get_args(Kind))}")
    fact = Fact(cast(Kind, kind), detail.strip())
    if (kind in _TALK) == bool(fact.detail):
        raise ValueError(f"{written!r} {'says too much' if fact.detail else 'says of what'}")
    if kind == "amount":
        money(fact.detail)
    elif kind == "day":
        days(fact.detail)
    elif kind == "number":
        _decimal(fact.detail)
    elif kind == "words" and not all(one.strip() for one in fact.detail.split("|")):
        raise ValueError(f"{written!r} holds an empty word, which is in every reply")
    elif kind == "state" and (unknown := set(fact.detail.split("|")) - words.STATUS_WORDS.keys()):
        raise ValueError(f"{', '.join(unknown)} is no state")
    return fact


def money(written: str) -> tuple[str, Decimal]:
    """``EUR 36.00``; raises ValueError."""
    currency, _, figure = written.partition(" ")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise ValueError(f"{written!r} is no amount such as EUR 36.00")
    return currency, _decimal(figure)


def days(written: str) -> tuple[date, date]:
    first, _, last = written.partition("..")
    begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    if end < begin:
        raise ValueError(f"{written!r} ends before it begins")
    return begin, end


def _decimal(figure: str) -> Decimal:
    try:
        found = Decimal(figure)
    except InvalidOperation:
        raise ValueError(f"{figure!r} is no number") from None
    if not found.is_finite():
        raise ValueError(f"{figure!r} is no number")
    return found


@dataclass(frozen=True)
class Reader:
    """Looks for facts in a reply; ``products`` are names by their key in the shop."""

    today: date
    products: dict[str, tuple[str, str]]

    def says(self, facts: Facts, reply: str) -> bool:
        text = extract.plain(reply)
        return any(self._says(fact, text) for fact in facts)

    def _says(self, fact: Fact, text: str) -> bool:
        detail = fact.detail
        match fact.kind:
            case "order" | "code":
                return number_key(detail) in number_key(text)
            case "amount":
                currency, value = money(detail)
                return any(
                    one.value == value and currency in one.currencies
                    for one in extract.amounts(text)
                )
            case "day":
                first, last = days(detail)
                if first <= self.today <= last and words.TODAY.search(text):
                    return True
                named = extract.dates(text, self.today)
                return any(first <= day <= last for one in named for day in one.days)
            case "number":
                return Decimal(detail) in extract.numbers(text)
            case "state":
                return _tells_state(detail.split("|"), text)
            case "item":
                return _names(text, self.products[detail])
            case "words":
                return any(_word(one, text) for one in detail.split("|"))
            case "yes":
                return words.says_yes(text)
            case "no":
                return words.says_no(text)
            case "asks":
                return words.QUESTION.search(text) is not None
            case "missing":
                return words.MISSING.search(text) is not None
            case "click":
                return words.BY_CLICK.search(text) is not None
            case "person":
                return words.HANDOFF_OFFER.search(text) is not None
            case "done":
                return words.CANCELLATION_DONE.search(text) is not None


def _tells_state(states: list[str], text: str) -> bool:
    for state, claim in words.CLAIMS_OF_STATE.items():
        if state not in states and words.any_word(claim, text):
            return False
    return any(words.any_word(words.STATUS_WORDS[state], text) for state in states)


def _word(wanted: str, text: str) -> bool:
    wanted, text = wanted.lower(), text.lower()
    if wanted.isascii():
        return re.search(rf"(?<![a-z0-9]){re.escape(wanted)}", text) is not None
    return wanted in text


def _names(text: str, name: tuple[str, str]) -> bool:
    """Whether a text holds a name, or the word of it that says what it is."""
    en, zh = (extract.plain(one).lower() for one in name)
    text = text.lower()
    noun = next(word for word in reversed(en.split()) if word.isalpha() and len(word) > 2)
    core = "".join(re.findall(r"[\u4e00-\u9fff]+", zh)[:1])
    return en in text or noun in text or zh in text or core[-2:] in text
