"""Sending an order elsewhere, and the account's own address."""

from __future__ import annotations

import pytest

from orderdb.errors import AlreadySo, NotFound, OrderChanged, Refused
from orderdb.models import Address
from orderdb.proposals import NewAddress
from orderdb.statuses import OrderStatus, ProposalKind
from tests.orderdb.proposals.desk import Desk
from tests.orderdb.shop import ANNA, WEI, Shop

NEW = NewAddress(line1="Neue Strasse 5", line2="3. OG", city="Berlin", postal_code="10115")
KIND = ProposalKind.CHANGE_ADDRESS


def test_an_order_goes_elsewhere_and_another_stays(shop: Shop, desk: Desk) -> None:
    moved, stays = shop.order("A20000"), shop.order("A20001")
    proposal = desk.propose(KIND, NEW)
    assert "Neue Strasse 5" in proposal.summary_en
    assert proposal.amount_minor == 0
    desk.confirm(proposal)
    addresses = {row.id: row for row in desk.rows(Address)}
    now = {order.number: order.address_id for order in desk.rows(type(moved))}
    assert addresses[now["A20000"]].line1 == "Neue Strasse 5"
    assert addresses[now["A20000"]].recipient == "Anna"
    assert now["A20001"] == stays.address_id
    assert desk.chain_holds()


def test_the_same_address_twice_is_one_row(shop: Shop, desk: Desk) -> None:
    shop.order("A20000")
    shop.order("A20001")
    before = len(desk.rows(Address))
    desk.do(KIND, NEW)
    desk.do(KIND, NEW, "A20001")
    assert len(desk.rows(Address)) == before + 1


def test_another_country_is_refused_with_its_own_clause(shop: Shop, desk: Desk) -> None:
    shop.order()
    with pytest.raises(Refused) as refused:
        desk.propose(KIND, NEW.model_copy(update={"country": "AT"}))
    assert refused.value.clause == "ADDRESS-3"


def test_a_packed_order_keeps_its_address(shop: Shop, desk: Desk) -> None:
    shop.order(status=OrderStatus.PACKED)
    with pytest.raises(Refused) as refused:
        desk.propose(KIND, NEW)
    assert refused.value.clause == "ADDRESS-2"


def test_the_address_as_it_is_needs_no_change(shop: Shop, desk: Desk) -> None:
    shop.order()
    desk.do(KIND, NEW)
    with pytest.raises(AlreadySo):
        desk.propose(KIND, NEW)


def test_nobody_moves_somebody_elses_order(shop: Shop, desk: Desk) -> None:
    shop.order(customer=WEI)
    with pytest.raises(NotFound):
        desk.propose(KIND, NEW)


def test_the_account_holds_one_address_at_a_time(shop: Shop, desk: Desk) -> None:
    proposal = desk.propose(ProposalKind.ACCOUNT_ADDRESS, NEW, None)
    assert proposal.order_id is None
    desk.confirm(proposal)
    again = NEW.model_copy(update={"line1": "Neue Strasse 7"})
    result = desk.do(ProposalKind.ACCOUNT_ADDRESS, again, None)
    assert (result["order_number"], result["status"]) == (None, "confirmed")
    mine = [row for row in desk.rows(Address) if row.customer_id == ANNA and row.is_default]
    assert [row.line1 for row in mine] == ["Neue Strasse 7"]
    assert desk.chain_holds()


def test_an_account_that_changed_meanwhile_is_asked_about_anew(shop: Shop, desk: Desk) -> None:
    first = desk.propose(ProposalKind.ACCOUNT_ADDRESS, NEW, None)
    shop.save(
        Address(
            customer_id=ANNA, recipient="Anna", line1="9", city="-", country="DE", is_default=True
        )
    )
    with pytest.raises(OrderChanged) as changed:
        desk.confirm(first)
    assert changed.value.replacement is not None
