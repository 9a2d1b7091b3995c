"""What drafts are made for: a customer's unanswered words, read as a turn would read them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from zoneinfo import ZoneInfo

from assistant.calls import Call
from assistant.choice import Choice
from assistant.memory import ConversationMemory
from assistant.order_numbers import mentions
from assistant.plan import Part, Plan
from assistant.preparation import Preparation
from assistant.steps import Request
from orderdb.database import SessionFactory
from orderdb.dates import zone
from orderdb.errors import NotFound
from orderdb.mood import Mood, mood
from orderdb.repository import find_customer, find_order, newest_orders
from orderdb.text import Language
from orderdb.unanswered import Unanswered, unanswered

_FOR_A_PERSON = frozenset({"handoff", "complaint"})
_SMALL_TALK = frozenset({"greeting", "thanks", "yes", "no", "followup", "other"})
_READ_APART = 6
"""So many of the newest messages are read each by itself."""


@dataclass(frozen=True)
class Occasion:
    """``agent`` and ``customer`` are names as they may be written in a reply."""

    waiting: Unanswered
    request: Request
    memory: ConversationMemory
    time_zone: str
    customer: str
    agent: str

    @property
    def conversation_id(self) -> str:
        return self.waiting.conversation.id

    @property
    def language(self) -> Language:
        return self.request.language

    @property
    def zone(self) -> ZoneInfo:
        return zone(self.time_zone)

    @property
    def mood(self) -> Mood:
        return mood((*self.request.desk.said[:-1], *self.waiting.texts))

    def spoken_in(self, language: Language) -> Occasion:
        """The same in another language: tools tell, and code writes, in either."""
        desk = replace(self.request.desk, language=language)
        return replace(self, request=replace(self.request, desk=desk, language=language))


def find_occasion(
    sessions: SessionFactory, preparation: Preparation, conversation_id: str, agent: str
) -> Occasion | None:
    """None where nothing waits for an answer; raises NotFound."""
    with sessions() as session:
        waiting = unanswered(session, conversation_id)
        if waiting is None:
            return None
        customer = find_customer(session, waiting.conversation.customer_id)
    prepared = preparation.prepare(
        waiting.conversation, waiting.turn, "\n".join(_on_the_matter(waiting, preparation))
    )
    asked = prepared.request
    read = _at_the_desk(asked, prepared.memory, sessions)
    desk = replace(asked.desk, rehearsal=True)
    return Occasion(
        waiting=waiting,
        request=replace(asked, desk=desk, read=cache(read)),
        memory=prepared.memory,
        time_zone=prepared.time_zone,
        customer=customer.name,
        agent=agent,
    )


def _on_the_matter(waiting: Unanswered, preparation: Preparation) -> tuple[str, ...]:
    """What was said but for calls for a person, and small talk that led up to the matter.

    Read together, "A person, please" and what follows it are one wish for a person. Where nothing
    else was said it all counts.
    """
    texts = waiting.texts
    if len(texts) == 1:
        return texts

    def matter(text: str) -> str | None:
        """None for small talk that names no order."""
        prepared = preparation.prepare(waiting.conversation, waiting.turn, text)
        labels = {part.best.label for part in prepared.request.read().parts} - _SMALL_TALK
        if labels and labels <= _FOR_A_PERSON:
            return "person"
        return "more" if labels or any(mentions(text)) else None

    read = [(text, matter(text)) for text in texts[-_READ_APART:]]
    told = [about for _, about in read]
    if "more" not in told:
        return texts
    first = told.index("more")
    kept = [text for text, about in read[first:] if about != "person"]
    return (*texts[:-_READ_APART], *kept)


def _at_the_desk(
    asked: Request, memory: ConversationMemory, sessions: SessionFactory
) -> Callable[[], Plan]:
    """The message as an agent reads it: who asks when also wants to know where.

    Whoever only asks for a person is told how the order at hand stands as well; who wants more has
    the person that they asked for.
    """

    def read() -> Plan:
        parts = tuple(
            Part(part.text, tuple(_where(choice) for choice in part.choices))
            for part in asked.read().parts
        )
        weighty = tuple(part for part in parts if part.best.label not in _SMALL_TALK)
        if not weighty:
            return Plan(parts)
        if not all(part.best.label in _FOR_A_PERSON for part in weighty):
            return Plan(tuple(part for part in parts if part.best.label != "handoff"))
        number = _at_hand(asked.message, memory, sessions, asked.desk.customer_id)
        if number is None:
            return Plan(weighty)
        call = Call("get_order", (("order_number", number),))
        return Plan((*weighty, Part("", (Choice("order.where", (call,), 1.0),))))

    return read


def _where(choice: Choice) -> Choice:
    return replace(choice, label="order.where") if choice.label == "order.when" else choice


def _at_hand(
    message: str, memory: ConversationMemory, sessions: SessionFactory, customer_id: str
) -> str | None:
    """The order that is named, else the one spoken of, else the only one under way."""
    with sessions() as session:
        for mention in mentions(message):
            with suppress(NotFound):
                return find_order(session, customer_id, mention.key).number
        if memory.focus is not None:
            return memory.focus
        page = newest_orders(session, customer_id, "open")
    return page.orders[0].number if page.total == 1 else None
