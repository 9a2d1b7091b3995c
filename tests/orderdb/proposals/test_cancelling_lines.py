"""Taking pieces out of an order: their share comes back, the rest is sent."""

from __future__ import annotations

import pytest

from orderdb.errors import Refused
from orderdb.proposals import CancelLines, CancelOrder, LinePieces
from orderdb.statuses import OrderStatus, ProposalKind, RefundStatus
from tests.orderdb.proposals.desk import Desk, bought, paid_and_back
from tests.orderdb.shop import Shop

KIND = ProposalKind.CANCEL_LINES


def pieces(line: int, quantity: int | None = None) -> CancelLines:
    return CancelLines(lines=(LinePieces(line=line, quantity=quantity),))


def test_a_piece_comes_out_with_its_share_of_the_discount(shop: Shop, desk: Desk) -> None:
    bought(shop, quantity=3, discount_minor=100, total_minor=6000 - 100 + 490)
    result = desk.do(KIND, pieces(1, 1))
    assert result["amount"]["minor"] == 1967  # 59.00 for three: 19.67, 19.67 and 19.66
    assert desk.lines()[0].cancelled_quantity == 1
    assert desk.order().status is OrderStatus.PROCESSING
    assert desk.reserved()["MUG-1"] == 4
    assert paid_and_back(desk) == (6390, 1967)
    assert desk.effects() == ["refund"]
    assert desk.chain_holds()


def test_pieces_taken_out_one_by_one_lose_no_cent(shop: Shop, desk: Desk) -> None:
    bought(shop, quantity=3, lines=2, discount_minor=100, total_minor=12000 - 100 + 490)
    amounts = [desk.do(KIND, pieces(1, 1))["amount"]["minor"] for _ in range(3)]
    assert sum(amounts) == (12000 - 100) // 2


def test_not_everything_can_be_taken_out(shop: Shop, desk: Desk) -> None:
    bought(shop, quantity=2)
    with pytest.raises(Refused, match="Cancel the whole order"):
        desk.propose(KIND, pieces(1))


def test_more_pieces_than_there_are_cannot_be_taken_out(shop: Shop, desk: Desk) -> None:
    bought(shop, quantity=2, lines=2)
    with pytest.raises(Refused, match="for 2 at most"):
        desk.propose(KIND, pieces(1, 3))
    with pytest.raises(Refused, match="no item 9"):
        desk.propose(KIND, pieces(9))


def test_nothing_comes_out_of_a_packed_order(shop: Shop, desk: Desk) -> None:
    bought(shop, lines=2, status=OrderStatus.PACKED)
    with pytest.raises(Refused) as refused:
        desk.propose(KIND, pieces(1))
    assert refused.value.clause == "CANCEL-3"


def test_a_whole_cancellation_afterwards_gives_back_the_rest(shop: Shop, desk: Desk) -> None:
    order, _ = bought(shop, quantity=3)
    desk.do(KIND, pieces(1, 2))
    result = desk.do(ProposalKind.CANCEL_ORDER, CancelOrder())
    assert result["amount"]["minor"] == order.total_minor - 4000
    assert paid_and_back(desk) == (order.total_minor, order.total_minor)
    assert desk.reserved()["MUG-1"] == 2
    assert {one["status"] for one in result["refunds"]} == {RefundStatus.PENDING.value}
