"""The two ways in which the terminal reaches conversations: within this process, or a server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import uuid4

import httpx
from sqlmodel import Session

from assistant.events import Event
from assistant.services import ModelStatus, Services
from assistant.settings import ConfigurationError
from orderdb import proposals
from orderdb.errors import OrderChanged, OrderError
from orderdb.models import Customer

T = TypeVar("T")
Json = dict[str, Any]


class UnknownCustomer(ConfigurationError):
    """The shop has no customer of that id."""


class ServerRefused(OrderError):
    """The server answered with a problem; the message is its detail."""


class Changed(OrderError):
    """The order has moved on; ``proposal`` is what may be confirmed now, where anything may."""

    def __init__(self, reason: str, proposal: Json | None) -> None:
        super().__init__(reason)
        self.proposal = proposal


class Desk(Protocol):
    async def model(self) -> ModelStatus: ...

    async def open(self, language: str) -> str:
        """Begin a conversation; its id."""
        ...

    def say(self, conversation: str, text: str) -> AsyncIterator[Event]: ...

    async def confirm(self, proposal: Json) -> Json:
        """What was done; raises Changed, and OrderError."""
        ...

    async def decline(self, proposal: Json) -> None: ...


@dataclass(frozen=True)
class OwnDesk:
    """Conversations of this process."""

    services: Services
    customer_id: str

    async def model(self) -> ModelStatus:
        return self.services.readiness.model()

    async def open(self, language: str) -> str:
        known = await self._in_session(lambda session: session.get(Customer, self.customer_id))
        if known is None:
            raise UnknownCustomer(f"The shop has no customer {self.customer_id!r}.")
        return await self.services.conversations.open(self.customer_id, language)

    async def say(self, conversation: str, text: str) -> AsyncIterator[Event]:
        conversations = self.services.conversations
        turn = await conversations.submit(self.customer_id, conversation, text, uuid4().hex)
        async for event in conversations.follow(self.customer_id, conversation, turn_id=turn):
            yield event

    async def confirm(self, proposal: Json) -> Json:
        try:
            return await self._in_session(
                lambda session: proposals.confirm(
                    session,
                    self.customer_id,
                    proposal["proposal_id"],
                    proposal["digest"],
                    self.services.book,
                    self.services.clock(),
                )
            )
        except OrderChanged as change:
            raise Changed(change.reason.en, await self._card(change.replacement)) from None

    async def _card(self, proposal_id: str | None) -> Json | None:
        from tools.proposing import proposal_card  # with langchain behind it

        if proposal_id is None:
            return None
        found = await self._in_session(
            lambda session: proposals.find_proposal(session, self.customer_id, proposal_id)
        )
        return proposal_card(found, "en").model_dump(mode="json")

    async def decline(self, proposal: Json) -> None:
        await self._in_session(
            lambda session: proposals.decline(
                session, self.customer_id, proposal["proposal_id"], self.services.clock()
            )
        )

    async def _in_session(self, work: Callable[[Session], T]) -> T:
        def run() -> T:
            with self.services.sessions() as session:
                return work(session)

        return await asyncio.to_thread(run)


@dataclass(frozen=True)
class ServerDesk:
    """Conversations of a running server, over its HTTP contract."""

    http: httpx.AsyncClient

    async def is_demo(self) -> bool:
        """Whether anybody may sign in as anybody."""
        return bool(_answer(await self.http.get("/api/status"))["demo"])

    async def sign_in(self, customer_id: str) -> None:
        """As the demo's page does; raises ServerRefused for an unknown customer."""
        body = {"customer_id": customer_id}
        self.use(_answer(await self.http.post("/api/demo/login", json=body))["token"])

    def use(self, token: str) -> None:
        """Speak as the customer whom the token names."""
        self.http.headers["Authorization"] = f"Bearer {token}"

    async def model(self) -> ModelStatus:
        return ModelStatus.model_validate(_answer(await self.http.get("/api/status")))

    async def open(self, language: str) -> str:
        response = await self.http.post("/api/conversations", json={"language": language})
        return str(_answer(response)["conversation_id"])

    async def say(self, conversation: str, text: str) -> AsyncIterator[Event]:
        request = self.http.stream(
            "POST",
            f"/api/conversations/{conversation}/messages",
            json={"text": text, "client_message_id": uuid4().hex},
            headers={"Accept": "text/event-stream"},
        )
        async with request as response:
            if response.is_error:
                await response.aread()
            _check(response)
            fields: dict[str, str] = {}
            async for line in response.aiter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif "event" in fields:
                    yield Event.model_validate(
                        {
                            "id": fields["id"],
                            "turn_id": "",
                            "kind": fields["event"],
                            "payload": json.loads(fields["data"]),
                        }
                    )
                    fields = {}

    async def confirm(self, proposal: Json) -> Json:
        return await self._click(proposal, "confirm")

    async def decline(self, proposal: Json) -> None:
        await self._click(proposal, "decline")

    async def _click(self, proposal: Json, what: str) -> Json:
        path = f"/api/proposals/{proposal['proposal_id']}/{what}"
        return _answer(await self.http.post(path, json={"digest": proposal["digest"]}))


def _answer(response: httpx.Response) -> Json:
    _check(response)
    answer: Json = response.json()
    return answer


def _check(response: httpx.Response) -> None:
    if response.is_error:
        try:
            problem = response.json()
            detail = problem["detail"]
        except (ValueError, KeyError, TypeError):
            raise ServerRefused(f"HTTP {response.status_code} from {response.url}") from None
        if problem.get("code") == OrderChanged.code:
            raise Changed(str(detail), problem.get("proposal"))
        raise ServerRefused(str(detail))
