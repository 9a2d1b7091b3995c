"""What tests of turns stand on: a small shop, scripted readings, brains and model endpoints."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlmodel import col, select

from assistant.agent import Agent
from assistant.conversation import ConversationService
from assistant.endpoints import Endpoints
from assistant.events import Event
from assistant.guided import Guided
from assistant.models import chat_model
from assistant.plan import Planner
from assistant.planned_agent import PlannedAgent
from assistant.preparation import Preparation
from assistant.prompts import PROMPT_VARIABLES, Prompts
from assistant.settings import Endpoint, Limits
from assistant.steps import Brain, Request, Step
from evals.stub_model import Answer, create_stub
from orderdb.conversations import add_message
from orderdb.database import SessionFactory, open_engine
from orderdb.models import Message, Turn
from orderdb.policy_book import PolicyBook
from orderdb.statuses import OrderStatus, Role, ShipmentStatus
from tests.orderdb.shop import ANNA, NOW, WEI, Shop, at
from tools.registry import ToolRegistry
from tools.results import ToolResult

ROOT = Path(__file__).parents[2]
Reading = Sequence[tuple[str, float]]
READINGS: Mapping[str, Reading] = {
    "thanks": [("thanks", 1.0)],
    "where": [("order.where", 1.0)],
    "到哪": [("order.where", 1.0)],
    "when": [("order.when", 1.0)],
    "cancel": [("do.cancel", 1.0)],
    "取消": [("do.cancel", 1.0)],
    "how long": [("policy", 1.0)],
    "多久": [("policy", 1.0)],
    "person": [("handoff", 1.0)],
    "人工": [("handoff", 1.0)],
    "orders": [("orders", 1.0)],
    "订单": [("orders", 1.0)],
    "hello": [("greeting", 1.0)],
    "unclear": [("order.where", 0.5), ("may.cancel", 0.45), ("thanks", 0.05)],
}


@dataclass
class Readings:
    """Names the matter of a message by the first key that stands in it."""

    known: Mapping[str, Reading] = field(default_factory=lambda: READINGS)

    def rank(self, message: str) -> list[tuple[str, float]]:
        found = (reading for key, reading in self.known.items() if key in message.lower())
        return list(next(found, [("other", 1.0)]))


@dataclass
class Clock:
    """A time that moves when told to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Scripted:
    """A brain that yields steps; it waits at an asyncio.Event, raises an exception.

    Each message takes the next of ``scripts``; the last one serves all that follow.
    """

    def __init__(self, *scripts: Sequence[Step | asyncio.Event | Exception]) -> None:
        self._scripts = list(scripts)
        self.requests: list[Request] = []

    async def answer(self, request: Request) -> AsyncIterator[Step]:
        self.requests.append(request)
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        for step in script:
            if isinstance(step, asyncio.Event):
                await step.wait()
            elif isinstance(step, Exception):
                raise step
            else:
                yield step

    async def repair(
        self, request: Request, results: list[ToolResult], problems: str
    ) -> AsyncIterator[Step]:
        return
        yield


Response = Answer | httpx.Response | Exception
Scripting = Response | Callable[[dict[str, Any]], Response]


class ScriptedEndpoint(httpx.AsyncBaseTransport):
    """An OpenAI-compatible endpoint without a network; ``requests`` are the bodies, oldest first.

    Each call takes the next of ``replies``; the last one serves all that follow. A response with
    a body can be sent once only, so what shall repeat is a function.
    """

    def __init__(self, *replies: Scripting) -> None:
        self._replies = list(replies)
        self.requests: list[dict[str, Any]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(await request.aread())
        self.requests.append(body)
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        if callable(reply):
            reply = reply(body)
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, httpx.Response):
            return reply
        answer = reply
        stub = httpx.ASGITransport(create_stub(lambda _: answer, []))
        return await stub.handle_async_request(request)


def chunk(delta: dict[str, Any], reason: str | None = None) -> bytes:
    """One event of a completion's stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    body = {
        "id": "c", "created": 0, "model": "m", "object": "chat.completion.chunk",
        "choices": [choice],
    }  # fmt: skip
    return f"data: {json.dumps(body)}\n\n".encode()


def streamed(*parts: bytes | Exception) -> httpx.Response:
    """A streamed response of these bytes; an exception cuts it there."""

    class Parts(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            for part in parts:
                if isinstance(part, Exception):
                    raise part
                yield part

    return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=Parts())


def tool_calls(*calls: tuple[str, str, str], reason: str = "tool_calls") -> httpx.Response:
    """A streamed answer of tool calls as (id, name, arguments as written)."""
    written = [
        {"index": n, "id": id, "type": "function",
         "function": {"name": name, "arguments": arguments}}
        for n, (id, name, arguments) in enumerate(calls)
    ]  # fmt: skip
    return streamed(
        chunk({"role": "assistant", "tool_calls": written}), chunk({}, reason), b"data: [DONE]\n\n"
    )


def look_up(number: str = "A20001") -> Answer:
    return Answer(calls=(("get_order", {"order_number": number}),))


@dataclass
class Both:
    """Who may answer, as the service asks for it."""

    model: Brain | None
    guided: Brain
    failures: int = 0

    def failed(self) -> None:
        self.failures += 1


@dataclass
class Desk:
    """A shop with what answers in it: A20001 is shipped, A20002 can be cancelled (both Anna's)."""

    sessions: SessionFactory
    book: PolicyBook
    policies: Any = None
    readings: Readings = field(default_factory=Readings)
    clock: Clock = field(default_factory=Clock)
    registry: ToolRegistry = field(default_factory=ToolRegistry)
    prompts: Prompts = field(
        default_factory=lambda: Prompts.load(ROOT / "prompts", PROMPT_VARIABLES)
    )
    _keys: count[int] = field(default_factory=lambda: count(1))

    def preparation(self) -> Preparation:
        return Preparation(
            self.sessions, self.book, self.policies, Planner(self.readings), self.clock
        )

    def service(self, model: Brain | None = None, **options: Any) -> ConversationService:
        return ConversationService(
            self.sessions,
            self.preparation(),
            Both(model, Guided(self.registry)),
            self.prompts.versions,
            self.clock,
            **options,
        )

    def agent(
        self,
        *endpoints: ScriptedEndpoint | str,
        native: bool = True,
        attempts: int = 2,
        most_calls: int = 6,
    ) -> Brain:
        """An agent over scripted endpoints, or stubs by their base URL."""
        models = [
            chat_model(
                Endpoint(
                    base_url=one if isinstance(one, str) else "http://model.test/v1",
                    api_key=SecretStr("x"),
                    model="scripted",
                ),
                Limits(),
                httpx.AsyncClient(transport=None if isinstance(one, str) else one, trust_env=False),
            )
            for one in endpoints
        ]
        endpoints, tools = Endpoints(models, attempts), list(self.registry)
        if not native:
            return PlannedAgent(endpoints, tools, self.prompts)
        return Agent(endpoints, tools, self.prompts, most_calls=most_calls)

    async def ask(
        self,
        service: ConversationService,
        text: str,
        *,
        chat: str | None = None,
        customer: str = ANNA,
        language: str = "en",
    ) -> list[Event]:
        """The events of one message, in a new conversation unless told otherwise."""
        chat = chat or await service.open(customer, language)
        turn = await service.submit(customer, chat, text, f"asked-{next(self._keys)}")
        return [event async for event in service.follow(customer, chat, turn_id=turn)]

    async def answered(self, model: Brain | None, text: str, **asking: Any) -> list[Event]:
        """The same in a service of its own."""
        service = self.service(model)
        events = await self.ask(service, text, **asking)
        await service.close()
        return events

    def stored(self, chat: str, text: str, key: str = "m1", customer: str = ANNA) -> Turn:
        """A message that a process stored before it died."""
        with self.sessions() as session:
            return add_message(session, customer, chat, text, key, self.clock()).turn

    def answers(self, chat: str) -> list[str]:
        with self.sessions() as session:
            rows = session.exec(
                select(Message)
                .where(Message.conversation_id == chat, Message.role == Role.ASSISTANT)
                .order_by(col(Message.id))
            )
            return [row.text for row in rows]


def stocked(shop: Shop) -> None:
    """Anna's A20001 (shipped) and A20002 (can be cancelled), Wei's A20003 and A20004."""
    for customer, numbers in ((ANNA, ("A20001", "A20002")), (WEI, ("A20003", "A20004"))):
        order = shop.order(numbers[0], customer=customer, status=OrderStatus.SHIPPED)
        shop.ship(
            order, handed_over_at=at(11, 20, 15), scans=[(at(11, 21), ShipmentStatus.IN_TRANSIT)]
        )
        shop.order(numbers[1], customer=customer, placed_at=at(11, 22))


def small_shop(url: str) -> None:
    """A template: the shop that is stocked so."""
    engine = open_engine(url)
    shop = Shop(engine)
    stocked(shop)
    shop.session.close()
    engine.dispose()


def kinds(events: Sequence[Event]) -> list[str]:
    return [event.kind for event in events]


def of(events: Sequence[Event], kind: str) -> list[dict[str, Any]]:
    return [event.payload for event in events if event.kind == kind]


def shown(events: Sequence[Event]) -> str:
    """The text as a page has it at the end: tokens since the last reset."""
    text = ""
    for event in events:
        if event.kind == "reset":
            text = ""
        elif event.kind == "token":
            text += event.payload["text"]
    return text


def done(events: Sequence[Event]) -> dict[str, Any]:
    assert events[-1].kind == "done", kinds(events)
    return events[-1].payload
