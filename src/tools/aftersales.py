"""What may be done with an order, and the one thing that can be prepared from here."""

from __future__ import annotations

import re
import unicodedata

from pydantic import Field

from orderdb.dates import date_text, zone
from orderdb.eligibility import Action, Verdict, verdict
from orderdb.errors import Refused
from orderdb.models import Proposal
from orderdb.policy_book import PolicyBook
from orderdb.proposals import propose_cancellation as propose
from orderdb.repository import find_order
from orderdb.text import Language, Text
from orderdb.views import OrderView
from tools.cards import VerdictCard
from tools.context import DeskContext
from tools.desk_tool import Arguments, DeskTool, refused
from tools.orders import OrderNumber
from tools.results import Citation, ProposalCard, ToolResult
from tools.wording import ACTION, language_of

_ASK_REASON = Text(
    en="That reason was not given in this conversation. Ask for the reason, or leave it empty.",
    zh="本次对话中没有提到这个原因。请先询问取消原因，或将原因留空。",
)


class CheckEligibility(Arguments):
    order_number: OrderNumber
    action: Action = Field(description="What the customer wants to do with the order.")


class ProposeCancellation(Arguments):
    order_number: OrderNumber
    reason: str = Field(
        default="",
        max_length=500,
        description="Why, word for word from the customer; empty when the customer gave no reason.",
    )


def check_eligibility(context: DeskContext, order_number: str, action: Action) -> ToolResult:
    """Check whether the customer may do something with an order, until when, for how much.

    Use it before promising a cancellation, return, exchange, refund, change of address, payment
    or items, or a report of damaged or missing goods. It changes nothing. Refuses a number that
    is not one of this customer's orders.
    """
    with context.sessions() as session:
        order = find_order(session, context.customer_id, order_number)
    judged = verdict(order, action, context.book, context.clock())
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
    )
    return ToolResult(
        text=_verdict_text(order, judged).get(language),
        cards=[card.dump()],
        citations=[cited(context.book, judged.clause, judged.version, language)],
    )


def propose_cancellation(context: DeskContext, order_number: str, reason: str = "") -> ToolResult:
    """Prepare the cancellation of a whole order that the customer asked to cancel.

    Nothing is cancelled by this: the customer sees a card and confirms it with a click. Refuses
    an order that is already with the carrier, a number that is not one of this customer's
    orders, and a reason that the customer did not write.
    """
    if not _said(reason, context.said):
        return refused(context, _ASK_REASON)
    language = language_of(context.language)
    with context.sessions() as session:
        try:
            proposal = propose(
                session,
                context.customer_id,
                order_number,
                reason,
                context.conversation_id,
                context.book,
                context.clock(),
            )
        except Refused as refusal:
            return refused(context, refusal.reason)
    return ToolResult(
        text=_proposal_text(proposal).get(language),
        proposal=proposal_card(proposal, language),
        citations=[cited(context.book, proposal.clause, proposal.clause_version, language)],
    )


def proposal_card(proposal: Proposal, language: Language) -> ProposalCard:
    """A proposal as the customer sees it before the click."""
    return ProposalCard(
        proposal_id=proposal.id,
        kind=proposal.kind,
        order_number=proposal.arguments["order_number"],
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


def _proposal_text(proposal: Proposal) -> Text:
    return Text(
        en=f"Prepared, nothing is done yet: {proposal.summary.en} "
        "It takes effect once confirmed with the button on the card.",
        zh=f"已准备好，尚未生效：{proposal.summary.zh}点击卡片上的按钮确认后才会生效。",
    )


def _said(words: str, messages: tuple[str, ...]) -> bool:
    """Whether the words stand in one of the customer's messages, whatever their form."""
    wanted = _plain(words)
    return any(wanted in _plain(message) for message in messages) if wanted else True


def _plain(words: str) -> str:
    folded = unicodedata.normalize("NFKC", words).casefold()
    return re.sub(r"[\W_]+", " ", folded).strip()


TOOLS = (
    DeskTool("check_eligibility", CheckEligibility, check_eligibility),
    DeskTool("propose_cancellation", ProposeCancellation, propose_cancellation),
)
