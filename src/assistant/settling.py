"""What a reading's label comes to in its conversation: follow-ups, bare names, a plain yes."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.asking.address import recipient
from assistant.asking.reasons import gives_reason
from assistant.choosing import chooses_item, chooses_variant
from assistant.cues import (
    asks_to_be_told,
    asks_until_when,
    asks_what_if,
    asks_what_is_sold,
    asks_which_can,
    asks_who_answers,
    asks_why,
    asks_why_less,
    cue,
    ordered_too_many,
    pays_with,
    tells_to_obey,
    wants_cancelled,
)
from assistant.listening import SAYS_LITTLE, Ranked
from assistant.matters import MATTERS
from assistant.memory import ConversationMemory
from assistant.order_numbers import mask, plain
from assistant.product_words import asks_of_goods, speaks_of_the_price
from assistant.purchases import Purchase
from assistant.questions import asks
from assistant.references import Resolution
from assistant.rule_cues import OPEN_TO_CUES, asks_a_rule
from orderdb.statuses import OrderStatus

_KNOWN = 0.35
"""Below it the likeliest label is a guess; in a conversation the matter at hand is likelier."""

_SURELY = 0.55
_LIKELY = 0.2
_CHAT = 0.9
"""From it on "can you write poems" is talk, whatever rule was spoken of before."""

_ONE_ORDER = ("named", "newest", "oldest", "ordinal", "other", "state", "day", "product")
_SHORT, _FEW_WORDS = 12, 5
_SEVERAL = re.compile(
    r"\b(?:recent|latest|last|newest|past) (?:\w+ )?(?:orders|purchases)\b|\blately\b"
    r"|最近的?(?:订单|訂單|几|購買|购买)(?!到)|[所全]有"
)
_UNTIL = frozenset({"may.return", "do.return", "may.exchange", "do.exchange"})


def settled(
    ranked: Ranked,
    text: str,
    resolution: Resolution,
    memory: ConversationMemory,
    purchase: Callable[[], Purchase | None],
) -> Ranked:
    """The ranking with what only the conversation can tell. ``purchase`` is the order meant."""
    if resolution.orders and _only_names_orders(text):
        return [(same_matter(memory, pointed=True), 1.0)]
    if outright := _outright(ranked, text, resolution, memory, purchase):
        return [(outright, 1.0)]
    if memory.matter and ranked[0][1] < _KNOWN:  # "so what now" says nothing by itself
        ranked = [("followup", 1.0)]
    ranked = _of_an_order(ranked, resolution)
    found: dict[str, float] = {}
    for label, probability in ranked:
        if label == "followup":
            pointed = _one_order(resolution)
            label = same_matter(memory, pointed=pointed) if memory.matter or pointed else "orders"
        elif label == "yes" and memory.offered:
            label = memory.offered
        elif label == "no" and memory.matter and _one_order(resolution):
            label = same_matter(memory, pointed=True)  # "no, the one from Monday"
        several = label == "orders" and _SEVERAL.search(plain(text).lower())
        if label in ("orders", "greeting") and _one_order(resolution) and not several:
            label = "order.where"
        found[label] = found.get(label, 0.0) + probability
    return sorted(found.items(), key=lambda item: -item[1])


def _outright(
    ranked: Ranked,
    text: str,
    resolution: Resolution,
    memory: ConversationMemory,
    purchase: Callable[[], Purchase | None],
) -> str | None:
    """The label where words and conversation leave no doubt."""
    label, probability = ranked[0]
    at_hand = bool(memory.focus) or _one_order(resolution)
    if memory.wish and label in SAYS_LITTLE and gives_reason(text):
        return memory.wish.label
    if recipient(text) and at_hand and not asks(text):
        return "do.address"
    if tells_to_obey(text):
        return "other"
    if asks_who_answers(text):
        return "greeting"
    if label == "no" and at_hand and wants_cancelled(text) and not (memory.wish or memory.prepared):
        return "do.cancel"
    pays = label in _OF_PAYING and pays_with(text)
    if pays and (order := purchase()) and order.order.status is OrderStatus.PENDING_PAYMENT:
        return "may.payment"
    if memory.prepared and memory.prepared.comes_back and asks_why_less(text):
        return "policy"
    if asks_why(text) and memory.focus:
        return "order.where" if memory.matter != "complaint" else None
    timely = probability < _SURELY or label in SAYS_LITTLE or label.startswith("order.")
    if label in _OF_GOODS and probability < _SURELY and not at_hand and asks_what_is_sold(text):
        return "product"
    if asks_a_rule(text, label, sure=probability >= _SURELY):
        return "policy"
    if ordered_too_many(text) and not asks(text) and label in OPEN_TO_CUES:
        return "do.items"
    if (action := asks_which_can(text)) and not _one_order(resolution):
        return f"may.{action}"
    if asks_until_when(text) and memory.prepared and memory.prepared.comes_back:
        return "policy"  # by when to post what was just registered
    wonders = asks(text) or asks_to_be_told(text)
    if asks_until_when(text) and label in ("do.return", "do.exchange") and wonders:
        return "may." + label.partition(".")[2]
    if asks_until_when(text) and memory.matter in _UNTIL and timely:
        return "may." + memory.matter.partition(".")[2]
    if asks_what_if(text) and (memory.topic or memory.focus) and label in OPEN_TO_CUES:
        return "policy"
    aside = label == "other" and probability >= _CHAT
    if (
        memory.matter == "policy"
        and label in SAYS_LITTLE
        and asks(text)
        and _short(text)
        and not aside
    ):
        return "policy"
    if memory.unknown and label in SAYS_LITTLE and asks(text) and resolution.how in _UNNAMED:
        return "order.where"  # about the number that is none of theirs
    if memory.matter == "product" and memory.product and label in _MAY_BE_OF_GOODS:
        return "product" if asks_of_goods(text) else None
    if memory.product and not at_hand and label in OPEN_TO_CUES and speaks_of_the_price(text):
        return "product"
    said = cue(text)
    goods = label == "product" and (memory.matter == "product" or resolution.how == "product")
    if said and (at_hand or memory.unknown) and not goods and label in OPEN_TO_CUES:
        return said
    little = label in SAYS_LITTLE or label in ("orders", "product", "policy", "order.contents")
    if little and memory.matter != "product" and not asks(text) and (order := purchase()):
        offered = memory.offered
        if offered in _OF_ITEMS and chooses_item(text, offered, order):
            return offered
        if chooses_variant(text, order):
            return "do.items"
    named = resolution.how == "product" and _one_order(resolution)
    goods_asked = asks_of_goods(text) or (label == "product" and asks(text))
    if named and label == "yes" and memory.offered:
        return memory.offered
    if named and little and label != "policy" and _short(text) and not goods_asked:
        return same_matter(memory, pointed=True)
    return None


_MAY_BE_OF_GOODS = OPEN_TO_CUES | {"may.exchange", "may.items"}
"""Of goods that are looked at, "which colours can I get" is about no order."""


def _of_an_order(ranked: Ranked, resolution: Resolution) -> Ranked:
    """Without the list, or a rule hardly asked for, where the words say which order they mean."""
    label, probability = ranked[0]
    others = [
        one
        for one in ranked[1:]
        if one[0].startswith(("order.", "may.", "do.")) and one[1] >= _LIKELY
    ]
    pointed = _one_order(resolution) and resolution.how != "product"
    doubtful = label == "orders" or (label == "policy" and probability < _SURELY)
    if not (doubtful and pointed and others):
        return ranked
    likeliest, share = others[0]
    rest = [one for one in ranked[1:] if one[0] != likeliest]
    return sorted([(likeliest, share + probability), *rest], key=lambda one: -one[1])


_OF_PAYING = frozenset({"policy", "order.payment"})
_OF_GOODS = frozenset({"product", "may.exchange", "may.items"})
_UNNAMED = ("none", "focus")
_OF_ITEMS = frozenset({"do.return", "do.cancel", "do.exchange"})


def same_matter(memory: ConversationMemory, *, pointed: bool) -> str:
    """The matter at hand for what is named now. ``pointed``: an order is, by words."""
    matter = MATTERS.get(memory.matter or "")
    if matter is None or matter.tool == "handoff":
        return "order.where"
    return "order.where" if pointed and not matter.needs_order else matter.label


def _one_order(resolution: Resolution) -> bool:
    named = resolution.how in _ONE_ORDER and bool(resolution.orders)
    return named and not resolution.ambiguous


def _short(text: str) -> bool:
    words = plain(text)
    return len(words.split()) <= _FEW_WORDS and (len(words) <= _SHORT or words.isascii())


def _only_names_orders(text: str) -> bool:
    rest = mask(text, placeholder="")
    return not any(character.isalnum() for character in rest)
