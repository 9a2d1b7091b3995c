"""One part of a message and what it is said into: the conversation and the customer's account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from assistant.leaning import headed
from assistant.memory import ConversationMemory
from assistant.purchases import Purchase
from assistant.references import Resolution
from orderdb.money import Money
from orderdb.repository import is_open
from orderdb.statuses import OrderStatus
from orderdb.text import Text

MOST_ORDERS = 3
"""That are told of in one reply."""


class Recent(NamedTuple):
    """One of the customer's newest orders, with the names of its items.

    ``placed`` is a day of the customer's calendar, ``came`` the days on which its parcels came.
    """

    number: str
    items: tuple[str, ...]
    status: OrderStatus = OrderStatus.PAID
    placed: date | None = None
    came: frozenset[date] = frozenset()
    total: Money | None = None

    @property
    def open(self) -> bool:
        """Whether it is under way."""
        return is_open(self.status)


class Account(Protocol):
    """What the shop's records tell about the customer and the goods while a message is read."""

    @property
    def newest(self) -> Sequence[Recent]:
        """The customer's newest orders, newest first."""
        ...

    @property
    def today(self) -> date:
        """By the customer's calendar."""
        ...

    def owns(self, key: str) -> bool:
        """Whether a normalised number is an order of this customer."""
        ...

    def tracked(self, words: str) -> tuple[str, ...]:
        """The numbers of their orders of which words hold a parcel's tracking number."""
        ...

    def cancelled(self, key: str) -> bool:
        """Whether that order of theirs is cancelled."""
        ...

    def sells(self, words: str) -> bool:
        """Whether looking for these words finds a product."""
        ...

    def done(self, proposal: str) -> Text | None:
        """What a proposal did, if it was confirmed."""
        ...

    def purchase(self, key: str) -> Purchase | None:
        """That order of theirs with what may be done with it."""
        ...


@dataclass(frozen=True)
class Scene:
    """One part of a message, the orders that it speaks of, and what it is said into."""

    text: str
    resolution: Resolution
    memory: ConversationMemory
    account: Account

    @property
    def orders(self) -> tuple[str, ...]:
        return () if self.resolution.ambiguous else self.resolution.orders[:MOST_ORDERS]

    def purchase(self) -> Purchase | None:
        """The one order that is meant, or else spoken of; None where there is none."""
        number = self.orders[0] if len(self.orders) == 1 else self.memory.focus
        return self.account.purchase(number) if number else None

    @property
    def owed_nothing(self) -> bool:
        """Whether an order is spoken of, and no money is on its way back for it."""
        purchase = self.purchase()
        return purchase is not None and not purchase.order.refunds

    @property
    def heading(self) -> str | None:
        """What words that lean on the conversation are about."""
        purchase = self.purchase()
        return headed(self.text, self.memory, purchase.order if purchase else None)

    @property
    def pointed(self) -> bool:
        """Whether the words themselves say which order."""
        return bool(self.orders) and self.resolution.how != "none"

    @property
    def into_nothing(self) -> bool:
        """Whether an "it" points at no order, for none was shown."""
        return self.resolution.how == "focus" and not self.memory.listed
