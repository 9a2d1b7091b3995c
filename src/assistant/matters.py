"""The matters a message can be about, and what may be done about each: one table."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True)
class Matter:
    """One label. `action` is the argument of check_eligibility; no tool means a plain reply.

    `orders` are those that can be meant when the customer does not say which.
    """

    label: str
    tool: str | None = None
    action: str | None = None
    needs_order: bool = False
    orders: Literal["open", "delivered", "all"] = "all"

    @property
    def said_by_code(self) -> bool:
        """Whether the tool's own words are the best reply where the model is a small one.

        What may be done and what will be done must not be reworded into its opposite; and a small
        model takes itself for the person that a customer is passed on to.
        """
        return self.label in _SAID_BY_CODE or self.tool in (
            "check_eligibility",
            "propose_cancellation",
        )

    @property
    def changes(self) -> bool:
        """Whether the customer asks for something to be done: never to an order that is guessed."""
        return self.label.startswith("do.")

    @property
    def arguments(self) -> dict[str, str]:
        """The tool's arguments that the label alone settles."""
        return {"action": self.action} if self.action else {}


_SAID_BY_CODE = frozenset({"handoff", "complaint", "other"})


def _ask(label: str, action: str, orders: Literal["open", "delivered", "all"]) -> Matter:
    return Matter(label, "check_eligibility", action, needs_order=True, orders=orders)


_TABLE = (
    Matter("orders", "list_orders"),
    Matter("order.where", "get_order", needs_order=True, orders="open"),
    Matter("order.when", "get_order", needs_order=True, orders="open"),
    Matter("order.contents", "get_order", needs_order=True),
    Matter("order.payment", "get_order", needs_order=True),
    Matter("order.refund", "get_order", needs_order=True),
    Matter("product", "find_products"),
    Matter("policy", "search_policies"),
    _ask("may.cancel", "cancel", "open"),
    _ask("may.return", "return", "delivered"),
    _ask("may.exchange", "exchange", "delivered"),
    _ask("may.refund", "refund", "delivered"),
    _ask("may.address", "change_address", "open"),
    _ask("may.payment", "change_payment", "open"),
    _ask("may.items", "change_items", "open"),
    Matter("do.cancel", "propose_cancellation", needs_order=True, orders="open"),
    _ask("do.return", "return", "delivered"),
    _ask("do.exchange", "exchange", "delivered"),
    _ask("do.refund", "refund", "delivered"),
    _ask("do.address", "change_address", "open"),
    _ask("do.payment", "change_payment", "open"),
    _ask("do.items", "change_items", "open"),
    _ask("damaged", "report_damaged", "delivered"),
    _ask("missing", "report_missing", "all"),
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
