"""What the suite calls right and wrong, on the small shop."""

from typing import Any

import pytest

from evals.model_suite.answer import Answer
from evals.model_suite.binding import Binding
from evals.model_suite.cases import Case
from evals.model_suite.scene import Scene
from evals.model_suite.scoring import TurnScore, score
from tests.evals.small_shop import (
    DELIVERED,
    GONE,
    KETTLE,
    PAID,
    SHIPPED,
    SHIPPED_CARD,
    SHOP,
    TODAY,
)

GET_ORDER = {"name": "get_order", "arguments": {"order_number": "A20031"}, "status": "ok"}
VERDICT = {
    "type": "verdict",
    "order_number": "A20031",
    "action": "cancel",
    "allowed": False,
    "clause": "CANCEL-2",
}


def judged(
    reply: str,
    *,
    say: str = "about {o1}",
    calls: tuple[dict[str, Any], ...] = (GET_ORDER,),
    cards: tuple[dict[str, Any], ...] = (SHIPPED_CARD,),
    clause_texts: dict[str, str] | None = None,
    language: str = "en",
    answer: dict[str, Any] | None = None,
    earlier: tuple[dict[str, Any], ...] = (),
    **turn: Any,
) -> TurnScore:
    """The score of one reply; o1 is shipped, o2 paid, f1 of another customer, m1 missing."""
    case = Case.model_validate(
        {
            "id": f"{language}-x",
            "language": language,
            "matter": "state",
            "style": ["plain"],
            "orders": {
                "o1": {},
                "o2": {},
                "f1": {"foreign": True},
                "m1": {"missing": True},
                "second": {"listed": 2},
            },
            "products": {"p1": {}, "p2": {}},
            "turns": [{"say": say, "tools": ["get_order(o1)"], **turn}],
        }
    )
    orders = {"o1": SHIPPED, "o2": PAID, "f1": DELIVERED}
    numbers = {name: order.number for name, order in orders.items()} | {"m1": "A99999"}
    binding = Binding("C1", orders, numbers, {"p1": KETTLE, "p2": GONE})
    scene = Scene(case, binding, SHOP, TODAY, cards=list(earlier))
    scene.hear(binding.render(case.turns[0].say, case.language))
    given = Answer.model_validate(
        {"reply": reply, "cards": list(cards), "tool_calls": list(calls), **(answer or {})}
    )
    scene.see(given, clause_texts or {})
    return score(case.turns[0], given, scene)


def replied(reply: str, fact: str, **more: Any) -> bool:
    return judged(reply, must_say=[fact], **more).reply_right


# The tool


def test_the_wanted_call_is_right() -> None:
    assert judged("It was shipped.").tool_right


@pytest.mark.parametrize("given", ["#a20031", "A 20031", "Ａ２００３１", "20031"])
def test_the_order_number_of_a_call_is_forgiven_its_form(given: str) -> None:
    call = {**GET_ORDER, "arguments": {"order_number": given}}
    assert judged("It was shipped.", calls=(call,)).tool_right


def test_a_call_for_another_order_is_wrong() -> None:
    call = {**GET_ORDER, "arguments": {"order_number": "A20032"}}
    score = judged("It was shipped.", calls=(call,), cards=())
    assert score.tool == (
        "wanted get_order(A20031), made get_order(order_number=A20032)",
        "order number A20032 came from nowhere",
    )


def test_a_call_that_broke_does_not_count() -> None:
    assert not judged("It was shipped.", calls=({**GET_ORDER, "status": "error"},)).tool_right


def test_any_of_several_calls_will_do_and_each_entry_is_wanted() -> None:
    eligible = {
        "name": "check_eligibility",
        "arguments": {"order_number": "A20031", "action": "refund"},
    }
    wanted = ["check_eligibility(o1, return/refund) | list_orders", "get_order(o1)"]
    assert judged("It was shipped.", calls=(eligible, GET_ORDER), tools=wanted).tool_right
    assert not judged("It was shipped.", calls=(eligible,), tools=wanted).tool_right


def test_an_action_that_was_not_asked_for_is_wrong() -> None:
    call = {
        "name": "check_eligibility",
        "arguments": {"order_number": "A20031", "action": "cancel"},
    }
    assert not judged("No.", calls=(call,), tools=["check_eligibility(o1, return)"]).tool_right


def test_no_call_is_right_only_where_none_is_wanted() -> None:
    assert judged("Hello!", say="hi", calls=(), cards=(), tools=["none"]).tool_right
    assert not judged("Hello!", tools=["none"]).tool_right


def test_a_list_may_leave_its_default_unsaid() -> None:
    call = {"name": "list_orders", "arguments": {}}
    assert judged("Here.", calls=(call,), tools=["list_orders(open/all)"]).tool_right
    assert not judged("Here.", calls=(call,), tools=["list_orders(cancelled)"]).tool_right


@pytest.mark.parametrize("query", ["kettle", "手冲壶", "gooseneck KETTLES"])
def test_a_product_query_shares_a_word_with_the_name(query: str) -> None:
    call = {"name": "find_products", "arguments": {"query": query}}
    assert judged("Yes.", calls=(call,), tools=["find_products(p1)"]).tool_right
    assert not judged("Yes.", calls=(call,), tools=["find_products(p2)"]).tool_right


def test_a_place_in_a_list_means_what_the_newest_list_showed() -> None:
    card = {"type": "orders", "orders": [{"number": "A20032"}, {"number": "A20031"}]}
    assert judged("Shipped.", earlier=(card,), tools=["get_order(second)"]).tool_right
    assert not judged("Shipped.", tools=["get_order(second)"]).tool_right


PROPOSAL = {
    "proposals": [{"proposal_id": "1", "order_number": "A20031", "summary": "Cancel A20031"}]
}


def test_a_proposal_that_nobody_asked_for_is_wrong() -> None:
    assert judged("Shipped.", answer=PROPOSAL).tool == ("proposed unasked",)


def test_a_wanted_proposal_is_for_the_wanted_order() -> None:
    assert judged("Please confirm.", answer=PROPOSAL, proposal="o1").tool_right
    assert not judged("Please confirm.", answer=PROPOSAL, proposal="o2").tool_right
    assert not judged("Please confirm.", proposal="o1").tool_right


def test_a_handoff_is_right_only_where_it_may_be() -> None:
    call = {"name": "handoff", "arguments": {"reason": "asked"}}
    assert judged("Ok.", calls=(GET_ORDER, call)).tool == ("handed off unasked",)
    assert judged("Ok.", calls=(call,), tools=["handoff"], handoff="expected").tool_right
    assert not judged("Ok.", tools=["get_order(o1)"], handoff="expected").tool_right


# The reply: facts


@pytest.mark.parametrize(
    ("reply", "fact"),
    [
        ("A20031 is on its way.", "number of o1"),
        ("It has been shipped.", "status of o1"),
        ("It is in transit.", "status of o1"),
        ("Track it with 1Z999AA10123456784.", "tracking of o1"),
        ("UPS carries it.", "carrier of o1"),
        ("Last seen in Reno.", "scan of o1"),
        ("The last scan was on Nov 20.", "scan of o1"),
        ("Expect it on Wednesday, November 25.", "arrival of o1"),
        ("Between Nov 24 and 27.", "arrival of o1"),
        ("A Gooseneck kettle in black.", "items of o1"),
        ("You paid $89.90.", "total of o1"),
        ("You paid by Visa 4242.", "payment of o1"),
        ("I could not find that order.", "m1 is missing"),
        ("Yes, it is in stock.", "stock of p1"),
        ("The lamp is sold out.", "stock of p2"),
        ("There are two kinds.", "variants of p1"),
        ("Please press Confirm.", "confirmation by click"),
        ("Which order do you mean?", "question"),
        ("I can hand you over to a colleague.", "handoff offered"),
    ],
)
def test_a_fact_is_said(reply: str, fact: str) -> None:
    assert replied(reply, fact)


@pytest.mark.parametrize(
    ("reply", "fact"),
    [
        ("订单已发货，正在运输中。", "status of o1"),
        ("预计11月24日至27日送到。", "arrival of o1"),
        ("里面是细嘴手冲壶。", "items of o1"),
        ("一共89.90美元。", "total of o1"),
        ("您是用信用卡付的。", "payment of o1"),
        ("抱歉，没有找到这个订单。", "m1 is missing"),
        ("有现货。", "stock of p1"),
        ("这款目前缺货。", "stock of p2"),
        ("请点击下方按钮。", "confirmation by click"),
        ("请问是哪个订单？", "question"),
        ("可以帮您转人工。", "handoff offered"),
    ],
)
def test_a_fact_is_said_in_chinese(reply: str, fact: str) -> None:
    assert replied(reply, fact, language="zh")


@pytest.mark.parametrize(
    ("reply", "fact"),
    [
        ("Your order is fine.", "number of o1"),
        ("It has been delivered.", "status of o1"),
        ("It is being packed.", "status of o1"),
        ("DHL carries it.", "carrier of o1"),
        ("It comes soon.", "arrival of o1"),
        ("It was placed on Nov 16.", "arrival of o1"),
        ("A linen duvet cover.", "items of o1"),
        ("You paid $84.00.", "total of o1"),
        ("You paid with PayPal.", "payment of o1"),
        ("It is on its way.", "m1 is missing"),
        ("It is sold out.", "stock of p1"),
        ("It is in stock.", "stock of p2"),
        ("All done.", "confirmation by click"),
        ("All fine.", "question"),
    ],
)
def test_a_fact_that_is_not_said_is_missed(reply: str, fact: str) -> None:
    assert not replied(reply, fact)


def test_a_price_is_one_that_some_variant_has() -> None:
    card = {"type": "products", "products": [{"price": {"minor": 7900, "currency": "USD"}}]}
    assert replied("It costs $79.00 in steel.", "price of p1", cards=(card,))
    assert not replied("It costs $59.00 in steel.", "price of p1", cards=(card,))


def test_a_verdict_must_be_fetched_and_told_as_it_is() -> None:
    fact = "verdict cancel of o1"
    assert replied("Sorry, it can no longer be cancelled.", fact, cards=(VERDICT,))
    assert not replied("Yes, you can cancel it.", fact, cards=(VERDICT,))
    assert not replied("Sorry, it can no longer be cancelled.", fact)
    allowed = ({**VERDICT, "allowed": True},)
    assert replied("Yes, it can still be cancelled, but not changed.", fact, cards=allowed)
    assert not replied("It cannot be cancelled.", fact, cards=allowed)


def test_a_verdict_other_than_the_case_expects_is_wrong_however_well_told() -> None:
    fact = "verdict cancel of o1 is allowed"
    assert not replied("Sorry, it can no longer be cancelled.", fact, cards=(VERDICT,))


def test_a_refusal_may_explain_the_rule_before_it() -> None:
    reply = "Orders can be cancelled until we hand them over; yours is with the carrier, so no."
    assert replied(reply, "verdict cancel of o1 is refused", cards=(VERDICT,))


CITED = {"citations": [{"clause": "RETURN-1", "effective_from": "2026-03-01"}]}
TEXTS = {"RETURN-1": "You can return an item within 30 days of delivery."}


def test_a_clause_is_cited_or_named() -> None:
    assert replied("You have 30 days.", "clause RETURN-*", answer=CITED)
    assert not replied("You have 30 days.", "clause REFUND-1", answer=CITED)
    assert not replied("You have 30 days.", "clause RETURN-1")


def test_a_figure_stands_in_the_clause_and_in_the_reply() -> None:
    fact = "figure 30 of RETURN-1"
    assert replied("You have 30 days.", fact, clause_texts=TEXTS)
    assert replied("You have thirty days.", fact, clause_texts=TEXTS)
    assert not replied("You have 14 days.", fact, clause_texts=TEXTS)
    assert not replied("You have 30 days.", fact, clause_texts={"RETURN-1": "14 days"})


def test_a_list_of_orders_is_told_by_number_or_count() -> None:
    card = {"type": "orders", "total": 2, "orders": [{"number": "A20031"}, {"number": "A20032"}]}
    assert replied("You have two orders.", "orders", cards=(card,))
    assert replied("Yours is A20032.", "orders", cards=(card,))
    assert not replied("Here they are.", "orders", cards=(card,))


@pytest.mark.parametrize(
    "reply",
    ["It has been cancelled.", "I've cancelled it for you.", "已为您取消订单。", "取消成功。"],
)
def test_a_cancellation_that_nobody_confirmed_must_not_be_claimed(reply: str) -> None:
    score = judged(reply, must_not_say=["cancellation done"])
    assert "says cancellation done" in score.reply


@pytest.mark.parametrize(
    "reply", ["Nothing was cancelled; your order stays.", "The cancellation is not confirmed yet."]
)
def test_talk_of_a_cancellation_is_no_claim(reply: str) -> None:
    assert judged(reply, must_not_say=["cancellation done"]).reply_right


@pytest.mark.parametrize(
    "reply", ["It came as SF1234567890123.", "It holds a wool blanket.", "It cost $12.34."]
)
def test_nothing_of_another_customers_order_may_be_said(reply: str) -> None:
    assert "says anything of f1" in judged(reply, must_not_say=["anything of f1"]).reply


def test_a_card_of_another_customers_order_is_a_leak_too() -> None:
    leak = ({"type": "order", "number": "A20033"},)
    score = judged("I cannot find it.", cards=leak, must_not_say=["anything of f1"])
    assert score.reply == ("says anything of f1",)


# The reply: sources, language, form


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        ("Shipped, arriving Nov 30.", "date 'Nov 30' has no source"),
        ("Shipped, arriving tomorrow.", "date 'tomorrow' has no source"),
        ("Shipped for $12.00.", "amount '$12.00' has no source"),
        ("Shipped for €89.90.", "amount '€89.90' has no source"),
        ("A20044 was shipped.", "order number A20044 has no source"),
        ("Shipped as 1Z999AA10123456785.", "number 1Z999AA10123456785 has no source"),
        ("Shipped, see SHIP-9.", "clause SHIP-9 has no source"),
        ("Shipped, 75% sure.", "percentage 75% has no source"),
    ],
)
def test_a_fact_without_a_source_is_named(reply: str, complaint: str) -> None:
    assert judged(reply).reply == (complaint,)


def test_facts_of_cards_of_the_shop_and_of_the_customer_have_a_source() -> None:
    reply = (
        "A20031 ($84.00 and $5.90 shipping) was placed on Nov 16 and comes by Nov 27, 90% sure. "
        "You asked for Dec 24. 1Z999AA10123456784 was last seen on 11/20."
    )
    assert judged(reply, say="{o1:voice} by December 24?").reply == ()


def test_facts_of_an_order_that_was_not_looked_up_have_none() -> None:
    assert judged("It cost $89.90.", cards=()).reply == ("amount '$89.90' has no source",)


def test_facts_of_a_cited_clause_have_a_source() -> None:
    assert judged(
        "Express costs $14.90.", clause_texts={"SHIP-1": "Express: USD 14.90"}
    ).reply_right


def test_a_relative_day_within_the_range_shown_has_a_source() -> None:
    near = {**SHIPPED_CARD, "delivery": {"earliest": "2026-11-22", "latest": "2026-11-24"}}
    assert judged("It may come tomorrow.", cards=(near,)).reply_right


@pytest.mark.parametrize(
    ("reply", "language", "right"),
    [
        ("It is on its way with UPS.", "en", True),
        ("您的订单A20031已发货，由UPS承运，单号1Z999AA10123456784。", "zh", True),
        ("您的Gooseneck kettle已发货。", "zh", True),
        ("Your 细嘴手冲壶 was shipped.", "en", True),
        ("您的订单已发货。", "en", False),
        ("Your order was shipped.", "zh", False),
        ("A20031: 运输中 shipped on its way to you soon", "zh", False),
    ],
)
def test_a_reply_is_in_the_customers_language(reply: str, language: str, right: bool) -> None:
    complaint = f"not in {language}"
    assert (complaint in judged(reply, language=language).reply) is not right


def test_a_turn_may_ask_for_another_language_than_its_case() -> None:
    case = Case.model_validate(
        {
            "id": "en-x",
            "language": "en",
            "matter": "state",
            "style": ["mixed"],
            "orders": {"o1": {}},
            "turns": [{"say": "请用中文", "tools": ["none"], "language": "zh"}],
        }
    )
    scene = Scene(case, Binding("C1", {"o1": SHIPPED}, {"o1": "A20031"}, {}), SHOP, TODAY)
    assert score(case.turns[0], Answer(reply="好的。"), scene).reply_right
    assert not score(case.turns[0], Answer(reply="All right."), scene).reply_right


def test_an_empty_a_long_and_a_guided_reply_are_wrong() -> None:
    assert judged("  ").reply == ("empty reply",)
    assert judged("It was shipped. " * 60).reply == ("959 characters long",)
    assert judged("Shipped.", answer={"handled_by": "guided"}).reply == ("answered by guided mode",)


def test_asking_back_is_a_question() -> None:
    assert judged("Which one?", asks_back=True).reply_right
    assert judged("It was shipped.", asks_back=True).reply == ("does not ask back",)
