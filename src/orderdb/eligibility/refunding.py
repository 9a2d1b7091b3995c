"""Money back: where it stands, or which way leads to it."""

from __future__ import annotations

from orderdb.eligibility import clauses
from orderdb.eligibility.question import Question
from orderdb.eligibility.verdict import Verdict
from orderdb.text import Text


def under_way(question: Question) -> Verdict | None:
    """A refund that was released and not booked yet, or one that follows goods on their way."""
    pending, promised = question.refunds_under_way, question.order.promised
    if not pending.minor and promised.minor:
        return question.yes(
            clauses.REFUND,
            f"A refund of {promised} follows once the goods or the report have been checked.",
            f"商品或报告核查完成后将退款{promised}。",
            refund=promised,
        )
    if not pending.minor:
        return None
    days = question.clause(clauses.REFUND)
    first, last = days.number("business_days_min"), days.number("business_days_max")
    return question.yes(
        clauses.REFUND,
        f"A refund of {pending} is under way; a bank takes {first} to {last} business days.",
        f"{pending}的退款正在处理，银行到账需要{first}至{last}个工作日。",
        refund=pending,
    )


def paid_back(question: Question) -> Verdict | None:
    """All the money is back, so that goods on top of it would be given away."""
    refunded = any(refund.amount.minor for refund in question.order.refunds)
    if question.refundable.minor or not refunded:
        return None
    return question.no(
        clauses.REFUND,
        "Everything that was paid has already been refunded.",
        "已付款项已全部退还。",
    )


def settled(question: Question) -> Verdict | None:
    """Nothing is left to give back."""
    if question.refundable.minor:
        return None
    return paid_back(question) or question.no(
        clauses.REFUND,
        "Nothing was paid for this order, so there is nothing to refund.",
        "该订单没有已付款项，无需退款。",
    )


def by(question: Question, way: Verdict) -> Verdict:
    """A refund by cancelling, returning or reporting: that verdict, as an answer to this."""
    if not way.allowed or way.action == "cancel":
        return way.model_copy(update={"action": question.action})
    leads = {
        "return": Text(en="A refund follows the return.", zh="退货后即可退款。"),
        "report_missing": Text(
            en="The parcel counts as lost, so the money can be refunded.",
            zh="包裹按丢失处理，可以退款。",
        ),
        "report_damaged": Text(
            en="The parcel is damaged, so the money can be refunded.",
            zh="包裹已破损，可以退款。",
        ),
    }[way.action]
    reason = Text(en=f"{leads.en} {way.reason.en}", zh=f"{leads.zh}{way.reason.zh}")
    return way.model_copy(update={"action": question.action, "reason": reason})
