"""A scripted shop that speaks the HTTP contract, with every trouble a network can make.

Try the page by hand: ``python -m tests.browser.fake_server`` and open http://127.0.0.1:8099.
Words in the message pick the answer (fake_scripts.py); ``slow`` streams slowly, ``cut`` cuts the
stream twice, ``drop`` loses the first two requests, ``busy`` answers 503, ``refuse`` answers 422.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from assistant.api.headers import CONTENT_SECURITY_POLICY
from assistant.api.validation import MAX_MESSAGE
from tests.browser import fake_facts as facts
from tests.browser.fake_desk import FakeDesk, add_desk
from tests.browser.fake_scripts import reply, script

Json = dict[str, Any]

WEB = Path(__file__).parents[2] / "src" / "assistant" / "web"
CUSTOMERS = [
    ("C1", "Maya Lindqvist", "en", 12, facts.text("Two parcels on their way", "两个包裹运输中")),
    ("C2", "陈思远", "zh", 5, facts.text("One order is late", "一个订单延误")),
    ("C3", "Amélie Roux", "en", 1, facts.text("", "")),
]


@dataclass
class Talk:
    """One conversation: what was said, and every event sent, in order."""

    messages: list[Json] = field(default_factory=list)
    events: list[tuple[int, str, Json]] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)
    running: bool = False
    handed_over: bool = False
    speaker: Json | None = None
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def tell(self, kind: str, data: Json) -> None:
        async with self.news:
            self.events.append((len(self.events) + 1, kind, data))
            self.news.notify_all()


@dataclass
class FakeShop:
    """The switches that a test may set, and what the page was seen to do."""

    mode: str = "assistant"
    demo: bool = True
    hostile: bool = False
    tokens: set[str] = field(default_factory=set)
    expired_tokens: set[str] = field(default_factory=set)
    talks: dict[str, Talk] = field(default_factory=dict)
    posts: list[Json] = field(default_factory=list)
    tries: Counter[str] = field(default_factory=Counter)
    decisions: list[tuple[str, str, str]] = field(default_factory=list)
    ratings: list[Json] = field(default_factory=list)
    desk: FakeDesk = field(default_factory=FakeDesk)
    status_asked: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    loop: asyncio.AbstractEventLoop | None = None

    def say_as_agent(self, talk: str, text: str) -> None:
        """From the test's own thread: an unasked word of a person."""
        assert self.loop is not None
        asyncio.run_coroutine_threadsafe(agent_says(self.talks[talk], text), self.loop).result(5)

    def hand_over(self, talk: str, **news: Any) -> None:
        """From the test's own thread: the queue moves, an agent takes it, or gives it back."""
        assert self.loop is not None
        kind = "agent" if news.get("agent") else "assistant"
        self.talks[talk].speaker = {"kind": kind, "agent": news.get("agent")}
        told = self.talks[talk].tell("handoff", news)
        asyncio.run_coroutine_threadsafe(told, self.loop).result(5)

    def reset(self) -> None:
        """A shop as on its first day, for the next test."""
        vars(self).update(vars(FakeShop()))


def problem(status: int, code: str, **more: Any) -> JSONResponse:
    body = {"type": "about:blank", "title": code, "status": status, "detail": code, "code": code}
    return JSONResponse(body | more, status, media_type="application/problem+json")


async def stream(talk: Talk, after: int, cut_after: int | None = None) -> AsyncIterator[str]:
    """Events past `after`, until the turn ends; a conversation with a person stays open."""
    sent = 0
    while True:
        async with talk.news:
            waiting = talk.running or talk.handed_over
            if len(talk.events) <= after and waiting:
                await talk.news.wait()
            fresh = talk.events[after:]
        for number, kind, data in fresh:
            if cut_after is not None and sent >= cut_after:
                yield f"id: {number}\nevent: {kind}\ndata: {json.dumps(data)[:9]}"
                return
            yield f"id: {number}\nevent: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
            after, sent = number, sent + 1
        if len(talk.events) <= after and not (talk.running or talk.handed_over):
            return


async def answer(shop: FakeShop, talk: Talk, text: str, key: str) -> None:
    handled_by = "guided" if shop.mode == "guided" else "assistant"
    notice = "guided" if shop.mode == "guided" else None
    turn = {"turn_id": f"t-{key}", "message_id": f"m-{key}", "client_message_id": key}
    await talk.tell("turn", turn | {"handled_by": handled_by, "mode_notice": notice})
    steps = []
    for kind, data in script(text):
        await asyncio.sleep(0.08 if "slow" in text else 0.004)
        steps.append((kind, data))
        await talk.tell(kind, data)
        talk.handed_over |= kind == "handoff"
    if not any(kind == "error" for kind, _ in steps):
        whole = reply(text, steps, handled_by)
        said = {"role": "assistant", "text": whole["reply"], "reply": whole}
        talk.messages.append(said | {"message_id": f"r-{key}", "created_at": facts.at(0)})
        talk.running = False
        await talk.tell("done", whole | {"turn_id": f"t-{key}"})
    talk.running = False


async def agent_says(talk: Talk, text: str) -> None:
    """An unasked word of a person, while the page listens."""
    turn = {"turn_id": "t-agent", "message_id": "m-agent", "client_message_id": None}
    agent = {"display_name": "Lin"}
    await talk.tell("turn", turn | {"handled_by": "agent", "mode_notice": None, "agent": agent})
    await talk.tell("token", {"text": text})
    whole = reply("", [("token", {"text": text})], "agent")
    await talk.tell("done", whole | {"turn_id": "t-agent"})


def build(shop: FakeShop) -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def guarded(request: Request, call_next: Any) -> Response:
        path, token = request.url.path, request.headers.get("Authorization", "")
        open_paths = ("/api/demo", "/api/desk", "/api/status", "/api/policies")
        private = path.startswith("/api/") and not path.startswith(open_paths)
        if private and (not token or token.removeprefix("Bearer ") in shop.expired_tokens):
            return problem(401, "token_expired")
        if private:
            shop.tokens.add(token.removeprefix("Bearer "))
        response: Response = await call_next(request)
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        # Files stay as they are while tests run; asking for each again took most of a page's time.
        kept = "max-age=3600" if path.startswith("/static/") else "no-cache"
        response.headers.setdefault("Cache-Control", kept)
        return response

    @app.get("/")
    def page() -> FileResponse:
        return FileResponse(WEB / "index.html")

    @app.get("/desk")
    def desk() -> FileResponse:
        page = FileResponse(WEB / "desk.html")
        if shop.desk.signed_in:
            page.set_cookie("orderdesk_desk_open", "1")
        return page

    add_desk(app, lambda: shop.desk)
    app.mount("/static", GZipMiddleware(StaticFiles(directory=WEB), minimum_size=400))
    _accounts(app, shop)
    _conversations(app, shop)
    _proposals(app, shop)
    return app


def _accounts(app: FastAPI, shop: FakeShop) -> None:
    @app.get("/api/status")
    def status() -> Json:
        shop.status_asked += 1
        mode = {"mode": shop.mode, "model": None, "demo": shop.demo, "detail": None}
        return mode | {"message_limit": MAX_MESSAGE}

    @app.get("/api/demo/customers")
    def customers() -> Any:
        if not shop.demo:
            return problem(404, "not_found")
        names = ("customer_id", "name", "language", "orders", "note")
        listed = [dict(zip(names, one, strict=True)) for one in CUSTOMERS]
        return {"customers": [one | _marked(shop, one) for one in listed]}

    @app.post("/api/demo/login")
    async def login(request: Request) -> Any:
        customer = (await request.json())["customer_id"]
        if not shop.demo or customer not in {one[0] for one in CUSTOMERS}:
            return problem(404, "not_found")
        shop.tries["login"] += 1
        return {"token": f"token-{customer}-{shop.tries['login']}"}

    @app.get("/api/policies/{name}")
    def policy(name: str) -> Any:
        if name not in {"RETURN-1", "CANCEL-1"}:
            return problem(404, "missing")
        return facts.hostile(facts.clause(name)) if shop.hostile else facts.clause(name)


def _marked(shop: FakeShop, customer: Json) -> Json:
    if not shop.hostile:
        return {}
    return {"name": customer["name"] + facts.MARKUP, "note": facts.text(facts.MARKUP, facts.MARKUP)}


def _conversations(app: FastAPI, shop: FakeShop) -> None:
    @app.post("/api/conversations", status_code=201)
    async def create() -> Json:
        shop.loop = asyncio.get_running_loop()
        name = f"c-{len(shop.talks) + 1}"
        shop.talks[name] = Talk()
        return {"conversation_id": name}

    @app.get("/api/conversations/{name}")
    def read(name: str) -> Any:
        if name not in shop.talks:
            return problem(404, "not_found")
        talk = shop.talks[name]
        last = len(talk.events)
        shown = {"conversation_id": name, "messages": talk.messages, "last_event_id": last}
        return shown | ({"speaker": talk.speaker} if talk.speaker else {})

    @app.post("/api/conversations/{name}/messages")
    async def say(name: str, request: Request) -> Any:
        body = await request.json()
        text, key = body["text"], body["client_message_id"]
        shop.posts.append(body)
        shop.tries[key] += 1
        if "busy" in text and shop.tries[key] == 1:
            return problem(503, "busy")
        if "refuse" in text:
            return problem(422, "bad_text")
        if "drop" in text and shop.tries[key] < (9 if "always" in text else 3):
            return StreamingResponse(iter(()), media_type="text/event-stream")
        talk = shop.talks[name]
        if key not in talk.known:
            talk.known[key] = len(talk.events)
            said = {"message_id": f"q-{key}", "role": "customer", "text": text, "reply": None}
            talk.messages.append(said | {"created_at": facts.at(0)})
            talk.running = True
            task = asyncio.create_task(answer(shop, talk, text, key))
            shop.tasks.add(task)
            task.add_done_callback(shop.tasks.discard)
        cut = 5 if "cut" in text else None
        return StreamingResponse(stream(talk, talk.known[key], cut), media_type="text/event-stream")

    @app.get("/api/conversations/{name}/events")
    async def events(name: str, request: Request) -> StreamingResponse:
        after = int(request.headers.get("Last-Event-ID", "0"))
        talk = shop.talks[name]
        shop.tries["events"] += 1
        cut = 4 if shop.tries["events"] == 1 and not talk.handed_over else None
        return StreamingResponse(stream(talk, after, cut), media_type="text/event-stream")

    @app.delete("/api/conversations/{name}/handoff", status_code=204)
    async def leave_queue(name: str) -> None:
        talk = shop.talks[name]
        talk.handed_over = False
        await talk.tell("handoff", {"position": None, "agent": None, "returned": True})

    @app.post("/api/conversations/{name}/rating", status_code=204)
    async def rate(name: str, request: Request) -> None:
        shop.ratings.append({"conversation": name} | await request.json())


def _proposals(app: FastAPI, shop: FakeShop) -> None:
    @app.post("/api/proposals/{key}/confirm")
    async def confirm(key: str, request: Request) -> Any:
        digest = (await request.json())["digest"]
        shop.decisions.append(("confirm", key, digest))
        await asyncio.sleep(0.15)
        if key == "p-changed":
            amount = facts.money(30000, "CNY")
            fresh = facts.proposal("p-fresh", amount=amount, digest="digest-fresh")
            why = facts.text("One item was shipped already.", "其中一件商品已发货。")
            return problem(409, "order_changed", proposal=fresh, reason=why)
        if key == "p-2":
            return problem(409, "proposal_closed", proposal_status="expired")
        if key == "p-3" and shop.tries.update(["p-3"]) is None and shop.tries["p-3"] == 1:
            return problem(503, "busy")
        done = facts.text("The order is cancelled.", "订单已取消。")
        cards = [facts.cancelled_order()]
        return {"proposal_id": key, "status": "confirmed", "summary": done, "cards": cards}

    @app.post("/api/proposals/{key}/decline")
    async def decline(key: str, request: Request) -> Json:
        shop.decisions.append(("decline", key, (await request.json()).get("digest", "")))
        return {"proposal_id": key, "status": "declined"}


if __name__ == "__main__":
    uvicorn.run(build(FakeShop()), host="127.0.0.1", port=8099, log_level="warning")
