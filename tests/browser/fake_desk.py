"""The desk's part of the scripted shop: every field that its page shows, and every refusal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from tests.browser import fake_facts as facts

Json = dict[str, Any]

LIN = {"agent_id": "a-1", "name": "lin", "display_name": "Lin"}
JONAS = {"agent_id": "a-2", "name": "jonas", "display_name": "Jonas"}
PASSWORD = "correct horse battery"
ASKED = "The kettle arrived with a dent. Can I send it back?"
DRAFTS = (
    "I am sorry about the dent. I have prepared the return of your kettle; please confirm it.",
    "Sorry to hear that! You can send it back within 30 days.",
    "Would an exchange for a new kettle suit you?",
)


@dataclass
class FakeDesk:
    """Two conversations wait; a test may change anything, and look at what was sent."""

    role: str = "agent"
    signed_in: bool = False
    hostile: bool = False
    sent: list[Json] = field(default_factory=list)
    asked: list[tuple[str, Json]] = field(default_factory=list)
    wishes: list[Json] = field(default_factory=list)
    speakers: dict[str, Json | None] = field(default_factory=lambda: {"c-1": None, "c-2": None})
    closed: dict[str, Json] = field(default_factory=dict)
    talks: dict[str, list[Json]] = field(default_factory=dict)
    proposals: list[Json] = field(default_factory=list)
    canned: list[Json] = field(default_factory=list)
    cases: list[Json] = field(default_factory=list)
    translation: str | None = "译文"
    refuse_next: JSONResponse | None = None
    cut_drafts: int | None = None  # streams of drafts end after so many events
    news: asyncio.Event = field(default_factory=asyncio.Event)
    loop: asyncio.AbstractEventLoop | None = None

    def __post_init__(self) -> None:
        for number, (name, words) in enumerate((("c-1", ASKED), ("c-2", "包裹什么时候到？"))):
            self.talks[name] = [said(f"m-{number}", "customer", words)]
        self.cases = [
            a_case(1, "return"),
            a_case(2, "claim", matter="damaged", remedy="refund"),
            a_case(3, "exchange", becomes=facts.text("large", "大号"), to_pay=facts.money(300)),
            a_case(4, "claim", matter="wrong", remedy="reship"),
        ]
        self.canned = [
            {
                "id": "k-1",
                "name": "Greeting",
                "language": "en",
                "text": "Hello {customer_name}, {agent_name} here about {order_number}.",
            }
        ]

    def customer_says(self, conversation: str, text: str) -> None:
        """From the test's own thread: another message comes in."""
        talk = self.talks[conversation]
        talk.append(said(f"m-{conversation}-{len(talk)}", "customer", text))
        assert self.loop is not None
        self.loop.call_soon_threadsafe(self.news.set)

    def shown(self, data: Any) -> Any:
        return facts.hostile(data) if self.hostile else data


def said(name: str, role: str, text: str, **more: Any) -> Json:
    known = {"message_id": name, "role": role, "text": text, "created_at": facts.at(-0.1)}
    return known | {"reply": None, "agent": None} | more


CUSTOMERS = {
    "c-1": {"customer_id": "C1", "name": "Maya Lindqvist", "membership": "gold", "language": "en"},
    "c-2": {"customer_id": "C2", "name": "陈思远", "membership": "none", "language": "zh"},
}


def a_case(case_id: int, kind: str, **more: Json | str) -> Json:
    shown: Json = {
        "kind": kind, "case_id": case_id, "order_number": "A20031", "quantity": 1,
        "customer": CUSTOMERS["c-1"], "item": facts.text("Paper filters", "滤纸"),
        "status": "requested", "promised": facts.money(900), "created_at": facts.at(-90),
        "reason": "too small", "matter": None, "remedy": None,
        "photos": ["IMG_1.jpg"] if kind == "claim" else [], "conversation_id": None,
        "becomes": None, "to_pay": None, **more,
    }  # fmt: skip
    return shown


def queue_item(desk: FakeDesk, name: str) -> Json:
    last = desk.talks[name][-1]
    speaker = desk.speakers[name]
    status = "closed" if name in desk.closed else "active" if speaker else "waiting"
    return {
        "handoff_id": f"h-{name}", "conversation_id": name, "customer": CUSTOMERS[name],
        "reason": "wants a person", "reason_code": "wish", "status": status,
        "created_at": facts.at(-0.2), "waiting_seconds": 720, "agent": speaker,
        "language": CUSTOMERS[name]["language"], "mood": "angry" if name == "c-1" else "calm",
        "late_risk": 0.7, "order_value": facts.money(12890), "urgency": 4.0,
        "last_message": {key: last[key] for key in ("role", "text", "created_at")},
        "unanswered": last["role"] == "customer",
    }  # fmt: skip


def handoff(desk: FakeDesk, name: str) -> Json:
    item = queue_item(desk, name)
    summary = {
        "language": item["language"], "mood": item["mood"], "said": desk.talks[name][0]["text"],
        "tried": [{"tool": "get_order", "arguments": {"order_number": "A20031"}, "status": "ok"}],
        "orders": [facts.order()], "open_proposals": [facts.proposal("p-earlier")],
        "unverified": {"reason": "The customer wants a person."},
    }  # fmt: skip
    kept = ("handoff_id", "status", "reason", "reason_code", "created_at", "agent")
    return {key: item[key] for key in kept} | {
        "taken_at": None, "closed_at": None, "resolution": None, "note": "", "position": 1,
        "summary": summary,
    }  # fmt: skip


def suggestion(number: int, text: str, language: str = "en") -> Json:
    ready = {
        "tool": "propose_return", "arguments": {"order_number": "A20031"},
        "order_number": "A20031", "summary": "Return of 1 × Gooseneck kettle",
        "amount": facts.money(5900), "clause": "RETURN-1",
    }  # fmt: skip
    return {
        "suggestion_id": f"s-{number}", "text": text, "language": language, "intent": "damaged",
        "origin": "code", "facts": [{"text": "A20031", "source": "get_order A20031"}],
        "citations": [facts.citation()], "cards": [],
        "proposal": ready if number == 1 else None,
        "translation": {"language": "zh", "text": "很抱歉水壶有凹痕。"} if number == 2 else None,
    }  # fmt: skip


def sse(kind: str, data: Json, number: int | None = None) -> str:
    name = "" if number is None else f"id: {number}\n"
    return f"{name}event: {kind}\ndata: {json.dumps(data)}\n\n"


def problem(status: int, code: str, **more: Any) -> JSONResponse:
    body = {"type": "about:blank", "title": code, "status": status, "detail": code, "code": code}
    return JSONResponse(body | more, status, media_type="application/problem+json")


def add_desk(app: FastAPI, of: Any) -> None:
    """The desk's routes; ``of()`` is the desk of the running test."""
    _session(app, of)
    _queue(app, of)
    _conversation(app, of)
    _suggestions(app, of)
    _scenes(app, of)


def _session(app: FastAPI, of: Any) -> None:
    def session(desk: FakeDesk) -> Json:
        agent = LIN | {"role": desk.role, "languages": ["en", "zh"]}
        return {"agent": desk.shown(agent), "csrf": "csrf-1", "expires_at": facts.at(12)}

    @app.middleware("http")
    async def guarded(request: Request, call_next: Any) -> Response:
        desk, path = of(), request.url.path
        if path.startswith("/api/desk/") and path != "/api/desk/session":
            if not desk.signed_in:
                return problem(401, "not_signed_in")
            if request.method != "GET" and request.headers.get("X-CSRF-Token") != "csrf-1":
                return problem(403, "csrf")
            if request.method != "GET" and desk.refuse_next is not None:
                refused, desk.refuse_next = desk.refuse_next, None
                return refused
        response: Response = await call_next(request)
        return response

    @app.get("/api/desk/session")
    def known() -> Any:
        return session(of()) if of().signed_in else problem(401, "not_signed_in")

    @app.post("/api/desk/session")
    async def enter(request: Request) -> Any:
        if (await request.json())["password"] != PASSWORD:
            return problem(401, "bad_credentials")
        of().signed_in = True
        return session(of())

    @app.delete("/api/desk/session", status_code=204)
    def leave() -> None:
        of().signed_in = False

    @app.get("/api/demo/agents")
    def agents() -> Json:
        listed = LIN | {"role": "lead", "languages": ["en", "zh"]}
        return {"agents": [of().shown(listed)]}

    @app.post("/api/demo/agent-login")
    def demo_enter() -> Json:
        of().signed_in = True
        return session(of())


def _queue(app: FastAPI, of: Any) -> None:
    @app.get("/api/desk/queue")
    def queue(state: str = "", assigned: str = "anyone", search: str = "") -> Json:
        desk: FakeDesk = of()
        desk.asked.append(("queue", {"state": state, "assigned": assigned, "search": search}))
        items = [queue_item(desk, name) for name in desk.talks]
        shown = [one for one in items if (one["status"] == "closed") == (state == "closed")]
        shown = [one for one in shown if not state or one["status"] == state]
        if assigned == "me":
            shown = [one for one in shown if (one["agent"] or {}).get("agent_id") == "a-1"]
        if assigned == "nobody":
            shown = [one for one in shown if one["agent"] is None]
        shown = [one for one in shown if search.lower() in one["customer"]["name"].lower()]
        counts = {"waiting": len(items), "active": 0, "mine": 0}
        return {"items": desk.shown(shown), "counts": counts}

    @app.get("/api/desk/events")
    async def events() -> StreamingResponse:
        desk: FakeDesk = of()
        desk.loop = asyncio.get_running_loop()

        async def stream() -> AsyncIterator[str]:
            number = 0
            yield ": hello\n\n"
            while True:
                await desk.news.wait()
                desk.news.clear()
                for name in desk.talks:
                    number += 1
                    yield sse("conversation", {"conversation_id": name}, number)

        return StreamingResponse(stream(), media_type="text/event-stream")


def _conversation(app: FastAPI, of: Any) -> None:
    base = "/api/desk/conversations/{name}"

    @app.get(base)
    def show(name: str) -> Any:
        desk: FakeDesk = of()
        if name not in desk.talks:
            return problem(404, "not_found")
        speaker = desk.speakers[name]
        kind = "agent" if speaker else "assistant" if name in desk.closed else "nobody"
        return desk.shown(
            {
                "conversation_id": name, "customer": CUSTOMERS[name], "messages": desk.talks[name],
                "handoff": handoff(desk, name), "last_event_id": 1, "tickets": [],
                "speaker": {"kind": kind, "agent": speaker, "until": facts.at(0.02)},
                "proposals": desk.proposals,
            }
        )  # fmt: skip

    @app.post(base + "/{act}")
    async def act(name: str, act: str, request: Request) -> Any:
        desk: FakeDesk = of()
        body = await request.json()
        desk.asked.append((act, body))
        if act == "take" and desk.speakers[name] == JONAS and not body["take_over"]:
            return problem(409, "held_by_other", agent=JONAS)
        if act == "messages":
            desk.sent.append(body | {"conversation": name})
            reply = {"handled_by": "agent", "cards": [], "proposals": [], "citations": []}
            agent = {"display_name": "Lin"}
            message = said(f"r-{len(desk.sent)}", "agent", body["text"], reply=reply, agent=agent)
            desk.talks[name].append(message)
            return JSONResponse(reply, 201)
        if act == "proposals":
            kind = "goodwill" if body["tool"] == "propose_goodwill" else "return_items"
            proposal = facts.proposal(f"p-{len(desk.proposals)}", kind=kind)
            desk.proposals.append(proposal)
            return proposal
        if act == "suggestions":
            desk.wishes.append(body)
            words = "In short: send it back within 30 days."
            return stream_of(desk, [(body["draft_id"], suggestion(9, words, body["language"]))])
        if act == "translations":
            return {"text": desk.translation}
        if act == "close":
            desk.closed[name] = body
        desk.speakers[name] = LIN if act in ("take", "keep") else None
        return {"kind": "agent", "agent": LIN, "until": facts.at(0.02)}


def stream_of(desk: FakeDesk, drafts: list[tuple[str, Json]]) -> StreamingResponse:
    def events() -> Iterator[str]:
        for name, whole in drafts:
            yield sse("draft", {"draft_id": name})
            for start in range(0, len(whole["text"]), 24):
                piece = whole["text"][start : start + 24]
                yield sse("token", {"draft_id": name, "text": piece})
            yield sse("ready", {"draft_id": name, "suggestion": desk.shown(whole)})
        yield sse("done", {})

    return StreamingResponse(islice(events(), desk.cut_drafts), media_type="text/event-stream")


def _suggestions(app: FastAPI, of: Any) -> None:
    base = "/api/desk/conversations/{name}"

    @app.get(base + "/suggestions")
    def suggest(name: str) -> StreamingResponse:
        desk: FakeDesk = of()
        desk.asked.append(("suggestions", {"conversation": name}))
        numbered = enumerate(DRAFTS, 1)
        return stream_of(desk, [(f"d-{n}", suggestion(n, text)) for n, text in numbered])

    @app.get(base + "/translations")
    def translations(name: str, language: str) -> Json:
        texts = [
            {"message_id": one["message_id"], "text": of().translation, "pending": False}
            for one in of().talks[name]
        ]
        return {"messages": of().shown(texts)}

    @app.post("/api/desk/proposals/{name}/{choice}")
    async def decide(name: str, choice: str, request: Request) -> Json:
        of().asked.append((choice, await request.json()))
        of().proposals = [one for one in of().proposals if one["proposal_id"] != name]
        return {"proposal_id": name, "status": "confirmed"}


def _scenes(app: FastAPI, of: Any) -> None:
    @app.get("/api/desk/customers/{name}")
    def customer(name: str) -> Json:
        order = facts.order()
        kept = ("number", "status", "placed_at", "total")
        case = {
            "kind": "return", "case_id": 1, "order_number": "A20031", "quantity": 1,
            "item": facts.text("Paper filters", "滤纸"), "status": "requested",
            "promised": facts.money(900), "created_at": facts.at(-900),
        }  # fmt: skip
        contact = {
            "conversation_id": "c-2", "created_at": facts.at(-2000), "messages": 4,
            "handled_by": "agent", "reason_code": "wish", "resolution": "resolved", "stars": 4,
        }  # fmt: skip
        profile = {
            "customer": CUSTOMERS["c-1"], "email": "maya@example.com", "country": "SE",
            "customer_since": facts.at(-9000), "membership": "gold",
            "lifetime_value": [facts.money(45000)], "orders_total": 1,
            "orders": [{key: order[key] for key in kept}], "contacts": [contact], "returns": [case],
        }  # fmt: skip
        shown: Json = of().shown(profile)
        return shown

    @app.get("/api/desk/customers/{name}/orders/{number}")
    def order_of(name: str, number: str) -> Json:
        shown: Json = of().shown(facts.order(number))
        return shown

    @app.get("/api/desk/customers/{name}/orders/{number}/variables")
    def variables(name: str, number: str) -> Json:
        known = {"order_number": number, "tracking": "JD0146", "latest": "23 November 2026"}
        shown: Json = of().shown({"en": known, "zh": known | {"latest": "2026年11月23日"}})
        return shown

    @app.get("/api/desk/cases")
    def cases() -> Json:
        return {"items": of().shown(of().cases)}

    @app.post("/api/desk/{kind}/{case_id}/settle")
    async def settle(kind: str, case_id: int, request: Request) -> Json:
        of().asked.append((f"settle {kind}", await request.json()))
        of().cases = [one for one in of().cases if one["case_id"] != case_id]
        return {"case_id": case_id, "kind": kind, "status": "completed"}

    @app.get("/api/desk/canned")
    def canned() -> Json:
        return {"items": of().shown(of().canned)}

    @app.get("/api/desk/examples")
    def examples() -> Json:
        example = {
            "example_id": 1, "intent": "damaged", "language": "en", "message": "it is dented",
            "reply": "Sorry about {order_number}.", "approved": False, "created_at": facts.at(-3),
        }  # fmt: skip
        return {"items": of().shown([example])}

    @app.get("/api/desk/agents")
    def colleagues() -> Json:
        return {"items": of().shown([LIN, JONAS])}

    @app.patch("/api/desk/tickets/{ticket}")
    async def change_ticket(ticket: str, request: Request) -> Json:
        of().asked.append(("ticket", await request.json()))
        return {}

    @app.get("/api/desk/tickets")
    def tickets() -> Json:
        ticket = {
            "ticket_id": "t-1", "subject": "Dented kettle", "category": "damage",
            "priority": "urgent", "status": "open", "due_at": facts.at(-1),
            "order_number": "A20031", "owner": LIN, "conversation_id": "c-1",
            "customer": CUSTOMERS["c-1"], "overdue": True, "moods": ["calm", "angry"],
            "history": [{"at": facts.at(-2), "agent": LIN, "note": "called",
                         "changes": {"owner_id": ["a-2", "a-1"], "status": [None, "open"]}}],
        }  # fmt: skip
        return {"items": of().shown([ticket])}

    @app.get("/api/desk/proactive")
    def proactive() -> Json:
        message = {
            "proactive_id": "w-1", "kind": "late", "customer": CUSTOMERS["c-2"], "language": "zh",
            "order_number": "A20031", "created_at": facts.at(-1), "late_risk": 0.8,
            "text": "您的包裹可能晚到一天。",
            "remedy": {"summary": "Credit", "amount": facts.money(500), "clause": "GOODWILL-1"},
        }  # fmt: skip
        other = message | {"proactive_id": "w-2", "customer": CUSTOMERS["c-1"]}
        return {"items": of().shown([message, other])}

    @app.post("/api/desk/proactive/{name}/{choice}")
    async def proactive_decided(name: str, choice: str, request: Request) -> Response:
        of().asked.append((choice, await request.json()))
        return Response(status_code=204)

    @app.get("/api/desk/reports")
    def reports(days: int) -> Json:
        detail = of().shown(
            {
                "volume": [
                    {"day": facts.day(n - days), "conversations": n % 7, "handoffs": n % 3}
                    for n in range(days)
                ],
                "first_response": {"count": 9, "median": 95, "p90": 400},
                "resolution": {"count": 9, "median": 1260, "p90": 4000},
                "without_person": {
                    "conversations": 90, "said": 37, "quiet": 30,
                    "said_share": 0.41, "quiet_share": 0.33,
                },
                "ratings": {
                    "count": 31, "average": 4.4, "stars": {"5": 20, "4": 11},
                    "comments": [
                        {"at": facts.at(-4), "conversation_id": "c-1", "stars": 5,
                         "resolved": True, "text": "Quick and kind."}
                    ],
                },
                "suggestions": {
                    "offered": 40, "accepted": 25, "unedited": 12, "share": 0.63,
                    "by_intent": [{"intent": "damaged", "offered": 3, "accepted": 2, "share": 0.7}],
                },
                "reasons": {"wish": 9, "mood": 2}, "moods": {"calm": 9},
                "tickets": {"open": 4, "overdue": 1, "by_category": {"damage": 3}},
            }
        )  # fmt: skip
        return {"days": days, "detail": detail}
