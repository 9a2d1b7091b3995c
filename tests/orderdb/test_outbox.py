"""The outbox: every effect is delivered, by one worker at a time, and none is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from orderdb import audit, outbox
from orderdb.database import SessionFactory, writing
from orderdb.errors import NotFound
from orderdb.models import AuditEvent, Effect, Payment, Refund
from orderdb.statuses import EffectKind, EffectStatus, PaymentStatus, RefundStatus
from tests.orderdb.shop import NOW, Shop

ALL = list(EffectKind)
LATER = NOW + timedelta(seconds=61)


@pytest.fixture
def sessions(engine: Engine) -> SessionFactory:
    return SessionFactory(engine)


def enqueue(sessions: SessionFactory, number: int = 1, kind: EffectKind = EffectKind.EMAIL) -> None:
    with sessions() as session:
        writing(session)
        for one in range(number):
            outbox.enqueue(session, kind, f"{kind}:{one}", {"n": one}, NOW)
        session.commit()


def claim(
    sessions: SessionFactory, worker: str = "w1", *, now=NOW, kinds=ALL, limit: int = 100
) -> list[Effect]:
    with sessions() as session:
        return outbox.claim(session, worker, kinds, now, seconds=60, limit=limit)


def only(sessions: SessionFactory) -> Effect:
    with sessions() as session:
        return session.exec(select(Effect)).one()


def test_an_effect_exists_only_when_its_change_does(sessions: SessionFactory) -> None:
    with sessions() as session:
        writing(session)
        outbox.enqueue(session, EffectKind.EMAIL, "email:1", {}, NOW)
        session.rollback()
    assert claim(sessions) == []


def test_a_key_is_used_once(sessions: SessionFactory) -> None:
    enqueue(sessions)
    with pytest.raises(IntegrityError):
        enqueue(sessions)


def test_workers_at_once_never_hold_the_same_effect(sessions: SessionFactory) -> None:
    enqueue(sessions, 40)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda n: claim(sessions, f"w{n}", limit=5), range(8)))
    keys = [effect.key for effects in taken for effect in effects]
    assert len(keys) == len(set(keys))
    rest = claim(sessions, "last")
    assert {*keys, *(effect.key for effect in rest)} == {f"email:{n}" for n in range(40)}


def test_a_claim_that_expires_is_taken_up_again(sessions: SessionFactory) -> None:
    enqueue(sessions)
    assert [effect.key for effect in claim(sessions, "dies")] == ["email:0"]
    assert claim(sessions, "w2", now=NOW + timedelta(seconds=59)) == []
    assert [effect.key for effect in claim(sessions, "w2", now=LATER)] == ["email:0"]


def test_a_released_claim_is_free_at_once(sessions: SessionFactory) -> None:
    enqueue(sessions)
    claim(sessions, "w1")
    with sessions() as session:
        outbox.release(session, "w1")
    assert len(claim(sessions, "w2")) == 1


def test_kinds_without_an_endpoint_stay(sessions: SessionFactory) -> None:
    enqueue(sessions, kind=EffectKind.RETURN_LABEL)
    assert claim(sessions, kinds=[EffectKind.EMAIL]) == []
    with sessions() as session:
        assert not outbox.is_due(session, [EffectKind.EMAIL], NOW)
        assert outbox.is_due(session, [EffectKind.RETURN_LABEL], NOW)


def test_a_failed_attempt_waits_for_the_next(sessions: SessionFactory) -> None:
    enqueue(sessions)
    (effect,) = claim(sessions)
    with sessions() as session:
        outbox.mark_failed(session, effect.id or 0, "w1", "answered 503", LATER, NOW)
    failed = only(sessions)
    assert (failed.status, failed.attempts, failed.last_error) == (
        EffectStatus.WAITING,
        1,
        "answered 503",
    )
    assert claim(sessions) == []
    assert len(claim(sessions, now=LATER)) == 1


def test_a_worker_that_lost_its_claim_cannot_put_off_the_next(sessions: SessionFactory) -> None:
    enqueue(sessions)
    (effect,) = claim(sessions, "slow")
    claim(sessions, "next", now=LATER)
    with sessions() as session:
        outbox.mark_failed(session, effect.id or 0, "slow", "late", None, LATER)
    assert only(sessions).status is EffectStatus.WAITING
    assert only(sessions).claimed_by == "next"


def test_a_dead_effect_is_tried_again_only_when_replayed(sessions: SessionFactory) -> None:
    enqueue(sessions)
    (effect,) = claim(sessions)
    with sessions() as session:
        outbox.mark_failed(session, effect.id or 0, "w1", "answered 400", None, NOW)
    assert claim(sessions, now=LATER) == []
    with sessions() as session:
        assert outbox.replay(session, effect.id or 0, "operator", LATER)
        assert not outbox.replay(session, effect.id or 0, "operator", LATER)
    assert len(claim(sessions, now=LATER)) == 1
    with sessions() as session:
        kinds = session.exec(select(AuditEvent.kind)).all()
    assert list(kinds) == ["effect.dead", "effect.replayed"]


def test_an_effect_that_is_not_there_cannot_be_replayed(sessions: SessionFactory) -> None:
    with sessions() as session, pytest.raises(NotFound):
        outbox.replay(session, 7, "operator", NOW)


@pytest.fixture
def refund(engine: Engine) -> Iterator[Refund]:
    """A refund on its way, with its effect."""
    shop = Shop(engine)
    order = shop.order()
    paid = shop.session.exec(select(Payment)).one()
    refund = shop.save(
        Refund(
            order_id=order.id,
            payment_id=paid.id,
            amount_minor=100,
            status=RefundStatus.PENDING,
            created_at=NOW,
        )
    )
    key = f"refund:{refund.id}"
    outbox.enqueue(shop.session, EffectKind.REFUND, key, {"refund_id": refund.id}, NOW)
    shop.session.commit()
    yield refund
    shop.session.close()


def test_a_refund_succeeds_with_its_delivery(sessions: SessionFactory, refund: Refund) -> None:
    (effect,) = claim(sessions)
    for _ in range(2):
        with sessions() as session:
            outbox.mark_delivered(session, effect.id or 0, NOW)
    with sessions() as session:
        assert session.get_one(Refund, refund.id).status is RefundStatus.SUCCEEDED
        (event,) = session.exec(select(AuditEvent)).all()
        assert audit.verify(session) is None
    assert event.kind == "effect.delivered"
    assert event.payload["changes"]["rows"] == {
        "refunds": {str(refund.id): [{"status": "pending"}, {"status": "succeeded"}]}
    }
    assert claim(sessions, now=LATER) == []


def test_a_payment_is_captured_with_its_delivery(engine: Engine, sessions: SessionFactory) -> None:
    shop = Shop(engine)
    order = shop.order()
    owed = shop.pay(order, 250, status=PaymentStatus.PENDING)
    outbox.enqueue(shop.session, EffectKind.CHARGE, "charge:1", {"payment_id": owed.id}, NOW)
    shop.session.commit()
    (effect,) = claim(sessions)
    with sessions() as session:
        outbox.mark_delivered(session, effect.id or 0, NOW)
    with sessions() as session:
        assert session.get_one(Payment, owed.id).status is PaymentStatus.CAPTURED
        assert audit.replay(session) == audit.Replayed(events=1, orders=1, compared=1)
    shop.session.close()


def test_what_a_worker_delivered_after_its_claim_expired_counts(
    sessions: SessionFactory, refund: Refund
) -> None:
    (effect,) = claim(sessions, "slow")
    claim(sessions, "next", now=LATER)
    with sessions() as session:
        outbox.mark_delivered(session, effect.id or 0, LATER)
        assert outbox.counts(session) == {(EffectKind.REFUND, EffectStatus.DELIVERED): 1}


def test_the_list_shows_the_newest_and_what_was_asked_for(engine: Engine) -> None:
    sessions = SessionFactory(engine)
    enqueue(sessions, 3)
    enqueue(sessions, 1, EffectKind.RETURN_LABEL)
    with Session(engine) as session:
        assert [one.key for one in outbox.listed(session, None, None, 2)] == [
            "email:2",
            "return_label:0",
        ]
        assert [one.key for one in outbox.listed(session, None, EffectKind.EMAIL, 9)] == [
            "email:0",
            "email:1",
            "email:2",
        ]
        assert outbox.listed(session, EffectStatus.DEAD, None, 9) == []
