"""Propose, confirm, decline: once, exactly what was shown, whatever happens meanwhile."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlmodel import col, select

from orderdb import audit
from orderdb.columns import JsonObject
from orderdb.database import SessionFactory
from orderdb.errors import DigestMismatch, NotFound, OrderChanged, ProposalClosed, Refused
from orderdb.models import (
    AuditEvent,
    GiftCard,
    Order,
    OrderLine,
    Payment,
    Proposal,
    Refund,
    Stock,
)
from orderdb.policy_book import PolicyBook
from orderdb.proposals import LIFETIME, confirm, decline
from orderdb.statuses import (
    OrderStatus,
    PaymentMethod,
    PaymentStatus,
    ProposalStatus,
    RefundStatus,
    ShipmentStatus,
)
from tests.orderdb.proposals.asking import propose_cancellation
from tests.orderdb.shop import ANNA, NOW, WEI, Shop

BOOK = PolicyBook.load(Path(__file__).parents[3] / "policies")
SOON = NOW + timedelta(minutes=5)


class Desk:
    """What the tool and the click do, each in a session of its own."""

    def __init__(self, engine: Engine) -> None:
        self.sessions = SessionFactory(engine)

    def propose(
        self, number: str = "A20000", reason: str = "", *, customer: str = ANNA
    ) -> Proposal:
        with self.sessions() as session:
            return propose_cancellation(session, customer, number, reason, None, BOOK, NOW)

    def confirm(self, proposal: Proposal, *, customer: str = ANNA, digest: str = "") -> JsonObject:
        with self.sessions() as session:
            return confirm(session, customer, proposal.id, digest or proposal.digest, BOOK, SOON)

    def decline(self, proposal: Proposal, *, customer: str = ANNA) -> Proposal:
        with self.sessions() as session:
            return decline(session, customer, proposal.id, SOON)

    def order(self) -> Order:
        with self.sessions() as session:
            return session.exec(select(Order)).one()

    def count(self, table: type[Refund] | type[Proposal] | type[AuditEvent]) -> int:
        with self.sessions() as session:
            return len(session.exec(select(table)).all())


@pytest.fixture
def shop(engine: Engine) -> Shop:
    return Shop(engine)


@pytest.fixture
def desk(engine: Engine, shop: Shop) -> Desk:
    return Desk(engine)


def test_proposing_changes_nothing_of_the_order(shop: Shop, desk: Desk) -> None:
    shop.order()
    proposal = desk.propose()
    assert desk.order().status is OrderStatus.PROCESSING
    assert (proposal.amount_minor, proposal.clause) == (4480, "CANCEL-1")
    assert proposal.expires_at == NOW + LIFETIME


def test_the_same_proposal_twice_is_one(shop: Shop, desk: Desk) -> None:
    shop.order()
    assert desk.propose("A20000", "too late").id == desk.propose("#a20000", " too late ").id
    assert desk.count(Proposal) == 1


def test_another_reason_takes_the_place_of_the_first(shop: Shop, desk: Desk) -> None:
    shop.order()
    first, second = desk.propose(reason="too late"), desk.propose(reason="too dear")
    assert first.digest != second.digest
    with pytest.raises(ProposalClosed) as closed:
        desk.confirm(first)
    assert closed.value.status == "superseded"
    assert desk.confirm(second)["status"] == "confirmed"


def test_what_the_rules_forbid_is_not_proposed(shop: Shop, desk: Desk) -> None:
    shop.delivered()
    with pytest.raises(Refused) as refused:
        desk.propose()
    assert refused.value.clause == "CANCEL-2"
    assert desk.count(Proposal) == 0


def test_nobody_proposes_for_somebody_elses_order(shop: Shop, desk: Desk) -> None:
    shop.order(customer=WEI)
    with pytest.raises(NotFound):
        desk.propose()


def test_confirming_cancels_the_order_and_gives_the_money_back(shop: Shop, desk: Desk) -> None:
    order = shop.order(lines=[{"quantity": 2}])
    result = desk.confirm(desk.propose(reason="too late"))
    cancelled = desk.order()
    assert (cancelled.status, cancelled.version) == (OrderStatus.CANCELLED, order.version + 1)
    assert (cancelled.cancel_reason, cancelled.cancelled_at) == ("too late", SOON)
    with desk.sessions() as session:
        assert session.exec(select(OrderLine.cancelled_quantity)).one() == 2
        payment, refund = session.exec(select(Payment)).one(), session.exec(select(Refund)).one()
    assert payment.refunded_minor == payment.amount_minor == refund.amount_minor
    assert refund.status is RefundStatus.PENDING
    assert result["amount"] == {"minor": order.total_minor, "currency": "EUR"}


def test_a_gift_card_gets_its_share_back_at_once(shop: Shop, desk: Desk) -> None:
    card = shop.save(
        GiftCard(code="G", customer_id=ANNA, currency="EUR", initial_minor=5000, balance_minor=2000)
    )
    order = shop.order(paid=False)
    shop.pay(order, 3000, method=PaymentMethod.GIFT_CARD, gift_card_id=card.id)
    shop.pay(order, order.total_minor - 3000)
    result = desk.confirm(desk.propose())
    with desk.sessions() as session:
        assert session.exec(select(GiftCard.balance_minor)).one() == 5000
    assert sorted(refund["status"] for refund in result["refunds"]) == ["pending", "succeeded"]
    assert sum(refund["amount"]["minor"] for refund in result["refunds"]) == order.total_minor


def test_a_payment_that_was_never_captured_is_voided(shop: Shop, desk: Desk) -> None:
    order = shop.order(paid=False, status=OrderStatus.PENDING_PAYMENT)
    shop.pay(order, order.total_minor, status=PaymentStatus.PENDING)
    assert desk.confirm(desk.propose())["refunds"] == []
    with desk.sessions() as session:
        assert session.exec(select(Payment.status)).one() is PaymentStatus.VOIDED


def test_stock_promised_to_the_order_is_free_again(shop: Shop, desk: Desk) -> None:
    shop.product(stock=10, reserved=3)
    with desk.sessions() as session:
        variant = session.exec(select(Stock.variant_id)).one()
    shop.order(lines=[{"quantity": 2, "variant_id": variant}])
    desk.confirm(desk.propose())
    with desk.sessions() as session:
        assert session.exec(select(Stock.reserved)).one() == 1


def test_a_repeated_confirm_returns_the_first_result(shop: Shop, desk: Desk) -> None:
    shop.order()
    proposal = desk.propose()
    first, second = desk.confirm(proposal), desk.confirm(proposal)
    assert json.dumps(first) == json.dumps(second)
    assert desk.count(Refund) == 1


def test_a_click_on_another_digest_does_nothing(shop: Shop, desk: Desk) -> None:
    shop.order()
    proposal = desk.propose()
    for digest in ("0" * 64, "", "é", proposal.digest.upper()):
        with pytest.raises(DigestMismatch):
            desk.confirm(proposal, digest=digest or "x")
    assert desk.order().status is OrderStatus.PROCESSING


def test_another_customer_cannot_see_that_a_proposal_exists(shop: Shop, desk: Desk) -> None:
    shop.order()
    proposal = desk.propose()
    for act in (desk.confirm, desk.decline):
        with pytest.raises(NotFound):
            act(proposal, customer=WEI)
    assert desk.order().status is OrderStatus.PROCESSING


def test_an_expired_proposal_does_nothing(shop: Shop, desk: Desk) -> None:
    shop.order()
    proposal = desk.propose()
    for _ in range(2):
        with desk.sessions() as session, pytest.raises(ProposalClosed) as closed:
            confirm(session, ANNA, proposal.id, proposal.digest, BOOK, NOW + LIFETIME)
        assert closed.value.status == "expired"
    assert desk.order().status is OrderStatus.PROCESSING
    with desk.sessions() as session:
        assert session.get_one(Proposal, proposal.id).status is ProposalStatus.EXPIRED


def test_declining_twice_is_declining_once(shop: Shop, desk: Desk) -> None:
    shop.order()
    proposal = desk.propose()
    assert desk.decline(proposal).status is ProposalStatus.DECLINED
    assert desk.decline(proposal).decided_at == SOON
    with pytest.raises(ProposalClosed) as closed:
        desk.confirm(proposal)
    assert closed.value.status == "declined"


def test_what_was_confirmed_cannot_be_declined(shop: Shop, desk: Desk) -> None:
    shop.order()
    proposal = desk.propose()
    desk.confirm(proposal)
    with pytest.raises(ProposalClosed):
        desk.decline(proposal)


def test_a_declined_proposal_can_be_made_anew(shop: Shop, desk: Desk) -> None:
    shop.order()
    first = desk.propose()
    desk.decline(first)
    second = desk.propose()
    assert second.id != first.id
    assert desk.confirm(second)["status"] == "confirmed"


def test_an_order_that_changed_gets_a_new_proposal(shop: Shop, desk: Desk) -> None:
    order = shop.order()
    proposal = desk.propose()
    order.version += 1
    shop.save(order)
    with pytest.raises(OrderChanged) as changed:
        desk.confirm(proposal)
    assert desk.order().status is OrderStatus.PROCESSING
    assert changed.value.replacement is not None
    with desk.sessions() as session:
        again = session.get_one(Proposal, changed.value.replacement)
    assert desk.confirm(again)["status"] == "confirmed"


def test_a_price_that_changed_is_not_confirmed_unseen(shop: Shop, desk: Desk) -> None:
    shop.order()
    proposal = desk.propose()
    with desk.sessions() as session:
        payment = session.exec(select(Payment)).one()
        payment.refunded_minor = 1000  # somebody refunded a part meanwhile
        session.add(payment)
        session.commit()
    with pytest.raises(OrderChanged) as changed:
        desk.confirm(proposal)
    with desk.sessions() as session:
        again = session.get_one(Proposal, changed.value.replacement)
    assert again.amount_minor == proposal.amount_minor - 1000


def test_an_order_that_left_meanwhile_gets_none(shop: Shop, desk: Desk) -> None:
    order = shop.order()
    proposal = desk.propose()
    shop.ship(order, ShipmentStatus.HANDED_OVER)
    with pytest.raises(OrderChanged) as changed:
        desk.confirm(proposal)
    assert changed.value.replacement is None
    assert desk.order().status is OrderStatus.PROCESSING
    assert desk.count(Refund) == 0


def test_twenty_clicks_at_once_cancel_once(shop: Shop, desk: Desk) -> None:
    shop.order()
    proposal = desk.propose()
    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(lambda _: desk.confirm(proposal), range(20)))
    assert len({json.dumps(result) for result in results}) == 1
    assert desk.order().version == 2
    with desk.sessions() as session:
        refunded = sum(session.exec(select(Refund.amount_minor)).all())
        kinds = session.exec(select(AuditEvent.kind).order_by(col(AuditEvent.id))).all()
        assert audit.verify(session) is None
    assert refunded == proposal.amount_minor
    assert list(kinds) == ["proposal.created", "proposal.confirmed"]


def test_twenty_proposals_at_once_are_one(shop: Shop, desk: Desk) -> None:
    shop.order()
    with ThreadPoolExecutor(20) as pool:
        ids = set(pool.map(lambda _: desk.propose().id, range(20)))
    assert len(ids) == 1


def test_many_orders_confirmed_at_once_keep_one_chain(shop: Shop, desk: Desk) -> None:
    card = shop.save(
        GiftCard(code="G", customer_id=ANNA, currency="EUR", initial_minor=9999, balance_minor=0)
    )
    shop.product(stock=50, reserved=20)
    with desk.sessions() as session:
        variant = session.exec(select(Stock.variant_id)).one()
    for number in range(8):
        order = shop.order(f"A2000{number}", lines=[{"variant_id": variant}], paid=False)
        shop.pay(order, 1000, method=PaymentMethod.GIFT_CARD, gift_card_id=card.id)
        shop.pay(order, order.total_minor - 1000)
    proposals = [desk.propose(f"A2000{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(desk.confirm, proposals))
    assert all(result["status"] == "confirmed" for result in results)
    with desk.sessions() as session:
        assert audit.verify(session) is None
        assert session.exec(select(GiftCard.balance_minor)).one() == 8000
        assert session.exec(select(Stock.reserved)).one() == 12


class Killed(Exception):
    """The process is gone."""


def test_a_confirm_that_dies_between_two_statements_leaves_nothing_half(
    engine: Engine, shop: Shop, desk: Desk
) -> None:
    shop.product(stock=10, reserved=3)
    with desk.sessions() as session:
        variant = session.exec(select(Stock.variant_id)).one()
    shop.order(lines=[{"variant_id": variant}])
    proposal = desk.propose()
    shop.session.close()
    survived = 0
    for after in range(1, 100):
        with _dying(engine, after) as statements:
            try:
                desk.confirm(proposal)
                break
            except Killed:
                survived += 1
        assert len(statements) == after
        assert desk.order().status is OrderStatus.PROCESSING
        assert desk.count(Refund) == 0
        with desk.sessions() as session:
            assert session.exec(select(Payment.refunded_minor)).one() == 0
            assert session.exec(select(Stock.reserved)).one() == 3
            assert session.get_one(Proposal, proposal.id).status is ProposalStatus.OPEN
    assert survived > 10
    assert desk.confirm(proposal)["status"] == "confirmed"
    assert desk.count(Refund) == 1
    with desk.sessions() as session:
        assert audit.verify(session) is None


class _dying:
    """Kills the caller after so many statements."""

    def __init__(self, engine: Engine, after: int) -> None:
        self._engine, self._after = engine, after
        self._statements: list[str] = []

    def __enter__(self) -> list[str]:
        event.listen(self._engine, "after_cursor_execute", self._count)
        return self._statements

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "after_cursor_execute", self._count)

    def _count(self, _c: object, _k: object, statement: str, *_rest: object) -> None:
        self._statements.append(statement)
        if len(self._statements) == self._after:
            raise Killed
