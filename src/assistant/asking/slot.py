"""What a change needs to be known: read from the customer's words, or asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.calls import Piece, Values
from assistant.purchases import Purchase
from orderdb.eligibility import Action
from orderdb.text import Text

SlotName = Literal[
    "order", "part", "items", "removed", "claimed", "item", "variant", "unopened", "address",
    "pay_with", "matter", "remedy", "photos", "reason",
]  # fmt: skip


@dataclass(frozen=True)
class Option:
    """An answer that a button gives: what it shows and what it says, in either language."""

    label: Text
    says: Text


@dataclass(frozen=True)
class Question:
    """What is asked for, in words. ``person``: whether a person is offered, too.

    ``instead``: it says no to what was wanted, so that no yes to the change goes before it.
    ``rule``: what to look for among the rules, so that the reason is quoted behind it.
    """

    words: Text
    options: tuple[Option, ...] = ()
    person: bool = False
    instead: bool = False
    rule: str | None = None


@dataclass(frozen=True)
class Stand:
    """The order that a wish is about, what is to be done with it, and what is known so far.

    ``said`` are the customer's newest words about it.
    """

    purchase: Purchase
    action: Action
    known: Values = field(default_factory=dict)
    said: str = ""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The items that are known to be meant."""
        found = self.known.get("items")
        if not isinstance(found, tuple):
            return ()
        return tuple(one for one in found if isinstance(one, Piece))


@dataclass(frozen=True)
class Slot:
    """``read`` finds arguments of the tool in a message; ``asked`` says that it may be the answer
    to ``ask``, so that a bare "the second" counts. ``settled`` knows them without asking.
    ``pieced`` reads what is told in several messages, the newest last.
    """

    read: Callable[[str, bool, Stand], Values | None]
    ask: Callable[[Stand], Question]
    settled: Callable[[Stand], Values | None] = lambda _: None
    pieced: Callable[[Sequence[str], Stand], Values | None] = lambda _, __: None


def option(label: Text, says: Text | None = None) -> Option:
    return Option(label, says or label)


def choices(words: Text, names: list[Text], last: Text | None = None) -> Text:
    """``words``, with the names to choose from behind them."""
    if not names:
        return words
    en, zh = ", ".join(name.en for name in names), "、".join(name.zh or name.en for name in names)
    if last is not None:
        en, zh = f"{en}, or {last.en}", f"{zh}，或{last.zh}"
    return Text(en=f"{words.en} {en}.", zh=f"{words.zh}{zh}。")
