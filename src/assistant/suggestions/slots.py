"""What differs from one order to the next: taken out of replies that are kept, put into new ones.

So an example holds no name, number, sum or date of anybody, and a draft made from it holds those
of the order at hand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from assistant.grounding import Facts
from assistant.grounding.claims import Kind, claims, code_key
from assistant.suggestions.draft import holds
from orderdb.dates import date_text
from orderdb.money import Money
from orderdb.statuses import ShipmentStatus
from orderdb.text import Language, Text
from tools.results import ToolResult

_SLOT = re.compile(r"\{(\w+)\}")
_TAKEN_OUT: Mapping[Kind, str] = {
    "code": "{code}",
    "amount": "{amount}",
    "date": "{date}",
    "clock": "{time}",
    "link": "{link}",
}
_PHONE = re.compile(r"(?<!\w)\+?\d[\d\s()/-]{6,}\d(?!\w)")
_LONG_NUMBER = re.compile(r"\d{5,}")
_PLAIN = re.compile("[^，！？：；（）]+")
"""All but the points of Chinese, which a reply keeps; each is one character after NFKC, too."""
_SHORTEST_NAME = 2
_NAMES = ("customer_name", "agent_name")
_DAYS = ("promised", "delivered_on", "latest", "earliest", "likely")


@dataclass(frozen=True)
class Slot:
    """A value under its name: ``values`` are its normalised forms, none for plain words."""

    name: str
    text: Text
    kind: Kind | None = None
    values: frozenset[str] = frozenset()


class PersonalLeft(Exception):
    """A reply states something of this customer's that no slot stands for: it is not kept."""


def slots_of(
    results: Iterable[ToolResult], customer: str, agent: str, zone: ZoneInfo
) -> list[Slot]:
    """The slots that the results fill, the first of a name counting."""
    found: dict[str, Slot] = {}
    for slot in (_words("customer_name", customer), _words("agent_name", agent)):
        if slot.text.en:
            found[slot.name] = slot
    for result in results:
        for slot in _of_result(result, zone):
            found.setdefault(slot.name, slot)
    return list(found.values())


def templated(text: str, slots: list[Slot], general: Facts) -> str:
    """The text with slots in the place of values; ``general`` facts (clauses) stay.

    Raises PersonalLeft where a value is neither.
    """
    plain = _PLAIN.sub(lambda part: unicodedata.normalize("NFKC", part[0]), text)
    for claim in sorted(claims(unicodedata.normalize("NFKC", plain)), key=lambda one: -one.start):
        if claim.kind in ("percent", "duration") or holds(general, claim):
            continue
        slot = next(
            (one for one in slots if one.kind == claim.kind and _same(one.values, claim.values)),
            None,
        )
        if slot is None:
            raise PersonalLeft(claim.text)
        plain = f"{plain[: claim.start]}{{{slot.name}}}{plain[claim.end :]}"
    for slot in sorted(slots, key=lambda one: -len(one.text.en)):
        if slot.kind is None:
            for words in (slot.text.en, slot.text.zh):
                plain = _replaced(plain, words, f"{{{slot.name}}}")
    for slot in slots:
        if slot.name in _NAMES:
            plain = _forms(slot.text.en).sub(f"{{{slot.name}}}", plain)
    if _PHONE.search(plain) or _LONG_NUMBER.search(plain):
        raise PersonalLeft("a number")
    return plain


def filled(template: str, slots: list[Slot], language: Language) -> str | None:
    """The text with the values of this order; None where one is not known."""
    by_name = {slot.name: slot for slot in slots}
    if any(name not in by_name for name in _SLOT.findall(template)):
        return None
    return _SLOT.sub(lambda match: by_name[match[1]].text.get(language), template)


def masked(message: str, customer: str) -> str:
    """A customer's message without numbers, dates, addresses of the net, or their name."""
    plain = unicodedata.normalize("NFKC", message)
    for claim in sorted(claims(plain), key=lambda one: -one.start):
        mark = _TAKEN_OUT.get(claim.kind)
        if mark is not None:
            plain = f"{plain[: claim.start]}{mark}{plain[claim.end :]}"
    plain = _LONG_NUMBER.sub("{code}", _PHONE.sub("{phone}", plain))
    for name in (customer, *customer.split()):
        plain = _replaced(plain, name, "{customer_name}")
    return plain


def _of_result(result: ToolResult, zone: ZoneInfo) -> Iterator[Slot]:
    told = result.appraisal
    if told is not None:
        yield _code("order_number", told.order_number)
        if told.amount is not None:
            yield _amount("amount", told.amount)
    for card in result.cards:
        if card["type"] == "order":
            yield from _of_order(card, zone)
        elif card["type"] == "verdict":
            yield _code("order_number", card["order_number"])
            if card["refund"]:
                yield _amount("refund", Money(**card["refund"]))
            if card["until"]:
                yield _day("until", datetime.fromisoformat(card["until"]).astimezone(zone).date())


def _of_order(card: dict[str, Any], zone: ZoneInfo) -> Iterator[Slot]:
    yield _code("order_number", card["number"])
    yield _amount("total", Money(**card["total"]))
    if card["placed_at"]:
        yield _day("placed", datetime.fromisoformat(card["placed_at"]).astimezone(zone).date())
    for refund in card["refunds"]:
        yield _amount("refund", Money(**refund["amount"]))
    parcels = sorted(
        card["shipments"], key=lambda one: one["status"] == ShipmentStatus.DELIVERED.value
    )
    for parcel in parcels:
        if parcel["tracking"]:
            yield _code("tracking", parcel["tracking"])
        if parcel["carrier"]:
            yield _words("carrier", parcel["carrier"])
    delivery = card["delivery"] or {}
    for name in _DAYS:
        if delivery.get(name):
            yield _day(name, date.fromisoformat(delivery[name]))
    if len(card["lines"]) == 1:
        yield Slot("item", Text(**card["lines"][0]["name"]))


def _words(name: str, words: str) -> Slot:
    return Slot(name, Text(en=words, zh=words))


def _code(name: str, code: str) -> Slot:
    return Slot(name, Text(en=code, zh=code), "code", frozenset({code_key(code)}))


def _amount(name: str, amount: Money) -> Slot:
    value = frozenset({f"{amount.currency}:{amount.minor}"})
    return Slot(name, Text(en=str(amount), zh=str(amount)), "amount", value)


def _day(name: str, day: date) -> Slot:
    return Slot(name, date_text(day), "date", frozenset({day.isoformat()}))


def _same(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    if ours & theirs:
        return True
    days = {one[-5:] for one in theirs if one.startswith("--")}
    return bool(days & {one[-5:] for one in ours})


def _forms(name: str) -> re.Pattern[str]:
    """What somebody is called by besides their whole name: a part of it, 李先生. As written: Will
    is somebody, "will" is not."""
    parts = [part for part in name.split() if len(part) >= _SHORTEST_NAME]
    called = [rf"(?<![A-Za-z{{]){re.escape(part)}(?![A-Za-z}}])" for part in parts]
    if name and not name.isascii() and len(parts) == 1:
        called.append(rf"{re.escape(name[0])}(?:先生|女士|小姐|太太)")
    return re.compile("|".join(called) or r"(?!)")


def _replaced(text: str, words: str, mark: str) -> str:
    if len(words) < _SHORTEST_NAME or words.startswith("{"):
        return text
    whole = rf"(?<![A-Za-z]){re.escape(words)}(?![A-Za-z])"
    return re.sub(whole, mark.replace("\\", ""), text, flags=re.I)
