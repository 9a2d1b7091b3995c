"""Where a conversation stands when one of its replies is judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from evals.model_suite.answer import Answer, cards_of
from evals.model_suite.binding import Binding
from evals.model_suite.cases import Case
from evals.model_suite.shop import OrderFacts, ProductFacts, Shop
from evals.model_suite.sources import Sources


@dataclass
class Scene:
    """A case bound to the shop, with all cards shown so far and what they let a reply say.

    ``clause_texts`` grows with every clause cited: its id to its text in both languages.
    """

    case: Case
    binding: Binding
    shop: Shop
    today: date
    cards: list[dict[str, Any]] = field(default_factory=list)
    clause_texts: dict[str, str] = field(default_factory=dict)
    handed_off: bool = False
    sources: Sources = field(init=False)
    _listed: dict[str, OrderFacts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sources = Sources(today=self.today)

    def hear(self, said: str) -> None:
        """The customer's message: binds the names that mean a place in the newest list."""
        self.sources.add_text(said)
        newest = next((card for card in reversed(self.cards) if card.get("type") == "orders"), None)
        for name, need in self.case.orders.items():
            if need.listed and name not in self._listed and newest is not None:
                entries = newest["orders"]
                if len(entries) >= need.listed:
                    number = entries[need.listed - 1]["number"]
                    self._listed[name] = self.shop.orders[number]

    def see(self, answer: Answer, clause_texts: Mapping[str, str]) -> None:
        """What the service looked up for this answer becomes what it may say."""
        self.cards += answer.cards
        self.clause_texts.update(clause_texts)
        self.sources.add_facts(answer.cards)
        self.sources.add_facts(answer.citations)
        self.sources.add_facts(answer.proposals)
        for text in clause_texts.values():
            self.sources.add_text(text)
        for order in self._looked_up(answer):
            self.sources.add_order(order)

    def order(self, name: str) -> OrderFacts | None:
        """The order a name stands for; None for a missing one and while no list was shown."""
        return self.binding.orders.get(name) or self._listed.get(name)

    def number(self, name: str) -> str | None:
        """The order number a name stands for, also where no such order exists."""
        order = self.order(name)
        return order.number if order else self.binding.numbers.get(name)

    def product(self, name: str) -> ProductFacts:
        return self.binding.products[name]

    def cards_of(self, name: str) -> Iterator[dict[str, Any]]:
        """Every card about an order, newest first."""
        number = self.number(name)
        return cards_of(self.cards, number) if number else iter(())

    def _looked_up(self, answer: Answer) -> Iterator[OrderFacts]:
        """Own orders that a card shows; a reply may say what the shop knows of them."""
        for order in self.shop.by_customer.get(self.binding.customer_id, ()):
            if any(True for _ in cards_of(answer.cards, order.number)):
                yield order
