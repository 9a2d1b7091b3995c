"""The matters a message can be about, what may be done about each, and what that needs."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from assistant.asking import SlotName
from orderdb.eligibility import Action


@dataclass(frozen=True)
class Matter:
    """One label. ``action`` is the argument of check_eligibility; no tool means a plain reply.

    ``orders`` are those that can be meant when the customer does not say which. ``slots`` are what
    must be known besides the order, in the sequence of asking, before ``tool`` can propose it.
    """

    label: str
    tool: str | None = None
    action: Action | None = None
    needs_order: bool = False
    orders: Literal["open", "delivered", "over", "all"] = "all"
    slots: tuple[SlotName, ...] | None = None

    @property
    def said_by_code(self) -> bool:
        """Whether the tool's own words are the best reply where the model is a small one.

        Rules, and what may or will be done, must not be reworded into their opposite, nor a day be
        promised that is only likely, nor amounts be given to another payment, nor orders be
        counted by what is in them; and a small model
        takes itself for the person that a customer is passed on to, or for a person at all, and a
        "yes" for a change.
        """
        judged = self.tool == "check_eligibility"
        one_order = self.tool == "get_order"
        return self.label in _SAID_BY_CODE or judged or one_order or self.slots is not None

    @property
    def changes(self) -> bool:
        """Whether the customer asks for something to be done: never to an order that is guessed."""
        return self.label.startswith("do.")

    @property
    def arguments(self) -> dict[str, str]:
        """The tool's arguments that the label alone settles."""
        return {"action": self.action} if self.action else {}


_SAID_BY_CODE = frozenset(
    {"orders", "policy", "product", "handoff", "complaint", "greeting", "yes", "no", "other"}
)
Orders = Literal["open", "delivered", "over", "all"]


def _ask(label: str, action: Action, orders: Orders) -> Matter:
    return Matter(label, "check_eligibility", action, needs_order=True, orders=orders)


def _do(label: str, tool: str, action: Action, orders: Orders, *slots: SlotName) -> Matter:
    return Matter(label, tool, action, needs_order=True, orders=orders, slots=slots)


_TABLE = (
    Matter("orders", "list_orders"),
    Matter("order.where", "get_order", needs_order=True, orders="open"),
    Matter("order.when", "get_order", needs_order=True, orders="open"),
    Matter("order.contents", "get_order", needs_order=True),
    Matter("order.payment", "get_order", needs_order=True),
    Matter("order.refund", "get_order", needs_order=True, orders="over"),
    Matter("product", "find_products"),
    Matter("policy", "search_policies"),
    _ask("may.cancel", "cancel", "open"),
    _ask("may.return", "return", "delivered"),
    _ask("may.exchange", "exchange", "delivered"),
    _ask("may.refund", "refund", "delivered"),
    _ask("may.address", "change_address", "open"),
    _ask("may.payment", "change_payment", "open"),
    _ask("may.items", "change_items", "open"),
    _do("do.cancel", "propose_cancellation", "cancel", "open", "reason", "part"),
    _do("do.remove", "propose_cancellation", "cancel", "open", "reason", "removed"),
    _do("do.return", "propose_return", "return", "delivered", "reason", "items", "unopened"),
    _do(
        "do.exchange",
        "propose_exchange",
        "exchange",
        "delivered",
        "reason",
        "item",
        "variant",
        "unopened",
    ),
    _ask("do.refund", "refund", "delivered"),
    _do("do.address", "propose_address_change", "change_address", "open", "address"),
    _do("do.payment", "propose_payment_change", "change_payment", "open", "pay_with"),
    _do("do.items", "propose_exchange", "change_items", "open", "item", "variant"),
    _do(
        "damaged",
        "propose_claim",
        "report_damaged",
        "delivered",
        "matter",
        "claimed",
        "remedy",
        "photos",
    ),
    _do(
        "missing", "propose_claim", "report_missing", "all", "matter", "claimed", "remedy", "photos"
    ),
    Matter("handoff", "handoff"),
    Matter("complaint", "handoff"),
    Matter("greeting"),
    Matter("thanks"),
    Matter("yes"),
    Matter("no"),
    Matter("followup"),
    Matter("other"),
)

MATTERS = MappingProxyType({matter.label: matter for matter in _TABLE})

BY_CODE = frozenset({"do.remove"})
"""Matters that no message is taken for at first: they follow from another and the order."""

LABELS = frozenset(MATTERS) - BY_CODE
"""Those that a message is read as, each with examples."""
