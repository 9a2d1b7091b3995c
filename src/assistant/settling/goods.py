"""Words about goods: those for sale, and the items of the order at hand."""

from __future__ import annotations

from assistant.choosing import chooses_item, chooses_variant
from assistant.cues import asks_what_is_sold
from assistant.product_words import (
    asks_for_variants,
    asks_of_a_quality,
    asks_of_goods,
    speaks_of_the_price,
)
from assistant.return_cues import asks_the_same
from assistant.rule_cues import OPEN_TO_CUES
from assistant.saying import says
from assistant.settling.said import AS_RANKED, CHAT, Said, same_matter


def for_sale(said: Said) -> str | None:
    asked = said.label in _OF_GOODS and said.unsure and not said.at_hand
    return "product" if asked and asks_what_is_sold(said.text) else None


def quality(said: Said) -> str | None:
    """What goods are like, whichever matter they are talked of in."""
    likely = said.open_to_cues or said.label in _OF_GOODS | {"damaged"}
    surely_a_rule = said.label == "policy" and said.probability >= CHAT
    return "product" if likely and not surely_a_rule and asks_of_a_quality(said.text) else None


def looked_at(said: Said) -> str | None:
    """Of goods that are looked at, "which colours can I get" is about no order."""
    looking = said.memory.matter == "product" and said.memory.product
    if not looking or said.label not in OPEN_TO_CUES | {"may.exchange", "may.items"}:
        return None
    return "product" if asks_of_goods(said.text) else AS_RANKED


def in_another_variant(said: Said) -> str | None:
    """ "Does it come in white?", where nothing is to be swapped."""
    memory = said.memory
    at_hand = [one.label for one in (memory.wish, memory.served) if one]
    changes = (*at_hand, memory.change or "", memory.offered or "")
    swaps = any(one.endswith(("exchange", "items")) for one in changes)
    if swaps or said.label not in OPEN_TO_CUES | {"other", "may.exchange", "may.items"}:
        return None
    return "product" if asks_for_variants(said.text) else None


def priced(said: Said) -> str | None:
    """What goods cost that were looked at before."""
    before = said.memory.product and not said.at_hand and said.open_to_cues
    return "product" if before and speaks_of_the_price(said.text) else None


def chosen(said: Said) -> str | None:
    """ "Just the lamp then", "blue then": what was offered is taken up."""
    only = said.label in _SWAPS and _only(said.text)
    told = (_little(said) or only) and said.memory.matter != "product" and not said.asks
    if not told or said.purchase is None:
        return None
    offered = said.memory.offered
    if offered in _OF_ITEMS and offered and chooses_item(said.text, offered, said.purchase):
        return offered
    return "do.items" if chooses_variant(said.text, said.purchase) else None


def agreed_by_name(said: Said) -> str | None:
    """ "Yes, the lamp." """
    offered, wish = said.memory.offered, said.memory.wish
    if not (said.names_item and said.label == "yes" and offered):
        return None
    return wish.label if wish and offered == "handoff" else offered


def named(said: Said) -> str | None:
    """An item alone means the matter at hand; so does one more like the item before."""
    if not said.names_item:
        return None
    of_goods = asks_of_goods(said.text) or (said.label == "product" and said.asks)
    alone = _little(said) and said.label != "policy" and said.short and not of_goods
    one_more = said.memory.matter in _OF_ITEMS_TOO and said.probability < CHAT
    if alone or (one_more and asks_the_same(said.text)):
        return same_matter(said.memory, pointed=True)
    return None


def _little(said: Said) -> bool:
    return said.says_little or said.label in ("orders", "product", "policy", "order.contents")


_SWAPS = frozenset({"do.items", "do.exchange"})
_only = says(r"^(?!.*\b(?:exchang|swap|chang|replac|instead)).*\b(?:just|only)\b")
_OF_GOODS = frozenset({"product", "may.exchange", "may.items"})
_OF_ITEMS = frozenset({"do.return", "do.cancel", "do.exchange"})
_OF_ITEMS_TOO = frozenset({"may.return", "may.exchange", "may.cancel", "damaged", "missing"})
