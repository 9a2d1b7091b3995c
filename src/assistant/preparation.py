"""What a turn starts from: the message against the conversation so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from assistant.language import language_of
from assistant.memory import ConversationMemory
from assistant.plan import Plan, Planner
from assistant.purchases import Purchase
from assistant.scene import Recent
from assistant.steps import Request, Utterance
from orderdb.conversations import history
from orderdb.database import SessionFactory
from orderdb.desk.calling import person_wanted
from orderdb.models import Conversation, Order, Proposal, Shipment, Turn
from orderdb.numbers import number_key
from orderdb.policy_book import PolicyBook
from orderdb.repository import find_order, newest_orders, search_products, time_zone_of
from orderdb.statuses import OrderStatus, ProposalStatus, ReasonCode, Role
from orderdb.text import Text
from orderdb.views import OrderPage
from tools.context import DeskContext

if TYPE_CHECKING:
    from tools.policies import PolicyIndex

_MESSAGES_READ = 60
_HISTORY_CHARACTERS = 6000
_WAITING = (
    select(Proposal.summary_en)
    .where(
        col(Proposal.conversation_id) == bindparam("conversation_id"),
        col(Proposal.status) == ProposalStatus.OPEN,
        col(Proposal.expires_at) > bindparam("now"),
    )
    .order_by(col(Proposal.created_at))
)
_FEWEST_DIGITS, _SHORTEST_CODE = 6, 8  # of a tracking number
_ORDERS_KNOWN = 40  # of a customer's newest, by whose items a message may name one


@dataclass(frozen=True)
class Prepared:
    """``called_for``: why a person should answer, where the rules say so."""

    request: Request
    memory: ConversationMemory
    time_zone: str
    called_for: ReasonCode | None = None


@dataclass(frozen=True)
class Preparation:
    """Gathers what one message needs, in one short session.

    ``history_characters`` bounds how much of the conversation a model is shown; what is older
    lives on in the memory and in the open matters.
    """

    sessions: SessionFactory
    book: PolicyBook
    policies: PolicyIndex
    planner: Planner
    clock: Callable[[], datetime]
    history_characters: int = _HISTORY_CHARACTERS

    def prepare(self, conversation: Conversation, turn: Turn, message: str) -> Prepared:
        memory = ConversationMemory.model_validate(conversation.memory)
        language = language_of(message, conversation.language)
        with self.sessions.looking() as session:
            time_zone = time_zone_of(session, conversation.customer_id)
            said = history(session, conversation.id, _MESSAGES_READ, before=turn)
            open_matters = _open_matters(session, conversation, memory, self.clock())
            words = [one.text for one in said if one.role is Role.CUSTOMER]
            called_for = person_wanted(session, turn, message, words)
        desk = DeskContext(
            customer_id=conversation.customer_id,
            conversation_id=conversation.id,
            language=language,
            sessions=self.sessions,
            book=self.book,
            policies=self.policies,
            clock=self.clock,
            said=(*words, message),
        )
        request = Request(
            desk=desk,
            message=message,
            language=language,
            read=partial(self._plan, conversation.customer_id, message, memory),
            history=_newest(
                [Utterance(one.role.value, one.text) for one in said], self.history_characters
            ),
            open_matters=open_matters,
        )
        return Prepared(request, memory, time_zone, called_for)

    def _plan(self, customer_id: str, message: str, memory: ConversationMemory) -> Plan:
        with self.sessions.looking() as session:
            records = _Records(session, customer_id, self.book, self.clock())
            return self.planner.plan(message, memory, records)


class _Records:
    """The customer's account, asked of the database as far as reading the message needs it."""

    def __init__(self, session: Session, customer_id: str, book: PolicyBook, now: datetime) -> None:
        self._session = session
        self._customer_id = customer_id
        self._book = book
        self._now = now
        self._purchases: dict[str, Purchase | None] = {}

    @cached_property
    def _page(self) -> OrderPage:
        return newest_orders(self._session, self._customer_id, limit=_ORDERS_KNOWN)

    @cached_property
    def newest(self) -> list[Recent]:
        return [
            Recent(
                order.number,
                tuple(word for item in order.items for word in (item.name.en, item.name.zh)),
                order.status,
                self._day(order.placed_at) if order.placed_at else None,
                frozenset(
                    self._day(parcel.delivered_at)
                    for parcel in order.delivery_facts.parcels
                    if parcel.delivered_at
                ),
                order.total,
            )
            for order in self._page.orders
        ]

    @property
    def today(self) -> date:
        return self._day(self._now)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self._page.customer.time_zone)).date()

    def owns(self, key: str) -> bool:
        return self._status(key) is not None

    def tracked(self, words: str) -> tuple[str, ...]:
        written = re.sub(r"[^A-Z0-9]", "", words.upper())
        if sum(character.isdigit() for character in written) < _FEWEST_DIGITS:
            return ()
        parcels = select(Order.number, Shipment.tracking).where(
            Shipment.order_id == Order.id, Order.customer_id == self._customer_id
        )
        found = [
            number
            for number, code in self._session.exec(parcels)
            if code and len(code) >= _SHORTEST_CODE and code in written
        ]
        return tuple(dict.fromkeys(found))

    def cancelled(self, key: str) -> bool:
        return self._status(number_key(key)) is OrderStatus.CANCELLED

    def sells(self, words: str) -> bool:
        return bool(search_products(self._session, self._customer_id, words))

    def done(self, proposal: str) -> Text | None:
        found = self._session.get(Proposal, proposal)
        if found is None or found.customer_id != self._customer_id:
            return None
        if found.status != ProposalStatus.CONFIRMED:
            return None
        return Text(en=found.summary_en, zh=found.summary_zh)

    def purchase(self, key: str) -> Purchase | None:
        key = number_key(key)
        if key not in self._purchases:
            self._purchases[key] = self._found(key) if self.owns(key) else None
        return self._purchases[key]

    def _found(self, key: str) -> Purchase:
        order = find_order(self._session, self._customer_id, key)
        return Purchase(order, self._session, self._book, self._now)

    def _status(self, key: str) -> OrderStatus | None:
        query = select(Order.status).where(
            Order.customer_id == self._customer_id, Order.number_key == key
        )
        found = self._session.exec(query).first()
        return OrderStatus(found) if found else None


def _newest(said: Sequence[Utterance], characters: int) -> tuple[Utterance, ...]:
    """As many whole exchanges, newest first, as fit into ``characters``."""
    kept: list[Utterance] = []
    left = characters
    for one in reversed(said):
        left -= len(one.text)
        if left < 0:
            break
        kept.append(one)
    kept.reverse()
    while kept and kept[0].role != Role.CUSTOMER:
        kept.pop(0)
    return tuple(kept)


def _open_matters(
    session: Session, conversation: Conversation, memory: ConversationMemory, now: datetime
) -> tuple[str, ...]:
    """What must survive a conversation longer than the window: the order at hand, proposals."""
    matters = []
    if memory.focus:
        matters.append(f"Order at hand: {memory.focus}.")
    if memory.listed:
        matters.append("Orders last shown, in this order: " + ", ".join(memory.listed) + ".")
    waiting = session.connection().execute(
        _WAITING, {"conversation_id": conversation.id, "now": now}
    )
    matters += [f"Waits for the customer's click: {summary}" for summary in waiting.scalars()]
    return tuple(matters)
