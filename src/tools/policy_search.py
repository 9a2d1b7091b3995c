"""What the shop's policies say, in the version that binds."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from orderdb.dates import date_text
from orderdb.repository import placed_on
from orderdb.text import Text
from tools.context import DeskContext
from tools.desk_tool import Arguments, DeskTool, refused
from tools.orders import OrderNumber
from tools.results import Citation, ToolResult
from tools.wording import language_of

_AS_LIKELY = 0.04
"""Scores closer than this say little about which of two clauses answers: of 172 questions that the
index had not seen, the first was right for 83 per cent, one of those this close for 91."""

_NOTHING = Text(
    en="No clause of the policies answers this. Ask in other words, or pass on to a person.",
    zh="没有找到相关条款。请换个说法再查，或转人工客服。",
)


class SearchPolicies(Arguments):
    question: str = Field(
        min_length=1, max_length=500, description="The question, in the customer's own language."
    )
    order_number: OrderNumber | None = Field(
        default=None, description="Only when the question is about that order."
    )


def search_policies(
    context: DeskContext, question: str, order_number: str | None = None
) -> ToolResult:
    """Search the shop's policies: returns, shipping, payment, warranty, membership and so on.

    Use it for questions about rules, not about the state of an order. With an order number it
    quotes the clauses in force when that order was placed. Refuses a number that is not one of
    this customer's orders, and questions that no clause answers.
    """
    today = context.clock().date()
    day = today if order_number is None else _order_day(context, order_number) or today
    language = language_of(context.language)
    hits = context.policies.search(question, max(day, context.book.starts_on), language)
    if not hits:
        return refused(context, _NOTHING)
    heading = [] if order_number is None else [_heading(day).get(language)]
    colon = "：" if language == "zh" else ": "
    return ToolResult(
        likely=sum(hits[0].score - hit.score < _AS_LIKELY for hit in hits[:2]),
        text="\n".join(
            [*heading, *(f"{hit.clause} {hit.title}{colon}{hit.quote}" for hit in hits)]
        ),
        citations=[
            Citation(
                clause=hit.clause,
                version=hit.version,
                effective_from=hit.effective_from,
                title=hit.title,
                quote=hit.quote,
            )
            for hit in hits
        ],
    )


def _order_day(context: DeskContext, order_number: str) -> date | None:
    with context.sessions() as session:
        return placed_on(session, context.customer_id, order_number)


def _heading(day: date) -> Text:
    told = date_text(day)
    return Text(
        en=f"In force on {told.en}, when the order was placed:",
        zh=f"以下为{told.zh}下单时适用的条款：",
    )


TOOLS = (DeskTool("search_policies", SearchPolicies, search_policies),)
