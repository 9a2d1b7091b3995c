"""Another variant before the order is packed: dearer, cheaper, in part, or not at all."""

from __future__ import annotations

import pytest

from orderdb.errors import OrderChanged, Refused
from orderdb.models import GiftCard, Payment, Proposal, Stock, VariantPrice
from orderdb.proposals import CancelOrder, ChangeItems, Swap
from orderdb.statuses import OrderStatus, PaymentMethod, ProposalKind
from tests.orderdb.proposals.desk import Desk, bought, gift_card, paid_and_back
from tests.orderdb.shop import Shop, at

KIND = ProposalKind.CHANGE_ITEMS


def swap(
    variant: str, *, line: int = 1, quantity: int | None = None, settle_with: str = "original"
) -> ChangeItems:
    one = Swap(line=line, quantity=quantity, variant=variant)
    return ChangeItems(swaps=(one,), settle_with=settle_with)


def test_a_dearer_variant_is_charged_to_the_way_that_paid(shop: Shop, desk: Desk) -> None:
    order, _ = bought(shop)
    proposal = desk.propose(KIND, swap("MUG-2"))
    assert proposal.amount_minor == 500
    assert "You pay €5.00 more with the original way of paying" in proposal.summary_en
    desk.confirm(proposal)
    line = desk.lines()[0]
    assert (line.sku, line.variant_en, line.unit_minor, line.total_minor) == (
        "MUG-2",
        "blue",
        2500,
        2500,
    )
    assert desk.order().total_minor == order.total_minor + 500
    assert desk.effects() == ["charge"]
    assert desk.reserved() == {"MUG-1": 4, "MUG-2": 6, "MUG-3": 5}
    assert desk.chain_holds()


def test_a_cheaper_variant_is_refunded(shop: Shop, desk: Desk) -> None:
    order, _ = bought(shop)
    result = desk.do(KIND, swap("MUG-3"))
    assert [one["amount"]["minor"] for one in result["refunds"]] == [200]
    assert paid_and_back(desk) == (order.total_minor, 200)
    assert desk.order().total_minor == order.total_minor - 200


def test_a_gift_card_pays_the_difference_at_once(shop: Shop, desk: Desk) -> None:
    bought(shop)
    gift_card(shop, 600)
    desk.do(KIND, swap("MUG-2", settle_with="GIFT"))
    assert desk.rows(GiftCard)[0].balance_minor == 100
    assert [(one.method, one.amount_minor) for one in desk.rows(Payment)][-1] == (
        PaymentMethod.GIFT_CARD,
        500,
    )
    assert desk.effects() == []


def test_a_gift_card_must_cover_the_difference(shop: Shop, desk: Desk) -> None:
    bought(shop)
    gift_card(shop, 499)
    with pytest.raises(Refused, match="does not cover €5"):
        desk.propose(KIND, swap("MUG-2", settle_with="GIFT"))


def test_a_difference_is_not_refunded_to_what_did_not_pay(shop: Shop, desk: Desk) -> None:
    bought(shop)
    gift_card(shop, 1)
    with pytest.raises(Refused, match="Choose one of: the original"):
        desk.propose(KIND, swap("MUG-3", settle_with="GIFT"))


def test_a_part_of_a_line_becomes_a_line_of_its_own(shop: Shop, desk: Desk) -> None:
    order, _ = bought(shop, quantity=3)
    desk.do(KIND, swap("MUG-2", quantity=1))
    found = [(line.position, line.sku, line.quantity, line.total_minor) for line in desk.lines()]
    assert found == [(1, "MUG-1", 2, 4000), (2, "MUG-2", 1, 2500)]
    assert desk.order().items_minor == order.items_minor + 500


def test_a_discount_of_the_line_is_shared_with_its_part(shop: Shop, desk: Desk) -> None:
    order, _ = bought(shop, quantity=3)
    line = desk.lines()[0]
    line.discount_minor, line.total_minor = 100, 5900
    shop.save(line)
    order.items_minor, order.total_minor = 5900, 6390
    shop.save(order)
    desk.do(KIND, swap("MUG-2", quantity=1))
    assert [one.discount_minor for one in desk.lines()] == [67, 33]
    assert desk.order().items_minor == sum(one.total_minor for one in desk.lines())


def test_orders_from_before_october_change_at_the_same_price_only(shop: Shop, desk: Desk) -> None:
    bought(shop, placed_at=at(9, 29))
    with pytest.raises(Refused, match="same price"):
        desk.propose(KIND, swap("MUG-2"))


@pytest.mark.parametrize(
    ("variant", "words"),
    [("KETTLE-1", "no variant of Mug"), ("NONE", "no variant"), ("MUG-1", "already")],
)
def test_only_another_variant_of_the_product_takes_its_place(
    shop: Shop, desk: Desk, variant: str, words: str
) -> None:
    bought(shop)
    shop.product("Kettle")
    with pytest.raises(Refused, match=words):
        desk.propose(KIND, swap(variant))


def test_a_variant_that_sold_out_meanwhile_is_not_promised(shop: Shop, desk: Desk) -> None:
    _, variants = bought(shop)
    proposal = desk.propose(KIND, swap("MUG-2"))
    stock = shop.session.get_one(Stock, (variants[1].id, "LEJ"))
    stock.reserved = stock.on_hand
    shop.save(stock)
    with pytest.raises(OrderChanged, match="out of stock"):
        desk.confirm(proposal)
    assert desk.lines()[0].sku == "MUG-1"


def test_a_price_that_rose_meanwhile_is_asked_about_anew(shop: Shop, desk: Desk) -> None:
    _, variants = bought(shop)
    proposal = desk.propose(KIND, swap("MUG-2"))
    price = shop.session.get_one(VariantPrice, (variants[1].id, "EUR"))
    price.price_minor = 2600
    shop.save(price)
    with pytest.raises(OrderChanged) as changed:
        desk.confirm(proposal)
    again = next(one for one in desk.rows(Proposal) if one.id == changed.value.replacement)
    assert again.amount_minor == 600


def test_a_packed_order_keeps_its_items(shop: Shop, desk: Desk) -> None:
    bought(shop, status=OrderStatus.PACKED)
    with pytest.raises(Refused) as refused:
        desk.propose(KIND, swap("MUG-2"))
    assert refused.value.clause == "CANCEL-3"


def test_what_was_paid_on_top_comes_back_with_a_cancellation(shop: Shop, desk: Desk) -> None:
    order, _ = bought(shop)
    gift_card(shop, 500)
    desk.do(KIND, swap("MUG-2", settle_with="GIFT"))
    desk.do(ProposalKind.CANCEL_ORDER, CancelOrder())
    assert paid_and_back(desk) == (order.total_minor + 500, order.total_minor + 500)
    assert desk.rows(GiftCard)[0].balance_minor == 500
    assert desk.reserved() == {"MUG-1": 4, "MUG-2": 5, "MUG-3": 5}
