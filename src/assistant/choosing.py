"""Whether words that ask nothing choose an item of the order at hand, or another variant of one."""

from __future__ import annotations

import re
from typing import Final

from assistant.asking import SLOTS, Stand
from assistant.asking.naming import plain
from assistant.asking.traits import wanted
from assistant.matters import MATTERS
from assistant.purchases import Purchase
from orderdb.eligibility import Action

_MOST_WORDS, _MOST_CHARACTERS = 9, 18
_SWAPS: Final[tuple[Action, ...]] = ("change_items", "exchange")
_WISHED = re.compile(
    r"\b(?:then|instead|rather|prefer|want|like|need|make|please|go for|take|have)\b"
    r"|[想要换換改]|吧|更喜欢"
)
_ONLY = re.compile(r"\b(?:just|only|but not)\b|只|就(?!是)|单(?:退|换|取消)")


def chooses_item(text: str, label: str, purchase: Purchase) -> bool:
    """ "just the throw then", after the return of an order was spoken of."""
    if not (_brief(text) and _ONLY.search(plain(text))):
        return False
    stand = Stand(purchase, MATTERS[label].action or "return")
    return SLOTS["items"].read(text, False, stand) is not None


def chooses_variant(text: str, purchase: Purchase) -> bool:
    """ "blue then", of an order in which one item comes in blue; a bare colour wishes nothing."""
    if not (_brief(text) and _WISHED.search(plain(text))):
        return False
    for action in _SWAPS:
        if not purchase.verdict(action).allowed:
            continue
        stand = Stand(purchase, action, said=text)
        found = Stand(purchase, action, SLOTS["item"].read(text, False, stand) or {}).pieces
        if found:
            line = purchase.line(found[0].item)
            return wanted(text, line, purchase.all_variants(line)) is not None
    return False


def _brief(text: str) -> bool:
    return len(text.split()) <= _MOST_WORDS and (text.isascii() or len(text) <= _MOST_CHARACTERS)
