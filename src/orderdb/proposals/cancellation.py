"""Cancelling an order that nothing has left of, or taking pieces out of it."""

from __future__ import annotations

from pydantic import Field
from sqlmodel import Session, col, select

from orderdb import stock
from orderdb.columns import JsonObject
from orderdb.eligibility import clauses, pricing, verdict
from orderdb.eligibility.changing import cancel_lines as judge_lines
from orderdb.errors import Refused
from orderdb.models import Order, OrderLine
from orderdb.proposals.kind import Change, Kind, KindArguments, Matter, Ruling, listed, require
from orderdb.proposals.lines import (
    WithLines,
    added_up,
    find_line,
    named,
    quantity_of,
    target_of,
)
from orderdb.statuses import OrderStatus, ProposalKind
from orderdb.text import Text


class CancelOrder(KindArguments):
    reason: str = Field(default="", max_length=500)


class CancelLines(WithLines):
    reason: str = Field(default="", max_length=500)


def _judge_order(matter: Matter, asked: CancelOrder) -> Ruling:
    order = matter.order
    judged = require(verdict(order, "cancel", matter.book, matter.now))
    _must_be_a_reason(matter, asked.reason)
    amount = judged.refund or matter.money(0)
    if not amount.minor:
        summary = Text(en=f"Cancel order {order.number}.", zh=f"取消订单{order.number}。")
    else:
        summary = Text(
            en=f"Cancel order {order.number} and refund {amount}.",
            zh=f"取消订单{order.number}，退款{amount}。",
        )
    return Ruling(judged, amount, summary)


def _must_be_a_reason(matter: Matter, reason: str) -> None:
    """Some shops take only some reasons."""
    accepted = matter.book.profile.cancel.reasons
    if not accepted or reason.casefold() in {one.casefold() for one in accepted}:
        return
    raise Refused(
        Text(
            en=f"The reason must be one of: {', '.join(accepted)}. Ask which one it is.",
            zh=f"取消原因须为以下之一：{'、'.join(accepted)}。请询问是哪一个。",
        ),
        clauses.CANCEL_BEFORE_HANDOVER,
    )


def _cancel_order(change: Change, asked: CancelOrder) -> Text:
    order, view = change.order, change.matter.order
    order.status, order.cancelled_at = OrderStatus.CANCELLED, change.now
    order.cancel_reason = asked.reason or None
    change.session.add(order)
    for line in _rows(change.session, order).values():
        line.cancelled_quantity = line.quantity - line.shipped_quantity
        change.session.add(line)
    change.ledger.void_pending()
    change.ledger.give_back(change.ruling.amount.minor)
    freed = added_up((line.variant_id, line.unshipped) for line in view.lines)
    stock.move(change.session, freed, {}, order.warehouse_code)
    if not change.ruling.amount.minor:
        return Text(en=f"Order {order.number} is cancelled.", zh=f"订单{order.number}已取消。")
    amount = change.ruling.amount
    return Text(
        en=f"Order {order.number} is cancelled; {amount} is being refunded.",
        zh=f"订单{order.number}已取消，正在退款{amount}。",
    )


def _judge_lines(matter: Matter, asked: CancelLines) -> Ruling:
    order, question = matter.order, matter.question("cancel")
    judged = require(judge_lines(question))
    if order.status is OrderStatus.PENDING_PAYMENT:
        raise Refused(_UNPAID, judged.clause)
    wanted, items = {}, []
    for one in asked.lines:
        line = find_line(matter, one.line, judged.clause)
        wanted[line.position] = quantity_of(one, line, line.unshipped, judged.clause)
        items.append(named(line, wanted[line.position]))
    if sum(wanted.values()) == sum(line.unshipped for line in order.lines):
        raise Refused(_WHOLE, judged.clause)
    amount = matter.money(pricing.of_cancelling(question, wanted).total)
    what = listed(items)
    return Ruling(
        judged,
        amount,
        Text(
            en=f"Take {what.en} out of order {order.number} and refund {amount}.",
            zh=f"从订单{order.number}中去掉{what.zh}，退款{amount}。",
        ),
        effect={"lines": {str(line): pieces for line, pieces in wanted.items()}},
    )


_UNPAID = Text(
    en="The order is not paid yet. Cancel it and order again without the item.",
    zh="订单尚未付款。可以取消订单，重新下单时去掉该商品。",
)
_WHOLE = Text(
    en="Nothing would be left of the order. Cancel the whole order instead.",
    zh="这样订单就没有商品了。请改为取消整个订单。",
)


def _cancel_lines(change: Change, asked: CancelLines) -> Text:
    wanted: JsonObject = change.ruling.effect["lines"]
    rows = _rows(change.session, change.order)
    for position, pieces in wanted.items():
        row = rows[int(position)]
        row.cancelled_quantity += pieces
        change.session.add(row)
    change.ledger.give_back(change.ruling.amount.minor)
    freed = added_up((rows[int(line)].variant_id, pieces) for line, pieces in wanted.items())
    stock.move(change.session, freed, {}, change.order.warehouse_code)
    number, amount = change.order.number, change.ruling.amount
    return Text(
        en=f"The items were taken out of order {number}; {amount} is being refunded.",
        zh=f"已从订单{number}中去掉所选商品，正在退款{amount}。",
    )


def _rows(session: Session, order: Order) -> dict[int, OrderLine]:
    rows = session.exec(
        select(OrderLine).where(OrderLine.order_id == order.id).order_by(col(OrderLine.position))
    )
    return {row.position: row for row in rows}


CANCEL_ORDER = Kind(ProposalKind.CANCEL_ORDER, CancelOrder, _judge_order, _cancel_order)
CANCEL_LINES = Kind(
    ProposalKind.CANCEL_LINES,
    CancelLines,
    _judge_lines,
    _cancel_lines,
    target=lambda asked: target_of(asked.lines),
)
