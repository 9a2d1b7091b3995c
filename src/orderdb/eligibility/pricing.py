"""What pieces are worth when they are given up: shares of what was paid, to the minor unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orderdb.eligibility.question import Question
from orderdb.money import Money
from orderdb.policy_book import UnknownClause
from orderdb.sharing import pieces, shares
from orderdb.statuses import CaseStatus, PaymentMethod, Remedy, ShipmentStatus
from orderdb.views import CaseView, LineView, OrderView, PaymentView, ShipmentView

_OVER = (CaseStatus.REJECTED, CaseStatus.COMPLETED)

Pieces = Mapping[int, int]
"""How many pieces of which line, by its position."""


@dataclass(frozen=True)
class Price:
    """What comes back: goods and shipping, less the fee for the way; minor units."""

    goods: int
    shipping: int = 0
    fee: int = 0

    @property
    def total(self) -> int:
        return max(0, self.goods + self.shipping - self.fee)


def under_way(order: OrderView, line: LineView) -> int:
    """Pieces of returns, exchanges and claims that nobody has settled yet."""
    return sum(case.quantity for case in _cases(order, line) if case.status not in _OVER)


def returnable_quantity(order: OrderView, line: LineView) -> int:
    """Pieces that the customer has and has not asked to send back."""
    kept = _arrived(order, line) - line.returned
    return max(0, kept - under_way(order, line) - _refunded_claims(order, line, _settled))


def _arrived(order: OrderView, line: LineView) -> int:
    """Pieces in parcels that came; all that were sent, where no parcel is known to hold them."""
    parcels = order.parcels_of(line)
    came = [parcel for parcel in parcels if parcel.status is ShipmentStatus.DELIVERED]
    sent = line.shipped or line.quantity - line.cancelled
    return min(sent, held(came, line)) if came else sent


def held(parcels: Iterable[ShipmentView], line: LineView) -> int:
    """Pieces of a line in these parcels."""
    return sum(
        part.quantity for parcel in parcels for part in parcel.lines if part.line == line.position
    )


def claimable_quantity(order: OrderView, line: LineView) -> int:
    """Pieces that were sent, and that no return, exchange or claim is about."""
    claimed = sum(
        case.quantity
        for case in _cases(order, line)
        if case.kind == "claim" and case.status is CaseStatus.COMPLETED
    )
    return max(0, line.shipped - line.returned - under_way(order, line) - claimed)


def claimable_in(order: OrderView, line: LineView, parcels: Iterable[ShipmentView]) -> int:
    """The same for these parcels alone; what was claimed before counts as theirs."""
    claimed = sum(
        case.quantity
        for case in _cases(order, line)
        if case.kind == "claim" and case.status is not CaseStatus.REJECTED
    )
    return max(0, min(held(parcels, line) - claimed, claimable_quantity(order, line)))


def given_up(order: OrderView, line: LineView) -> int:
    """Pieces that were cancelled, are back or on their way, or were refunded in their place."""
    coming_back = sum(
        case.quantity
        for case in _cases(order, line)
        if case.kind == "return" and case.status not in _OVER
    )
    gone = line.cancelled + line.returned + coming_back
    return min(line.quantity, gone + _refunded_claims(order, line, _not_rejected))


def worth(order: OrderView, wanted: Pieces) -> int:
    """What was paid for the next pieces of each line to be given up, all but shipping.

    What exchanges of a line cost more or less belongs to all of its pieces.
    """
    paid = shares(
        max(0, order.total.minor - order.shipping.minor) if order.lines else 0,
        [line.total.minor for line in order.lines],
    )
    return sum(
        pieces(
            max(0, share + _on_top(order, line)),
            line.quantity,
            given_up(order, line),
            wanted.get(line.position, 0),
        )
        for line, share in zip(order.lines, paid, strict=True)
    )


def _on_top(order: OrderView, line: LineView) -> int:
    return sum(case.paid_on_top.minor for case in _cases(order, line) if case.paid_on_top)


def of_cancelling(question: Question, wanted: Pieces) -> Price:
    """Single pieces that have not left; shipping stays, as the rest is still sent."""
    return Price(min(worth(question.order, wanted), question.refundable.minor))


def of_returning(question: Question, wanted: Pieces) -> Price:
    """With the last pieces of an order the shipping comes back too; the label may cost a fee."""
    order, free = question.order, question.refundable.minor
    goods = min(worth(order, wanted), free)
    shipping = 0
    if all(
        given_up(order, line) + wanted.get(line.position, 0) >= line.quantity
        for line in order.lines
    ):
        shipping = min(free - goods, _standard_shipping(question))
    return Price(goods, shipping, min(goods + shipping, _postage(question)))


def of_claiming(question: Question, wanted: Pieces) -> Price:
    """Where the fault is not the customer's: the goods with their share of the shipping."""
    order, free = question.order, question.refundable.minor
    goods = min(worth(order, wanted), free)
    sent = shares(
        order.shipping.minor if order.lines else 0, [line.total.minor for line in order.lines]
    )
    shipping = sum(
        pieces(share, line.quantity, given_up(order, line), wanted.get(line.position, 0))
        for line, share in zip(order.lines, sent, strict=True)
    )
    return Price(goods, min(shipping, free - goods))


def sources(order: OrderView, amount: int) -> list[tuple[PaymentView, int]]:
    """The payments that an amount goes back to: others first, gift cards with what is left."""
    found = []
    for payment in sorted(
        order.payments, key=lambda one: (one.method is PaymentMethod.GIFT_CARD, one.id)
    ):
        part = min(amount, order.refundable_of(payment).minor)
        if part:
            found.append((payment, part))
            amount -= part
    return found


def methods(order: OrderView, amount: int) -> tuple[PaymentMethod, ...]:
    """The ways by which an amount goes back, each once."""
    return tuple(dict.fromkeys(payment.method for payment, _ in sources(order, amount)))


def money(order: OrderView, minor: int) -> Money | None:
    """None for nothing."""
    return Money(minor=minor, currency=order.currency) if minor else None


def _standard_shipping(question: Question) -> int:
    """Of the shipping, what comes back: not what express cost on top."""
    charged, stated = question.order.shipping.minor, question.rules.send_back.standard_shipping
    if stated is None:
        return charged
    try:
        fee = question.clause(stated).fee("standard_fee", question.order.currency)
    except UnknownClause:
        return charged
    return min(charged, fee) if fee else charged


def _postage(question: Question) -> int:
    postage = question.rules.send_back.postage
    if question.action != "return" or postage is None:
        return 0
    if question.order.customer.tier in postage.free_for:
        return 0
    try:
        return question.clause(postage.clause).fee("return_fee", question.order.currency)
    except UnknownClause:
        return 0


def _cases(order: OrderView, line: LineView) -> Iterable[CaseView]:
    return (case for case in order.cases if case.line == line.position)


_settled = frozenset({CaseStatus.COMPLETED})
_not_rejected = frozenset(CaseStatus) - {CaseStatus.REJECTED}


def _refunded_claims(order: OrderView, line: LineView, states: frozenset[CaseStatus]) -> int:
    return sum(
        case.quantity
        for case in _cases(order, line)
        if case.remedy is Remedy.REFUND and case.status in states
    )
