"""A conversation shown again tells what became of it since."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from orderdb.conversations import add_message, finish_turn, open_conversation
from orderdb.database import session_factory
from orderdb.policy_book import PolicyBook
from orderdb.proposals import decline
from orderdb.statuses import Speaker
from orderdb.transcripts import read_transcript
from tests.orderdb.proposals.asking import propose_cancellation
from tests.orderdb.shop import ANNA, NOW, Shop

BOOK = PolicyBook.load(Path(__file__).parents[2] / "policies")


def test_a_proposal_in_an_old_reply_has_the_state_of_now(engine: Engine) -> None:
    Shop(engine).order()
    sessions = session_factory(engine)
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
