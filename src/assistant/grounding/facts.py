"""What a conversation's tool results established: the sources that replies are checked against."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from assistant.grounding.assertions import actions_in, asserted, asserted_verdict
from assistant.grounding.claims import claims, code_key
from assistant.grounding.deeds import acted, free_of_charge
from assistant.grounding.names import CITY_ZH, carriers
from assistant.grounding.topics import TOPICS
from tools.results import Citation, ToolResult

# What a date in a card is the date of, by the key that holds it.
_ROLES = {
    "placed_at": "placed",
    "paid_at": "paid",
    "packed_at": "packed",
    "cancelled_at": "cancelled",
    "handed_over_at": "shipped",
    "delivered_at": "delivered",
    "delivered_on": "delivered",
    "earliest": "expected",
    "latest": "expected",
    "likely": "expected",
    "promised": "expected",
    "until": "until",
    "expires_at": "until",
    "restock_on": "restock",
    "effective_from": "effective",
}
_SCAN_ROLES = {"handed_over": "shipped", "delivered": "delivered"}
# Dates that are none of an order as it stands: of an offer, and of what was said before.
_ASIDE = {"if_ordered_now": "offer", "past_ranges": "before"}
_LIST_ROLES = {"events": "scan", "refunds": "refund"}
_CODES = frozenset({"number", "order_number", "tracking", "sku", "clause", "detail"})
_NO_ORDER = ""


class Fact(BaseModel):
    """A value with what it is about: an order's key, or "" for what holds in general.

    ``role`` says what a date is the date of; "" when nothing is known of that.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    value: str
    about: str = _NO_ORDER
    role: str = ""


class Verdict(BaseModel):
    model_config = ConfigDict(frozen=True)

    about: str
    action: str
    allowed: bool


class Facts(BaseModel):
    """Facts, order and parcel states, and verdicts; kept with the conversation as JSON."""

    facts: list[Fact] = Field(default_factory=list)
    states: dict[str, list[str]] = Field(default_factory=dict)
    verdicts: list[Verdict] = Field(default_factory=list)

    def merged(self, newer: Facts, *, limit: int = 600) -> Facts:
        """Both together; what ``newer`` says of an order's state and verdicts replaces the old.

        At most ``limit`` facts are kept, the newest.
        """
        restated = {(one.about, one.action) for one in newer.verdicts}
        facts = list(dict.fromkeys([*self.facts, *newer.facts]))
        return Facts(
            facts=facts[-limit:],
            states=self.states | newer.states,
            verdicts=[
                *(one for one in self.verdicts if (one.about, one.action) not in restated),
                *newer.verdicts,
            ],
        )


def facts_of(results: Iterable[ToolResult], zone: ZoneInfo) -> Facts:
    """The facts of tool results; moments become dates and clock times in ``zone``."""
    total = Facts()
    for result in results:
        total = total.merged(_of_result(result, zone))
    return total


def _of_result(result: ToolResult, zone: ZoneInfo) -> Facts:
    found = Facts()
    for card in result.cards:
        _read_card(card, zone, found)
    for citation in result.citations:
        found.facts += _of_citation(citation)
    if result.handoff is not None:
        found.facts.append(Fact(kind="said", value="acted"))
    quoted = "\n".join(one.quote for one in result.citations)
    for asked in (result.proposal, result.appraisal):
        if asked is not None:
            about = code_key(asked.order_number)
            found.facts += _walk(asked.model_dump(mode="json"), about, "", zone)
            found.facts += _of_text(asked.summary, about)
            found.facts += _told(f"{asked.summary}\n{result.text}", about)
            found.facts += [Fact(kind="said", value=one, about=about) for one in _WILL_BE]
            found.facts.append(Fact(kind="prepared", value=asked.kind, about=about))
    named = {fact.about for fact in found.facts if fact.about}
    told = "\n".join(line for line in result.text.splitlines() if line.strip() not in quoted)
    found.facts += _told(told, next(iter(named)) if len(named) == 1 else _NO_ORDER, result)
    found.facts.append(Fact(kind="words", value=_capitals(result)))
    # Text over several orders says nothing of which order a value belongs to; the cards do.
    whose = named.pop() if len(named) == 1 else _NO_ORDER
    if len(named) < 1 or whose:
        dated = {fact.value for fact in found.facts if fact.kind == "date"}
        found.facts += [fact for fact in _of_text(result.text, whose) if fact.value not in dated]
        found.facts += [
            Fact(kind="date", value=value, about=whose, role="cancelled")
            for words in _CANCELLED_ON.findall(result.text)
            for claim in claims(words)
            for value in claim.values
        ]
    else:
        found.facts += [
            f for f in _of_text(result.text, whose) if f.kind in ("duration", "percent")
        ]
    return found


_LEADS_TO = {
    "cancel": ("cancelled", "refunded"),
    "return": ("refunded", "returned"),
    "refund": ("refunded",),
    "exchange": ("exchanged", "resent"),
    "report_damaged": ("refunded", "resent"),
    "report_missing": ("refunded", "resent"),
}
_WILL_BE = tuple(
    f"{one}:coming"
    for one in ("cancelled", "refunded", "returned", "exchanged", "readdressed", "compensation",
                "resent", "shipped")
)  # fmt: skip
_CANCELLED_ON = re.compile(r"Cancelled on [^.]+|[^。]{6,12}(?=取消。)")
_SENTENCE_END = re.compile(r"(?<=[.。!！;；\n])\s*")
_CAPITAL = re.compile(r"\b[A-Z][A-Za-zà-ÿ]+")


def _told(text: str, about: str, result: ToolResult | None = None) -> Iterator[Fact]:
    """What a source's own words assert, as the words of a reply are read."""
    rules = result is not None and bool(result.citations)
    actions = actions_in(text)
    for sentence in _SENTENCE_END.split(text):
        for one in asserted(sentence):
            general = one.aspect in ("coming", "is") or one.topic.coming is None
            if not rules or general:
                aspect = "coming" if rules else one.aspect
                yield Fact(kind="said", value=f"{one.topic.name}:{aspect}", about=about)
        verdict = asserted_verdict(sentence) if actions else None
        if verdict is not None and verdict[0]:
            for action in sorted(verdict[1]):
                yield Fact(kind="may", value=action, about=about)
        if acted(sentence):
            yield Fact(kind="said", value="acted", about=about)
        for matter in sorted(free_of_charge(sentence) or ()):
            yield Fact(kind="free", value=matter, about=about)
    for carrier in carriers(text):
        yield Fact(kind="carrier", value=carrier, about=about)


def _capitals(result: ToolResult) -> str:
    """Every name in a result, for places that a reply may speak of."""
    text = " ".join([result.text, *(one.quote for one in result.citations)])
    names = [*_CAPITAL.findall(text), *CITY_ZH.findall(text)]
    return " ".join(dict.fromkeys(names))


def _read_card(card: dict[str, Any], zone: ZoneInfo, found: Facts) -> None:
    if card["type"] == "orders":
        for order in card["orders"]:
            _read_order(order, zone, found)
    elif card["type"] == "order":
        _read_order(card, zone, found)
    elif card["type"] == "verdict":
        about = code_key(card["order_number"])
        found.verdicts.append(Verdict(about=about, action=card["action"], allowed=card["allowed"]))
        found.facts += _walk(card, about, "", zone)
        for words in (card.get("reason") or {}).values():
            found.facts += _of_text(words, about)
            found.facts += _told(words, about)
        if card["allowed"]:
            found.facts += [
                Fact(kind="said", value=f"{one}:coming", about=about)
                for one in _LEADS_TO.get(card["action"], ())
            ]
    else:
        found.facts += _walk(card, _NO_ORDER, "", zone)


def _read_order(order: dict[str, Any], zone: ZoneInfo, found: Facts) -> None:
    about = code_key(order["number"])
    found.facts += _walk(order, about, "", zone)
    states = [order["status"]]
    states += [parcel["status"] for parcel in order.get("shipments", [])]
    states += [line["status"] for line in order.get("lines", [])]
    states += [f"refund_{refund['status']}" for refund in order.get("refunds", [])]
    states += [f"payment_{payment['status']}" for payment in order.get("payments", [])]
    if (order.get("delivery") or {}).get("late"):
        states.append("late")
    found.states[about] = sorted(set(states))


def _walk(node: Any, about: str, key: str, zone: ZoneInfo) -> Iterator[Fact]:
    """Every date, amount and code in a card's JSON."""
    if isinstance(node, dict):
        if node.keys() == {"minor", "currency"}:
            value = f"{node['currency']}:{node['minor']}"
            yield Fact(kind="amount", value=value, about=about)
            return
        for name, child in node.items():
            if name == "at":
                role = _SCAN_ROLES.get(str(node.get("code", "")), _LIST_ROLES.get(key, ""))
                yield from _moment(child, about, role, zone)
            elif name in _ASIDE:
                for fact in _walk(child, about, name, zone):
                    yield fact.model_copy(update={"role": _ASIDE[name]})
            else:
                yield from _walk(child, about, name, zone)
    elif isinstance(node, list):
        for child in node:
            yield from _walk(child, about, key, zone)
    elif isinstance(node, str):
        if key in _ROLES:
            yield from _moment(node, about, _ROLES[key], zone)
        elif key in _CODES:
            role = "tracking" if key == "tracking" else ""
            yield Fact(kind="code", value=code_key(node), about=about, role=role)
        elif key in ("en", "zh", "place", "name", "carrier"):
            yield from (fact.model_copy(update={"about": about}) for fact in _of_label(node))
            if key == "place":
                yield Fact(kind="words", value=node, about=about)
            if key == "carrier":
                for carrier in carriers(node):
                    yield Fact(kind="carrier", value=carrier, about=about)


def _moment(value: Any, about: str, role: str, zone: ZoneInfo) -> Iterator[Fact]:
    if not isinstance(value, str):
        return
    if "T" in value:
        moment = datetime.fromisoformat(value).astimezone(zone)
        yield Fact(kind="clock", value=f"{moment:%H:%M}", about=about)
        value = moment.date().isoformat()
    yield Fact(kind="date", value=value, about=about, role=role)


def _of_citation(citation: Citation) -> list[Fact]:
    return [
        Fact(kind="code", value=code_key(citation.clause)),
        Fact(kind="date", value=citation.effective_from.isoformat(), role="effective"),
        *_of_text(citation.quote, _NO_ORDER),
        *_of_text(citation.title, _NO_ORDER),
        *_rules(citation),
    ]


def _rules(citation: Citation) -> Iterator[Fact]:
    """What a clause says will be done, is allowed and costs nothing; never what has happened."""
    for sentence in re.split(r"(?<=[.。;；\n])\s*", f"{citation.title}.\n{citation.quote}"):
        for topic in TOPICS:
            if any(words.search(sentence) for _, words, _ in topic.words):
                yield Fact(kind="said", value=f"{topic.name}:coming")
        for action in sorted(actions_in(sentence)):
            yield Fact(kind="may", value=action)
    for matter in sorted(free_of_charge(f"{citation.title}. {citation.quote}") or ()):
        yield Fact(kind="free", value=matter)
    for carrier in carriers(citation.quote):
        yield Fact(kind="carrier", value=carrier)


@lru_cache(maxsize=4096)
def _of_label(text: str) -> tuple[Fact, ...]:
    """A product's, a place's or a carrier's name is on the cards of many orders."""
    return tuple(_of_text(text, _NO_ORDER))


def _of_text(text: str, about: str) -> list[Fact]:
    return [
        Fact(kind=claim.kind, value=value, about=about)
        for claim in claims(text)
        if not (claim.kind == "amount" and len(claim.values) > 2)  # a number without a currency
        for value in sorted(claim.values)
    ]
