"""Returns and exchanges: registered now, settled when the goods are there."""

from __future__ import annotations

import pytest

from orderdb.errors import Refused
from orderdb.models import Effect, Exchange, GiftCard, Payment, Refund, ReturnRequest
from orderdb.proposals import ExchangeItems, LinePieces, ReturnItems, Swap
from orderdb.statuses import (
    CaseStatus,
    EffectKind,
    PaymentMethod,
    ProposalKind,
    RefundStatus,
    ReturnClass,
    Tier,
)
from tests.orderdb.proposals.desk import Desk, bought, gift_card, paid_and_back
from tests.orderdb.shop import ANNA, NOW, Shop, at

RETURN, EXCHANGE = ProposalKind.RETURN_ITEMS, ProposalKind.EXCHANGE_ITEMS
LABEL, SHIPPING = 390, 490


def back(*lines: int, quantity: int | None = None, **more: object) -> ReturnItems:
    return ReturnItems(
        lines=tuple(LinePieces(line=line, quantity=quantity) for line in lines), **more
    )


def swap(variant: str, **more: object) -> ExchangeItems:
    return ExchangeItems(swaps=(Swap(line=1, variant=variant),), **more)


def test_a_return_promises_its_money_and_asks_for_a_label(shop: Shop, desk: Desk) -> None:
    order, _ = bought(shop, delivered=True)
    proposal = desk.propose(RETURN, back(1, reason="too small"))
    assert proposal.amount_minor == 2000 + SHIPPING - LABEL
    assert "less €3.90 for the return label" in proposal.summary_en
    desk.confirm(proposal)
    [row] = desk.rows(ReturnRequest)
    assert (row.quantity, row.refund_minor, row.reason) == (1, 2100, "too small")
    assert paid_and_back(desk) == (order.total_minor, 0)  # not before the goods were checked
    assert desk.effects() == ["return_label"]
    [label] = [one for one in desk.rows(Effect) if one.kind is EffectKind.RETURN_LABEL]
    assert label.payload["returns"] == [row.id]
    assert desk.read().promised.minor == 2100
    assert desk.chain_holds()


def test_what_is_on_its_way_back_cannot_be_returned_again(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True, quantity=2)
    desk.do(RETURN, back(1, quantity=1))
    with pytest.raises(Refused, match="1 at most"):
        desk.propose(RETURN, back(1, quantity=2))
    desk.do(RETURN, back(1))
    with pytest.raises(Refused, match="under way"):
        desk.propose(RETURN, back(1))


def test_returns_in_steps_give_back_all_but_the_labels(shop: Shop, desk: Desk) -> None:
    order, _ = bought(shop, delivered=True, quantity=3, discount_minor=100, total_minor=6390)
    for _ in range(3):
        desk.do(RETURN, back(1, quantity=1))
    promised = sum(row.refund_minor for row in desk.rows(ReturnRequest))
    assert promised == order.total_minor - 3 * LABEL


def test_a_summary_of_many_long_names_stays_short(shop: Shop, desk: Desk) -> None:
    name = "Very " * 39
    shop.delivered(lines=[{"name_en": name, "name_zh": name, "variant_en": name}] * 12)
    proposal = desk.propose(RETURN, back(*range(1, 13)))
    assert "and 8 more" in proposal.summary_en
    assert max(len(proposal.summary_en), len(proposal.summary_zh)) < 1000


def test_the_shipping_stays_while_something_is_kept(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True, lines=2)
    assert desk.propose(RETURN, back(1)).amount_minor == 2000 - LABEL
    assert desk.propose(RETURN, back(1, 2)).amount_minor == 4000 + SHIPPING - LABEL


def test_of_express_only_the_standard_fee_comes_back(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True, shipping=1290)
    assert desk.propose(RETURN, back(1)).amount_minor == 2000 + SHIPPING - LABEL


def test_gold_members_return_free_of_charge(shop: Shop, desk: Desk) -> None:
    shop.tier(ANNA, Tier.GOLD)
    bought(shop, delivered=True)
    assert desk.propose(RETURN, back(1)).amount_minor == 2000 + SHIPPING


def test_a_refund_goes_only_where_the_money_came_from(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    gift_card(shop, 0)
    with pytest.raises(Refused) as refused:
        desk.propose(RETURN, back(1, refund_to="GIFT"))
    assert refused.value.clause == "REFUND-1"


def test_hygiene_goods_come_back_once_the_customer_says_they_are_sealed(
    shop: Shop, desk: Desk
) -> None:
    shop.delivered(lines=[{"return_class": ReturnClass.HYGIENE}])
    with pytest.raises(Refused, match="Ask whether"):
        desk.propose(RETURN, back(1))
    with pytest.raises(Refused, match="seal is broken"):
        desk.propose(RETURN, back(1, sealed=False))
    assert desk.propose(RETURN, back(1, sealed=True)).clause == "FINAL-2"


def test_opened_electronics_are_late_before_sealed_ones(shop: Shop, desk: Desk) -> None:
    shop.delivered(
        lines=[{"return_class": ReturnClass.ELECTRONICS}], placed_at=at(11, 1), on=at(11, 3)
    )
    with pytest.raises(Refused, match="Ask whether"):
        desk.propose(RETURN, back(1))
    with pytest.raises(Refused) as refused:
        desk.propose(RETURN, back(1, sealed=False))
    assert refused.value.clause == "RETURN-4"
    assert desk.propose(RETURN, back(1, sealed=True)).clause == "RETURN-1"


def test_one_line_that_cannot_come_back_stops_the_proposal(shop: Shop, desk: Desk) -> None:
    shop.delivered(lines=[{}, {"return_class": ReturnClass.FINAL_SALE}])
    with pytest.raises(Refused, match="Item 2") as refused:
        desk.propose(RETURN, back(1, 2))
    assert refused.value.clause == "FINAL-1"


def test_an_exchange_promises_the_new_piece_and_moves_no_money(shop: Shop, desk: Desk) -> None:
    order, variants = bought(shop, delivered=True)
    proposal = desk.propose(EXCHANGE, swap("MUG-2"))
    assert proposal.amount_minor == 500
    desk.confirm(proposal)
    [row] = desk.rows(Exchange)
    assert (row.new_variant_id, row.difference_minor, row.status) == (
        variants[1].id,
        500,
        CaseStatus.REQUESTED,
    )
    assert paid_and_back(desk) == (order.total_minor, 0)
    assert desk.reserved()["MUG-2"] == 6
    assert desk.effects() == ["return_label"]


def test_a_gift_card_must_cover_the_difference_of_an_exchange(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    gift_card(shop, 499)
    with pytest.raises(Refused, match="does not cover"):
        desk.propose(EXCHANGE, swap("MUG-2", settle_with="GIFT"))
    assert desk.rows(GiftCard)[0].balance_minor == 499


def test_what_is_being_exchanged_cannot_be_returned_too(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    desk.do(EXCHANGE, swap("MUG-3"))
    with pytest.raises(Refused, match="under way"):
        desk.propose(RETURN, back(1))


def test_an_item_is_exchanged_twice_at_most(shop: Shop, desk: Desk) -> None:
    bought(shop, delivered=True)
    for variant in ("MUG-2", "MUG-3"):
        desk.do(EXCHANGE, swap(variant))
        row = desk.rows(Exchange)[-1]
        row.status = CaseStatus.COMPLETED
        shop.save(row)
    with pytest.raises(Refused, match="twice"):
        desk.propose(EXCHANGE, swap("MUG-2"))


def test_a_refund_is_told_by_where_it_goes(shop: Shop, desk: Desk) -> None:
    order, _ = bought(shop, delivered=True)
    card, payment = gift_card(shop, 0), desk.rows(Payment)[0]
    shop.save(
        Refund(
            order_id=order.id,
            payment_id=payment.id,
            amount_minor=500,
            status=RefundStatus.SUCCEEDED,
            gift_card_id=card.id,
            created_at=NOW,
        )
    )
    assert [one.method for one in desk.read().payments] == [payment.method]
    assert [one.method for one in desk.read().refunds] == [PaymentMethod.GIFT_CARD]
