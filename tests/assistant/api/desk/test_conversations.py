"""A conversation at the desk over HTTP: queue, taking, speaking, proposing, giving back."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import pytest

from orderdb.conversations import add_message, open_conversation
from orderdb.database import SessionFactory
from orderdb.handoffs import hand_off
from orderdb.models import Message
from orderdb.statuses import ReasonCode, Role
from tests.assistant.api.conftest import NOW, is_problem
from tests.assistant.api.desk.conftest import Browser, Office
from tests.orderdb.shop import ANNA, WEI


@dataclass
class Waiting:
    """Anna asked for a person; ``mia`` is signed in."""

    chat: str
    mia: Browser
    anna: httpx.AsyncClient
    office: Office
    sessions: SessionFactory

    def path(self, rest: str = "") -> str:
        return f"/conversations/{self.chat}{rest}"

    async def said(
        self, text: str = "Hello Anna", key: str = "k1", **more: object
    ) -> httpx.Response:
        body = {"text": text, "client_message_id": key, **more}
        return await self.mia.post(self.path("/messages"), body)

    async def take(self) -> None:
        assert (await self.mia.post(self.path("/take"))).status_code == 200


def asked(sessions: SessionFactory, customer: str = ANNA, text: str = "A person please") -> str:
    with sessions() as session:
        chat = open_conversation(session, customer, "zh" if customer == WEI else "en", {}, NOW).id
    with sessions() as session:
        add_message(session, customer, chat, text, "c1", NOW)
    with sessions() as session:
        hand_off(session, customer, chat, text, NOW, ReasonCode.WISH)
    return chat


@pytest.fixture
async def waiting(office: Office, sessions: SessionFactory) -> Waiting:
    chat = asked(sessions)
    return Waiting(chat, await office.signed_in("mia"), office.customer(ANNA), office, sessions)


async def test_the_queue_tells_who_waits_why_and_how_urgent_it_is(waiting: Waiting) -> None:
    shown = (await waiting.mia.get("/queue")).json()
    assert shown["counts"] == {"waiting": 1, "active": 0, "mine": 0}
    (item,) = shown["items"]
    assert item["customer"] == {
        "customer_id": "anna", "name": "Anna", "membership": "none", "language": "en",
    }  # fmt: skip
    assert (item["reason_code"], item["status"], item["agent"]) == ("wish", "waiting", None)
    assert item["last_message"]["text"] == "A person please"
    assert item["unanswered"] is True
    assert item["urgency"] >= 0


async def test_the_queue_shows_what_the_customer_said_not_that_somebody_will_come(
    waiting: Waiting, sessions: SessionFactory
) -> None:
    with sessions() as session:
        told = "A person will take over."
        session.add(
            Message(conversation_id=waiting.chat, role=Role.ASSISTANT, text=told, created_at=NOW)
        )
        session.commit()
    (item,) = (await waiting.mia.get("/queue")).json()["items"]
    assert (item["last_message"]["text"], item["unanswered"]) == ("A person please", True)
    assert (await waiting.mia.get("/queue", params={"search": told})).json()["items"] == []


async def test_the_queue_is_filtered_and_searched(
    waiting: Waiting, sessions: SessionFactory
) -> None:
    asked(sessions, WEI, "你们太过分了，我要投诉！订单A20002")

    async def found(**query: str) -> list[str]:
        response = await waiting.mia.get("/queue", params=query)
        return [item["customer"]["customer_id"] for item in response.json()["items"]]

    assert await found() == ["wei", "anna"]  # the angry one first
    assert await found(search="小伟") == ["wei"]
    assert await found(search=waiting.chat) == ["anna"]
    assert await found(search="投诉") == ["wei"]
    assert await found(search="a 20001") == ["anna"]
    assert await found(search="%") == []
    await waiting.take()
    assert await found(assigned="me") == ["anna"]
    assert await found(assigned="nobody") == ["wei"]
    assert await found(state="waiting") == ["wei"]
    assert await found(state="closed") == []


async def test_the_conversation_tells_all_that_an_agent_needs(waiting: Waiting) -> None:
    shown = (await waiting.mia.get(waiting.path())).json()
    assert [one["text"] for one in shown["messages"]] == ["A person please"]
    assert shown["speaker"] == {"kind": "nobody", "agent": None, "until": None}
    assert shown["handoff"]["position"] == 1
    assert shown["handoff"]["summary"]["unverified"] == {"reason": "A person please"}


async def test_nobody_speaks_before_taking(waiting: Waiting) -> None:
    assert is_problem(await waiting.said(), 409, "not_taken")


async def test_what_an_agent_says_reaches_the_customer_under_their_name(waiting: Waiting) -> None:
    await waiting.take()
    sent = await waiting.said()
    assert sent.status_code == 201
    assert sent.json()["agent"] == {"display_name": "Mia"}
    shown = (await waiting.anna.get(f"/api/conversations/{waiting.chat}")).json()
    assert shown["messages"][-1]["role"] == "agent"
    assert shown["messages"][-1]["text"] == "Hello Anna"
    assert shown["messages"][-1]["agent"] == {"display_name": "Mia"}
    assert shown["speaker"] == {"kind": "agent", "agent": {"display_name": "Mia"}}


async def test_an_agent_shows_an_order_by_its_number_and_the_server_says_what_is_on_it(
    waiting: Waiting,
) -> None:
    await waiting.take()
    forged = {"type": "order", "number": "A20001", "status": "delivered", "total": "EUR 0.01"}
    sent = await waiting.said(cards=[forged])
    (card,) = sent.json()["cards"]
    profile = (await waiting.mia.get("/customers/anna/orders/A20001")).json()
    assert card == profile
    assert card["total"] != forged["total"]


async def test_an_order_fills_the_variables_of_canned_replies(waiting: Waiting) -> None:
    values = (await waiting.mia.get("/customers/anna/orders/A20001/variables")).json()
    assert values["en"]["order_number"] == values["zh"]["order_number"] == "A20001"
    assert (values["en"]["total"], values["zh"]["total"]) == ("€44.80", "€44.80")
    assert "年" in values["zh"]["placed"]
    foreign = await waiting.mia.get("/customers/anna/orders/A20002/variables")
    assert is_problem(foreign, 404, "not_found")


async def test_a_variable_that_nothing_filled_reaches_no_customer(waiting: Waiting) -> None:
    await waiting.take()
    sent = await waiting.said("Your parcel {tracking} comes {likely}.")
    assert is_problem(sent, 422, "unfilled_variable")
    assert "{tracking}, {likely}" in sent.json()["detail"]


async def test_no_other_card_and_no_other_customers_order_can_be_put_into_a_message(
    waiting: Waiting,
) -> None:
    await waiting.take()
    foreign = await waiting.said(cards=[{"type": "order", "number": "A20002"}])
    assert is_problem(foreign, 404, "not_found")
    nowhere = await waiting.said(cards=[{"type": "order", "number": "A99999"}])
    assert nowhere.json() == foreign.json()
    verdict = {"type": "verdict", "allowed": True, "number": "A20001"}
    assert (await waiting.said(cards=[verdict])).status_code == 422
    shown = (await waiting.anna.get(f"/api/conversations/{waiting.chat}")).json()
    assert [one["role"] for one in shown["messages"]] == ["customer"]


async def test_a_repeat_gets_the_first_answer_and_another_text_is_refused(
    waiting: Waiting,
) -> None:
    await waiting.take()
    first, again = await waiting.said(), await waiting.said()
    assert first.json() == again.json()
    assert is_problem(await waiting.said("Other words"), 409, "message_conflict")


async def test_another_agent_is_told_who_speaks_and_until_when(waiting: Waiting) -> None:
    await waiting.take()
    noor = await waiting.office.signed_in("noor")
    for step in ("/take", "/keep", "/release"):
        refused = await noor.post(waiting.path(step))
        assert is_problem(refused, 409, "held_by_other")
        assert refused.json()["agent"]["display_name"] == "Mia"
    body = {"text": "hello", "client_message_id": "k9"}
    assert is_problem(await noor.post(waiting.path("/messages"), body), 409, "held_by_other")
    lee = await waiting.office.signed_in("lee")
    assert (await lee.post(waiting.path("/take"), {"take_over": True})).status_code == 200
    assert is_problem(await waiting.said(), 409, "held_by_other")


async def test_given_back_the_conversation_is_the_assistants_again(waiting: Waiting) -> None:
    await waiting.take()
    released = await waiting.mia.post(waiting.path("/release"), {"to": "assistant"})
    assert released.json()["kind"] == "assistant"
    assert is_problem(await waiting.said(), 409, "not_waiting")
    shown = (await waiting.anna.get(f"/api/conversations/{waiting.chat}")).json()
    assert shown["speaker"]["kind"] == "assistant"


async def test_closed_with_a_note_it_leaves_the_queue(waiting: Waiting) -> None:
    await waiting.take()
    body = {"resolution": "resolved", "note": "Sent a new one"}
    assert (await waiting.mia.post(waiting.path("/close"), body)).status_code == 200
    shown = (await waiting.mia.get("/queue", params={"state": "closed"})).json()
    assert shown["counts"] == {"waiting": 0, "active": 0, "mine": 0}
    assert len(shown["items"]) == 1
    handoff = (await waiting.mia.get(waiting.path())).json()["handoff"]
    assert (handoff["resolution"], handoff["note"]) == ("resolved", "Sent a new one")


async def test_a_customer_may_stop_waiting_until_somebody_speaks(waiting: Waiting) -> None:
    path = f"/api/conversations/{waiting.chat}/handoff"
    assert is_problem(await waiting.office.customer(WEI).delete(path), 404, "not_found")
    assert (await waiting.anna.delete(path)).status_code == 204
    assert (await waiting.anna.delete(path)).status_code == 204
    assert is_problem(await waiting.mia.post(waiting.path("/take")), 409, "not_waiting")


async def test_a_customer_cannot_send_away_who_speaks(waiting: Waiting) -> None:
    await waiting.take()
    response = await waiting.anna.delete(f"/api/conversations/{waiting.chat}/handoff")
    assert is_problem(response, 409, "held_by_other")


async def test_an_agents_proposal_is_shown_with_a_message_and_the_customer_confirms_it(
    waiting: Waiting,
) -> None:
    await waiting.take()
    wish = {"tool": "propose_cancellation", "arguments": {"order_number": "A20001"}}
    proposed = await waiting.mia.post(waiting.path("/proposals"), wish)
    assert proposed.status_code == 201, proposed.text
    card = proposed.json()
    sent = await waiting.said(proposal_ids=[card["proposal_id"]])
    assert [one["proposal_id"] for one in sent.json()["proposals"]] == [card["proposal_id"]]
    confirmed = await waiting.anna.post(
        f"/api/proposals/{card['proposal_id']}/confirm", json={"digest": card["digest"]}
    )
    assert confirmed.status_code == 200, confirmed.text
    assert confirmed.json()["order_number"] == "A20001"


async def test_an_agent_commits_what_an_agent_proposed_only_while_speaking(
    waiting: Waiting,
) -> None:
    await waiting.take()
    wish = {"tool": "propose_cancellation", "arguments": {"order_number": "A20001"}}
    card = (await waiting.mia.post(waiting.path("/proposals"), wish)).json()
    noor = await waiting.office.signed_in("noor")
    click, path = {"digest": card["digest"]}, f"/proposals/{card['proposal_id']}"
    assert is_problem(await noor.post(f"{path}/confirm", click), 409, "held_by_other")
    wrong = await waiting.mia.post(f"{path}/confirm", {"digest": "0" * 64})
    assert is_problem(wrong, 409, "digest_mismatch")
    assert (await waiting.mia.post(f"{path}/confirm", click)).json()["status"] == "confirmed"
    assert (await waiting.mia.post(f"{path}/confirm", click)).status_code == 200


async def test_what_the_rules_refuse_an_agent_is_told_in_words(waiting: Waiting) -> None:
    await waiting.take()
    for wish, status, code in (
        ({"tool": "propose_return", "arguments": {"order_number": "A20001"}}, 409, "refused"),
        ({"tool": "propose_return", "arguments": {"order_number": "A20002"}}, 409, "refused"),
        ({"tool": "propose_return", "arguments": {"nonsense": 1}}, 422, "unfit_arguments"),
        ({"tool": "propose_nothing", "arguments": {}}, 422, "unknown_tool"),
    ):
        response = await waiting.mia.post(waiting.path("/proposals"), wish)
        assert is_problem(response, status, code)


async def test_a_credit_is_given_by_the_agent_and_told_once_it_is_given(waiting: Waiting) -> None:
    await waiting.take()
    arguments = {"order_number": "A20001", "amount_minor": 500, "reason": "late"}
    wish = {"tool": "propose_goodwill", "arguments": arguments}
    card = (await waiting.mia.post(waiting.path("/proposals"), wish)).json()
    early = await waiting.said(proposal_ids=[card["proposal_id"]])
    assert is_problem(early, 409, "confirm_first")
    click = {"digest": card["digest"]}
    by_customer = await waiting.anna.post(
        f"/api/proposals/{card['proposal_id']}/confirm", json=click
    )
    assert is_problem(by_customer, 404, "not_found")
    given = await waiting.mia.post(f"/proposals/{card['proposal_id']}/confirm", click)
    assert given.status_code == 200, given.text
    told = await waiting.said("Here is 5 euros", proposal_ids=[card["proposal_id"]])
    assert told.json()["proposals"][0]["status"] == "confirmed"


async def test_a_customers_own_proposal_is_not_an_agents_to_confirm(waiting: Waiting) -> None:
    await waiting.take()
    response = await waiting.mia.post("/proposals/none/confirm", {"digest": "0" * 64})
    assert is_problem(response, 404, "not_found")


async def test_the_profile_tells_orders_contacts_and_worth(waiting: Waiting) -> None:
    shown = (await waiting.mia.get("/customers/anna")).json()
    assert [order["number"] for order in shown["orders"]] == ["A20001"]
    assert shown["lifetime_value"] == [{"minor": 4480, "currency": "EUR"}]
    assert [one["conversation_id"] for one in shown["contacts"]] == [waiting.chat]
    card = (await waiting.mia.get("/customers/anna/orders/A20001")).json()
    assert (card["type"], card["number"]) == ("order", "A20001")
    other = await waiting.mia.get("/customers/anna/orders/A20002")
    assert is_problem(other, 404, "not_found")
    assert is_problem(await waiting.mia.get("/customers/nobody"), 404, "not_found")


async def test_unknown_cases_and_conversations_are_not_found(waiting: Waiting) -> None:
    for path, body in (
        ("/returns/99/settle", {}),
        ("/claims/99/settle", {"approved": True}),
        ("/conversations/none/take", {}),
        ("/conversations/none/messages", {"text": "x", "client_message_id": "k"}),
    ):
        assert is_problem(await waiting.mia.post(path, body), 404, "not_found")


async def test_a_customer_rates_their_own_conversation_and_may_change_their_mind(
    waiting: Waiting,
) -> None:
    path = f"/api/conversations/{waiting.chat}/rating"
    rating = {"stars": 2, "resolved": False, "comment": "slow"}
    assert (await waiting.anna.post(path, json=rating)).status_code == 204
    assert (await waiting.anna.post(path, json=rating | {"stars": 5})).status_code == 204
    stranger = await waiting.office.customer(WEI).post(path, json=rating)
    assert is_problem(stranger, 404, "not_found")
    bad = await waiting.anna.post(path, json=rating | {"stars": 6})
    assert is_problem(bad, 422, "invalid_request")
    profile = (await waiting.mia.get("/customers/anna")).json()
    assert profile["contacts"][0]["stars"] == 5
