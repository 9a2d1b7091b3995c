"""On orders as a shop has them: coupons, gift cards, five currencies, parcels in all states."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from orderdb import audit
from orderdb.errors import OrderChanged, Refused
from orderdb.models import Order, Payment, Refund, Variant
from orderdb.proposals import (
    CancelLines,
    CancelOrder,
    ChangeItems,
    ExchangeItems,
    KindArguments,
    LinePieces,
    Report,
    ReturnItems,
    Swap,
    confirm,
    propose,
)
from orderdb.repository import find_order
from orderdb.statuses import ClaimMatter, ProposalKind
from orderdb.views import OrderView
from tests.conftest import DEMO_DAY
from tests.orderdb.proposals.desk import BOOK

NOW = datetime(DEMO_DAY.year, DEMO_DAY.month, DEMO_DAY.day, 12, tzinfo=UTC)
CLICK = timedelta(minutes=1)


def possible(session: Session, order: OrderView) -> list[tuple[ProposalKind, KindArguments]]:
    """One of each kind about the order's first line."""
    line = LinePieces(line=1, quantity=1)
    asked: list[tuple[ProposalKind, KindArguments]] = [
        (ProposalKind.CANCEL_LINES, CancelLines(lines=(line,))),
        (ProposalKind.RETURN_ITEMS, ReturnItems(lines=(line,), sealed=True)),
        (ProposalKind.REFUND, Report(lines=(line,), matter=ClaimMatter.LOST)),
        (
            ProposalKind.RESHIP,
            Report(lines=(line,), matter=ClaimMatter.DAMAGED, evidence=("a.jpg",)),
        ),
    ]
    bought = session.get(Variant, order.lines[0].variant_id) if order.lines else None
    if bought is not None:
        for sku in session.exec(
            select(Variant.sku)
            .where(Variant.product_id == bought.product_id, Variant.id != bought.id)
            .order_by(col(Variant.id))
            .limit(1)
        ):
            swap = Swap(line=1, quantity=1, variant=sku)
            asked.append((ProposalKind.CHANGE_ITEMS, ChangeItems(swaps=(swap,))))
            asked.append((ProposalKind.EXCHANGE_ITEMS, ExchangeItems(swaps=(swap,), sealed=True)))
    return [*asked, (ProposalKind.CANCEL_ORDER, CancelOrder())]


@pytest.mark.timeout(300)
def test_whatever_is_proposed_for_them_is_refused_or_done_and_the_sums_hold(
    sqlite_demo_engine: Engine,
) -> None:
    engine, done = sqlite_demo_engine, Counter[ProposalKind]()
    with Session(engine) as session:
        orders = session.exec(
            select(Order.customer_id, Order.number).order_by(col(Order.placed_at).desc()).limit(120)
        ).all()
    for customer, number in orders:
        with Session(engine) as session:
            asked = possible(session, find_order(session, customer, number))
        for kind, arguments in asked:
            try:
                with Session(engine, expire_on_commit=False) as session:
                    made = propose(session, customer, number, kind, arguments, None, BOOK, NOW)
                with Session(engine, expire_on_commit=False) as session:
                    confirm(session, customer, made.id, made.digest, BOOK, NOW + CLICK)
                done[kind] += 1
            except (Refused, OrderChanged):
                continue
            with Session(engine) as session:
                view = find_order(session, customer, number)
            paid = sum(one.amount.minor for one in view.payments)
            back = sum(one.refunded.minor for one in view.payments)
            assert back + view.promised.minor <= paid
    assert len(done) >= 6, done
    with Session(engine) as session:
        refunded = Counter[int]()
        for refund in session.exec(select(Refund)):
            if refund.status.value != "failed":
                refunded[refund.payment_id] += refund.amount_minor
        for payment in session.exec(select(Payment)):
            assert refunded[payment.id or 0] <= payment.amount_minor
        assert audit.verify(session) is None
        assert audit.replay(session).difference is None
