"""Words with their likeliest reading, and the conversation into which they are said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from assistant import questions
from assistant.listening import SAYS_LITTLE, Ranked
from assistant.matters import MATTERS
from assistant.memory import ConversationMemory
from assistant.order_numbers import plain
from assistant.purchases import Purchase
from assistant.references import Resolution
from assistant.rule_cues import OPEN_TO_CUES

AS_RANKED: Final = "as ranked"
"""What a rule says of words that no later rule shall settle."""

Rule = Callable[["Said"], str | None]
"""The label where words and conversation leave no doubt; None where they leave some."""

SURELY = 0.55
CHAT = 0.9
"""From it on "can you write poems" is talk, whatever rule was spoken of before."""

REPORTS = frozenset({"damaged", "missing"})
COMING_BACK = ("may.return", "do.return", "may.exchange", "do.exchange")
UNNAMED = ("none", "focus")
"""How an order is meant that no words name."""

_ONE_ORDER = (
    "named", "newest", "oldest", "ordinal", "other", "state", "amount", "day", "product",
)  # fmt: skip
_SHORT, _FEW_WORDS = 12, 5


@dataclass(frozen=True)
class Said:
    """``find_purchase`` looks up the order that is meant."""

    ranked: Ranked
    text: str
    resolution: Resolution
    memory: ConversationMemory
    find_purchase: Callable[[], Purchase | None]

    @property
    def label(self) -> str:
        return self.ranked[0][0]

    @property
    def probability(self) -> float:
        return self.ranked[0][1]

    @cached_property
    def asks(self) -> bool:
        return questions.asks(self.text)

    @cached_property
    def purchase(self) -> Purchase | None:
        """The order that is meant, or else spoken of."""
        return self.find_purchase()

    @property
    def names_order(self) -> bool:
        """Whether the words mean one order, in whatever way they say it."""
        return names_one_order(self.resolution)

    @property
    def names_item(self) -> bool:
        """Whether they name an item of one order."""
        return self.resolution.how == "product" and self.names_order

    @property
    def at_hand(self) -> bool:
        return bool(self.memory.focus) or self.names_order

    @property
    def of_a_change(self) -> bool:
        """Whether a change is wished for, prepared or offered."""
        offered = self.memory.offered and self.memory.offered != "handoff"
        return bool(self.memory.wish or self.memory.prepared or offered)

    @property
    def comes_back(self) -> bool:
        """Whether a card just prepared is of goods that come back."""
        return self.memory.prepared is not None and self.memory.prepared.comes_back

    @property
    def open_to_cues(self) -> bool:
        return self.label in OPEN_TO_CUES

    @property
    def says_little(self) -> bool:
        return self.label in SAYS_LITTLE

    @property
    def unsure(self) -> bool:
        return self.probability < SURELY

    @property
    def short(self) -> bool:
        words = plain(self.text)
        return len(words.split()) <= _FEW_WORDS and (len(words) <= _SHORT or words.isascii())


def names_one_order(resolution: Resolution) -> bool:
    named = resolution.how in _ONE_ORDER and bool(resolution.orders)
    return named and not resolution.ambiguous


def same_matter(memory: ConversationMemory, *, pointed: bool) -> str:
    """The matter at hand for what is named now. ``pointed``: an order is, by words."""
    matter = MATTERS.get(memory.matter or "")
    if matter is None or matter.tool == "handoff":
        return "order.where"
    return "order.where" if pointed and not matter.needs_order else matter.label
