"""My orders, and one of them whole: status and delivery together, since people ask for both."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from orderdb.delivery import Calendars, estimate, with_past
from orderdb.repository import StatusFilter, find_order, newest_orders
from orderdb.repository.delivery_models import current_model, models
from tools.context import DeskContext
from tools.desk_tool import Arguments, DeskTool
from tools.order_cards import order_card, orders_card
from tools.order_text import order_text, orders_text
from tools.results import ToolResult
from tools.wording import language_of

OrderNumber = Annotated[
    str, Field(min_length=1, max_length=80, description="Order number as the customer wrote it.")
]


class ListOrders(Arguments):
    status: StatusFilter = Field(
        default="all", description="open: not yet delivered; or delivered, cancelled, all."
    )


class GetOrder(Arguments):
    order_number: OrderNumber


def list_orders(context: DeskContext, status: StatusFilter = "all") -> ToolResult:
    """List the customer's orders, newest first, each with status, dates, items and total.

    Use it when no order number is known, or to find out which order is meant. Never refuses.
    """
    with context.sessions() as session:
        page = newest_orders(session, context.customer_id, status)
        learnt = current_model(session, context.clock())
    now, calendars = context.clock(), Calendars()
    deliveries = [estimate(order.delivery_facts, calendars, now, learnt) for order in page.orders]
    return ToolResult(
        text=orders_text(page, deliveries, all_of_them=status == "all").get(
            language_of(context.language)
        ),
        cards=[orders_card(page, deliveries).dump()],
    )


def get_order(context: DeskContext, order_number: str) -> ToolResult:
    """Look up one order: status, when it arrives, items, parcels, tracking, payments, refunds.

    Use it for "where is my order", "when will it come" and anything else about one order.
    Refuses a number that is not one of this customer's orders.
    """
    with context.sessions() as session:
        order = find_order(session, context.customer_id, order_number)
        now, used = context.clock(), models(session)
        delivery, past = with_past(order.delivery_facts, Calendars(), now, used)
    return ToolResult(
        text=order_text(order, delivery).get(language_of(context.language)),
        cards=[order_card(order, delivery, past).dump()],
    )


TOOLS = (
    DeskTool("list_orders", ListOrders, list_orders),
    DeskTool("get_order", GetOrder, get_order),
)
