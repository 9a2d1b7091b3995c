"""From an action to its rule, and from the lines' verdicts to the order's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from orderdb.eligibility import changing, pricing, refunding, reporting, returning
from orderdb.eligibility.question import Question
from orderdb.eligibility.verdict import Action, Verdict
from orderdb.money import Money
from orderdb.policy_book import PolicyBook
from orderdb.statuses import ReturnClass, ShipmentStatus
from orderdb.text import Text
from orderdb.views import LineView, OrderView

_OF_THE_ORDER: dict[Action, Callable[[Question], Verdict]] = {
    "cancel": changing.cancel,
    "change_address": changing.change_address,
    "change_payment": changing.change_payment,
    "change_items": changing.change_items,
}
_PRICES: dict[Action, Callable[[Question, pricing.Pieces], pricing.Price]] = {
    "return": pricing.of_returning,
    "report_damaged": pricing.of_claiming,
    "report_missing": pricing.of_claiming,
}
_OF_A_LINE: dict[Action, Callable[[Question, LineView], Verdict]] = {
    "return": returning.send_back,
    "exchange": returning.send_back,
    "report_damaged": reporting.damaged,
    "report_missing": reporting.missing,
}


def verdict(
    order: OrderView,
    action: Action,
    book: PolicyBook,
    now: datetime,
    only: Collection[int] = (),
) -> Verdict:
    """May this be done with the order; with ``lines`` where they do not all agree.

    ``only``: the positions of the lines that it is about, where an action is judged by line.
    """
    return _verdict(Question(order, action, book, now), only)


def verdict_for_line(
    line: LineView,
    order: OrderView,
    action: Action,
    book: PolicyBook,
    now: datetime,
    *,
    sealed: bool | None = None,
) -> Verdict:
    """May this be done with one line of the order; ``sealed``: as the customer says it is."""
    question = Question(order, action, book, now, sealed)
    found = _of_a_line(question, line) if action in _OF_A_LINE else _verdict(question)
    return found.model_copy(update={"line": line.position, "lines": ()})


def way_to_refund(order: OrderView, book: PolicyBook, now: datetime) -> Action | None:
    """What leads to money back; None where nothing does, or a refund is under way already."""
    question = Question(order, "refund", book, now)
    if refunding.under_way(question) or refunding.settled(question):
        return None
    return next((one.action for one in _ways_to_refund(question) if one.allowed), None)


def _verdict(question: Question, only: Collection[int] = ()) -> Verdict:
    if question.action == "refund":
        return _refund(question)
    rule = _OF_THE_ORDER.get(question.action)
    if rule is not None:
        return rule(question)
    if not question.order.lines:
        return _of_a_line(question, _whole(question.order))
    return _together(
        question,
        [
            _of_a_line(question, line).model_copy(update={"line": line.position})
            for line in _meant(question.order, only)
        ],
    )


def _of_a_line(question: Question, line: LineView) -> Verdict:
    """The rule's verdict; no more for goods whose money is back, unless they cost nothing."""
    order, found = question.order, _OF_A_LINE[question.action](question, line)
    free = order.lines and not pricing.worth(order, {line.position: line.quantity})
    if free or not found.allowed:
        return found
    return refunding.paid_back(question) or found


def _meant(order: OrderView, only: Collection[int]) -> Sequence[LineView]:
    """The lines that are asked about; all where none of them is in the order."""
    return [line for line in order.lines if line.position in only] or order.lines


def _whole(order: OrderView) -> LineView:
    """One line for all of an order, where the shop's records tell no items."""
    return LineView(
        id=0,
        position=0,
        variant_id=None,
        sku="",
        name=Text(en="", zh=""),
        variant=None,
        return_class=ReturnClass.STANDARD,
        quantity=1,
        unit_price=order.total,
        discount=Money(minor=0, currency=order.currency),
        total=order.total,
        shipped=0,
        cancelled=0,
        returned=0,
        status=order.status,
    )


def _refund(question: Question) -> Verdict:
    """The first way that leads to money; when none does, why a return does not."""
    settled = refunding.under_way(question) or refunding.settled(question)
    if settled is not None:
        return settled
    verdicts = _ways_to_refund(question)
    return refunding.by(question, next((v for v in verdicts if v.allowed), verdicts[-1]))


def _ways_to_refund(question: Question) -> list[Verdict]:
    states = {parcel.status for parcel in question.order.shipments}
    ways: list[Action] = ["cancel"]
    if ShipmentStatus.DAMAGED in states:
        ways.append("report_damaged")
    if not states <= {ShipmentStatus.DELIVERED}:
        ways.append("report_missing")
    ways.append("return")
    return [_verdict(replace(question, action=action)) for action in ways]


def _together(question: Question, verdicts: Sequence[Verdict]) -> Verdict:
    """The order's verdict: yes when any line may; the earliest deadline; the sum of refunds."""
    kept = [verdict for verdict in verdicts if verdict.allowed] or list(verdicts)
    first = kept[0]
    deadlines = [verdict.until for verdict in kept if verdict.until is not None]
    alike = len({(verdict.allowed, verdict.reason) for verdict in verdicts}) == 1
    refund = _refund_of(question, kept) if first.allowed else None
    return first.model_copy(
        update={
            "line": None,
            "lines": () if alike else tuple(verdicts),
            "until": min(deadlines, default=None),
            "refund": refund,
            "methods": pricing.methods(question.order, refund.minor) if refund else (),
            "sealed_only": all(verdict.sealed_only for verdict in kept),
            "reason": first.reason if alike else _reasons(question.order, verdicts),
        }
    )


def _refund_of(question: Question, verdicts: Sequence[Verdict]) -> Money | None:
    """For all that may be done at once, which can be more than its parts: shipping, one label."""
    price = _PRICES.get(question.action)
    if price is None:
        return None
    order, allowed = question.order, {verdict.line for verdict in verdicts}
    wanted = {
        line.position: pricing.returnable_quantity(order, line)
        if question.action == "return"
        else reporting.reportable(question, line)
        for line in order.lines
        if line.position in allowed
    }
    return pricing.money(order, price(question, wanted).total)


def _reasons(order: OrderView, verdicts: Sequence[Verdict]) -> Text:
    """Each reason once, after the items that it is about."""
    names = {line.position: line.name for line in order.lines}
    about: dict[Text, list[int]] = {}
    for verdict in verdicts:
        about.setdefault(verdict.reason, []).append(verdict.line or 0)
    said = [(text, [(at, names[at]) for at in lines]) for text, lines in about.items()]
    return Text(
        en=" ".join(
            f"{', '.join(f'Item {at} ({name.en})' for at, name in items)}: {text.en}"
            for text, items in said
        ),
        zh="".join(
            f"{'、'.join(f'第{at}件（{name.zh or name.en}）' for at, name in items)}：{text.zh}"
            for text, items in said
        ),
    )
