"""A credit that an agent gives; no model is offered this tool."""

from __future__ import annotations

from pydantic import Field
from sqlmodel import Session

from orderdb.proposals import Goodwill
from orderdb.statuses import ProposalKind
from orderdb.views import OrderView
from tools.context import DeskContext
from tools.desk_tool import Arguments, DeskTool
from tools.orders import OrderNumber
from tools.proposing import Asked, stored
from tools.results import ToolResult


class ProposeGoodwill(Arguments):
    order_number: OrderNumber
    amount_minor: int = Field(gt=0, le=10**9, description="Minor units of the order's currency.")
    reason: str = Field(min_length=1, max_length=500, description="Why, for the records.")


def propose_goodwill(
    context: DeskContext, order_number: str, amount_minor: int, reason: str
) -> ToolResult:
    """Prepare a credit as a gift card, for an order; only agents may.

    Refuses more than the rules leave, and a number that is not one of this customer's orders.
    """

    def asking(session: Session, order: OrderView) -> Asked:
        return ProposalKind.GOODWILL, Goodwill(amount_minor=amount_minor, reason=reason)

    return stored(context, order_number, asking)


TOOL = DeskTool("propose_goodwill", ProposeGoodwill, propose_goodwill)
