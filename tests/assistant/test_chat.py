"""The terminal as a customer's surface, over a server and within the process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

import assistant.opening
from assistant.app import create_app
from assistant.cli import app
from assistant.commands.plain import card_lines
from assistant.services import Services
from assistant.settings import Settings
from orderdb.database import SessionFactory
from orderdb.models import Customer, Order
from orderdb.policy_book import PolicyBook
from tests.assistant.api.conftest import GuidedAndReady
from tests.assistant.api.fake_conversations import FakeConversations, Step, echo
from tests.assistant.api.serving import serving
from tests.orderdb.proposals.asking import propose_cancellation
from tests.orderdb.shop import Shop
from tools.proposing import proposal_card

SECRET = "a secret for tests, long enough to sign with"
PROPOSAL = {
    "proposal_id": "00000000-0000-4000-8000-000000000000", "kind": "cancel_order",
    "order_number": "A20001", "summary": "Cancel order A20001.", "amount": None,
    "clause": "CANCEL-1", "digest": "0" * 64, "expires_at": "2026-11-20T10:00:00Z",
    "status": "open",
}  # fmt: skip
CALL = {"id": "1", "name": "get_order", "arguments": {"order_number": "A20001"}, "duration_ms": 3}


def with_a_proposal(text: str) -> Sequence[Step]:
    return [
        ("tool", CALL | {"status": "started"}),
        ("tool", CALL | {"status": "ok"}),
        ("proposal", PROPOSAL),
        *echo(text),
    ]


@pytest.fixture
def conversations(sqlite_engine: Engine) -> FakeConversations:
    sessions = SessionFactory(sqlite_engine)
    with sessions() as session:
        session.add(Customer(id="ada", name="Ada Byron"))
        session.commit()
    return FakeConversations(sessions)


@pytest.fixture(autouse=True)
def own_shop(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    sqlite_engine: Engine,
    conversations: FakeConversations,
) -> None:
    """The command finds scripted services where it would open the real ones."""
    monkeypatch.setenv("ORDERDESK_DATA", str(tmp_path))
    monkeypatch.setenv("ORDERDESK_DATABASE_URL", str(sqlite_engine.url))
    monkeypatch.setenv("ORDERDESK_JWT_SECRET", SECRET)

    @asynccontextmanager
    async def opened(settings: Settings, progress: object = None) -> AsyncIterator[Services]:
        yield Services(
            settings,
            conversations.sessions,
            PolicyBook.load(settings.policies),
            conversations,
            GuidedAndReady(),
            lambda: datetime.now(UTC),
        )

    monkeypatch.setattr(assistant.opening, "open_services", opened)


@pytest.fixture
def address() -> Iterator[str]:
    with serving(create_app(Settings.load())) as address:
        yield address


@pytest.fixture(params=["within", "server"])
def way(request: pytest.FixtureRequest) -> list[str]:
    """How the terminal reaches the conversations."""
    return ["--url", request.getfixturevalue("address")] if request.param == "server" else []


def chat(typed: str, *arguments: str, customer: str = "ada") -> Result:
    return CliRunner().invoke(app, ["chat", "--as", customer, *arguments], input=typed)


def test_what_is_typed_is_answered_until_the_input_ends(way: list[str]) -> None:
    talk = chat("hello\n\n  \nand again\n", *way)
    assert talk.exit_code == 0, talk.output
    assert talk.output.count("You said: hello") == 1
    assert "> hello" in talk.output  # piped input is echoed
    assert "You said: and again" in talk.output


def test_tools_are_named_once_with_what_they_were_asked(
    way: list[str], conversations: FakeConversations
) -> None:
    conversations.script = with_a_proposal
    talk = chat("cancel it\nn\n", *way)
    assert talk.output.count("· get_order(order_number=A20001) ok") == 1


@pytest.mark.parametrize("answer", ["n", "", "maybe", "yesterday"])
def test_a_proposal_is_confirmed_by_a_clear_yes_only(
    way: list[str],
    conversations: FakeConversations,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
) -> None:
    from orderdb import proposals

    confirmed: list[Any] = []
    monkeypatch.setattr(proposals, "confirm", lambda *given: confirmed.append(given))
    conversations.script = with_a_proposal
    talk = chat(f"cancel it\n{answer}\n", *way)
    assert "Cancel order A20001. (CANCEL-1) [y/N]" in talk.output
    assert confirmed == []


@pytest.mark.parametrize("typed", ["cancel it\nquit\nhello\n", "exit\nhello\n", "退出\nhello\n"])
def test_the_talk_can_be_left_and_what_is_open_stays_open(
    way: list[str],
    conversations: FakeConversations,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
) -> None:
    from orderdb import proposals

    decided: list[Any] = []
    for name in ("confirm", "decline"):
        monkeypatch.setattr(proposals, name, lambda *given: decided.append(given))
    conversations.script = with_a_proposal
    talk = chat(typed, *way)
    assert talk.exit_code == 0, talk.output
    assert "hello" not in talk.output
    assert decided == []


def test_what_is_neither_yes_nor_no_is_asked_again(
    way: list[str], conversations: FakeConversations
) -> None:
    conversations.script = with_a_proposal
    assert chat("cancel it\nwhy?\nn\n", *way).output.count("[y/N]") == 2


def test_a_refusal_is_told_and_the_talk_goes_on(
    way: list[str], conversations: FakeConversations
) -> None:
    """The proposal of the script is nobody's: confirming it is refused."""
    conversations.script = with_a_proposal
    talk = chat("cancel it\ny\n", *way)
    conversations.script = echo
    assert talk.exit_code == 0, talk.output
    assert "no such" in talk.output.lower()


def test_what_has_changed_since_is_asked_for_anew(
    way: list[str], conversations: FakeConversations, sqlite_engine: Engine
) -> None:
    """The order changes between the card and the click; the second card is confirmed."""
    order = Shop(sqlite_engine).order("A20001", customer="ada", address_id=None)
    book = PolicyBook.load(Settings.load().policies)
    with conversations.sessions() as session:
        proposal = propose_cancellation(session, "ada", "A20001", "", None, book, datetime.now(UTC))
    with conversations.sessions() as session:
        found = session.get_one(Order, order.id)
        found.version += 1
        session.add(found)
        session.commit()
    card = proposal_card(proposal, "en").model_dump(mode="json")
    conversations.script = lambda text: [("proposal", card), *echo(text)]
    talk = chat("cancel it\ny\ny\n", *way)
    assert talk.output.count("[y/N]") == 2
    assert "✓ Order A20001 is cancelled" in talk.output


def test_a_customer_whom_the_shop_does_not_know_is_told(way: list[str]) -> None:
    talk = chat("hello\n", *way, customer="nobody")
    assert talk.exit_code in (1, 2)
    assert "customer" in talk.output
    assert "Traceback" not in talk.output


def test_a_server_that_is_not_there_is_told() -> None:
    talk = chat("hello\n", "--url", "http://127.0.0.1:1")
    assert talk.exit_code == 1
    assert "does not answer" in talk.output


def test_a_verdict_is_told_in_the_customer_s_language() -> None:
    card = {
        "type": "verdict", "order_number": "A20001", "action": "return", "allowed": True,
        "until": None, "refund": {"minor": 1250, "currency": "EUR"},
        "reason": {"en": "Within 30 days.", "zh": "30天内。"}, "clause": "RETURN-1", "version": 2,
    }  # fmt: skip
    assert card_lines(card, "zh") == ["✓ return A20001  €12.50: 30天内。 (RETURN-1)"]
    assert card_lines({"type": "new kind"}, "en") == ["[new kind]"]
