"""Returns and reports are settled once, for no more than was promised."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from orderdb import outbox
from orderdb.errors import NotFound, Refused
from orderdb.models import Claim, Exchange, GiftCard, Payment, Refund, ReturnRequest, Stock
from orderdb.proposals import ExchangeItems, LinePieces, Report, ReturnItems, Swap
from orderdb.settlement import settle_claim, settle_exchange, settle_return
from orderdb.statuses import (
    CaseStatus,
    ClaimMatter,
    EffectKind,
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


def swap_for(
    desk: Desk, sku: str, settle_with: str = "original", quantity: int | None = None
) -> None:
    swaps = (Swap(line=1, quantity=quantity, variant=sku),)
    desk.do(ProposalKind.EXCHANGE_ITEMS, ExchangeItems(swaps=swaps, settle_with=settle_with))


def exchanged(desk: Desk, *, accepted: bool = True) -> Exchange:
    with desk.sessions() as session:
        return settle_exchange(session, 1, accepted=accepted, agent="leo", now=LATER)


def delivered(desk: Desk) -> list[str]:
    """What is due goes out."""
    with desk.sessions() as session:
        due = outbox.claim(session, "w", list(EffectKind), LATER, seconds=60, limit=100)
    for effect in due:
        with desk.sessions() as session:
            outbox.mark_delivered(session, effect.id or 0, LATER)
    return [effect.kind.value for effect in due if effect.kind is not EffectKind.EMAIL]


def test_a_dearer_replacement_is_charged_once_and_leaves(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    swap_for(desk, "MUG-2")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: exchanged(desk).status, range(8)))
    assert set(found) == {CaseStatus.COMPLETED}
    assert [one.amount_minor for one in desk.rows(Payment)] == [2490, 500]
    assert desk.effects() == ["charge", "reshipment", "return_label"]
    assert desk.reserved()["MUG-2"] == 6
    assert delivered(desk) == ["return_label", "charge"]  # nothing leaves before it is paid
    assert delivered(desk) == ["reshipment"]
    with pytest.raises(Refused, match="otherwise"):
        exchanged(desk, accepted=False)
    assert desk.chain_holds()


def test_a_cheaper_replacement_gives_the_difference_back(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    swap_for(desk, "MUG-3")
    exchanged(desk)
    assert paid_and_back(desk) == (2490, 200)
    assert desk.effects() == ["refund", "reshipment", "return_label"]
    ask_back(desk)  # what was exchanged can come back, for what it cost in the end
    assert desk.rows(ReturnRequest)[0].refund_minor == 1800 + 490 - 390
    assert desk.chain_holds()


def test_a_gift_card_pays_the_difference_or_nothing_leaves(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    card = gift_card(shop, 600)
    swap_for(desk, "MUG-2", "gift_card")
    with desk.sessions() as session:
        session.get_one(GiftCard, card.id).balance_minor = 499
        session.commit()
    with pytest.raises(Refused, match="no longer covers"):
        exchanged(desk)
    assert desk.effects() == ["return_label"]
    with desk.sessions() as session:
        session.get_one(GiftCard, card.id).balance_minor = 600
        session.commit()
    exchanged(desk)
    assert desk.rows(GiftCard)[0].balance_minor == 100
    assert desk.effects() == ["reshipment", "return_label"]
    assert desk.chain_holds()


def test_an_exchange_that_is_closed_frees_the_replacement(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    swap_for(desk, "MUG-2")
    for _ in range(2):
        exchanged(desk, accepted=False)
    assert desk.reserved()["MUG-2"] == 5
    assert paid_and_back(desk) == (2490, 0)
    assert desk.effects() == ["return_label"]
    ask_back(desk)
    assert desk.chain_holds()


@pytest.mark.parametrize("approved", [True, False])
def test_what_was_reported_is_sent_again_by_a_person(
    shop: Shop, desk: Desk, approved: bool
) -> None:
    bought(shop, delivered=True)
    lines = (LinePieces(line=1),)
    desk.do(ProposalKind.RESHIP, Report(lines=lines, matter=ClaimMatter.WRONG, evidence=("a.jpg",)))
    for _ in range(2):
        decided(desk, approved=approved)
    with pytest.raises(Refused, match="otherwise"):
        decided(desk, approved=not approved)
    assert desk.effects() == (["reshipment"] if approved else [])
    assert desk.reserved()["MUG-1"] == (6 if approved else 5)
    assert desk.chain_holds()


def test_a_report_is_completed_when_its_goods_are_sent_again(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    lines = (LinePieces(line=1),)
    desk.do(ProposalKind.RESHIP, Report(lines=lines, matter=ClaimMatter.WRONG, evidence=("a.jpg",)))
    decided(desk, approved=True)
    assert [one.status for one in desk.rows(Claim)] == [CaseStatus.APPROVED]
    delivered(desk)
    assert decided(desk, approved=True).status is CaseStatus.COMPLETED
    with pytest.raises(Refused, match="otherwise"):
        decided(desk, approved=False)
    assert desk.effects() == ["reshipment"]
    assert desk.chain_holds()


def test_nothing_is_sent_again_that_is_out_of_stock(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    lines = (LinePieces(line=1),)
    desk.do(ProposalKind.RESHIP, Report(lines=lines, matter=ClaimMatter.WRONG, evidence=("a.jpg",)))
    with desk.sessions() as session:
        for row in session.exec(select(Stock)):
            row.on_hand = row.reserved
        session.commit()
    with pytest.raises(Refused, match="out of stock"):
        decided(desk, approved=True)
    decided(desk, approved=False)
