"""The click that commits a proposal: bound to what was seen, once, by its own customer only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import col, select

from assistant.services import Services
from assistant.settings import Settings
from assistant.tokens import Tokens
from orderdb.database import SessionFactory
from orderdb.models import Conversation, Order, Proposal
from orderdb.policy_book import PolicyBook
from orderdb.statuses import OrderStatus
from tests.assistant.api.conftest import SECRET, Apps, GuidedAndReady, is_problem, talking_to
from tests.assistant.api.fake_conversations import FakeConversations
from tests.orderdb.proposals.asking import propose_cancellation


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(demo_now: datetime) -> Clock:
    return Clock(demo_now)


@pytest.fixture
def demo_sessions(demo_engine: Engine) -> SessionFactory:
    return SessionFactory(demo_engine)


@pytest.fixture
def proposal(demo_sessions: SessionFactory, book: PolicyBook, clock: Clock) -> Proposal:
    """A cancellation that some customer of the demo shop asked for, in Chinese."""
    with demo_sessions() as session:
        order = session.exec(
            select(Order).where(Order.status == OrderStatus.PAID).order_by(col(Order.id))
        ).first()
        assert order is not None
        conversation = Conversation(
            id="talk", customer_id=order.customer_id, language="zh", created_at=clock()
        )
        session.add(conversation)
        session.commit()
        return propose_cancellation(
            session, order.customer_id, order.number, "买错了", "talk", book, clock()
        )


@pytest.fixture
async def owner(
    demo_sessions: SessionFactory,
    book: PolicyBook,
    clock: Clock,
    proposal: Proposal,
    settings: Settings,
    apps: Apps,
) -> AsyncIterator[httpx.AsyncClient]:
    """The customer whose proposal it is."""
    app = apps.app(
        settings,
        lambda: Services(
            settings,
            demo_sessions,
            book,
            FakeConversations(demo_sessions),
            GuidedAndReady(),
            clock,
        ),
    )
    async with talking_to(app, Tokens.configured(settings).sign(proposal.customer_id)) as client:
        yield client


def status_of(sessions: SessionFactory, proposal: Proposal) -> str:
    with sessions() as session:
        return session.get_one(Order, proposal.order_id).status.value


async def click(
    client: httpx.AsyncClient, proposal: Proposal, what: str = "confirm", **changes: str
) -> httpx.Response:
    body = {"digest": proposal.digest} | changes
    return await client.post(f"/api/proposals/{proposal.id}/{what}", json=body)


async def test_a_click_cancels_the_order_and_its_repeat_tells_the_same(
    owner: httpx.AsyncClient, proposal: Proposal, demo_sessions: SessionFactory
) -> None:
    first = await click(owner, proposal)
    assert first.status_code == 200, first.text
    result = first.json()
    assert (result["status"], result["proposal_id"]) == ("confirmed", proposal.id)
    assert result["amount"] == {"minor": proposal.amount_minor, "currency": proposal.currency}
    assert sum(refund["amount"]["minor"] for refund in result["refunds"]) == proposal.amount_minor
    assert (await click(owner, proposal)).json() == result
    assert status_of(demo_sessions, proposal) == "cancelled"


async def test_a_click_for_something_else_changes_nothing(
    owner: httpx.AsyncClient, proposal: Proposal, demo_sessions: SessionFactory
) -> None:
    assert is_problem(await click(owner, proposal, digest="0" * 64), 409, "digest_mismatch")
    assert is_problem(await click(owner, proposal, digest="yes"), 422, "invalid_request")
    assert is_problem(
        await owner.post(f"/api/proposals/{proposal.id}/confirm"), 422, "invalid_request"
    )
    assert status_of(demo_sessions, proposal) == "paid"


async def test_anothers_proposal_is_missing_like_none_at_all(
    owner: httpx.AsyncClient, proposal: Proposal, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path, jwt_secret=SecretStr(SECRET))
    owner.headers["Authorization"] = f"Bearer {Tokens.configured(settings).sign('somebody')}"
    for what in ("confirm", "decline"):
        foreign = await click(owner, proposal, what)
        missing = await owner.post(
            f"/api/proposals/00000000-0000-4000-8000-000000000000/{what}",
            json={"digest": proposal.digest},
        )
        assert is_problem(foreign, 404, "not_found")
        assert foreign.json() == missing.json()


async def test_a_declined_proposal_cannot_be_confirmed(
    owner: httpx.AsyncClient, proposal: Proposal, demo_sessions: SessionFactory
) -> None:
    for _ in range(2):
        declined = await owner.post(f"/api/proposals/{proposal.id}/decline")
        assert declined.json() == {"proposal_id": proposal.id, "status": "declined"}
    assert is_problem(await click(owner, proposal), 409, "proposal_closed")
    assert status_of(demo_sessions, proposal) == "paid"


async def test_an_expired_proposal_cannot_be_confirmed(
    owner: httpx.AsyncClient, proposal: Proposal, clock: Clock, demo_sessions: SessionFactory
) -> None:
    clock.now = proposal.expires_at + timedelta(seconds=1)
    assert is_problem(await click(owner, proposal), 409, "proposal_closed")
    assert status_of(demo_sessions, proposal) == "paid"


async def test_when_the_order_has_moved_on_the_conflict_brings_the_proposal_that_fits_now(
    owner: httpx.AsyncClient, proposal: Proposal, demo_sessions: SessionFactory
) -> None:
    with demo_sessions() as session:
        order = session.get_one(Order, proposal.order_id)
        order.version += 1
        session.add(order)
        session.commit()
    response = await click(owner, proposal)
    assert is_problem(response, 409, "order_changed")
    assert response.json()["reason"].keys() == {"en", "zh"}
    instead = response.json()["proposal"]
    assert (instead["kind"], instead["status"]) == (proposal.kind, "open")
    assert instead["summary"].startswith("取消订单")
    confirmed = await owner.post(
        f"/api/proposals/{instead['proposal_id']}/confirm", json={"digest": instead["digest"]}
    )
    assert confirmed.status_code == 200
    assert status_of(demo_sessions, proposal) == "cancelled"
