"""Returns and reports are settled once, for no more than was promised."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from orderdb.errors import NotFound, Refused
from orderdb.models import Claim, Refund, ReturnRequest
from orderdb.proposals import LinePieces, Report, ReturnItems
from orderdb.settlement import settle_claim, settle_return
from orderdb.statuses import (
    CaseStatus,
    ClaimMatter,
    OrderStatus,
    PaymentMethod,
    ProposalKind,
    RefundStatus,
)
from tests.orderdb.proposals.desk import Desk, bought, gift_card, paid_and_back
from tests.orderdb.shop import NOW, Shop

LATER = NOW + timedelta(days=5)


@pytest.fixture
def shop(engine: Engine) -> Shop:
    return Shop(engine)


@pytest.fixture
def desk(engine: Engine, shop: Shop) -> Desk:
    return Desk(engine)


def returned(desk: Desk, refund: int | None = None) -> ReturnRequest:
    [request] = desk.rows(ReturnRequest)
    with desk.sessions() as session:
        return settle_return(session, request.id or 0, agent="leo", now=LATER, refund_minor=refund)


def decided(desk: Desk, *, approved: bool) -> Claim:
    with desk.sessions() as session:
        return settle_claim(session, 1, approved=approved, agent="leo", now=LATER)


def ask_back(desk: Desk, quantity: int | None = None) -> None:
    lines = (LinePieces(line=1, quantity=quantity),)
    desk.do(ProposalKind.RETURN_ITEMS, ReturnItems(lines=lines))


def test_goods_that_came_back_release_what_was_promised(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True, quantity=2)
    ask_back(desk, 1)
    returned(desk)
    [refund] = desk.rows(Refund)
    assert (refund.amount_minor, refund.status) == (2000 - 390, RefundStatus.PENDING)
    assert desk.lines()[0].returned_quantity == 1
    assert desk.order().status is OrderStatus.PARTIALLY_RETURNED
    assert desk.read().promised.minor == 0
    assert desk.effects() == ["refund", "return_label"]
    assert desk.chain_holds()


def test_a_whole_order_that_came_back_is_returned(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    ask_back(desk)
    returned(desk)
    assert desk.order().status is OrderStatus.RETURNED


def test_a_gift_cards_part_goes_back_to_it_at_once(shop: Shop, desk: Desk) -> None:
    card = gift_card(shop, 1000)
    order, _ = bought(shop, delivered=True, paid=False)
    shop.pay(order, 2000, method=PaymentMethod.GIFT_CARD, gift_card_id=card.id)
    shop.pay(order, 490)
    ask_back(desk)
    returned(desk)
    assert sorted((one.amount_minor, one.status.value) for one in desk.rows(Refund)) == [
        (490, "pending"),
        (1610, "succeeded"),
    ]


def test_settling_at_once_pays_once(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    ask_back(desk)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: returned(desk).status, range(8)))
    assert set(found) == {CaseStatus.COMPLETED}
    assert paid_and_back(desk) == (2490, 2100)
    assert desk.chain_holds()


def test_worn_goods_release_less_and_never_more(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    ask_back(desk)
    for wrong in (2101, -1):
        with pytest.raises(Refused):
            returned(desk, wrong)
    returned(desk, 1500)
    assert paid_and_back(desk)[1] == 1500


@pytest.mark.parametrize("approved", [True, False])
def test_a_report_is_paid_or_turned_down_by_a_person(
    shop: Shop, desk: Desk, approved: bool
) -> None:
    bought(shop, delivered=True)
    report = Report(
        lines=(LinePieces(line=1),), matter=ClaimMatter.DAMAGED, evidence=("IMG_1.jpg",)
    )
    desk.do(ProposalKind.REFUND, report)
    for _ in range(2):
        decided(desk, approved=approved)
    with pytest.raises(Refused, match="otherwise"):
        decided(desk, approved=not approved)
    assert paid_and_back(desk)[1] == (2490 if approved else 0)
    assert desk.chain_holds()


def test_what_was_turned_down_can_be_returned_instead(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    report = Report(
        lines=(LinePieces(line=1),), matter=ClaimMatter.DAMAGED, evidence=("IMG_1.jpg",)
    )
    desk.do(ProposalKind.REFUND, report)
    decided(desk, approved=False)
    ask_back(desk)


def test_there_is_nothing_to_settle_where_nothing_was_asked(desk: Desk) -> None:
    with desk.sessions() as session, pytest.raises(NotFound):
        settle_return(session, 7, agent="leo", now=LATER)
