"""Asking what is possible, and preparing a cancellation in the customer's own words."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from orderdb.models import Conversation, Order, Proposal
from orderdb.statuses import OrderStatus
from tests.orderdb.shop import ANNA, NOW, WEI, Shop, at
from tests.tools.desk import desk
from tools.registry import ToolRegistry
from tools.results import ToolResult

SAID = ("Hello!", "Please cancel it, I found it cheaper elsewhere!", "买错了，不想要了")


@pytest.fixture
def shop(engine: Engine) -> Shop:
    shop = Shop(engine)
    shop.save(Conversation(id="c1", customer_id=ANNA, created_at=NOW))
    return shop


def ask(
    shop: Shop, tool: str, language: str = "en", customer: str = ANNA, **said: str
) -> ToolResult:
    engine = shop.session.get_bind()
    assert isinstance(engine, Engine)
    context = desk(engine, customer, language, conversation_id="c1", said=SAID)
    return ToolRegistry()[tool](context, **said)


def test_a_verdict_says_yes_until_when_and_by_which_clause(shop: Shop) -> None:
    shop.delivered("A20001", on=at(11, 21))
    told = ask(shop, "check_eligibility", order_number="A20001", action="return")
    assert told.text.startswith("Order A20001, return: possible. It can be returned until")
    assert "21 December 2026" in told.text
    assert "€40.90" in told.text  # with the shipping, less the label
    assert "RETURN-1" in told.text
    [card] = told.cards
    assert (card["type"], card["allowed"], card["clause"], card["version"]) == (
        "verdict",
        True,
        "RETURN-1",
        2,
    )
    assert card["until"] == "2026-12-21T22:59:59Z"
    assert card["refund"] == {"minor": 4090, "currency": "EUR"}


def test_a_verdict_quotes_its_clause_in_the_customers_language(shop: Shop) -> None:
    shop.delivered("A20001", placed_at=at(2, 1), on=at(2, 5))
    [citation] = ask(
        shop, "check_eligibility", "zh", order_number="A20001", action="return"
    ).citations
    assert (citation.clause, citation.version, citation.title) == ("RETURN-1", 1, "退货期限")
    assert "14 天" in citation.quote


def test_a_no_says_what_to_do_instead(shop: Shop) -> None:
    shop.ship(shop.order("A20001", status=OrderStatus.SHIPPED))
    told = ask(shop, "check_eligibility", order_number="A20001", action="cancel")
    assert told.status == "ok"
    assert "not possible" in told.text
    assert "Next: Refuse the parcel" in told.text


def test_an_unknown_action_is_named_to_the_model(shop: Shop) -> None:
    engine = shop.session.get_bind()
    assert isinstance(engine, Engine)
    tool = ToolRegistry()["check_eligibility"].bind(desk(engine))
    message = tool.invoke(
        {
            "name": "check_eligibility",
            "args": {"order_number": "A20001", "action": "steal"},
            "id": "1",
            "type": "tool_call",
        }
    )
    assert "action" in message.content


def test_a_proposal_waits_for_the_click(shop: Shop) -> None:
    shop.order("A20001")
    told = ask(shop, "propose_cancellation", order_number="#a20001")
    assert told.proposal is not None
    assert told.proposal.order_number == "A20001"
    assert told.proposal.amount is not None
    assert told.proposal.amount.minor == 4480
    assert told.proposal.status == "open"
    assert "nothing is done yet" in told.text
    assert [citation.clause for citation in told.citations] == ["CANCEL-1"]
    with Session(shop.session.get_bind()) as session:
        assert session.exec(select(Order.status)).one() is OrderStatus.PROCESSING
        assert session.exec(select(Proposal.conversation_id)).one() == "c1"


@pytest.mark.parametrize(
    "reason",
    [
        "",
        " ",
        "I found it cheaper",
        "i FOUND it, cheaper",
        "ｆｏｕｎｄ it cheaper",
        "买错了",
        "不想要了！",
    ],
)
def test_a_reason_in_the_customers_words_is_taken(shop: Shop, reason: str) -> None:
    shop.order("A20001")
    told = ask(shop, "propose_cancellation", order_number="A20001", reason=reason)
    assert told.proposal is not None


@pytest.mark.parametrize(
    "reason", ["The parcel is late", "质量不好", "cheaper found", "found it che aper"]
)
def test_a_reason_that_the_customer_never_gave_is_refused(shop: Shop, reason: str) -> None:
    shop.order("A20001")
    told = ask(shop, "propose_cancellation", order_number="A20001", reason=reason)
    assert (told.status, told.proposal) == ("refused", None)
    assert "Ask for the reason" in told.text


def test_what_cannot_be_cancelled_is_not_proposed(shop: Shop) -> None:
    shop.delivered("A20001")
    told = ask(shop, "propose_cancellation", "zh", order_number="A20001")
    assert (told.status, told.proposal) == ("refused", None)
    assert "不能再取消" in told.text


def test_somebody_elses_order_is_not_proposed_either(shop: Shop) -> None:
    shop.order("A20001", customer=WEI)
    told = ask(shop, "propose_cancellation", order_number="A20001")
    assert told.status == "refused"
    with Session(shop.session.get_bind()) as session:
        assert session.exec(select(Proposal)).first() is None
