"""A click that is refused stands in the chain too, with the reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from orderdb import audit
from orderdb.database import SessionFactory
from orderdb.errors import DigestMismatch, ProposalClosed
from orderdb.models import AuditEvent, Proposal
from orderdb.policy_book import PolicyBook
from orderdb.proposals import LIFETIME, confirm, decline
from tests.orderdb.proposals.asking import propose_cancellation
from tests.orderdb.shop import ANNA, NOW, Shop

BOOK = PolicyBook.load(Path(__file__).parents[3] / "policies")
Click = Callable[[Session, Proposal], object]


def altered(session: Session, proposal: Proposal) -> None:
    with pytest.raises(DigestMismatch):
        confirm(session, ANNA, proposal.id, "0" * 64, BOOK, NOW)


def too_late(session: Session, proposal: Proposal) -> None:
    with pytest.raises(ProposalClosed):
        confirm(session, ANNA, proposal.id, proposal.digest, BOOK, NOW + LIFETIME)


def after_declining(session: Session, proposal: Proposal) -> None:
    decline(session, ANNA, proposal.id, NOW)
    session.rollback()
    with pytest.raises(ProposalClosed):
        confirm(session, ANNA, proposal.id, proposal.digest, BOOK, NOW + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("click", "kinds"),
    [
        (altered, ["created", "refused"]),
        (too_late, ["created", "expired", "refused"]),
        (after_declining, ["created", "declined", "refused"]),
    ],
)
def test_a_refused_click_is_kept(engine: Engine, click: Click, kinds: list[str]) -> None:
    shop = Shop(engine)
    shop.order()
    shop.session.close()
    sessions = SessionFactory(engine)
    with sessions() as session:
        proposal = propose_cancellation(session, ANNA, "A20000", "", None, BOOK, NOW)
    with sessions() as session:
        click(session, proposal)
    with sessions() as session:
        events = session.exec(select(AuditEvent)).all()
        assert audit.verify(session) is None
    assert [event.kind for event in events] == [f"proposal.{kind}" for kind in kinds]
    assert events[-1].payload["why"] in ("digest_mismatch", "proposal_closed")
