"""Messages about events, drafted before the customer asks, and sent once a person approves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import uuid4

from assistant.suggestions.alternatives import Alternatives, is_late
from assistant.suggestions.bench import Bench, Tried
from assistant.suggestions.draft import Draft, drafted
from assistant.suggestions.following import wish_for
from orderdb.database import SessionFactory
from orderdb.desk.proactive import Occurrence, add_once, occurrences
from orderdb.models import ProactiveMessage
from orderdb.policy_book import PolicyBook
from orderdb.repository import find_customer
from orderdb.statuses import ProactiveKind
from orderdb.text import Text
from tools.context import DeskContext
from tools.delivery_text import delivery_text
from tools.policies import PolicyIndex
from tools.registry import ToolRegistry

_WORDS = {
    ProactiveKind.LOST: Text(
        en="Hello {name}, I am sorry: the carrier has lost the parcel of your order {number}.",
        zh="{name}您好，非常抱歉：承运商确认您的订单{number}的包裹已丢失。",
    ),
    ProactiveKind.DAMAGED: Text(
        en="Hello {name}, I am sorry: the parcel of your order {number} was damaged on the way.",
        zh="{name}您好，非常抱歉：您的订单{number}的包裹在运输途中破损。",
    ),
    ProactiveKind.HELD: Text(
        en="Hello {name}, the parcel of your order {number} is being held on its way.",
        zh="{name}您好，您的订单{number}的包裹在途中滞留。",
    ),
    ProactiveKind.LATE: Text(
        en="Hello {name}, I am sorry: your order {number} may well arrive later than promised.",
        zh="{name}您好，非常抱歉：您的订单{number}可能会晚于承诺的日期送达。",
    ),
}
_TO_MAKE_GOOD = frozenset({ProactiveKind.LOST, ProactiveKind.DAMAGED})
_CARE = Text(
    en="I keep an eye on it; you need not do anything.", zh="我会持续跟进，您无需做任何操作。"
)


@dataclass(frozen=True)
class Proactive:
    """Finds events and drafts a message for each, with the remedy that the rules allow."""

    sessions: SessionFactory
    book: PolicyBook
    registry: ToolRegistry
    clock: Callable[[], datetime]

    def scan(self) -> list[ProactiveMessage]:
        """Draft what is new; returns the drafts that were stored."""
        now = self.clock()
        with self.sessions() as session:
            found = occurrences(session, now)
        made = [self._message(one, now) for one in found]
        stored = []
        for message in made:
            if message.kind in _TO_MAKE_GOOD and message.content["proposal"] is None:
                continue  # nothing is left to offer, and so nothing to say
            with self.sessions() as session:
                if add_once(session, message):
                    stored.append(message)
        return stored

    def _message(self, event: Occurrence, now: datetime) -> ProactiveMessage:
        with self.sessions() as session:
            customer = find_customer(session, event.customer_id)
        desk = DeskContext(
            customer_id=event.customer_id,
            conversation_id=None,
            language=customer.language,
            sessions=self.sessions,
            book=self.book,
            policies=cast(PolicyIndex, None),  # no message searches them
            clock=self.clock,
            rehearsal=True,
        )
        bench = Bench(desk, self.registry, "desk", "", customer.zone)
        draft = self._draft(event, customer.name, bench, now)
        message_id = str(uuid4())
        return ProactiveMessage(
            id=message_id,
            key=event.key,
            kind=event.kind,
            customer_id=event.customer_id,
            order_number=event.order_number,
            language=draft.language,
            text=draft.text,
            risk=event.risk,
            content=draft.suggestion(message_id).model_dump(mode="json"),
            created_at=now,
        )

    def _draft(self, event: Occurrence, name: str, bench: Bench, now: datetime) -> Draft:
        """The message, in code's words and the tools'."""
        language, number = bench.language, event.order_number
        looked_up: list[Tried] = []
        said = [_WORDS[event.kind].get(language).format(name=name, number=number)]
        if (order := bench.use("get_order", order_number=number)) is not None:
            looked_up.append(order)
        if event.kind in (ProactiveKind.LATE, ProactiveKind.HELD):
            said += [*_expected(order, bench), _CARE.get(language)]
        remedy = self._remedy(event, bench, now)
        if remedy is not None:
            looked_up += [one for one in remedy[1] if one not in looked_up]
            said.append(remedy[0])
        return drafted(
            ("" if language == "zh" else " ").join(said),
            looked_up,
            language=language,
            intent=f"proactive.{event.kind.value}",
            origin="code",
            zone=bench.zone,
        )

    def _remedy(
        self, event: Occurrence, bench: Bench, now: datetime
    ) -> tuple[str, list[Tried]] | None:
        """The goods once more for what is lost or broken; a credit for what is overdue."""
        if event.kind in _TO_MAKE_GOOD:
            tried = wish_for("order.where", event.order_number, bench)
            return (tried[1].text, [tried]) if tried else None
        order = bench.order(event.order_number)
        if order is None or not is_late(order, now):
            return None
        return Alternatives(bench).credit(order)


def _expected(order: Tried | None, bench: Bench) -> list[str]:
    from orderdb.delivery import DeliveryEstimate

    for card in order[1].cards if order else ():
        if card["type"] == "order" and card["delivery"]:
            words = delivery_text(DeliveryEstimate.model_validate(card["delivery"]))
            return [words.get(bench.language)] if words else []
    return []
