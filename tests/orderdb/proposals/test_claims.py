"""Damaged, missing and lost: the carrier's word settles it, a customer's photos are looked at."""

from __future__ import annotations

import pytest

from orderdb.errors import Refused
from orderdb.models import Claim, Stock
from orderdb.proposals import LinePieces, Report, ReturnItems
from orderdb.statuses import (
    CaseStatus,
    ClaimMatter,
    OrderStatus,
    ProposalKind,
    ReturnClass,
    ShipmentStatus,
)
from tests.orderdb.proposals.desk import Desk, bought, paid_and_back
from tests.orderdb.shop import Shop

RESHIP, REFUND = ProposalKind.RESHIP, ProposalKind.REFUND
PHOTO = ("IMG_2031.jpg",)


def report(matter: ClaimMatter, *lines: int, photos: tuple[str, ...] = ()) -> Report:
    wanted = tuple(LinePieces(line=line) for line in lines or (1,))
    return Report(lines=wanted, matter=matter, evidence=photos)


def lost(shop: Shop, **fields: object) -> None:
    order, _ = bought(shop, status=OrderStatus.EXCEPTION, **fields)
    shop.ship(order, ShipmentStatus.LOST)


def test_a_lost_parcel_is_refunded_at_once_with_its_shipping(shop: Shop, desk: Desk) -> None:
    lost(shop)
    result = desk.do(REFUND, report(ClaimMatter.LOST))
    assert result["amount"]["minor"] == 2490
    assert paid_and_back(desk) == (2490, 2490)
    assert desk.rows(Claim)[0].status is CaseStatus.COMPLETED
    assert desk.effects() == ["refund"]
    assert desk.chain_holds()


def test_the_shipping_is_shared_among_what_is_claimed(shop: Shop, desk: Desk) -> None:
    lost(shop, lines=3)
    amounts = [
        desk.do(REFUND, report(ClaimMatter.LOST, line))["amount"]["minor"] for line in (1, 2, 3)
    ]
    assert amounts == [2164, 2163, 2163]
    assert sum(amounts) == 6490


def test_a_lost_parcel_is_sent_once_more_from_stock(shop: Shop, desk: Desk) -> None:
    lost(shop)
    desk.do(RESHIP, report(ClaimMatter.LOST))
    assert desk.rows(Claim)[0].status is CaseStatus.APPROVED
    assert desk.reserved()["MUG-1"] == 6
    assert desk.effects() == ["reshipment"]
    assert paid_and_back(desk)[1] == 0


def test_what_is_out_of_stock_can_only_be_refunded(shop: Shop, desk: Desk) -> None:
    _, variants = bought(shop, status=OrderStatus.EXCEPTION)
    shop.ship(desk.order(), ShipmentStatus.LOST)
    stock = shop.session.get_one(Stock, (variants[0].id, "LEJ"))
    stock.reserved = stock.on_hand
    shop.save(stock)
    with pytest.raises(Refused, match="refunded instead"):
        desk.propose(RESHIP, report(ClaimMatter.LOST))


def test_damage_without_photos_is_not_taken(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    with pytest.raises(Refused, match="Photos") as refused:
        desk.propose(REFUND, report(ClaimMatter.DAMAGED))
    assert refused.value.clause == "DAMAGE-1"


def test_with_photos_the_refund_is_promised_and_no_money_moves(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    proposal = desk.propose(REFUND, report(ClaimMatter.DAMAGED, photos=PHOTO))
    assert "once the photos were checked" in proposal.summary_en
    desk.confirm(proposal)
    [claim] = desk.rows(Claim)
    assert (claim.status, claim.refund_minor) == (CaseStatus.REQUESTED, 2490)
    assert claim.evidence["photos"] == list(PHOTO)
    assert paid_and_back(desk)[1] == 0
    assert desk.read().refundable.minor == 0


def test_an_agent_vouches_for_what_the_customer_shows(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    desk.do(REFUND, report(ClaimMatter.DAMAGED), agent="mia")
    assert paid_and_back(desk) == (2490, 2490)
    assert desk.rows(Claim)[0].evidence["agent"] == "mia"


def test_what_the_carrier_calls_damaged_needs_no_photos(shop: Shop, desk: Desk) -> None:
    order, _ = bought(shop, status=OrderStatus.EXCEPTION)
    shop.ship(order, ShipmentStatus.DAMAGED)
    assert desk.do(REFUND, report(ClaimMatter.DAMAGED))["refunds"]


def test_the_same_pieces_are_not_claimed_twice_nor_returned(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    desk.do(REFUND, report(ClaimMatter.DAMAGED), agent="mia")
    with pytest.raises(Refused, match="settled"):
        desk.propose(RESHIP, report(ClaimMatter.MISSING, photos=PHOTO))
    with pytest.raises(Refused):
        desk.propose(ProposalKind.RETURN_ITEMS, ReturnItems(lines=(LinePieces(line=1),)))


def test_what_is_on_its_way_is_not_lost(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    with pytest.raises(Refused, match="not count as lost"):
        desk.propose(REFUND, report(ClaimMatter.LOST, photos=PHOTO))


def test_final_sale_goods_that_came_damaged_are_refunded(shop: Shop, desk: Desk) -> None:
    shop.delivered(lines=[{"return_class": ReturnClass.FINAL_SALE}])
    asked = report(ClaimMatter.DAMAGED, photos=PHOTO)
    assert desk.propose(REFUND, asked).amount_minor == 4480
