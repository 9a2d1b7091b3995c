"""Sending a line back, for its money or for another variant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from orderdb.dates import date_text
from orderdb.eligibility import clauses, pricing
from orderdb.eligibility.question import Question
from orderdb.eligibility.verdict import Verdict
from orderdb.eligibility.windows import Window, window
from orderdb.money import Money
from orderdb.statuses import CaseStatus, ReturnClass
from orderdb.text import Text
from orderdb.views import LineView

_REPORT = Text(
    en="If it is damaged, wrong or faulty, report that instead.",
    zh="如有破损、发错或质量问题，可以申请售后报告。",
)
_CANCEL = Text(en="The order can still be cancelled.", zh="订单目前还可以取消。")
_SEE = Text(en="Look up the order to see where that stands.", zh="可以查询订单了解进度。")
_PERSON = Text(en="A person can check it.", zh="可以转人工客服核实。")
_PROPOSE = Text(
    en="It can be prepared here and takes effect once confirmed with a click.",
    zh="可以在这里准备，点击确认后生效。",
)


def send_back(question: Question, line: LineView) -> Verdict:
    """A return or an exchange: the same window, the same exceptions."""
    stopped = _not_at_all(question, line) or _only_once(question) or _nothing_left(question, line)
    if stopped is not None:
        return stopped
    terms, arrived = window(question, line), question.whole_order_arrived_on
    if terms is None:
        return _allowed(question, line, _Term(clauses.RETURN_WINDOW))
    if arrived is None:
        return _before_the_window(question, line, terms)
    return _within(question, line, terms, arrived)


@dataclass(frozen=True)
class _Term:
    """Under which clause, up to which day, in which words; only for unopened goods or for all."""

    clause: str
    last: date | None = None
    en: str = ""
    zh: str = ""
    sealed_only: bool = False


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
    if line.return_class is ReturnClass.HYGIENE and question.sealed is False:
        return question.no(
            clauses.HYGIENE,
            "It is a hygiene item whose seal is broken, which cannot be returned or exchanged.",
            "该商品为卫生用品且已拆封，不能退换。",
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


def _only_once(question: Question) -> Verdict | None:
    asked_before = any(case.status is not CaseStatus.REJECTED for case in question.order.cases)
    if not (question.rules.send_back.once and asked_before):
        return None
    return question.no(
        clauses.RETURN_WINDOW if question.action == "return" else clauses.EXCHANGE,
        "A return or exchange of this order was asked for already; it is possible once an order.",
        "该订单已申请过退换货，每个订单只能申请一次。",
        next_step=_PERSON,
    )


def _nothing_left(question: Question, line: LineView) -> Verdict | None:
    if pricing.returnable_quantity(question.order, line) > 0:
        return None
    if line.returned:
        en, zh = "It was already returned.", "该商品已经退货。"
    else:
        en, zh = "A return or exchange of it is already under way.", "该商品已有退换货申请在处理。"
    return question.no(clauses.RETURN_WINDOW, en, zh, next_step=_SEE)


def _before_the_window(question: Question, line: LineView, terms: Window) -> Verdict:
    if question.arrived_on(line) is None:
        return question.no(
            terms.clause,
            "The records do not say when it arrived, so the return window cannot be checked.",
            "记录中没有送达日期，无法核对退货期限。",
            next_step=_PERSON,
        )
    done, days = _done(question), terms.longest
    term = _Term(
        terms.clause,
        None,
        f"It can be {done.en}. The {days} days start when the last parcel of the order arrives",
        f"可以{done.zh}。订单最后一个包裹送达后开始计算{days}天期限",
    )
    return _allowed(question, line, term)


def _within(question: Question, line: LineView, terms: Window, arrived: date) -> Verdict:
    last = arrived + timedelta(days=terms.longest)
    over = question.today > last
    opened = None if terms.opened is None else arrived + timedelta(days=terms.opened)
    if opened is not None and question.sealed is False and question.today > opened:
        return _ended(question, terms.electronics, terms.opened or 0, opened)
    if over:
        return _ended(question, terms.clause, terms.longest, last)
    if opened is None or opened >= last or question.sealed is True:
        return _allowed(question, line, _open(question, terms, arrived, last))
    return _allowed(question, line, _open_for_electronics(question, terms, opened, last))


def _ended(question: Question, clause: str, days: int, last: date) -> Verdict:
    return question.no(
        clause,
        f"The return window of {days} days ended on {date_text(last).en}.",
        f"{days}天的退货期限已于{date_text(last).zh}结束。",
        next_step=_REPORT,
    )


def _open(question: Question, terms: Window, arrived: date, last: date) -> _Term:
    """The law's or the shop's own days first, then those that only members have."""
    day, done, days = date_text(last), _done(question), terms.longest
    basic = question.today <= arrived + timedelta(days=terms.days)
    return _Term(
        terms.clause if basic else terms.members,
        last,
        f"It can be {done.en} until {day.en} ({days} days after delivery)",
        f"送达后{days}天内（截至{day.zh}）可以{done.zh}",
    )


def _open_for_electronics(
    question: Question, terms: Window, opened_until: date, last: date
) -> _Term:
    """Opened electronics have less time than sealed ones."""
    opened, sealed, done = date_text(opened_until), date_text(last), _done(question)
    if question.sealed is False:
        return _Term(
            terms.electronics,
            opened_until,
            f"It can be {done.en} until {opened.en} although the box is open",
            f"已拆封，截至{opened.zh}可以{done.zh}",
        )
    if question.today > opened_until:
        return _Term(
            terms.electronics,
            last,
            f"It can be {done.en} until {sealed.en} only if the box is still sealed; "
            f"once opened, the time ended on {opened.en}",
            f"未拆封的截至{sealed.zh}可以{done.zh}；已拆封的期限已于{opened.zh}结束",
            sealed_only=True,
        )
    return _Term(
        terms.electronics,
        opened_until,
        f"It can be {done.en} until {opened.en} even if opened, "
        f"and until {sealed.en} if the box is still sealed",
        f"已拆封的截至{opened.zh}可以{done.zh}，未拆封的截至{sealed.zh}可以{done.zh}",
    )


def _allowed(question: Question, line: LineView, term: _Term) -> Verdict:
    done, exchange = _done(question), question.action == "exchange"
    en, zh = term.en or f"It can be {done.en}", term.zh or f"可以{done.zh}"
    clause, hygiene = term.clause, line.return_class is ReturnClass.HYGIENE
    if hygiene:
        clause = clauses.HYGIENE
        en, zh = f"{en}, only with the seal unbroken", f"{zh}，仅限未拆封"
    refund, en_fee, zh_fee = (None, "", "") if exchange else _refund(question, line)
    return question.yes(
        clauses.EXCHANGE if exchange else clause,
        f"{en}.{en_fee}",
        f"{zh}。{zh_fee}",
        until=question.end_of(term.last) if term.last is not None else None,
        refund=refund,
        methods=pricing.methods(question.order, refund.minor) if refund else (),
        sealed_only=(hygiene or term.sealed_only) and question.sealed is None,
        next_step=_PROPOSE,
    )


def _refund(question: Question, line: LineView) -> tuple[Money | None, str, str]:
    """For all of the line, and a word on the fee for the way where there is one."""
    order = question.order
    wanted = {line.position: pricing.returnable_quantity(order, line)}
    price = pricing.of_returning(question, wanted)
    fee = pricing.money(order, price.fee)
    if fee is None:
        return pricing.money(order, price.total), "", ""
    return (
        pricing.money(order, price.total),
        f" {fee} for the return label is taken off the refund.",
        f"退货运费{fee}从退款中扣除。",
    )


def _done(question: Question) -> Text:
    if question.action == "exchange":
        return Text(en="exchanged for another size or colour", zh="换其他尺码或颜色")
    return Text(en="returned", zh="退货")
