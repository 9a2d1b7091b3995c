"""What a message makes possible: the tool calls among which a small model may choose.

Certain parts need no choice, which saves the model call; the rest is narrowed to a few. A
frontier model is not bound by a plan; guided mode follows the likeliest choice of each part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from assistant.matters import MATTERS, Matter
from assistant.memory import ConversationMemory
from assistant.order_numbers import mask
from assistant.questions import split_questions
from assistant.references import NOTHING, Memory, Resolution, resolve

CERTAIN = 0.55
"""Probability of one call above which nothing else is offered (see docs/understanding.md).

Set from a run that was cut short: of readings between this and 0.72 the embedded model was seen to
undo right ones; how many wrong ones it mends was not counted.
"""

_OFFERED = 4
_WORTH_OFFERING = 0.06
_MOST_PARTS = 3
_MOST_ORDERS = 3


class Ranking(Protocol):
    def rank(self, message: str) -> list[tuple[str, float]]: ...


@dataclass(frozen=True)
class Call:
    """A tool call that a part of the message may ask for; no tool means a plain reply."""

    tool: str | None
    arguments: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, str]:
        return dict(self.arguments)


@dataclass(frozen=True)
class Choice:
    """One reading of a part: the calls that serve it, and how likely they are.

    Several labels may lead to the same calls; ``label`` is the likeliest of them and ``share``
    how much of the probability is its own.
    """

    label: str
    calls: tuple[Call, ...]
    probability: float
    missing_order: bool = False
    share: float = 1.0


class Recent(NamedTuple):
    """One of the customer's newest orders: the names of its items, and whether it is under way."""

    number: str
    items: tuple[str, ...]
    open: bool = True


@dataclass(frozen=True)
class Part:
    """One question of the message with its readings, the likeliest first."""

    text: str
    choices: tuple[Choice, ...]

    @property
    def certain(self) -> bool:
        return len(self.choices) == 1

    @property
    def best(self) -> Choice:
        return self.choices[0]


@dataclass(frozen=True)
class Plan:
    parts: tuple[Part, ...]

    @property
    def best(self) -> tuple[Choice, ...]:
        """The likeliest reading of every part."""
        return tuple(part.best for part in self.parts)


@dataclass(frozen=True)
class Planner:
    """Reads a message against the conversation's memory and the customer's newest orders."""

    ranking: Ranking

    def plan(
        self,
        message: str,
        memory: ConversationMemory,
        newest: Sequence[Recent],
        known: Callable[[str], bool],
    ) -> Plan:
        """The plan for ``message``.

        ``newest`` are the customer's newest orders, newest first; ``known`` tells whether a
        normalised number is an order of this customer.
        """
        spoken = _spoken(memory, newest)
        texts = split_questions(message)[:_MOST_PARTS] or [message]
        named = resolve(message, spoken, known) if len(texts) > 1 else NOTHING
        return Plan(tuple(self._part(text, named, memory, spoken, newest, known) for text in texts))

    def _part(
        self,
        text: str,
        named: Resolution,
        memory: ConversationMemory,
        spoken: Memory,
        newest: Sequence[Recent],
        known: Callable[[str], bool],
    ) -> Part:
        resolution = _settled(resolve(text, spoken, known), newest)
        if resolution.how == "none" and named.how == "named" and len(named.orders) == 1:
            resolution = named  # "where is my money? A20019 was cancelled"
        ranked = _settle(self.ranking.rank(text), text, resolution, memory)
        readings: dict[tuple[Call, ...], Choice] = {}
        for label, probability in ranked:
            choice = _choice(MATTERS[label], probability, text, resolution, memory, newest)
            likelier = readings.get(choice.calls)
            readings[choice.calls] = choice if likelier is None else _joined(likelier, choice)
        likely = sorted(readings.values(), key=lambda one: -one.probability)
        if likely[0].probability >= CERTAIN:
            return Part(text, (likely[0],))
        worth = [one for one in likely[:_OFFERED] if one.probability >= _WORTH_OFFERING]
        return Part(text, tuple(worth or likely[:1]))


def _spoken(memory: ConversationMemory, newest: Sequence[Recent]) -> Memory:
    """The conversation's memory; before anything was shown, the newest orders stand in."""
    items = {one.number: one.items for one in newest} | {
        number: tuple(names) for number, names in memory.items.items()
    }
    return Memory(
        listed=tuple(memory.listed or [one.number for one in newest]),
        focus=memory.focus,
        earlier=memory.earlier,
        items=items,
    )


def _joined(likelier: Choice, choice: Choice) -> Choice:
    """Two readings with the same calls, under the label of the likelier one."""
    total = likelier.probability + choice.probability
    own = likelier.share * likelier.probability
    return replace(likelier, probability=total, share=own / total)


def _settled(resolution: Resolution, newest: Sequence[Recent]) -> Resolution:
    """The newest order is the newest of all, not of those last shown."""
    if resolution.how == "newest" and newest:
        return Resolution((newest[0].number,), "newest")
    return resolution


def _settle(
    ranked: list[tuple[str, float]],
    text: str,
    resolution: Resolution,
    memory: ConversationMemory,
) -> list[tuple[str, float]]:
    """The ranking with what only the conversation can tell: follow-ups, bare numbers, yes."""
    if resolution.orders and _only_names_orders(text):
        return [(_same_matter(memory), 1.0)]
    settled: dict[str, float] = {}
    for label, probability in ranked:
        if label == "followup":
            label = _same_matter(memory) if memory.matter else "orders"
        elif label == "yes" and memory.offered:
            label = memory.offered
        elif label in ("orders", "greeting") and resolution.how == "named":
            label = "order.where"
        settled[label] = settled.get(label, 0.0) + probability
    return sorted(settled.items(), key=lambda item: -item[1])


def _same_matter(memory: ConversationMemory) -> str:
    matter = MATTERS.get(memory.matter or "")
    return matter.label if matter and (matter.needs_order or matter.tool) else "order.where"


def _only_names_orders(text: str) -> bool:
    rest = mask(text, placeholder="")
    return not any(character.isalnum() for character in rest)


def _choice(
    matter: Matter,
    probability: float,
    text: str,
    resolution: Resolution,
    memory: ConversationMemory,
    newest: Sequence[Recent],
) -> Choice:
    orders = resolution.orders[:_MOST_ORDERS]
    if not matter.needs_order:
        return Choice(matter.label, (_free_call(matter, text, orders, memory),), probability)
    if resolution.ambiguous:
        orders = ()
    elif not orders and memory.focus and not _fresh(text):
        orders = (memory.focus,)
    status = matter.orders
    possible = [one for one in newest if status == "all" or one.open == (status == "open")]
    if not orders and not resolution.ambiguous and len(possible) == 1:
        orders = (possible[0].number,)
    if not orders:
        listed = (("status", status),) if possible and status != "all" else ()
        return Choice(matter.label, (Call("list_orders", listed),), probability, missing_order=True)
    calls = tuple(_order_call(matter, number, text) for number in orders)
    return Choice(matter.label, calls, probability)


def _fresh(text: str) -> bool:
    """Whether the words open a new matter about orders in general rather than the one at hand."""
    lowered = text.lower()
    return any(words in lowered for words in ("my orders", "all orders", "我的订单们", "所有订单"))


def _order_call(matter: Matter, number: str, text: str) -> Call:
    arguments = {"order_number": number, **matter.arguments}
    if matter.tool == "propose_cancellation":
        arguments["reason"] = ""
    return Call(matter.tool, tuple(arguments.items()))


def _free_call(
    matter: Matter, text: str, orders: tuple[str, ...], memory: ConversationMemory
) -> Call:
    match matter.tool:
        case "search_policies":
            arguments = {"question": text[:500]}
            if orders:
                arguments["order_number"] = orders[0]
            return Call(matter.tool, tuple(arguments.items()))
        case "find_products":
            return Call(matter.tool, (("query", text[:100]),))
        case "handoff":
            return Call(matter.tool, (("reason", text[:200]),))
        case "list_orders":
            return Call(matter.tool)
        case _:
            return Call(None)
