"""Before an order is packed: another variant of the same product in a line's place."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field
from sqlmodel import select

from orderdb import stock
from orderdb.eligibility import clauses, verdict
from orderdb.eligibility.changing import price_may_differ
from orderdb.errors import Refused
from orderdb.models import Order, OrderLine
from orderdb.proposals.kind import Change, Kind, Matter, Ruling, listed, require
from orderdb.proposals.lines import (
    CHOOSE_ANOTHER,
    Offered,
    Swap,
    WithSwaps,
    added_up,
    find_line,
    must_be_there,
    named,
    offered,
    quantity_of,
    shortened,
    target_of,
)
from orderdb.proposals.payment import must_cover
from orderdb.sharing import shares
from orderdb.statuses import OrderStatus, ProposalKind
from orderdb.text import Text
from orderdb.views import LineView, OrderView
from orderdb.wallet import Means, returned_to


class ChangeItems(WithSwaps):
    """``settle_with`` pays a difference or gets it back."""

    settle_with: str = Field(default="original", min_length=1, max_length=64)


@dataclass(frozen=True)
class _Swapped:
    """Pieces of a line that become another variant, with the discount that goes with them."""

    line: LineView
    quantity: int
    by: Offered
    discount: int

    @property
    def total(self) -> int:
        return self.by.unit_minor * self.quantity - self.discount

    @property
    def difference(self) -> int:
        """Minor units that the pieces cost more than before."""
        kept = self.line.quantity - self.quantity
        before = self.line.total.minor - (self.line.unit_price.minor * kept - self.left_discount)
        return self.total - before

    @property
    def left_discount(self) -> int:
        return _discounts(self.line, self.quantity)[0]


def _discounts(line: LineView, quantity: int) -> list[int]:
    """What is taken off the pieces that stay, and off those that change."""
    return shares(line.discount.minor, [line.quantity - quantity, quantity])


@dataclass(frozen=True)
class _Plan:
    swaps: list[_Swapped]
    items: int
    tax: int
    means: Means | None


def _judge(matter: Matter, asked: ChangeItems) -> Ruling:
    order, question = matter.order, matter.question("change_items")
    judged = require(verdict(order, "change_items", matter.book, matter.now))
    if order.status is OrderStatus.PENDING_PAYMENT:
        raise Refused(_UNPAID, judged.clause)
    swaps = [_swapped(matter, one) for one in asked.swaps]
    items = sum(one.difference for one in swaps)
    tax = _tax(order, items)
    difference = items + tax
    if difference and not price_may_differ(question):
        raise Refused(_SAME_PRICE, judged.clause)
    if order.items.minor + items < order.discount.minor:
        raise Refused(_DISCOUNT, judged.clause)
    means = _means(matter, asked.settle_with, difference, judged.clause)
    wanted = added_up((one.by.variant.id, one.quantity) for one in swaps)
    must_be_there(matter, wanted, judged.clause, CHOOSE_ANOTHER)
    return Ruling(
        judged,
        matter.money(abs(difference)),
        _summary(matter, swaps, difference, means),
        effect={
            "swaps": [
                {
                    "line": one.line.position,
                    "quantity": one.quantity,
                    "variant": one.by.variant.id,
                    "unit_minor": one.by.unit_minor,
                    "discount_minor": one.discount,
                }
                for one in swaps
            ],
            "difference": difference,
            "gift_card": means.gift_card_id if means else None,
            "saved_method": means.saved_method_id if means else None,
        },
        plan=_Plan(swaps, items, tax, means),
    )


def _swapped(matter: Matter, asked: Swap) -> _Swapped:
    clause = clauses.CHANGE_ITEMS
    line = find_line(matter, asked.line, clause)
    pieces = quantity_of(asked, line, line.unshipped, clause)
    by = offered(matter, line, asked.variant, clause)
    discount = min(_discounts(line, pieces)[1], by.unit_minor * pieces)
    return _Swapped(line, pieces, by, discount)


def _tax(order: OrderView, items: int) -> int:
    """What the tax rises by, at the rate that the order was taxed at; half a unit rounds up."""
    net = order.items.minor - order.discount.minor
    if not order.tax.minor or net <= 0:
        return 0
    return (2 * order.tax.minor * (net + items) + net) // (2 * net) - order.tax.minor


def _means(matter: Matter, key: str, difference: int, clause: str) -> Means | None:
    """Who pays or gets the difference; None for none, and for back by the ways that paid."""
    if not difference:
        return None
    rules, wallet = matter.book.profile.change_items, matter.wallet()
    if difference > 0:
        means = wallet.find(key, rules.pay_with, clause)
        must_cover(means, difference, clause, matter)
        return means
    if matter.order.refundable.minor < -difference:
        raise Refused(_DISCOUNT, clause)
    return wallet.refunding(-difference, key, rules.refund_to, clause)


def _summary(matter: Matter, swaps: list[_Swapped], difference: int, means: Means | None) -> Text:
    what = listed([changed(one.line, one.quantity, one.by) for one in swaps])
    number, en, zh = matter.order.number, "", ""
    sum_ = matter.money(abs(difference))
    if difference > 0 and means is not None:
        label = means.label
        en, zh = f" You pay {sum_} more with {label.en}.", f"需用{label.zh}补付{sum_}。"
    elif difference < 0:
        to = returned_to(matter.order, -difference, means)
        en, zh = f" {sum_} goes back to {to.en}.", f"将向{to.zh}退回{sum_}。"
    if matter.book.profile.change_items.closes_order:
        en += " After that nothing else of the order can be changed."
        zh += "此后订单不能再作任何修改。"
    return Text(en=f"In order {number}, change {what.en}.{en}", zh=f"订单{number}：{what.zh}。{zh}")


def changed(line: LineView, quantity: int, by: Offered) -> Text:
    """``1 x Kettle (red) to blue``."""
    what, name = named(line, quantity), shortened(by.variant.name, 40)
    return Text(
        en=f"{what.en} to {name.en or by.variant.sku}",
        zh=f"{what.zh}换为{name.zh or by.variant.sku}",
    )


def _change(change: Change, asked: ChangeItems) -> Text:
    plan: _Plan = change.ruling.plan
    order, difference = change.order, plan.items + plan.tax
    rows = {
        row.position: row
        for row in change.session.exec(select(OrderLine).where(OrderLine.order_id == order.id))
    }
    for one in plan.swaps:
        _rewrite(change, rows, one)
    order.items_minor += plan.items
    order.tax_minor += plan.tax
    order.total_minor += difference
    order.items_changed_at = change.now
    change.session.add(order)
    if difference > 0 and plan.means is not None:
        at_once = change.matter.book.profile.charge == "at_once"
        change.ledger.charge(difference, plan.means, at_once=at_once)
    elif difference < 0:
        change.ledger.give_back(-difference, plan.means)
    freed = added_up((one.line.variant_id, one.quantity) for one in plan.swaps)
    promised = added_up((one.by.variant.id, one.quantity) for one in plan.swaps)
    stock.move(change.session, freed, promised, order.warehouse_code)
    return _done(order)


def _done(order: Order) -> Text:
    return Text(
        en=f"The items of order {order.number} were changed.",
        zh=f"订单{order.number}的商品已修改。",
    )


def _rewrite(change: Change, rows: dict[int, OrderLine], one: _Swapped) -> None:
    """The whole line becomes the variant; of a part of it a new line is made."""
    row = rows[one.line.position]
    if one.quantity < row.quantity:
        row.quantity -= one.quantity
        row.discount_minor = one.left_discount
        row.total_minor = row.unit_minor * row.quantity - row.discount_minor
        change.session.add(row)
        row = OrderLine(
            order_id=row.order_id,
            position=max(rows) + 1,
            name_en=row.name_en,
            name_zh=row.name_zh,
            quantity=one.quantity,
        )
        rows[row.position] = row
    variant, product = one.by.variant, one.by.product
    row.variant_id, row.sku = variant.id, variant.sku
    row.variant_en, row.variant_zh = variant.name_en, variant.name_zh
    row.return_class = product.return_class
    row.unit_minor, row.discount_minor = one.by.unit_minor, one.discount
    row.total_minor = one.total
    change.session.add(row)
    change.session.flush()


_UNPAID = Text(
    en="The order is not paid yet. Cancel it and order the right variant.",
    zh="订单尚未付款。可以取消订单，重新下单选择所需款式。",
)
_SAME_PRICE = Text(
    en="For this order only a variant at the same price can take its place. "
    "Choose one of those, or cancel and order again.",
    zh="该订单只能换成同价的款式。请选择同价款式，或取消后重新下单。",
)
_DISCOUNT = Text(
    en="The order would cost less than what was taken off it. A person can look at it.",
    zh="更换后金额低于已享优惠，可以转人工客服处理。",
)

CHANGE_ITEMS = Kind(
    ProposalKind.CHANGE_ITEMS,
    ChangeItems,
    _judge,
    _change,
    target=lambda asked: target_of(asked.swaps),
)
