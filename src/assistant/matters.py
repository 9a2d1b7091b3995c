"""The matters a message can be about, and what may be done about each: one table."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Matter:
    """One label. `action` is the argument of check_eligibility; no tool means a plain reply."""

    label: str
    tool: str | None = None
    action: str | None = None
    needs_order: bool = False

    @property
    def arguments(self) -> dict[str, str]:
        """The tool's arguments that the label alone settles."""
        return {"action": self.action} if self.action else {}


def _ask(label: str, action: str) -> Matter:
    return Matter(label, "check_eligibility", action, needs_order=True)


_TABLE = (
    Matter("orders", "list_orders"),
    Matter("order.where", "get_order", needs_order=True),
    Matter("order.when", "get_order", needs_order=True),
    Matter("order.contents", "get_order", needs_order=True),
    Matter("order.payment", "get_order", needs_order=True),
    Matter("order.refund", "get_order", needs_order=True),
    Matter("product", "find_products"),
    Matter("policy", "search_policies"),
    _ask("may.cancel", "cancel"),
    _ask("may.return", "return"),
    _ask("may.exchange", "exchange"),
    _ask("may.refund", "refund"),
    _ask("may.address", "change_address"),
    _ask("may.payment", "change_payment"),
    _ask("may.items", "change_items"),
    Matter("do.cancel", "propose_cancellation", needs_order=True),
    _ask("do.return", "return"),
    _ask("do.exchange", "exchange"),
    _ask("do.refund", "refund"),
    _ask("do.address", "change_address"),
    _ask("do.payment", "change_payment"),
    _ask("do.items", "change_items"),
    _ask("damaged", "report_damaged"),
    _ask("missing", "report_missing"),
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
