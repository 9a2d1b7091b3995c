"""Before it leaves: cancelling, and changing the address, the payment or the items."""

from __future__ import annotations

from orderdb.eligibility import clauses
from orderdb.eligibility.question import Question
from orderdb.eligibility.verdict import Verdict
from orderdb.statuses import OrderStatus
from orderdb.text import Text

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
    if question.left:
        return _cannot_stop(question)
    refund = question.refundable
    if not refund.minor:
        return question.yes(
            clauses.CANCEL_BEFORE_HANDOVER,
            "The order can be cancelled free of charge; no payment is recorded to give back.",
            "订单可以免费取消；没有已付款记录，无需退款。",
            next_step=_PROPOSE,
        )
    return question.yes(
        clauses.CANCEL_BEFORE_HANDOVER,
        f"The order can be cancelled free of charge; {refund} is refunded.",
        f"订单可以免费取消，将退款{refund}。",
        refund=refund,
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


_PROPOSE = Text(
    en="It can be prepared here and takes effect once confirmed with a click.",
    zh="可以在这里准备取消，点击确认后生效。",
)


def change_address(question: Question) -> Verdict:
    """Within the country, until the order is packed."""
    if question.cancelled:
        return _too_late(question, clauses.ADDRESS_BEFORE_PACKING)
    if question.packed:
        return question.no(
            clauses.ADDRESS_AFTER_PACKING,
            "The address can no longer be changed: the order is already packed.",
            "订单已打包，不能再修改地址。",
            next_step=Text(
                en="Open the tracking link and ask the carrier to redirect the parcel.",
                zh="可以打开物流链接，向承运商申请改派。",
            ),
        )
    return question.yes(
        clauses.ADDRESS_BEFORE_PACKING,
        "The address can be changed free of charge until the order is packed, "
        "within the same country.",
        "订单打包之前可以免费修改地址，但新地址须在同一国家或地区。",
        next_step=_PERSON,
    )


def change_payment(question: Question) -> Verdict:
    """As long as nothing is paid."""
    if question.cancelled:
        return _too_late(question, clauses.CHANGE_PAYMENT)
    if question.order.status is OrderStatus.PENDING_PAYMENT:
        return question.yes(
            clauses.CHANGE_PAYMENT,
            "The order is unpaid, so another way of paying can be chosen in the order.",
            "订单尚未付款，可以在订单中更换付款方式。",
        )
    return question.no(
        clauses.CHANGE_PAYMENT,
        "The order is already paid, so the way of paying cannot be changed.",
        "订单已付款，不能更换付款方式。",
        next_step=None if question.left else _CANCEL_FIRST,
    )


def change_items(question: Question) -> Verdict:
    """Removing or swapping items, until the order is packed."""
    if question.cancelled:
        return _too_late(question, clauses.CHANGE_ITEMS)
    if question.packed:
        return question.no(
            clauses.CHANGE_ITEMS,
            "Items can no longer be changed: the order is already packed.",
            "订单已打包，不能再修改商品。",
            next_step=Text(
                en="Return or exchange the item after it arrives.",
                zh="可以在收货后申请退货或换货。",
            ),
        )
    return question.yes(
        clauses.CHANGE_ITEMS,
        "Until the order is packed, items can be removed or swapped for another size or colour "
        "at the same price.",
        "订单打包之前，可以去掉商品，或换成同价的其他尺码、颜色。",
        next_step=_PERSON,
    )


_PERSON = Text(en="A person at the service desk makes the change.", zh="由人工客服办理修改。")


def _too_late(question: Question, clause_id: str) -> Verdict:
    return question.no(
        clause_id,
        "The order is cancelled, so nothing can be changed any more.",
        "订单已取消，不能再修改。",
    )
