"""What may be done with an order, judged on real rows under the shop's own policies."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from orderdb import eligibility
from orderdb.eligibility import ACTIONS, CLAUSES, Action, Verdict, verdict, verdict_for_line
from orderdb.models import Claim, Order, Refund, ReturnRequest
from orderdb.money import Money
from orderdb.policy_book import PolicyBook
from orderdb.policy_markdown import read_document
from orderdb.repository import find_order
from orderdb.statuses import (
    CaseStatus,
    ClaimMatter,
    OrderStatus,
    PaymentMethod,
    PaymentStatus,
    RefundStatus,
    Remedy,
    ReturnClass,
    ShipmentStatus,
    Tier,
)
from orderdb.views import OrderView
from tests.orderdb.shop import ANNA, NOW, WEI, Shop, at

BOOK = PolicyBook.load(Path(__file__).parents[2] / "policies")
LABEL = 390
"""What a return label costs in euros."""


@pytest.fixture
def shop(sqlite_engine: Engine) -> Shop:
    return Shop(sqlite_engine)


def read(shop: Shop, number: str = "A20000", customer: str = ANNA) -> OrderView:
    with Session(shop.session.get_bind()) as session:
        return find_order(session, customer, number)


def judge(
    shop: Shop,
    action: Action,
    number: str = "A20000",
    *,
    customer: str = ANNA,
    now: datetime = NOW,
) -> Verdict:
    return verdict(read(shop, number, customer), action, BOOK, now)


def refunded(shop: Shop, order: Order, status: RefundStatus = RefundStatus.SUCCEEDED) -> None:
    """All of it, to the card that paid."""
    payment = shop.pay(order, order.total_minor, refunded_minor=order.total_minor)
    shop.save(
        Refund(
            order_id=order.id,
            payment_id=payment.id,
            amount_minor=order.total_minor,
            status=status,
        )
    )


# What the code rests on


def test_every_clause_that_the_code_names_stands_in_the_documents() -> None:
    for clause_id in CLAUSES:
        assert BOOK.versions(clause_id)


def test_the_code_names_no_clause_beside_those() -> None:
    folder = Path(eligibility.__file__).parent
    for file in folder.glob("*.py"):
        if file.name == "clauses.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in CLAUSES, f"{file.name}:{node.lineno}"


@pytest.mark.parametrize("status", list(OrderStatus))
@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_on_every_status_has_an_answer(
    shop: Shop, action: Action, status: OrderStatus
) -> None:
    shop.order(status=status)
    judged = judge(shop, action)
    assert BOOK.versions(judged.clause)
    assert judged.reason.en
    assert judged.reason.zh
    assert judged == judge(shop, action)


# Before it leaves


@pytest.mark.parametrize(
    "status",
    [OrderStatus.PAID, OrderStatus.PROCESSING, OrderStatus.PACKED],
)
def test_an_order_can_be_cancelled_until_the_carrier_has_it(
    shop: Shop, status: OrderStatus
) -> None:
    shop.order(status=status)
    judged = judge(shop, "cancel")
    assert (judged.allowed, judged.clause) == (True, "CANCEL-1")
    assert judged.refund == Money(minor=4480, currency="EUR")


def test_a_label_alone_does_not_stop_a_cancellation(shop: Shop) -> None:
    shop.ship(shop.order(status=OrderStatus.PACKED), ShipmentStatus.LABEL_CREATED)
    assert judge(shop, "cancel").allowed


def test_one_parcel_with_the_carrier_stops_it(shop: Shop) -> None:
    order = shop.order(status=OrderStatus.PARTIALLY_SHIPPED, lines=2)
    shop.ship(order, ShipmentStatus.HANDED_OVER, lines=shop.lines(order)[:1])
    judged = judge(shop, "cancel")
    assert (judged.allowed, judged.clause, judged.refund) == (False, "CANCEL-2", None)
    assert judged.next_step is not None


def test_a_parcel_that_left_counts_more_than_a_status_that_lags(shop: Shop) -> None:
    shop.ship(shop.order(status=OrderStatus.PROCESSING), ShipmentStatus.IN_TRANSIT)
    assert not judge(shop, "cancel").allowed


def test_a_cancellation_gives_back_only_what_was_paid(shop: Shop) -> None:
    order = shop.order(paid=False, status=OrderStatus.PENDING_PAYMENT)
    shop.pay(order, order.total_minor, status=PaymentStatus.PENDING)
    judged = judge(shop, "cancel")
    assert judged.allowed
    assert judged.refund is None


def test_a_cancellation_gives_back_nothing_twice(shop: Shop) -> None:
    order = shop.order(paid=False)
    shop.pay(order, 1000, method=PaymentMethod.PAYPAL)
    payment = shop.pay(order, order.total_minor - 1000, refunded_minor=500)
    shop.save(
        Refund(
            order_id=order.id, payment_id=payment.id, amount_minor=500, status=RefundStatus.PENDING
        )
    )
    assert judge(shop, "cancel").refund == Money(minor=order.total_minor - 500, currency="EUR")


def test_a_cancelled_order_cannot_be_cancelled_again(shop: Shop) -> None:
    shop.order(status=OrderStatus.CANCELLED, cancelled_at=NOW)
    assert not judge(shop, "cancel").allowed


def test_an_address_can_be_changed_until_the_order_is_packed(shop: Shop) -> None:
    shop.order("A20001", status=OrderStatus.PROCESSING)
    shop.order("A20002", status=OrderStatus.PACKED)
    assert judge(shop, "change_address", "A20001").clause == "ADDRESS-1"
    late = judge(shop, "change_address", "A20002")
    assert (late.allowed, late.clause) == (False, "ADDRESS-2")


def test_items_can_be_changed_until_the_order_is_packed(shop: Shop) -> None:
    shop.order("A20001", status=OrderStatus.PROCESSING)
    shop.order("A20002", status=OrderStatus.PACKED)
    assert judge(shop, "change_items", "A20001").allowed
    assert not judge(shop, "change_items", "A20002").allowed


def test_the_way_of_paying_can_be_changed_while_nothing_is_paid(shop: Shop) -> None:
    shop.order("A20001", status=OrderStatus.PENDING_PAYMENT, paid=False)
    shop.order("A20002", status=OrderStatus.PAID)
    assert judge(shop, "change_payment", "A20001").allowed
    assert not judge(shop, "change_payment", "A20002").allowed


# Sending back


def test_the_version_on_the_day_of_the_order_rules_its_return(shop: Shop) -> None:
    shop.delivered("A20001", placed_at=at(2, 28), on=at(3, 2))
    shop.delivered("A20002", placed_at=at(3, 1), on=at(3, 2))
    old = judge(shop, "return", "A20001", now=at(3, 3))
    new = judge(shop, "return", "A20002", now=at(3, 3))
    assert (old.version, old.until) == (1, datetime(2026, 3, 16, 22, 59, 59, tzinfo=UTC))
    assert (new.version, new.until) == (2, datetime(2026, 4, 1, 21, 59, 59, tzinfo=UTC))


def test_an_order_is_placed_on_the_day_of_its_customers_clock(shop: Shop) -> None:
    late_in_february = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)  # 1 March in Berlin
    shop.delivered("A20001", placed_at=late_in_february, on=at(3, 2))
    assert judge(shop, "return", "A20001", now=at(3, 3)).version == 2


def test_a_return_window_ends_with_the_day_where_the_customer_lives(shop: Shop) -> None:
    shop.delivered("A20001", placed_at=at(10, 20), on=at(10, 22))
    until = judge(shop, "return", "A20001", now=at(11, 1)).until
    assert until == datetime(2026, 11, 21, 22, 59, 59, tzinfo=UTC)
    assert judge(shop, "return", "A20001", now=until).allowed
    assert not judge(shop, "return", "A20001", now=until + timedelta(seconds=1)).allowed


def test_a_window_over_a_change_of_clocks_still_ends_at_midnight(shop: Shop) -> None:
    shop.delivered("A20001", placed_at=at(10, 1), on=at(10, 5))  # clocks go back on 25 October
    until = judge(shop, "return", "A20001", now=at(10, 6)).until
    assert until == datetime(2026, 11, 4, 22, 59, 59, tzinfo=UTC)


def test_the_window_counts_from_the_last_parcel(shop: Shop) -> None:
    order = shop.order("A20001", lines=2, status=OrderStatus.DELIVERED, placed_at=at(11, 1))
    first, second = shop.lines(order)
    shop.ship(order, ShipmentStatus.DELIVERED, lines=[first], delivered_at=at(11, 5))
    shop.ship(order, ShipmentStatus.DELIVERED, lines=[second], delivered_at=at(11, 9), position=2)
    until = judge(shop, "return", "A20001").until
    assert until is not None
    assert until.date() == date(2026, 12, 9)


def test_what_arrived_can_be_returned_while_the_rest_is_on_its_way(shop: Shop) -> None:
    order = shop.order("A20001", lines=2, status=OrderStatus.PARTIALLY_SHIPPED)
    first, second = shop.lines(order)
    shop.ship(order, ShipmentStatus.DELIVERED, lines=[first], delivered_at=at(11, 21))
    shop.ship(order, ShipmentStatus.IN_TRANSIT, lines=[second], position=2)
    view = read(shop, "A20001")
    here, away = (verdict_for_line(line, view, "return", BOOK, NOW) for line in view.lines)
    assert (here.allowed, here.until) == (True, None)
    assert not away.allowed


def test_mainland_china_has_its_seven_days(shop: Shop) -> None:
    shop.delivered("A20001", customer=WEI, on=at(11, 21))
    judged = judge(shop, "return", "A20001", customer=WEI)
    assert judged.clause == "RETURN-2"
    assert judged.until == datetime(2026, 11, 28, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tier", "days"), [(Tier.SILVER, 30), (Tier.GOLD, 45), (Tier.PLATINUM, 60)]
)
def test_members_have_more_days(shop: Shop, tier: Tier, days: int) -> None:
    shop.tier(ANNA, tier)
    shop.delivered("A20001", on=at(11, 21))
    until = judge(shop, "return", "A20001").until
    assert until is not None
    assert until.date() - date(2026, 11, 21) == timedelta(days=days)


def test_days_that_only_members_have_are_cited_as_theirs(shop: Shop) -> None:
    shop.tier(ANNA, Tier.GOLD)
    shop.delivered("A20001", placed_at=at(9, 30), on=at(10, 1))
    assert judge(shop, "return", "A20001", now=at(10, 31)).clause == "RETURN-1"
    assert judge(shop, "return", "A20001", now=at(11, 1)).clause == "RETURN-3"
    assert judge(shop, "return", "A20001", now=at(11, 15)).allowed
    assert not judge(shop, "return", "A20001", now=at(11, 16)).allowed


def chinese_book(days: int) -> PolicyBook:
    """The demo shop's, with another number of days in China."""
    texts = [
        replace(text, params=dict(text.params) | {"window_days": days})
        if text.id == "RETURN-2"
        else text
        for file in sorted((Path(__file__).parents[2] / "policies").rglob("*.md"))
        if file.name != "README.md"
        for text in read_document(file)
    ]
    return PolicyBook(texts, BOOK.profile)


@pytest.mark.parametrize(("stated", "days"), [(3, 7), (7, 7), (15, 15)])
def test_in_china_the_law_gives_seven_days_whatever_the_shop_says(
    shop: Shop, stated: int, days: int
) -> None:
    shop.delivered("A20001", customer=WEI, on=at(11, 21))
    view = read(shop, "A20001", WEI)
    until = verdict(view, "return", chinese_book(stated), NOW).until
    assert until is not None
    assert until.date() == date(2026, 11, 21) + timedelta(days=days)


def test_a_members_days_lie_beside_those_of_the_law(shop: Shop) -> None:
    shop.tier(WEI, Tier.GOLD)
    shop.delivered("A20001", customer=WEI, placed_at=at(11, 1), on=at(11, 2))
    by_law = judge(shop, "return", "A20001", customer=WEI, now=at(11, 9))
    by_shop = judge(shop, "return", "A20001", customer=WEI, now=at(11, 10))
    assert (by_law.clause, by_shop.clause) == ("RETURN-2", "RETURN-3")
    assert by_law.until == by_shop.until == datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)


def test_the_last_day_ends_at_midnight_of_the_customers_clock_not_of_the_servers(
    shop: Shop,
) -> None:
    shop.delivered("A20001", customer=WEI, placed_at=at(11, 13), on=at(11, 14, 17))  # 15 November
    last = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
    assert judge(shop, "return", "A20001", customer=WEI, now=last).allowed
    over = judge(shop, "return", "A20001", customer=WEI, now=last + timedelta(seconds=1))
    assert not over.allowed


def one(return_class: ReturnClass) -> list[dict[str, Any]]:
    return [{"return_class": return_class}]


def test_final_sale_goods_stay_with_the_customer(shop: Shop) -> None:
    shop.delivered("A20001", lines=one(ReturnClass.FINAL_SALE))
    for action in ("return", "exchange"):
        judged = judge(shop, action, "A20001")
        assert (judged.allowed, judged.clause) == (False, "FINAL-1")


def test_damaged_final_sale_goods_can_be_reported_all_the_same(shop: Shop) -> None:
    shop.delivered("A20001", lines=one(ReturnClass.FINAL_SALE))
    assert judge(shop, "report_damaged", "A20001").allowed


def test_hygiene_goods_come_back_only_sealed(shop: Shop) -> None:
    shop.delivered("A20001", lines=one(ReturnClass.HYGIENE))
    judged = judge(shop, "return", "A20001")
    assert (judged.allowed, judged.clause) == (True, "FINAL-2")
    assert "seal" in judged.reason.en


def test_opened_electronics_have_less_time_than_sealed_ones(shop: Shop) -> None:
    shop.delivered("A20001", lines=one(ReturnClass.ELECTRONICS), on=at(11, 20, 10))
    within = judge(shop, "return", "A20001", now=at(12, 4))
    after = judge(shop, "return", "A20001", now=at(12, 5))
    over = judge(shop, "return", "A20001", now=at(12, 21))
    assert within.allowed
    assert within.until is not None
    assert within.until.date() == date(2026, 12, 4)
    assert after.allowed
    assert "only if the box is still sealed" in after.reason.en
    assert not over.allowed


def test_what_is_returned_or_on_its_way_back_cannot_be_returned_again(shop: Shop) -> None:
    order = shop.delivered("A20001", lines=2)
    first, second = shop.lines(order)
    first.returned_quantity = 1
    shop.save(first)
    shop.save(ReturnRequest(order_line_id=second.id, quantity=1, status=CaseStatus.REQUESTED))
    assert not judge(shop, "return", "A20001").allowed


def test_a_rejected_return_can_be_asked_for_again(shop: Shop) -> None:
    order = shop.delivered("A20001")
    line = shop.lines(order)[0]
    shop.save(ReturnRequest(order_line_id=line.id, quantity=1, status=CaseStatus.REJECTED))
    assert judge(shop, "return", "A20001").allowed


def test_a_partly_returned_line_can_return_the_rest_for_its_share(shop: Shop) -> None:
    order = shop.delivered("A20001", lines=[{"quantity": 3}], shipping=0)
    line = shop.lines(order)[0]
    line.returned_quantity = 1
    shop.save(line)
    assert judge(shop, "return", "A20001").refund == Money(minor=2 * 3990 - LABEL, currency="EUR")


def test_lines_that_differ_are_judged_one_by_one(shop: Shop) -> None:
    shop.delivered("A20001", lines=[{}, *one(ReturnClass.FINAL_SALE)])
    judged = judge(shop, "return", "A20001")
    assert judged.allowed
    assert [(line.line, line.allowed) for line in judged.lines] == [(1, True), (2, False)]
    assert judged.refund == Money(minor=3990 - LABEL, currency="EUR")
    assert "Item 2" in judged.reason.en
    assert "第2件" in judged.reason.zh


def test_a_refund_of_lines_never_exceeds_what_is_left_of_the_payments(shop: Shop) -> None:
    shop.tier(ANNA, Tier.GOLD)  # returns free of charge
    order = shop.delivered("A20001", lines=2, paid=False)
    shop.pay(order, order.total_minor, refunded_minor=order.total_minor - 100)
    assert judge(shop, "return", "A20001").refund == Money(minor=100, currency="EUR")


def test_without_a_day_of_delivery_no_window_can_be_checked(shop: Shop) -> None:
    shop.order("A20001", status=OrderStatus.DELIVERED, placed_at=None)
    judged = judge(shop, "return", "A20001")
    assert not judged.allowed
    assert judged.next_step is not None


def test_an_order_older_than_all_policies_falls_under_the_first(shop: Shop) -> None:
    shop.delivered("A20001", placed_at=at(1, 1, year=2017), on=at(1, 5, year=2017))
    assert judge(shop, "return", "A20001").version == 1


def test_an_order_whose_items_nobody_recorded_is_judged_as_a_whole(shop: Shop) -> None:
    shop.delivered("A20001", lines=0, on=at(11, 21))
    order = shop.order("A20002", lines=0, status=OrderStatus.SHIPPED)
    shop.ship(order, scans=[(at(11, 21), ShipmentStatus.IN_TRANSIT)])
    assert judge(shop, "return", "A20001").until == datetime(2026, 12, 21, 22, 59, 59, tzinfo=UTC)
    assert not judge(shop, "return", "A20002").allowed
    assert not judge(shop, "report_missing", "A20002").allowed
    assert judge(shop, "report_missing", "A20002", now=at(12, 1)).clause == "LOST-1"


def test_opened_electronics_are_judged_by_what_the_customer_says(shop: Shop) -> None:
    shop.delivered("A20001", lines=one(ReturnClass.ELECTRONICS), on=at(11, 20, 10))
    view = read(shop, "A20001")
    line, late = view.lines[0], at(12, 5)
    answers = [
        verdict_for_line(line, view, "return", BOOK, late, sealed=sealed)
        for sealed in (None, True, False)
    ]
    assert [(one.allowed, one.sealed_only) for one in answers] == [
        (True, True),
        (True, False),
        (False, False),
    ]
    assert answers[2].clause == "RETURN-4"


def test_a_refund_names_the_ways_it_goes_the_gift_card_last(shop: Shop) -> None:
    order = shop.delivered("A20001", lines=2, paid=False)
    shop.pay(order, 3000, method=PaymentMethod.GIFT_CARD)
    shop.pay(order, order.total_minor - 3000)
    assert judge(shop, "return", "A20001").methods == (PaymentMethod.CARD, PaymentMethod.GIFT_CARD)
    order = shop.delivered("A20002", lines=[{}, *one(ReturnClass.FINAL_SALE)], paid=False)
    shop.pay(order, 3000, method=PaymentMethod.GIFT_CARD)
    shop.pay(order, order.total_minor - 3000)
    assert judge(shop, "return", "A20002").methods == (PaymentMethod.CARD,)


def test_a_coupon_is_taken_off_by_worth_and_no_cent_is_lost(shop: Shop) -> None:
    shop.tier(ANNA, Tier.GOLD)  # returns free of charge
    order = shop.delivered(
        "A20001",
        lines=[{"unit_minor": 1999}, {"unit_minor": 3501}, {"unit_minor": 500}],
        discount_minor=1000,
        shipping=0,
        total_minor=5000,
    )
    view = read(shop, "A20001")
    refunds = [verdict_for_line(line, view, "return", BOOK, NOW).refund for line in view.lines]
    assert [refund.minor for refund in refunds if refund] == [1666, 2917, 417]
    assert judge(shop, "return", "A20001").refund == order.total


def test_goods_that_were_refunded_as_damaged_do_not_come_back(shop: Shop) -> None:
    order = shop.delivered("A20001")
    shop.save(
        Claim(
            order_line_id=shop.lines(order)[0].id,
            matter=ClaimMatter.DAMAGED,
            remedy=Remedy.REFUND,
            quantity=1,
            refund_minor=4480,
            status=CaseStatus.COMPLETED,
        )
    )
    assert not judge(shop, "return", "A20001").allowed
    assert not judge(shop, "report_damaged", "A20001").allowed


def test_what_a_return_will_give_back_is_told_and_not_promised_twice(shop: Shop) -> None:
    order = shop.delivered("A20001", lines=2)
    first = shop.lines(order)[0]
    shop.save(
        ReturnRequest(
            order_line_id=first.id, quantity=1, refund_minor=3600, status=CaseStatus.REQUESTED
        )
    )
    assert judge(shop, "refund", "A20001").refund == Money(minor=3600, currency="EUR")
    rest = judge(shop, "return", "A20001").refund
    assert rest == Money(minor=order.total_minor - 3600 - 390 - LABEL, currency="EUR")


# Damaged, missing, refunds


def test_damage_is_reported_within_days_of_delivery(shop: Shop) -> None:
    shop.delivered("A20001", on=at(11, 21))
    assert judge(shop, "report_damaged", "A20001", now=at(11, 28)).allowed
    assert not judge(shop, "report_damaged", "A20001", now=at(11, 29)).allowed


def test_a_parcel_that_the_carrier_calls_damaged_needs_no_delivery(shop: Shop) -> None:
    shop.ship(shop.order(status=OrderStatus.EXCEPTION), ShipmentStatus.DAMAGED)
    assert judge(shop, "report_damaged").allowed
    assert judge(shop, "refund").allowed


def test_a_missing_item_is_reported_within_days_of_delivery(shop: Shop) -> None:
    shop.delivered("A20001", on=at(11, 8), placed_at=at(11, 1))
    assert judge(shop, "report_missing", "A20001", now=at(11, 22)).allowed
    assert not judge(shop, "report_missing", "A20001", now=at(11, 23)).allowed


@pytest.mark.parametrize(("placed", "days"), [(at(12, 20, year=2025), 14), (at(1, 5), 10)])
def test_a_parcel_without_news_counts_as_lost_after_the_days_of_its_clause(
    shop: Shop, placed: datetime, days: int
) -> None:
    order = shop.order("A20001", status=OrderStatus.SHIPPED, placed_at=placed)
    shop.ship(order, handed_over_at=placed, scans=[(placed, ShipmentStatus.IN_TRANSIT)])
    silent = placed + timedelta(days=days)
    assert not judge(shop, "report_missing", "A20001", now=silent - timedelta(days=1)).allowed
    assert judge(shop, "report_missing", "A20001", now=silent).clause == "LOST-1"
    assert judge(shop, "report_missing", "A20001", now=silent).allowed


def test_a_lost_parcel_can_be_refunded(shop: Shop) -> None:
    shop.ship(shop.order(status=OrderStatus.EXCEPTION), ShipmentStatus.LOST)
    judged = judge(shop, "refund")
    assert (judged.allowed, judged.clause, judged.action) == (True, "LOST-1", "refund")


@pytest.mark.parametrize("action", ["report_missing", "refund"])
def test_a_lost_parcel_that_was_refunded_is_not_sent_again_for_nothing(
    shop: Shop, action: Action
) -> None:
    order = shop.order(status=OrderStatus.EXCEPTION, paid=False)
    shop.ship(order, ShipmentStatus.LOST)
    refunded(shop, order)
    judged = judge(shop, action)
    assert (judged.allowed, judged.clause) == (False, "REFUND-1")


@pytest.mark.parametrize("action", ["exchange", "return", "report_damaged"])
def test_delivered_goods_that_were_refunded_are_not_exchanged_for_nothing(
    shop: Shop, action: Action
) -> None:
    order = shop.delivered(paid=False)
    assert judge(shop, action).allowed
    refunded(shop, order)
    assert not judge(shop, action).allowed


def test_what_was_not_sent_is_not_missing(shop: Shop) -> None:
    shop.order()
    assert not judge(shop, "report_missing").allowed


def test_a_refund_under_way_is_told_with_the_days_a_bank_takes(shop: Shop) -> None:
    order = shop.order(status=OrderStatus.CANCELLED, paid=False)
    refunded(shop, order, RefundStatus.PENDING)
    judged = judge(shop, "refund")
    assert judged.clause == "REFUND-1"
    assert "3 to 7 business days" in judged.reason.en
    assert judged.refund == Money(minor=order.total_minor, currency="EUR")


def test_a_refund_comes_by_cancelling_what_has_not_left(shop: Shop) -> None:
    shop.order()
    judged = judge(shop, "refund")
    assert (judged.allowed, judged.clause, judged.action) == (True, "CANCEL-1", "refund")


def test_a_refund_comes_by_returning_what_has_arrived(shop: Shop) -> None:
    shop.delivered()
    judged = judge(shop, "refund")
    assert (judged.allowed, judged.clause, judged.action) == (True, "RETURN-1", "refund")


def test_nothing_paid_is_nothing_to_refund(shop: Shop) -> None:
    shop.order(status=OrderStatus.PENDING_PAYMENT, paid=False)
    assert not judge(shop, "refund").allowed
