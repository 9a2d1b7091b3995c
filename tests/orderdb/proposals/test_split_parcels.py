"""One line in two parcels: what holds for pieces of one does not hold for those of the other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orderdb.eligibility import verdict
from orderdb.errors import Refused
from orderdb.models import OrderLine, Shipment, ShipmentLine
from orderdb.proposals import LinePieces, Report, ReturnItems
from orderdb.statuses import ClaimMatter, OrderStatus, ProposalKind, ShipmentStatus
from tests.orderdb.proposals.desk import BOOK, Desk, bought, paid_and_back
from tests.orderdb.shop import ARRIVED, NOW, Shop

REFUND = ProposalKind.REFUND


def split(shop: Shop, status: ShipmentStatus, **fields: object) -> None:
    """Three mugs: one has come, two lie in a parcel with that status."""
    order, _ = bought(shop, quantity=3, status=OrderStatus.EXCEPTION)
    (line,) = shop.lines(order)
    line.shipped_quantity = 3
    shop.save(line)
    came = shop.save(
        Shipment(
            order_id=order.id, position=1, status=ShipmentStatus.DELIVERED, delivered_at=ARRIVED
        )
    )
    other = shop.save(Shipment(order_id=order.id, position=2, status=status, **fields))
    for parcel, pieces in ((came, 1), (other, 2)):
        shop.save(ShipmentLine(shipment_id=parcel.id, order_line_id=line.id, quantity=pieces))


def report(matter: ClaimMatter, quantity: int | None = None, *photos: str) -> Report:
    return Report(
        lines=(LinePieces(line=1, quantity=quantity),), matter=matter, evidence=tuple(photos)
    )


@pytest.mark.parametrize(
    ("status", "matter"),
    [(ShipmentStatus.LOST, ClaimMatter.LOST), (ShipmentStatus.DAMAGED, ClaimMatter.DAMAGED)],
)
def test_only_what_the_carrier_lost_or_damaged_is_refunded_on_its_word(
    shop: Shop, desk: Desk, status: ShipmentStatus, matter: ClaimMatter
) -> None:
    split(shop, status)
    action = "report_damaged" if matter is ClaimMatter.DAMAGED else "report_missing"
    judged = verdict(desk.read(), action, BOOK, NOW)
    with pytest.raises(Refused, match="2 at most"):
        desk.propose(REFUND, report(matter, 3))
    result = desk.do(REFUND, report(matter))
    assert judged.refund is not None
    assert result["amount"]["minor"] == judged.refund.minor == 2 * 2000 + 327
    assert paid_and_back(desk)[1] == 4327


def test_the_piece_that_came_needs_photos_of_its_own(shop: Shop, desk: Desk) -> None:
    split(shop, ShipmentStatus.DAMAGED)
    desk.do(REFUND, report(ClaimMatter.DAMAGED))
    with pytest.raises(Refused, match="Photos"):
        desk.propose(REFUND, report(ClaimMatter.DAMAGED))
    desk.do(REFUND, report(ClaimMatter.DAMAGED, None, "mug.jpg"))
    assert paid_and_back(desk)[1] == 4327  # a person looks at the photos first


def test_only_what_has_come_can_go_back(shop: Shop, desk: Desk) -> None:
    split(shop, ShipmentStatus.IN_TRANSIT, handed_over_at=ARRIVED)
    with pytest.raises(Refused, match="1 at most"):
        desk.propose(
            ProposalKind.RETURN_ITEMS, ReturnItems(lines=(LinePieces(line=1, quantity=2),))
        )
    result = desk.do(ProposalKind.RETURN_ITEMS, ReturnItems(lines=(LinePieces(line=1),)))
    assert result["amount"]["minor"] == 2000 - 390
    assert desk.rows(OrderLine)[0].quantity == 3


def test_a_parcel_without_news_counts_for_its_own_pieces(shop: Shop, desk: Desk) -> None:
    split(shop, ShipmentStatus.IN_TRANSIT, handed_over_at=NOW - timedelta(days=30))
    judged = verdict(desk.read(), "report_missing", BOOK, NOW)
    assert judged.clause == "DAMAGE-2"  # a part has come: a person looks at it


def test_a_lost_parcel_does_not_keep_the_window_open(shop: Shop, desk: Desk) -> None:
    split(shop, ShipmentStatus.LOST)
    judged = verdict(desk.read(), "return", BOOK, NOW)
    assert judged.until is not None
    late = judged.until + timedelta(seconds=1)
    assert not verdict(desk.read(), "return", BOOK, late).allowed
