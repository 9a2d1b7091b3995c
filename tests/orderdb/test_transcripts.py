"""A conversation shown again tells what became of it since."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from orderdb.conversations import add_message, open_conversation
from orderdb.database import SessionFactory
from orderdb.desk.summary import open_proposals
from orderdb.errors import OrderChanged
from orderdb.policy_book import PolicyBook
from orderdb.proposals import confirm, decline
from orderdb.statuses import Speaker
from orderdb.transcripts import read_transcript
from orderdb.turns import finish_turn
from tests.orderdb.proposals.asking import propose_cancellation
from tests.orderdb.shop import ANNA, NOW, Shop
from tools.results import ProposalCard

BOOK = PolicyBook.load(Path(__file__).parents[2] / "policies")


def test_a_proposal_in_an_old_reply_has_the_state_of_now(engine: Engine) -> None:
    Shop(engine).order()
    sessions = SessionFactory(engine)
    with sessions() as session:
        chat = open_conversation(session, ANNA, "en", {}, NOW).id
    with sessions() as session:
        turn = add_message(session, ANNA, chat, "cancel it", "m-1", NOW).turn
    with sessions() as session:
        proposal = propose_cancellation(session, ANNA, "A20000", "", chat, BOOK, NOW)
    with sessions() as session:
        reply = {"reply": "Done?", "proposals": [{"proposal_id": proposal.id, "status": "open"}]}
        finish_turn(
            session,
            turn,
            reply=reply,
            text="Done?",
            memory={},
            language="en",
            handled_by=Speaker.ASSISTANT,
            events=[],
            now=NOW,
        )

    def state() -> str:
        with sessions() as session:
            said = read_transcript(session, ANNA, chat).said[-1]
        assert said.reply is not None
        return str(said.reply["proposals"][0]["status"])

    assert state() == "open"
    with sessions() as session:
        decline(session, ANNA, proposal.id, NOW + timedelta(minutes=1))
    assert state() == "declined"


def test_a_wish_repeated_in_another_conversation_has_its_state_in_both(engine: Engine) -> None:
    """The same again is one proposal: it waits where it was asked for last."""
    Shop(engine).order()
    sessions = SessionFactory(engine)
    chats = []
    for number in (1, 2):
        with sessions() as session:
            chat = open_conversation(session, ANNA, "en", {}, NOW).id
        with sessions() as session:
            turn = add_message(session, ANNA, chat, "cancel it", f"m-{number}", NOW).turn
        with sessions() as session:
            proposal = propose_cancellation(session, ANNA, "A20000", "", chat, BOOK, NOW)
        with sessions() as session:
            shown = [{"proposal_id": proposal.id, "status": "open"}]
            finish_turn(
                session, turn, reply={"reply": "Done?", "proposals": shown}, text="Done?",
                memory={}, language="en", handled_by=Speaker.ASSISTANT, events=[], now=NOW,
            )  # fmt: skip
        chats.append(chat)
    with sessions() as session:
        assert [open_proposals(session, chat, NOW) for chat in chats] == [[], [proposal]]
        decline(session, ANNA, proposal.id, NOW)
    for chat in chats:
        with sessions() as session:
            reply = read_transcript(session, ANNA, chat).said[-1].reply
        assert reply is not None
        assert [one["status"] for one in reply["proposals"]] == ["declined"]


def test_what_took_a_proposals_place_stands_behind_it(engine: Engine) -> None:
    shop = Shop(engine)
    order = shop.order()
    sessions = SessionFactory(engine)
    with sessions() as session:
        chat = open_conversation(session, ANNA, "zh", {}, NOW).id
    with sessions() as session:
        turn = add_message(session, ANNA, chat, "取消", "m-1", NOW).turn
    with sessions() as session:
        first = propose_cancellation(session, ANNA, "A20000", "", chat, BOOK, NOW)
    with sessions() as session:
        shown = [{"proposal_id": first.id, "status": "open"}]
        finish_turn(
            session, turn, reply={"reply": "好", "language": "zh", "proposals": shown}, text="好",
            memory={}, language="zh", handled_by=Speaker.ASSISTANT, events=[], now=NOW,
        )  # fmt: skip
    order.version += 1
    shop.save(order)
    with sessions() as session, pytest.raises(OrderChanged) as changed:
        confirm(session, ANNA, first.id, first.digest, BOOK, NOW)
    with sessions() as session:
        reply = read_transcript(session, ANNA, chat).said[-1].reply
    assert reply is not None
    old, new = reply["proposals"]
    assert old["status"] == "superseded"
    card = ProposalCard.model_validate(new)
    assert (card.proposal_id, card.status) == (changed.value.replacement, "open")
    assert "取消订单" in card.summary


def test_each_answer_stands_behind_its_message(engine: Engine) -> None:
    Shop(engine).order()
    sessions = SessionFactory(engine)
    with sessions() as session:
        chat = open_conversation(session, ANNA, "en", {}, NOW).id
    turns = []
    for text in ("one", "two"):
        with sessions() as session:
            turns.append(add_message(session, ANNA, chat, text, text, NOW).turn)
    for turn, text in zip(turns, ("One.", "Two."), strict=True):
        with sessions() as session:
            finish_turn(
                session,
                turn,
                reply={"reply": text},
                text=text,
                memory={},
                language="en",
                handled_by=Speaker.ASSISTANT,
                events=[],
                now=NOW,
            )
    with sessions() as session:
        said = read_transcript(session, ANNA, chat).said
    assert [one.message.text for one in said] == ["one", "One.", "two", "Two."]
