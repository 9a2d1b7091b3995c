"""What all propose_* tools share: naming items, storing the proposal, and telling of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field
from sqlmodel import Session

from orderdb.errors import Refused
from orderdb.models import Proposal
from orderdb.policy_book import PolicyBook, UnknownClause
from orderdb.proposals import KindArguments, Ruling, appraise, propose
from orderdb.repository import find_order
from orderdb.statuses import ProposalKind
from orderdb.text import Language, Text
from orderdb.views import OrderView
from tools.context import DeskContext
from tools.desk_tool import Arguments, refused
from tools.results import Appraisal, Citation, ProposalCard, ToolResult
from tools.said import said
from tools.wording import language_of

Reason = Annotated[
    str,
    Field(
        max_length=500,
        description="Why, word for word from the customer; empty when the customer gave no reason.",
    ),
]
Way = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        description="Way of paying: original, gift_card, or a saved one as the customer names it.",
    ),
]
ASK_REASON = Text(
    en="That reason was not given in this conversation. Ask for the reason, or leave it empty.",
    zh="本次对话中没有提到这个原因。请先询问原因，或将原因留空。",
)

Asked = tuple[ProposalKind, KindArguments]


class Item(Arguments):
    """Pieces of one item, by its number in the order."""

    item: int = Field(ge=1, le=1000, description="Number of the item in the order: 1, 2, ...")
    quantity: int | None = Field(
        default=None, ge=1, le=1000, description="How many pieces; null for all of them."
    )


ItemT = TypeVar("ItemT", bound=Item)


def each_once(items: list[ItemT]) -> list[ItemT]:
    """Raises ValueError where an item is named twice."""
    if len({one.item for one in items}) != len(items):
        raise ValueError("an item is named twice; give it once, with its quantity")
    return items


Items = Annotated[list[Item], AfterValidator(each_once)]


def stored(
    context: DeskContext,
    order_number: str,
    asking: Callable[[Session, OrderView], Asked],
    *,
    words: Sequence[str] = (),
    ask: Text = ASK_REASON,
) -> ToolResult:
    """Propose what ``asking`` makes of the order; ``words`` must be the customer's own.

    In a rehearsal it is only judged and priced.

    Raises NotFound; all other refusals become a result that says what to do next.
    """
    if context.agent is None and not all(said(one, context.said) for one in words):
        return refused(context, ask)
    with context.sessions() as session:
        order = find_order(session, context.customer_id, order_number)
        try:
            kind, arguments = asking(session, order)
            session.rollback()  # what was looked up belongs to no write
            if context.rehearsal:
                ruling = appraise(
                    session,
                    context.customer_id,
                    order.number,
                    kind,
                    arguments,
                    context.book,
                    context.clock(),
                    agent=context.agent,
                )
                return appraised(context, kind, order.number, ruling)
            proposal = propose(
                session,
                context.customer_id,
                order.number,
                kind,
                arguments,
                context.conversation_id,
                context.book,
                context.clock(),
                agent=context.agent,
            )
        except Refused as refusal:
            return _refused(context, order, refusal)
    language = language_of(context.language)
    return ToolResult(
        text=_prepared(proposal.summary).get(language),
        proposal=proposal_card(proposal, language),
        citations=[cited(context.book, proposal.clause, proposal.clause_version, language)],
    )


def _refused(context: DeskContext, order: OrderView, refusal: Refused) -> ToolResult:
    """The refusal with the clause that it rests on, as it binds this order."""
    result = refused(context, refusal.reason)
    if refusal.clause is None:
        return result
    try:
        clause = context.book.in_force(refusal.clause, _day_of(context, order))
    except UnknownClause:
        return result
    language = language_of(context.language)
    citation = cited(context.book, clause.id, clause.version, language)
    return result.model_copy(update={"citations": [citation]})


def _day_of(context: DeskContext, order: OrderView) -> date:
    """When it was placed, where its customer lives; today for an undated order."""
    day = (order.placed_at or context.clock()).astimezone(order.customer.zone).date()
    return max(day, context.book.starts_on)


def proposal_card(proposal: Proposal, language: Language) -> ProposalCard:
    """A proposal as the customer sees it before the click."""
    return ProposalCard(
        proposal_id=proposal.id,
        kind=proposal.kind,
        order_number=proposal.arguments.get("order_number", ""),
        summary=proposal.summary.get(language),
        amount=proposal.amount if proposal.amount_minor else None,
        clause=proposal.clause,
        digest=proposal.digest,
        expires_at=proposal.expires_at,
        status=proposal.status,
    )


def cited(book: PolicyBook, clause_id: str, version: int, language: Language) -> Citation:
    """A clause in the version that a verdict rests on."""
    clause = next(clause for clause in book.versions(clause_id) if clause.version == version)
    return Citation(
        clause=clause.id,
        version=clause.version,
        effective_from=clause.effective_from,
        title=clause.title.get(language),
        quote=clause.body.get(language),
    )


def appraised(
    context: DeskContext, kind: ProposalKind, order_number: str, ruling: Ruling
) -> ToolResult:
    """What is told of a proposal that was priced and not made."""
    language, verdict = language_of(context.language), ruling.verdict
    return ToolResult(
        text=_prepared(ruling.summary).get(language),
        appraisal=Appraisal(
            kind=kind,
            order_number=order_number,
            summary=ruling.summary.get(language),
            amount=ruling.amount if ruling.amount.minor else None,
            clause=verdict.clause,
        ),
        citations=[cited(context.book, verdict.clause, verdict.version, language)],
    )


def _prepared(summary: Text) -> Text:
    return Text(
        en=f"Prepared, nothing is done yet: {summary.en} "
        "It takes effect once confirmed with the button on the card.",
        zh=f"已准备好，尚未生效：{summary.zh}点击卡片上的按钮确认后才会生效。",
    )
