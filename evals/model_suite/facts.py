"""Whether a reply says a fact that a case asks for, in any sensible written form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from evals.model_suite import extract
from evals.model_suite import vocabulary as words
from evals.model_suite.answer import Answer, cards_of
from evals.model_suite.notation import Fact
from evals.model_suite.scene import Scene
from evals.model_suite.shop import OrderFacts, ProductFacts
from evals.model_suite.sources import days_of
from orderdb.money import Money
from orderdb.numbers import number_key
from orderdb.text import Text


def says(fact: Fact, answer: Answer, scene: Scene) -> bool:
    """Whether the answer says (or for ``shown`` shows) a fact."""
    text = extract.plain(answer.reply)
    if fact.kind in _TALK:
        return _TALK[fact.kind](text)
    if fact.kind in _PRODUCT and fact.of:
        return _PRODUCT[fact.kind](text, scene.product(fact.of), scene)
    if fact.kind in _ORDER and fact.of:
        order = scene.order(fact.of)
        return order is not None and _ORDER[fact.kind](text, order, scene)
    return _OTHER[fact.kind](fact, answer, scene)


# Of an order


def _number(text: str, order: OrderFacts, scene: Scene) -> bool:
    return number_key(order.number) in number_key(text)


def _status(text: str, order: OrderFacts, scene: Scene) -> bool:
    states = {order.status.value} | {parcel.status.value for parcel in order.parcels}
    for state, claim in words.CLAIMS_OF_STATE.items():
        if state not in states and words.any_word(claim, text):
            return False
    return any(words.any_word(words.STATUS_WORDS[state], text) for state in states)


def _tracking(text: str, order: OrderFacts, scene: Scene) -> bool:
    key = number_key(text)
    return bool(order.trackings) and all(number_key(code) in key for code in order.trackings)


def _carrier(text: str, order: OrderFacts, scene: Scene) -> bool:
    for name in {parcel.carrier for parcel in order.parcels if parcel.carrier}:
        chinese = next((zh for en, zh in words.CARRIER_WORDS.items() if en in name.lower()), "")
        if name.lower() in text.lower() or (chinese and words.any_word(chinese, text)):
            return True
    return False


def _scan(text: str, order: OrderFacts, scene: Scene) -> bool:
    """The place or the day of a parcel's newest scan."""
    newest = [parcel.scans[-1] for parcel in order.parcels if parcel.scans]
    return any(
        (scan.place and scan.place.split(",")[0].lower() in text.lower())
        or _names_day(text, days_of(scan.at), scene)
        for scan in newest
    )


def _arrival(text: str, order: OrderFacts, scene: Scene) -> bool:
    """The day it came; for one that is to come an end or the likely day of the range shown."""
    came = {day for p in order.parcels if p.delivered_at for day in days_of(p.delivered_at)}
    if order.delivered_at is not None:
        return _names_day(text, came, scene)
    delivery = next((c["delivery"] for c in _cards(order, scene) if c.get("delivery")), None)
    stated = [(delivery or {}).get(end) for end in ("earliest", "latest", "likely")]
    days = {date.fromisoformat(day) for day in stated if day}
    if days:
        return _names_day(text, days, scene)
    if order.promised_on and _names_day(text, {order.promised_on}, scene):
        return True
    return words.NO_DATE_KNOWN.search(text) is not None


def _items(text: str, order: OrderFacts, scene: Scene) -> bool:
    """One item by name at least, and the others there or on a card."""
    named = [_names(text, line.name) for line in order.lines]
    carded = any(card.get("lines") for card in _cards(order, scene))
    return all(named) or (any(named) and carded)


def _total(text: str, order: OrderFacts, scene: Scene) -> bool:
    return _names_amount(text, [order.total])


def _payment(text: str, order: OrderFacts, scene: Scene) -> bool:
    methods = {paid.method.value for paid in order.payments}
    return bool(methods) and all(words.any_word(words.METHOD_WORDS[m], text) for m in methods)


def _refund(text: str, order: OrderFacts, scene: Scene) -> bool:
    """What came or comes back: a sum, or how far it is."""
    return _names_amount(text, [refund.amount for refund in order.refunds]) or any(
        words.any_word(words.REFUND_WORDS[refund.status.value], text) for refund in order.refunds
    )


def _anything(text: str, order: OrderFacts, scene: Scene) -> bool:
    """Any datum of an order but its number."""
    key = number_key(text)
    return (
        any(number_key(code) in key for code in order.trackings)
        or _names_amount(text, [order.total])
        or any(_names(text, line.name) for line in order.lines)
        or any(_cards(order, scene))
    )


_ORDER: dict[str, Callable[[str, OrderFacts, Scene], bool]] = {
    "number": _number,
    "status": _status,
    "tracking": _tracking,
    "carrier": _carrier,
    "scan": _scan,
    "arrival": _arrival,
    "items": _items,
    "total": _total,
    "payment": _payment,
    "refund": _refund,
    "anything": _anything,
    "shown": lambda text, order, scene: (
        _number(text, order, scene) or any(True for _ in _cards(order, scene))
    ),
}


def _cards(order: OrderFacts, scene: Scene) -> Iterator[dict[str, Any]]:
    return cards_of(scene.cards, order.number)


# Of a product


def _stock(text: str, product: ProductFacts, scene: Scene) -> bool:
    gone = [variant for variant in product.variants if variant.in_stock <= 0]
    if gone:
        return words.OUT_OF_STOCK.search(text) is not None
    text = words.NOTHING_SOLD_OUT.sub("in stock", text)
    return words.IN_STOCK.search(text) is not None and words.OUT_OF_STOCK.search(text) is None


def _price(text: str, product: ProductFacts, scene: Scene) -> bool:
    return _names_amount(text, product.prices)


def _variants(text: str, product: ProductFacts, scene: Scene) -> bool:
    """How many there are, or the name of one; the card lists them."""
    if Decimal(len(product.variants)) in extract.numbers(text):
        return True
    return any(
        _names(text, variant.name) or any(o.lower() in text.lower() for o in variant.options)
        for variant in product.variants
    )


_PRODUCT: dict[str, Callable[[str, ProductFacts, Scene], bool]] = {
    "stock": _stock,
    "price": _price,
    "variants": _variants,
}


# Of the talk


_TALK: dict[str, Callable[[str], bool]] = {
    "question": lambda text: words.QUESTION.search(text) is not None,
    "yes": words.says_yes,
    "no": words.says_no,
    "confirmation by click": lambda text: words.BY_CLICK.search(text) is not None,
    "cancellation done": lambda text: words.CANCELLATION_DONE.search(text) is not None,
}


# Of more than the text


def _missing(fact: Fact, answer: Answer, scene: Scene) -> bool:
    return words.MISSING.search(extract.plain(answer.reply)) is not None


def _verdict(fact: Fact, answer: Answer, scene: Scene) -> bool:
    """The code's verdict was fetched, is what the case expects, and the reply tells the same."""
    allowed = _verdict_given(fact, answer, scene)
    if allowed is None or (fact.outcome and allowed != (fact.outcome == "allowed")):
        return False
    if allowed:
        return words.says_yes(answer.reply) or words.BY_CLICK.search(answer.reply) is not None
    return words.says_no(answer.reply)


def _verdict_given(fact: Fact, answer: Answer, scene: Scene) -> bool | None:
    actions = (fact.detail or "").split("/")
    for card in scene.cards_of(fact.of or ""):
        if card.get("type") == "verdict" and card.get("action") in actions:
            return bool(card["allowed"])
    number = scene.number(fact.of or "")
    if "cancel" in actions and number:
        if answer.proposed_for(number):
            return True
        if any(c.name == "propose_cancellation" and c.status != "ok" for c in answer.tool_calls):
            return False
    return None


def _clause(fact: Fact, answer: Answer, scene: Scene) -> bool:
    cited = {str(citation.get("clause")) for citation in answer.citations}
    cited |= {str(card["clause"]) for card in answer.cards if card.get("clause")}
    cited |= extract.clauses(answer.reply)
    return any(fnmatchcase(clause, fact.detail or "") for clause in cited)


def _figure(fact: Fact, answer: Answer, scene: Scene) -> bool:
    """A number that stands in the clause in force, and in the reply."""
    figure = Decimal(fact.detail or "0")
    in_force = any(
        figure in extract.numbers(text)
        for clause, text in scene.clause_texts.items()
        if fnmatchcase(clause, fact.of or "")
    )
    return in_force and figure in extract.numbers(answer.reply)


def _orders(fact: Fact, answer: Answer, scene: Scene) -> bool:
    """Which orders there are: one by number or item, or how many; a card may list them."""
    own = scene.shop.by_customer.get(scene.binding.customer_id, ())
    text = extract.plain(answer.reply)
    if any(_number(text, order, scene) for order in own):
        return True
    lists = [card for card in answer.cards if card.get("type") == "orders"]
    counts = {Decimal(card.get("total", len(card["orders"]))) for card in lists}
    return bool(counts & extract.numbers(text)) or (
        bool(lists) and any(_names(text, line.name) for order in own for line in order.lines)
    )


def _handoff_offered(fact: Fact, answer: Answer, scene: Scene) -> bool:
    return words.HANDOFF_OFFER.search(f"{answer.reply} {answer.buttons}") is not None


def _words(fact: Fact, answer: Answer, scene: Scene) -> bool:
    return re.search(fact.detail or "", extract.plain(answer.reply)) is not None


_OTHER: dict[str, Callable[[Fact, Answer, Scene], bool]] = {
    "missing": _missing,
    "verdict": _verdict,
    "clause": _clause,
    "figure": _figure,
    "orders": _orders,
    "handoff offered": _handoff_offered,
    "words": _words,
}


# Written forms


def _names_day(text: str, days: set[date], scene: Scene) -> bool:
    if any(named.days & days for named in extract.dates(text, scene.today)):
        return True
    return scene.today in days and words.TODAY.search(text) is not None


def _names_amount(text: str, wanted: list[Money] | tuple[Money, ...]) -> bool:
    return any(
        amount.value == money.decimal and money.currency in amount.currencies
        for amount in extract.amounts(text)
        for money in wanted
    )


def _names(text: str, name: Text) -> bool:
    """Whether a text holds a product's name, or most of it, in either language."""
    text = text.lower()
    if any(form and form.lower() in text for form in (name.en, name.zh)):
        return True
    parts = [part for part in re.findall(r"[a-z0-9]+", name.en.lower()) if len(part) > 2]
    found = sum(re.search(rf"\b{re.escape(part)}", text) is not None for part in parts)
    if parts and found / len(parts) > 0.6:
        return True
    core = extract.plain(name.zh).lower()
    half = max(3, (len(core) + 1) // 2)
    return any(core[start : start + half] in text for start in range(len(core) - half + 1))
