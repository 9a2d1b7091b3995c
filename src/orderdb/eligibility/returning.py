"""Sending a line back: return windows by country, membership and kind of goods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from orderdb.dates import date_text
from orderdb.eligibility import clauses
from orderdb.eligibility.question import Question
from orderdb.eligibility.verdict import Verdict
from orderdb.money import Money
from orderdb.statuses import CaseStatus, ReturnClass
from orderdb.text import Text
from orderdb.views import LineView

_CHINA = "CN"
_SEALED = Text(en="only with the seal unbroken", zh="仅限未拆封")
_NO_CONDITION = Text(en="", zh="")
_REPORT = Text(
    en="If it is damaged, wrong or faulty, report that instead.",
    zh="如有破损、发错或质量问题，可以申请售后报告。",
)


@dataclass(frozen=True)
class Window:
    """``days`` after delivery under ``clause``; ``opened_days`` once electronics are opened."""

    clause: str
    days: int
    opened_days: int | None


def window(question: Question, line: LineView) -> Window:
    """How long the line can be sent back."""
    order = question.order
    china = order.destination == _CHINA
    clause = clauses.RETURN_CHINA if china else clauses.RETURN_WINDOW
    days = question.clause(clause).number("window_days")
    extra = question.clause(clauses.RETURN_MEMBERS).params["member_extra_days"]
    opened = None
    if line.return_class is ReturnClass.ELECTRONICS:
        stated = (
            days if china else question.clause(clauses.RETURN_ELECTRONICS).number("window_days")
        )
        opened = min(stated, days)
    return Window(clause, days + int(extra.get(order.customer.tier, 0)), opened)


def send_back(question: Question, line: LineView) -> Verdict:
    """A return or an exchange: the same window, the same exceptions."""
    stopped = _not_at_all(question, line) or _nothing_left(question, line)
    if stopped is not None:
        return stopped
    terms = window(question, line)
    arrived = question.whole_order_arrived_on
    if arrived is None:
        return _before_the_window(question, line, terms)
    last = arrived + timedelta(days=terms.days)
    opened_until = arrived + timedelta(days=terms.opened_days or 0)
    if question.today > last:
        return question.no(
            terms.clause,
            f"The return window of {terms.days} days ended on {date_text(last).en}.",
            f"{terms.days}天的退货期限已于{date_text(last).zh}结束。",
            next_step=_REPORT,
        )
    if terms.opened_days is None or opened_until == last:
        return _open(question, line, terms, last)
    return _open_for_electronics(question, line, terms, opened_until, last)


def _not_at_all(question: Question, line: LineView) -> Verdict | None:
    if question.cancelled or line.cancelled == line.quantity:
        return question.no(
            clauses.RETURN_WINDOW,
            "It was cancelled, so there is nothing to send back.",
            "该商品已取消，无需退换。",
        )
    if line.return_class is ReturnClass.FINAL_SALE:
        return question.no(
            clauses.FINAL_SALE,
            "It is a final-sale item, which cannot be returned or exchanged.",
            "该商品为特价清仓商品，不能退换。",
            next_step=_REPORT,
        )
    if not question.arrived(line):
        return question.no(
            clauses.RETURN_WINDOW,
            "It has not arrived yet; the return window starts with delivery.",
            "商品尚未送达，退货期限从送达当天算起。",
            next_step=None if question.left else _CANCEL,
        )
    return None


_CANCEL = Text(en="The order can still be cancelled.", zh="订单目前还可以取消。")


def _nothing_left(question: Question, line: LineView) -> Verdict | None:
    if returnable_quantity(question, line) > 0:
        return None
    if line.returned:
        en, zh = "It was already returned.", "该商品已经退货。"
    else:
        en, zh = "A return or exchange of it is already under way.", "该商品已有退换货申请在处理。"
    return question.no(clauses.RETURN_WINDOW, en, zh)


def returnable_quantity(question: Question, line: LineView) -> int:
    """Pieces that the customer has and has not asked to send back."""
    over = (CaseStatus.REJECTED, CaseStatus.COMPLETED)
    under_way = sum(
        case.quantity
        for case in question.order.cases
        if case.line == line.position and case.status not in over
    )
    kept = (line.shipped or line.quantity - line.cancelled) - line.returned
    return max(0, kept - under_way)


def _before_the_window(question: Question, line: LineView, terms: Window) -> Verdict:
    if question.arrived_on(line) is None:
        return question.no(
            terms.clause,
            "The records do not say when it arrived, so the return window cannot be checked.",
            "记录中没有送达日期，无法核对退货期限。",
            next_step=Text(en="A person can check it.", zh="可以转人工客服核实。"),
        )
    return _allowed(
        question,
        line,
        _clause_of(question, line, terms),
        None,
        f"It can be {_done(question).en}. The {terms.days} days start when the last parcel of the "
        "order arrives",
        f"可以{_done(question).zh}。订单最后一个包裹送达后开始计算{terms.days}天期限",
    )


def _open(question: Question, line: LineView, terms: Window, last: date) -> Verdict:
    day, done = date_text(last), _done(question)
    return _allowed(
        question,
        line,
        _clause_of(question, line, terms),
        last,
        f"It can be {done.en} until {day.en} ({terms.days} days after delivery)",
        f"送达后{terms.days}天内（截至{day.zh}）可以{done.zh}",
    )


def _open_for_electronics(
    question: Question, line: LineView, terms: Window, opened_until: date, last: date
) -> Verdict:
    """Opened electronics have less time than sealed ones."""
    opened, sealed, done = date_text(opened_until), date_text(last), _done(question)
    if question.today > opened_until:
        return _allowed(
            question,
            line,
            clauses.RETURN_ELECTRONICS,
            last,
            f"It can be {done.en} until {sealed.en} only if the box is still sealed; "
            f"once opened, the time ended on {opened.en}",
            f"未拆封的截至{sealed.zh}可以{done.zh}；已拆封的期限已于{opened.zh}结束",
        )
    return _allowed(
        question,
        line,
        clauses.RETURN_ELECTRONICS,
        opened_until,
        f"It can be {done.en} until {opened.en} even if opened, "
        f"and until {sealed.en} if the box is still sealed",
        f"已拆封的截至{opened.zh}可以{done.zh}，未拆封的截至{sealed.zh}可以{done.zh}",
    )


def _allowed(
    question: Question, line: LineView, clause: str, last: date | None, en: str, zh: str
) -> Verdict:
    condition = _SEALED if line.return_class is ReturnClass.HYGIENE else _NO_CONDITION
    return question.yes(
        clause,
        en + (f", {condition.en}." if condition.en else "."),
        zh + (f"，{condition.zh}。" if condition.zh else "。"),
        until=question.end_of(last) if last is not None else None,
        refund=paid_for(question, line) if question.action == "return" else None,
        next_step=_PERSON,
    )


_PERSON = Text(en="A person at the service desk registers it.", zh="由人工客服登记办理。")


def _clause_of(question: Question, line: LineView, terms: Window) -> str:
    if question.action == "exchange":
        return clauses.EXCHANGE
    return clauses.HYGIENE if line.return_class is ReturnClass.HYGIENE else terms.clause


def _done(question: Question) -> Text:
    if question.action == "exchange":
        return Text(en="exchanged for another size or colour", zh="换其他尺码或颜色")
    return Text(en="returned", zh="退货")


def paid_for(question: Question, line: LineView) -> Money | None:
    """What was paid for the pieces that can come back: their share of all but shipping."""
    order = question.order
    goods = sum(other.total.minor for other in order.lines)
    paid = order.total.minor - order.shipping.minor
    worth = line.total.minor * returnable_quantity(question, line)
    share = paid * worth // (goods * line.quantity) if goods else 0
    left = min(share, question.refundable.minor)
    return Money(minor=left, currency=order.currency) if left else None
