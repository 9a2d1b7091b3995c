"""What may be done with an order, until when, for how much, and by which clause."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from orderdb.dates import date_text, zone
from orderdb.eligibility import Action, Verdict, verdict
from orderdb.repository import find_order
from orderdb.text import Text
from orderdb.views import OrderView
from orderdb.wording import PAYMENT_METHOD
from tools.cards import VerdictCard
from tools.context import DeskContext
from tools.desk_tool import Arguments, DeskTool
from tools.orders import OrderNumber
from tools.proposing import cited, proposal_card
from tools.results import ToolResult
from tools.wording import ACTION, language_of

__all__ = ["TOOLS", "check_eligibility", "cited", "proposal_card"]


class CheckEligibility(Arguments):
    order_number: OrderNumber
    action: Action = Field(description="What the customer wants to do with the order.")
    items: list[Annotated[int, Field(ge=1, le=1000)]] = Field(
        default_factory=list,
        max_length=50,
        description="Numbers of the items that it is about; leave it out for all.",
    )


def check_eligibility(
    context: DeskContext, order_number: str, action: Action, items: list[int] | None = None
) -> ToolResult:
    """Check whether the customer may do something with an order, until when, for how much.

    Use it before promising a cancellation, return, exchange, refund, change of address, payment
    or items, or a report of damaged or missing goods. It changes nothing. Refuses a number that
    is not one of this customer's orders.
    """
    with context.sessions() as session:
        order = find_order(session, context.customer_id, order_number)
    judged = verdict(order, action, context.book, context.clock(), items or ())
    language = language_of(context.language)
    card = VerdictCard(
        order_number=order.number,
        action=action,
        allowed=judged.allowed,
        until=judged.until,
        refund=judged.refund,
        reason=judged.reason,
        clause=judged.clause,
        version=judged.version,
        by=judged.by,
        methods=judged.methods,
        next_step=judged.next_step,
    )
    return ToolResult(
        text=_verdict_text(order, judged).get(language),
        cards=[card.dump()],
        citations=[cited(context.book, judged.clause, judged.version, language)],
    )


def _verdict_text(order: OrderView, judged: Verdict) -> Text:
    action = ACTION[judged.action]
    answer = (
        Text(en="possible", zh="可以办理")
        if judged.allowed
        else Text(en="not possible", zh="不能办理")
    )
    en = [f"Order {order.number}, {action.en}: {answer.en}.", judged.reason.en]
    zh = [f"订单{order.number}，{action.zh}：{answer.zh}。", judged.reason.zh]
    if judged.refund is not None and str(judged.refund) not in judged.reason.en:
        en.append(f"Refund: {judged.refund}.")
        zh.append(f"可退金额：{judged.refund}。")
    if judged.refund is not None and judged.methods:
        ways = [PAYMENT_METHOD[method] for method in judged.methods]
        en.append(f"It goes back by {', '.join(way.en for way in ways)}.")
        zh.append(f"退款方式：{'、'.join(way.zh for way in ways)}。")
    if judged.until is not None and judged.lines:
        day = date_text(judged.until.astimezone(zone(order.customer.time_zone)).date())
        en.append(f"The first of these days is {day.en}.")
        zh.append(f"最早的截止日期是{day.zh}。")
    en.append(f"Clause {judged.clause}.")
    zh.append(f"依据条款{judged.clause}。")
    if judged.next_step is not None:
        en.append(f"Next: {judged.next_step.en}")
        zh.append(f"下一步：{judged.next_step.zh}")
    return Text(en=" ".join(en), zh="".join(zh))


TOOLS = (DeskTool("check_eligibility", CheckEligibility, check_eligibility),)
