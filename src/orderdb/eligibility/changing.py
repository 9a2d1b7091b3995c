"""Before it leaves: cancelling, and changing the address, the payment or the items."""

from __future__ import annotations

from orderdb.eligibility import clauses, pricing
from orderdb.eligibility.question import Question
from orderdb.eligibility.verdict import Verdict
from orderdb.statuses import OrderStatus
from orderdb.text import Text

_PROPOSE = Text(
    en="It can be prepared here and takes effect once confirmed with a click.",
    zh="可以在这里准备，点击确认后生效。",
)
_CANCEL_FIRST = Text(
    en="Cancel the order and place a new one.",
    zh="可以先取消订单，再重新下单。",
)


def cancel(question: Question) -> Verdict:
    """The whole order, until any part of it is with a carrier."""
    if question.cancelled:
        return question.no(
            clauses.CANCEL_BEFORE_HANDOVER,
            "The order is already cancelled.",
            "订单已经取消。",
        )
    if question.closed:
        return _closed(question, clauses.CANCEL_BEFORE_HANDOVER)
    if question.past(question.rules.cancel.until):
        return _cannot_stop(question)
    refund = question.refundable
    if not refund.minor:
        return question.yes(
            clauses.CANCEL_BEFORE_HANDOVER,
            "The order can be cancelled free of charge; no payment is recorded to give back.",
            "订单可以免费取消；没有已付款记录，无需退款。",
            next_step=_PROPOSE_CANCELLING,
        )
    return question.yes(
        clauses.CANCEL_BEFORE_HANDOVER,
        f"The order can be cancelled free of charge; {refund} is refunded.",
        f"订单可以免费取消，将退款{refund}。",
        refund=refund,
        methods=pricing.methods(question.order, refund.minor),
        next_step=_PROPOSE_CANCELLING,
    )


def cancel_lines(question: Question) -> Verdict:
    """Single items, until the order is packed; the rest is sent."""
    until = question.rules.cancel.lines_until
    if question.cancelled:
        return _too_late(question, clauses.CHANGE_ITEMS)
    if question.closed:
        return _closed(question, clauses.CHANGE_ITEMS)
    if until is None or question.past(until):
        return question.no(
            clauses.CHANGE_ITEMS,
            "Single items can no longer be taken out of the order.",
            "不能再从订单中去掉单件商品。",
            next_step=Text(
                en="See whether the whole order can be cancelled, or return the item later.",
                zh="可以查询能否取消整个订单，或收货后申请退货。",
            ),
        )
    return question.yes(
        clauses.CHANGE_ITEMS,
        "Items can be taken out of the order until it is packed.",
        "订单打包之前可以去掉其中的商品。",
        next_step=_PROPOSE,
    )


def _cannot_stop(question: Question) -> Verdict:
    if question.order.status in (OrderStatus.DELIVERED, OrderStatus.PARTIALLY_RETURNED):
        return question.no(
            clauses.CANCEL_AFTER_HANDOVER,
            "The order has been delivered, so it can no longer be cancelled.",
            "订单已送达，不能再取消。",
            next_step=Text(en="Check whether it can be returned.", zh="可以查询是否能退货。"),
        )
    return question.no(
        clauses.CANCEL_AFTER_HANDOVER,
        "The order is already with the carrier, so it can no longer be cancelled.",
        "订单已交给承运商，不能再取消。",
        next_step=Text(
            en="Refuse the parcel at the door, or accept it and return it.",
            zh="可以在派送时拒收，或签收后申请退货。",
        ),
    )


_PROPOSE_CANCELLING = Text(
    en="It can be prepared here and takes effect once confirmed with a click.",
    zh="可以在这里准备取消，点击确认后生效。",
)


def change_address(question: Question) -> Verdict:
    """Within the country, until the order is packed."""
    if question.cancelled:
        return _too_late(question, clauses.ADDRESS_BEFORE_PACKING)
    if question.closed:
        return _closed(question, clauses.ADDRESS_BEFORE_PACKING)
    if question.past(question.rules.change_address.until):
        return question.no(
            clauses.ADDRESS_AFTER_PACKING,
            "The address can no longer be changed: the order is already packed.",
            "订单已打包，不能再修改地址。",
            next_step=Text(
                en="Open the tracking link and ask the carrier to redirect the parcel.",
                zh="可以打开物流链接，向承运商申请改派。",
            ),
        )
    abroad = question.rules.change_address.same_country
    return question.yes(
        clauses.ADDRESS_BEFORE_PACKING,
        "The address can be changed free of charge until the order is packed"
        + (", within the same country." if abroad else "."),
        "订单打包之前可以免费修改地址" + ("，但新地址须在同一国家或地区。" if abroad else "。"),
        next_step=_PROPOSE,
    )


def change_payment(question: Question) -> Verdict:
    """As long as the shop's rules let another way of paying take the place of the first."""
    until = question.rules.change_payment.until
    if question.cancelled:
        return _too_late(question, clauses.CHANGE_PAYMENT)
    if question.closed:
        return _closed(question, clauses.CHANGE_PAYMENT)
    if question.past(until):
        return question.no(
            clauses.CHANGE_PAYMENT,
            "The order is already paid, so the way of paying cannot be changed."
            if until == "paid"
            else "The order has gone too far for another way of paying.",
            "订单已付款，不能更换付款方式。" if until == "paid" else "订单已不能更换付款方式。",
            next_step=None if question.left else _CANCEL_FIRST,
        )
    return question.yes(
        clauses.CHANGE_PAYMENT,
        "The order is unpaid, so another way of paying can be chosen."
        if question.order.status is OrderStatus.PENDING_PAYMENT
        else "Another way of paying can be chosen; what was paid goes back the way it came.",
        "订单尚未付款，可以更换付款方式。"
        if question.order.status is OrderStatus.PENDING_PAYMENT
        else "可以更换付款方式，已付款项原路退回。",
        next_step=_PROPOSE,
    )


def change_items(question: Question) -> Verdict:
    """Swapping items for another variant, until the order is packed."""
    if question.cancelled:
        return _too_late(question, clauses.CHANGE_ITEMS)
    if question.closed:
        return _closed(question, clauses.CHANGE_ITEMS)
    if question.past(question.rules.change_items.until):
        return question.no(
            clauses.CHANGE_ITEMS,
            "Items can no longer be changed: the order is already packed.",
            "订单已打包，不能再修改商品。",
            next_step=Text(
                en="Return or exchange the item after it arrives.",
                zh="可以在收货后申请退货或换货。",
            ),
        )
    if price_may_differ(question):
        return question.yes(
            clauses.CHANGE_ITEMS,
            "Until the order is packed, items can be removed or swapped for another size or "
            "colour, the difference in price is refunded or paid; nothing can be added.",
            "订单打包之前，可以去掉商品，或换成其他尺码、颜色，差价多退少补；不能加购。",
            next_step=_PROPOSE,
        )
    return question.yes(
        clauses.CHANGE_ITEMS,
        "Until the order is packed, items can be removed or swapped for another size or colour "
        "at the same price; nothing can be added.",
        "订单打包之前，可以去掉商品，或换成同价的其他尺码、颜色；不能加购。",
        next_step=_PROPOSE,
    )


def price_may_differ(question: Question) -> bool:
    """Whether the clause of the order's day lets a dearer or cheaper variant take its place."""
    return bool(question.clause(clauses.CHANGE_ITEMS).params.get("price_may_differ", False))


def _closed(question: Question, clause_id: str) -> Verdict:
    return question.no(
        clause_id,
        "The items of this order were changed, which closed it to all other changes.",
        "该订单已修改过商品，不能再作其他修改。",
        next_step=Text(
            en="After it arrives, it can be returned or exchanged.",
            zh="收货后可以申请退货或换货。",
        ),
    )


def _too_late(question: Question, clause_id: str) -> Verdict:
    return question.no(
        clause_id,
        "The order is cancelled, so nothing can be changed any more.",
        "订单已取消，不能再修改。",
    )
