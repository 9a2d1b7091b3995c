"""What an operator sees and does: the outbox and the audit chain, on the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import respx
from sqlalchemy import Engine, text
from typer.testing import CliRunner, Result

from assistant.cli import app
from orderdb import audit, outbox
from orderdb.database import SessionFactory, writing
from orderdb.policy_book import PolicyBook
from orderdb.proposals import confirm
from orderdb.statuses import EffectKind, EffectStatus
from tests.orderdb.proposals.asking import propose_cancellation
from tests.orderdb.shop import ANNA, Shop

URL = "http://payments.example/refunds"
NOW = datetime.now(UTC)
BOOK = PolicyBook.load(Path(__file__).parents[2] / "policies")


@pytest.fixture(autouse=True)
def own_shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_engine: Engine) -> None:
    monkeypatch.setenv("ORDERDESK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ORDERDESK_DATABASE_URL", sqlite_engine.url.render_as_string(False))


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERDESK_OUTBOX__ENDPOINTS__REFUND", URL)
    monkeypatch.setenv("ORDERDESK_OUTBOX__SECRET", "a secret for tests, long enough to sign with")


@pytest.fixture
def sessions(sqlite_engine: Engine) -> SessionFactory:
    """A shop where one order was cancelled, and its refund is in the outbox."""
    sessions = SessionFactory(sqlite_engine)
    shop = Shop(sqlite_engine)
    shop.order()
    shop.session.close()
    with sessions() as session:
        proposal = propose_cancellation(session, ANNA, "A20000", "", None, BOOK, NOW)
    with sessions() as session:
        confirm(session, ANNA, proposal.id, proposal.digest, BOOK, NOW)
    return sessions


def orderdesk(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_an_effect_without_an_endpoint_says_what_to_set(sessions: SessionFactory) -> None:
    listed = orderdesk("outbox", "list").output
    assert "refund:1" in listed
    assert "not configured" in listed
    assert "ORDERDESK_OUTBOX__ENDPOINTS__REFUND" in listed
    assert '"refund_id": 1' in orderdesk("outbox", "show", 1).output


def test_an_effect_that_is_not_there_is_told(sessions: SessionFactory) -> None:
    assert orderdesk("outbox", "show", 7).exit_code == 1
    assert orderdesk("outbox", "replay", 7).exit_code == 1
    assert orderdesk("outbox", "replay").exit_code == 2


@respx.mock
def test_what_is_due_is_delivered_on_request(sessions: SessionFactory, endpoint: None) -> None:
    sent = respx.post(URL).respond(200)
    assert "1 attempt(s) made" in orderdesk("outbox", "deliver").output
    assert sent.call_count == 1
    assert "delivered" in orderdesk("outbox", "list", "--status", "delivered").output
    assert "None of these" in orderdesk("outbox", "list", "--status", "dead").output


@respx.mock
def test_a_dead_effect_is_seen_and_replayed(sessions: SessionFactory, endpoint: None) -> None:
    sent = respx.post(URL).respond(422)
    orderdesk("outbox", "deliver")
    dead = orderdesk("outbox", "list", "--status", "dead").output
    assert "answered 422" in dead
    assert "orderdesk outbox replay" in dead
    sent.respond(200)
    assert "1 to be delivered again" in orderdesk("outbox", "replay", "--all").output
    assert "not dead" in orderdesk("outbox", "replay", 1).output
    orderdesk("outbox", "deliver")
    with sessions() as session:
        assert outbox.find(session, 1).status is EffectStatus.DELIVERED
        assert audit.replay(session).difference is None


def test_a_chain_that_holds_tells_its_newest_hash(sessions: SessionFactory) -> None:
    held = orderdesk("audit", "verify")
    with sessions() as session:
        events, newest = audit.length(session)
    assert held.exit_code == 0
    assert f"{events} events hold; the newest is {newest}" in held.output


def test_the_first_broken_link_is_named(sessions: SessionFactory, sqlite_engine: Engine) -> None:
    with sqlite_engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_events_refuse_update"))
        connection.execute(text("UPDATE audit_events SET actor = 'eve' WHERE id = 2"))
    broken = orderdesk("audit", "verify")
    assert broken.exit_code == 1
    assert "Event 2: its hash does not fit what it says." in broken.output


def test_orders_that_the_events_explain_pass(sessions: SessionFactory) -> None:
    done = orderdesk("audit", "replay")
    assert (done.exit_code, done.output) == (
        0,
        "1 events changed 1 orders; 1 orders are as they must be.\n",
    )


def test_a_row_changed_behind_the_chain_s_back_is_named(
    sessions: SessionFactory, sqlite_engine: Engine
) -> None:
    with sqlite_engine.begin() as connection:
        connection.execute(text("UPDATE payments SET refunded_minor = 1"))
    found = orderdesk("audit", "replay")
    assert found.exit_code == 1
    assert "Order A20000: payments 1: refunded_minor is 1, but was 4480" in found.output


def test_one_effect_more_is_listed_by_its_kind(sessions: SessionFactory) -> None:
    with sessions() as session:
        writing(session)
        outbox.enqueue(session, EffectKind.EMAIL, "email:1", {}, NOW)
        session.commit()
    listed = orderdesk("outbox", "list", "--kind", "email").output
    assert "email:1" in listed
    assert "refund:1" not in listed
    assert orderdesk("outbox", "list", "--kind", "fax").exit_code == 2
