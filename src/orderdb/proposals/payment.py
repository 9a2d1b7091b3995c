"""Another way of paying takes the place of the one chosen first."""

from __future__ import annotations

from pydantic import Field

from orderdb.eligibility import verdict
from orderdb.errors import Refused
from orderdb.proposals.kind import Change, Kind, KindArguments, Matter, Ruling, require
from orderdb.statuses import OrderStatus, PaymentStatus, ProposalKind
from orderdb.text import Text
from orderdb.wallet import Means


class OtherPayment(KindArguments):
    """``pay_with`` names a saved way of paying, or a gift card."""

    pay_with: str = Field(min_length=1, max_length=64)


def _judge(matter: Matter, asked: OtherPayment) -> Ruling:
    order = matter.order
    judged = require(verdict(order, "change_payment", matter.book, matter.now))
    rules = matter.book.profile.change_payment
    means = matter.wallet().find(asked.pay_with, rules.pay_with, judged.clause)
    if means.source == "original":
        raise Refused(_SAME, judged.clause)
    paid = order.refundable.minor
    amount = paid if order.status is not OrderStatus.PENDING_PAYMENT else order.total.minor
    if not amount:
        raise Refused(_NOTHING, judged.clause)
    must_cover(means, amount, judged.clause, matter)
    label, sum_ = means.label, matter.money(amount)
    back_en = f" and give back the {matter.money(paid)} paid before" if paid else ""
    back_zh = f"，并退回此前支付的{matter.money(paid)}" if paid else ""
    return Ruling(
        judged,
        sum_,
        Text(
            en=f"Pay {sum_} for order {order.number} with {label.en}{back_en}.",
            zh=f"订单{order.number}改用{label.zh}支付{sum_}{back_zh}。",
        ),
        effect={
            "charge": amount,
            "give_back": paid,
            "gift_card": means.gift_card_id,
            "saved_method": means.saved_method_id,
        },
        plan=means,
    )


def must_cover(means: Means, amount: int, clause: str, matter: Matter) -> None:
    """A gift card pays all of a sum or none of it; raises Refused."""
    if means.balance is None or means.balance >= amount:
        return
    holds, needed = matter.money(means.balance), matter.money(amount)
    raise Refused(
        Text(
            en=f"The gift card holds {holds}, which does not cover {needed}. "
            "Choose another way of paying.",
            zh=f"礼品卡余额{holds}，不足以支付{needed}。请选择其他支付方式。",
        ),
        clause,
    )


def _change(change: Change, asked: OtherPayment) -> Text:
    means: Means = change.ruling.plan
    effect, matter = change.ruling.effect, change.matter
    change.ledger.void_pending()
    at_once = matter.book.profile.charge == "at_once"
    payment = change.ledger.charge(effect["charge"], means, at_once=at_once)
    change.ledger.give_back(effect["give_back"])
    order = change.order
    if order.status is OrderStatus.PENDING_PAYMENT and payment.status is PaymentStatus.CAPTURED:
        order.status, order.paid_at = OrderStatus.PAID, change.now
        change.session.add(order)
    label = means.label
    return Text(
        en=f"Order {order.number} is paid with {label.en}.",
        zh=f"订单{order.number}已改用{label.zh}支付。",
    )


_SAME = Text(
    en="The order is paid that way already. Choose another way.",
    zh="订单已使用该方式支付，请选择其他方式。",
)
_NOTHING = Text(
    en="There is nothing to pay for this order, so nothing needs to change.",
    zh="该订单没有需要支付的款项，无需更改。",
)

CHANGE_PAYMENT = Kind(ProposalKind.CHANGE_PAYMENT, OtherPayment, _judge, _change)
