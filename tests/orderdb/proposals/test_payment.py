"""Another way of paying in place of the first."""

from __future__ import annotations

import pytest

from orderdb.errors import OrderChanged, Refused
from orderdb.models import GiftCard, Payment, SavedPaymentMethod
from orderdb.proposals import OtherPayment
from orderdb.statuses import OrderStatus, PaymentMethod, PaymentStatus, ProposalKind
from tests.orderdb.proposals.desk import Desk, gift_card
from tests.orderdb.shop import ANNA, WEI, Shop

KIND = ProposalKind.CHANGE_PAYMENT


def unpaid(shop: Shop) -> int:
    order = shop.order(paid=False, status=OrderStatus.PENDING_PAYMENT)
    shop.pay(order, order.total_minor, status=PaymentStatus.PENDING)
    return order.total_minor


def saved(shop: Shop, customer: str = ANNA) -> SavedPaymentMethod:
    return shop.save(
        SavedPaymentMethod(
            id=f"pm-{customer}", customer_id=customer, method=PaymentMethod.PAYPAL, detail=""
        )
    )


def test_a_gift_card_that_covers_it_pays_an_unpaid_order(shop: Shop, desk: Desk) -> None:
    total = unpaid(shop)
    gift_card(shop, total + 5)
    desk.do(KIND, OtherPayment(pay_with="GIFT"))
    assert desk.order().status is OrderStatus.PAID
    states = [(one.method.value, one.status.value) for one in desk.rows(Payment)]
    assert sorted(states) == [("card", "voided"), ("gift_card", "captured")]
    assert desk.rows(GiftCard)[0].balance_minor == 5
    assert desk.effects() == []


def test_a_gift_card_pays_all_or_nothing(shop: Shop, desk: Desk) -> None:
    gift_card(shop, unpaid(shop) - 1)
    with pytest.raises(Refused, match="does not cover"):
        desk.propose(KIND, OtherPayment(pay_with="gift_card"))


def test_a_saved_way_is_charged_by_the_provider(shop: Shop, desk: Desk) -> None:
    unpaid(shop)
    saved(shop)
    desk.do(KIND, OtherPayment(pay_with="pm-anna"))
    assert desk.order().status is OrderStatus.PENDING_PAYMENT
    assert desk.effects() == ["charge"]
    assert desk.chain_holds()


def test_only_the_customers_own_ways_can_be_named(shop: Shop, desk: Desk) -> None:
    unpaid(shop)
    saved(shop, WEI)
    gift_card(shop, 99999, customer=WEI, code="WEIS")
    for named in ("pm-wei", "WEIS", "gift_card", "nothing"):
        with pytest.raises(Refused) as refused:
            desk.propose(KIND, OtherPayment(pay_with=named))
        assert "WEIS" not in refused.value.reason.en


def test_a_paid_order_keeps_its_way_of_paying(shop: Shop, desk: Desk) -> None:
    shop.order()
    saved(shop)
    with pytest.raises(Refused) as refused:
        desk.propose(KIND, OtherPayment(pay_with="pm-anna"))
    assert refused.value.clause == "PAYMENT-5"


def test_a_card_that_was_spent_elsewhere_meanwhile_pays_nothing(shop: Shop, desk: Desk) -> None:
    card = gift_card(shop, unpaid(shop))
    proposal = desk.propose(KIND, OtherPayment(pay_with="GIFT"))
    card.balance_minor = 0
    shop.save(card)
    with pytest.raises(OrderChanged) as changed:
        desk.confirm(proposal)
    assert changed.value.replacement is None
    assert desk.order().status is OrderStatus.PENDING_PAYMENT
