"""What later turns of a conversation need of the earlier ones; stored with it as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, Field

from assistant.asking import Heard, Wish
from assistant.choice import Choice
from assistant.grounding import Facts
from assistant.matters import MATTERS
from assistant.prepared import Prepared
from orderdb.numbers import number_key
from tools.results import ToolResult

_ITEM_NAMES_KEPT = 12
_ENDS = ("no", "handoff", "complaint")


def needs_person(choice: Choice, results: Sequence[ToolResult]) -> bool:
    """Whether only a person can help on, so that the reply offers one and "yes" means it."""
    if choice.question is not None:
        return choice.question.person
    matter = MATTERS[choice.label]
    wanted = matter.slots is not None or choice.label == "do.refund"
    prepared = any(result.proposal is not None for result in results)
    return wanted and not (choice.missing_order or prepared)


def _offered(choice: Choice, results: Sequence[ToolResult]) -> str | None:
    """What "yes" means after this: the change just allowed, or the person just offered."""
    if needs_person(choice, results):
        return "handoff"
    kind, _, change = choice.label.partition(".")
    verdicts = [card for one in results for card in one.cards if card["type"] == "verdict"]
    allowed = len(verdicts) == 1 and verdicts[0]["allowed"]
    return f"do.{change}" if kind == "may" and allowed else None


def _in_words(choice: Choice, offered: str | None, results: Sequence[ToolResult]) -> Wish | None:
    """The change that is offered, in the words of the question whether it may be."""
    cards = [card for one in results for card in one.cards if card["type"] == "verdict"]
    if offered is None or not offered.startswith("do.") or len(cards) != 1:
        return None
    number = number_key(cards[0]["order_number"])
    return Wish(label=offered, order=number, heard=(Heard(text=choice.about),))


def _asked_of(choice: Choice) -> str | None:
    """The order that a rule was asked of."""
    said = [dict(call.arguments).get("order_number") for call in choice.calls]
    return next((str(one) for one in said if one), None)


class ConversationMemory(BaseModel):
    """Orders shown, the one spoken of, the matter, and every fact that a reply may draw on.

    ``listed`` are order numbers as last shown together, ``focus`` is the order spoken of now and
    ``earlier`` the one before; ``items`` names what is in each. ``unknown`` is the number last
    asked for in vain, ``product`` the product last shown. ``matter`` is the last label,
    ``change`` the last that asked for a change or whether one may be,
    ``offered`` what a plain "yes" would mean and ``asked_about`` the words in which it was asked
    for, ``wish`` a change that still lacks something, ``let_go`` the last that a "no" ended.
    ``prepared`` was proposed last, for the wish ``served``; ``topic`` is the title of the clause
    last cited, ``said`` the customer's last words.
    """

    listed: list[str] = Field(default_factory=list)
    focus: str | None = None
    earlier: str | None = None
    items: dict[str, list[str]] = Field(default_factory=dict)
    unknown: str | None = None
    product: str | None = None
    matter: str | None = None
    change: str | None = None
    offered: str | None = None
    asked_about: Wish | None = None
    let_go: Wish | None = None
    wish: Wish | None = None
    prepared: Prepared | None = None
    served: Wish | None = None
    topic: str | None = None
    said: str | None = None
    facts: Facts = Field(default_factory=Facts)

    def after(self, results: Iterable[ToolResult]) -> ConversationMemory:
        """This memory once the cards of ``results`` were shown."""
        memory = self.model_copy(deep=True)
        memory.prepared = self.prepared.later() if self.prepared else None
        memory.served = self.served if memory.prepared else None
        shown: list[str] = []
        for result in results:
            for card in result.cards:
                if card["type"] == "orders":
                    memory.listed = [order["number"] for order in card["orders"]]
                    for order in card["orders"]:
                        memory._name(order["number"], order["items"])
                elif card["type"] == "order":
                    memory._name(card["number"], [line["name"] for line in card["lines"]])
                    shown.append(card["number"])
                elif card["type"] == "products":
                    memory.product = card["products"][0]["name"]["en"]
                elif card["type"] == "verdict":
                    shown.append(card["order_number"])
            if result.proposal is not None:
                shown.append(result.proposal.order_number)
                memory.prepared = Prepared.of(result.proposal)
        for number in dict.fromkeys(shown):
            memory.speak_of(number)
        if len(set(shown)) > 1:
            memory.listed = list(dict.fromkeys(shown))
        return memory

    def turn_to(self, choice: Choice, results: Sequence[ToolResult] = ()) -> None:
        """Remember the matter, for follow-ups; small talk leaves it as it was.

        A wish stays open while its question does, or a refusal may be mended by another choice.
        """
        prepared = any(result.proposal is not None for result in results)
        if choice.missing_order and any(call.tool == "get_order" for call in choice.calls):
            self.focus = None  # several were shown to choose from
        self.said = choice.about or self.said
        if choice.label == "policy" and (number := _asked_of(choice)) and number != self.focus:
            topic = self.topic
            self.speak_of(number)
            self.topic = topic
        if choice.order and not results and choice.order != self.focus:
            self.speak_of(choice.order)
        if choice.wish is not None:
            self.wish = None if prepared else choice.wish
            self.served = choice.wish if prepared else self.served
        elif choice.label == "no" and self.wish is not None:
            self.wish, self.let_go = None, self.wish
        elif choice.label in _ENDS or MATTERS[choice.label].slots is not None:
            self.wish = None
        elif self.wish is not None:
            left = self.wish.rest - 1
            self.wish = self.wish.model_copy(update={"rest": left}) if left else None
        if MATTERS[choice.label].tool:
            self.matter = choice.label
            if choice.label.startswith(("may.", "do.")) or choice.label in _ENDS:
                self.change = None if choice.label in _ENDS else choice.label
            looks = choice.label.startswith("order.") and self.offered != "handoff"
            if not (looks or choice.label == "policy"):  # which in between take back no offer
                self.offered = _offered(choice, results)
                self.asked_about = _in_words(choice, self.offered, results)

    def speak_of(self, number: str) -> None:
        """Turn to an order, the one spoken of until now being the earlier one."""
        self.unknown = None
        if number != self.focus:
            self.earlier, self.focus = self.focus, number
            self.offered, self.asked_about, self.topic = None, None, None
        if number not in self.listed:
            self.listed = [*self.listed, number][-10:]

    def _name(self, number: str, names: list[dict[str, str]]) -> None:
        words = [word for name in names for word in (name.get("en"), name.get("zh")) if word]
        self.items.pop(number, None)
        self.items[number] = list(dict.fromkeys(words))
        while len(self.items) > _ITEM_NAMES_KEPT:
            self.items.pop(next(iter(self.items)))
