"""Goodwill: an agent's gesture, within limits, out of the customer's reach."""

from __future__ import annotations

import pytest

from orderdb.errors import NotFound, OrderChanged, Refused
from orderdb.models import GiftCard, GoodwillCredit
from orderdb.proposals import Goodwill
from orderdb.statuses import ProposalKind
from tests.orderdb.proposals.desk import Desk
from tests.orderdb.shop import Shop

KIND = ProposalKind.GOODWILL


def credit(minor: int) -> Goodwill:
    return Goodwill(amount_minor=minor, reason="waited for two weeks")


def test_an_agent_gives_a_credit_as_a_gift_card(shop: Shop, desk: Desk) -> None:
    shop.order()
    desk.do(KIND, credit(1500), agent="mia")
    [card], [given] = desk.rows(GiftCard), desk.rows(GoodwillCredit)
    assert (card.balance_minor, card.currency, len(card.code)) == (1500, "EUR", 16)
    assert (given.agent, given.amount_minor, given.gift_card_id) == ("mia", 1500, card.id)
    assert desk.chain_holds()


def test_a_customer_gets_none_by_asking(shop: Shop, desk: Desk) -> None:
    shop.order()
    with pytest.raises(Refused, match="Only a person") as refused:
        desk.propose(KIND, credit(100))
    assert refused.value.clause == "CONTACT-5"


def test_a_customer_neither_sees_nor_confirms_an_agents_proposal(shop: Shop, desk: Desk) -> None:
    shop.order()
    proposal = desk.propose(KIND, credit(100), agent="mia")
    with pytest.raises(NotFound):
        desk.confirm(proposal)
    with pytest.raises(NotFound):
        desk.decline(proposal)
    assert desk.rows(GiftCard) == []


def test_the_limit_counts_all_that_was_given_in_its_time(shop: Shop, desk: Desk) -> None:
    shop.order("A20000")
    shop.order("A20001")
    desk.do(KIND, credit(1500), agent="mia")
    with pytest.raises(Refused, match="At most €5"):
        desk.propose(KIND, credit(501), "A20001", agent="tom")
    desk.do(KIND, credit(500), "A20001", agent="tom")


def test_two_agents_do_not_give_the_same_rest(shop: Shop, desk: Desk) -> None:
    shop.order("A20000")
    shop.order("A20001")
    first = desk.propose(KIND, credit(2000), agent="mia")
    second = desk.propose(KIND, credit(2000), "A20001", agent="tom")
    desk.confirm(first, agent="mia")
    with pytest.raises(OrderChanged):
        desk.confirm(second, agent="tom")
    assert sum(one.amount_minor for one in desk.rows(GoodwillCredit)) == 2000


def test_no_credit_is_above_the_order(shop: Shop, desk: Desk) -> None:
    shop.order(lines=[{"unit_minor": 100}], shipping=0)
    with pytest.raises(Refused, match="At most €1"):
        desk.propose(KIND, credit(101), agent="mia")
