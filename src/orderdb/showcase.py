"""Customers worth signing in as when trying a shop out: those with the most to see."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from orderdb.models import Customer, Order
from orderdb.statuses import OrderStatus
from orderdb.text import Text

_LOOKED_AT = 300
"""Customers considered, by id: enough to find every situation, few enough to be quick."""

_NAMES = {
    OrderStatus.EXCEPTION: Text(en="trouble on the way", zh="运输异常"),
    OrderStatus.OUT_FOR_DELIVERY: Text(en="out for delivery", zh="派送中"),
    OrderStatus.PARTIALLY_SHIPPED: Text(en="partly shipped", zh="部分发货"),
    OrderStatus.SHIPPED: Text(en="on the way", zh="运输中"),
    OrderStatus.PACKED: Text(en="packed", zh="已打包"),
    OrderStatus.PROCESSING: Text(en="in preparation", zh="备货中"),
    OrderStatus.PAID: Text(en="paid", zh="已付款"),
    OrderStatus.PENDING_PAYMENT: Text(en="awaiting payment", zh="待付款"),
    OrderStatus.PARTIALLY_RETURNED: Text(en="partly returned", zh="部分退货"),
    OrderStatus.RETURNED: Text(en="returned", zh="已退货"),
    OrderStatus.CANCELLED: Text(en="cancelled", zh="已取消"),
    OrderStatus.DELIVERED: Text(en="delivered", zh="已送达"),
}
"""In the order in which they are worth seeing."""


@dataclass(frozen=True)
class Shown:
    customer: Customer
    orders: int
    note: Text


def showcase(session: Session, count: int = 12) -> list[Shown]:
    """The demo shop's hand-made customers; in another shop, those with the most to see."""
    return _hand_made(session) or _most_varied(session, count)


def _hand_made(session: Session) -> list[Shown]:
    from orderdb.importers.demo import stories  # not at start-up

    told = {story.customer_id: story.note for story in stories()}
    customers = session.exec(select(Customer).where(col(Customer.id).in_(told))).all()
    by_id = {customer.id: customer for customer in customers}
    found = _statuses(session, list(by_id))
    return [
        Shown(by_id[customer_id], found[customer_id].total(), note)
        for customer_id, note in told.items()
        if customer_id in by_id
    ]


def _most_varied(session: Session, count: int) -> list[Shown]:
    """Customers whose orders together show every situation."""
    customers = session.exec(select(Customer).order_by(Customer.id).limit(_LOOKED_AT)).all()
    found = _statuses(session, [customer.id for customer in customers])
    left = sorted(
        (customer for customer in customers if found[customer.id]),
        key=lambda customer: (-len(found[customer.id]), customer.id),
    )
    chosen: list[Customer] = []
    unseen: set[OrderStatus] = set()
    while left and len(chosen) < count:
        unseen = unseen or set(OrderStatus)
        best = max(left, key=lambda customer: _news(customer, chosen, found, unseen))
        chosen.append(best)
        left.remove(best)
        unseen -= found[best.id].keys()
    return [
        Shown(customer, found[customer.id].total(), _note(found[customer.id]))
        for customer in chosen
    ]


def _statuses(session: Session, customer_ids: list[str]) -> dict[str, Counter[OrderStatus]]:
    """How many orders of each status each customer has."""
    found: dict[str, Counter[OrderStatus]] = defaultdict(Counter)
    rows = session.exec(
        select(Order.customer_id, Order.status, func.count())
        .where(col(Order.customer_id).in_(customer_ids))
        .group_by(Order.customer_id, Order.status)
    )
    for customer_id, status, number in rows:
        found[customer_id][OrderStatus(status)] = number
    return found


def _news(
    customer: Customer,
    chosen: list[Customer],
    found: dict[str, Counter[OrderStatus]],
    unseen: set[OrderStatus],
) -> tuple[int, bool, int]:
    """How much a customer adds: situations not shown yet, the other language, variety."""
    other_language = not chosen or chosen[-1].language != customer.language
    statuses = found[customer.id].keys()
    return len(statuses & unseen), other_language, len(statuses)


def _note(statuses: Counter[OrderStatus]) -> Text:
    parts = [(statuses[status], name) for status, name in _NAMES.items() if statuses[status]]
    return Text(
        en=", ".join(f"{number} {name.en}" for number, name in parts),
        zh="、".join(f"{number} 单{name.zh}" for number, name in parts),
    )
