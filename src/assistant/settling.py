"""What a reading's label comes to in its conversation: follow-ups, bare names, a plain yes."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.asking.address import recipient
from assistant.asking.claims import sends_photos
from assistant.asking.reasons import gives_reason
from assistant.choosing import chooses_item, chooses_variant
from assistant.cues import (
    asks_for_an_answer,
    asks_how_much_longer,
    asks_of_the_money_back,
    asks_time_left,
    asks_to_be_told,
    asks_until_when,
    asks_what_came_back,
    asks_what_if,
    asks_what_is_owed,
    asks_what_is_sold,
    asks_what_to_do,
    asks_whether_it_matters,
    asks_which_can,
    asks_who_answers,
    asks_why,
    asks_why_less,
    cue,
    lets_go,
    ordered_too_many,
    pays_with,
    speaks_for_another,
    speaks_of_a_remedy,
    tells_card_is_gone,
    tells_of_another,
    tells_of_use,
    tells_to_obey,
    wants_cancelled,
    would_rather_have_money,
)
from assistant.listening import SAYS_LITTLE, Ranked
from assistant.matters import MATTERS
from assistant.memory import ConversationMemory
from assistant.order_numbers import mask, plain
from assistant.product_words import asks_of_goods, speaks_of_the_price
from assistant.purchases import Purchase
from assistant.questions import asks
from assistant.references import Resolution
from assistant.return_cues import (
    asks_of_the_new_one,
    asks_the_same,
    speaks_of_photos,
    tells_of_no_wear,
    tells_of_waiting,
    tells_of_wear,
    tells_when_bought,
    wants_no_longer,
)
from assistant.rule_cues import OPEN_TO_CUES, asks_a_rule
from orderdb.repository import is_open
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
    of_a_change = memory.wish or memory.prepared or (memory.offered and memory.offered != "handoff")
    if of_a_change and lets_go(text) and not asks(text):
        return "no"
    if at_hand and not asks(text) and tells_of_another(text):
        return "missing"
    if memory.served and memory.served.label == "do.exchange" and would_rather_have_money(text):
        return "do.refund"
    if memory.focus and asks_whether_it_matters(text) and not _one_order(resolution):
        return "policy"
    wanted = label in _WANTED or (label == "do.cancel" and "cancel" in text.lower())
    if of_a_change and probability < _CHAT and not wanted and tells_of_use(text):
        return "policy" if memory.matter not in _REPORTS else None
    if memory.focus and asks(text) and label in OPEN_TO_CUES and asks_for_an_answer(text):
        return "policy"
    if memory.matter in _MONEY_DUE and tells_card_is_gone(text):
        return "policy"
    if memory.focus and not asks(text) and label in OPEN_TO_CUES and sends_photos(text):
        return memory.matter if memory.matter in _REPORTS else "damaged"
    if at_hand and asks_time_left(text) and label in OPEN_TO_CUES:
        kept = memory.matter in _UNTIL or memory.offered in _UNTIL
        reporting = memory.matter in _REPORTS
        order = purchase()
        if kept or (order and not reporting and order.possible("return")):
            change = memory.matter if memory.matter in _UNTIL else memory.offered
            return "may.exchange" if change and change.endswith("exchange") else "may.return"
    if asks_who_answers(text):
        return "greeting"
    if label == "no" and at_hand and wants_cancelled(text) and not (memory.wish or memory.prepared):
        return "do.cancel"
    if about_return := _around_a_return(label, probability, text, resolution, memory):
        return about_return
    if wants_no_longer(text) and label in OPEN_TO_CUES and at_hand and _free(memory, text):
        order = purchase()
        return "may.return" if order and order.possible("return") else None
    order = purchase() if label in OPEN_TO_CUES else None
    if order is not None and order.order.status is OrderStatus.PENDING_PAYMENT:
        if label in _OF_PAYING and pays_with(text):
            return "may.payment"
        if asks_until_when(text):
            return "policy"  # how long it is kept
    if memory.prepared and memory.prepared.comes_back and asks_why_less(text):
        return "policy"
    back = memory.prepared is not None and memory.prepared.gives_back
    if back and label in _OF_MONEY and asks(text) and asks_of_the_money_back(text):
        return "policy"  # when and where to what a card just promised comes
    if memory.unknown and speaks_for_another(text) and not (memory.focus or asks(text)):
        return "order.where"
    if asks_what_is_owed(text) and not _one_order(resolution):
        return "orders"
    if memory.matter == "order.refund" and label == "order.payment" and asks_what_came_back(text):
        return "order.refund"
    reported = memory.matter if memory.matter in _REPORTS else None
    if reported and label in _REPORTS and resolution.how in _UNNAMED and speaks_of_a_remedy(text):
        return reported
    if label in SAYS_LITTLE and memory.focus and asks_what_to_do(text):
        return "policy" if (memory.matter or "").startswith("order.") else None
    timely = probability < _SURELY or label in SAYS_LITTLE or label.startswith("order.")
    if label in _OF_GOODS and probability < _SURELY and not at_hand and asks_what_is_sold(text):
        return "product"
    if asks_a_rule(text, label, sure=probability >= _SURELY):
        return "policy"
    if asks_why(text) and memory.focus:
        return "order.where" if memory.matter != "complaint" else None
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
    longer = asks_how_much_longer(text) and memory.focus and label in OPEN_TO_CUES
    if longer and memory.matter == "policy" and (order := purchase()):
        return "order.when" if is_open(order.order.status) else None
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
    spoken_of = at_hand or memory.unknown or said == "order.where"
    if said and spoken_of and not goods and label in OPEN_TO_CUES:
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
        person = memory.offered == "handoff" and memory.wish is not None
        return memory.wish.label if person and memory.wish else memory.offered
    if named and little and label != "policy" and _short(text) and not goods_asked:
        return same_matter(memory, pointed=True)
    if named and _ONE_MORE.match(text) and probability < _CHAT and memory.matter in _OF_ITEMS_TOO:
        return same_matter(memory, pointed=True)
    return None


def _around_a_return(
    label: str, probability: float, text: str, resolution: Resolution, memory: ConversationMemory
) -> str | None:
    """What is said between the question for a return or a report, and its end."""
    if memory.prepared and memory.prepared.comes_back and asks_of_the_new_one(text):
        return "policy"
    open_to = label in OPEN_TO_CUES or label == "damaged" or probability < _SURELY
    change = memory.change if memory.matter == "policy" else memory.matter
    kind, _, matter = (change or "").partition(".")
    if memory.wish and memory.wish.label in ("damaged", "missing") and speaks_of_photos(text):
        return memory.wish.label if label != "handoff" else None
    if not open_to:
        return None
    if kind in ("may", "do") and resolution.how == "product" and asks_the_same(text):
        return f"may.{matter}"
    coming_back = change in _COMING_BACK or (
        memory.prepared is not None and memory.prepared.comes_back
    )
    if coming_back and not _one_order(resolution) and tells_of_wear(text):
        return "policy"
    unused = tells_of_no_wear(text) and not (asks(text) or _one_order(resolution))
    if change in _COMING_BACK and memory.topic and unused:
        return "policy"
    if memory.matter and memory.focus and not asks(text):
        if tells_when_bought(text):
            return same_matter(memory, pointed=True)
        if tells_of_waiting(text) and label != "damaged":
            return "order.when"
    return None


def _free(memory: ConversationMemory, text: str) -> bool:
    """Whether nothing is asked now, and nothing open that the words could be about."""
    return memory.wish is None and memory.prepared is None and not asks(text)


_COMING_BACK = ("may.return", "do.return", "may.exchange", "do.exchange")
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


_WANTED = frozenset({"do.return", "do.exchange", "do.refund", "handoff"})
_MONEY_DUE = frozenset({"order.refund", "may.refund", "do.return", "do.refund"})
_REPORTS = frozenset({"damaged", "missing"})
_OF_PAYING = frozenset({"policy", "order.payment"})
_OF_MONEY = OPEN_TO_CUES | {"may.refund", "may.cancel", "do.cancel", "may.payment"}
_OF_GOODS = frozenset({"product", "may.exchange", "may.items"})
_UNNAMED = ("none", "focus")
_OF_ITEMS = frozenset({"do.return", "do.cancel", "do.exchange"})
_OF_ITEMS_TOO = frozenset({"may.return", "may.exchange", "may.cancel", "damaged", "missing"})
_ONE_MORE = re.compile(
    r"(?:(?:and|but|so|ok|okay|oh|ugh|hmm+|well|what about|how about)[\s,.]+)*"
    r"(?:the|my|that|those)(?: \w+){1,3}(?:\?|[,.](?= ?(?:i|it|they|we)\b))",
    re.IGNORECASE,
)
"""What is asked about like the item before, whatever is told of it: "and the pillow? It's open."
"""


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
