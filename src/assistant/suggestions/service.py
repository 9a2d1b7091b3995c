"""Suggestions as the desk asks for them: streamed, stored, thrown away when the talk moves on."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from assistant.answering import Brains
from assistant.preparation import Preparation
from assistant.prompts import Prompts
from assistant.suggestions.draft import Draft
from assistant.suggestions.drafting import Begun, Drafted, Drafting, Piece, Ready, whole
from assistant.suggestions.keeping import Examples
from assistant.suggestions.making import Proposing
from assistant.suggestions.occasion import Occasion, find_occasion
from assistant.suggestions.proactive import Proactive
from assistant.suggestions.suggestion import DraftEvent, Suggestion, Translation, Wanted
from assistant.suggestions.translating import Translator
from orderdb.database import SessionFactory
from orderdb.desk.suggestions import find_suggestion, offer, offered
from orderdb.models import Agent
from orderdb.models import Suggestion as Row
from orderdb.text import Language
from orderdb.unanswered import said_last
from tools.context import DeskContext
from tools.registry import ToolRegistry

log = logging.getLogger(__name__)
T = TypeVar("T")

_LOOKING_SECONDS = 0.7
_MOST = 3
_BY_CODE = frozenset({"code", "alternative", "wish"})


class MovedOn(Exception):
    """Somebody said something: what is being drafted answers an earlier message."""


@dataclass(frozen=True)
class Suggestions:
    """Drafts replies for agents; nothing of it reaches a customer before an agent sends it."""

    sessions: SessionFactory
    preparation: Preparation
    brains: Brains
    registry: ToolRegistry
    prompts: Prompts
    examples: Examples
    clock: Callable[[], datetime]
    turn_seconds: float

    async def drafts(
        self, conversation_id: str, agent: Agent, wanted: Wanted | None = None
    ) -> AsyncIterator[DraftEvent]:
        """The drafts for what waits for an answer, ending with ``done``, or ``void`` before it.

        What was drafted for the message before is told again. Raises NotFound.
        """
        began = time.monotonic()
        occasion = await asyncio.to_thread(
            find_occasion,
            self.sessions,
            self.preparation,
            conversation_id,
            agent.display_name,
        )
        if occasion is not None:
            desk = _Desk(self, occasion, agent, wanted, began)
            try:
                async for event in desk.events():
                    yield event
            except MovedOn:
                yield DraftEvent(kind="void", payload={"reason": "moved_on"})
        yield DraftEvent(kind="done")

    def translator(self) -> Translator:
        return Translator(self.prompts)

    def proactive(self) -> Proactive:
        return Proactive(self.sessions, self.preparation.book, self.registry, self.clock)

    def proposing(
        self, agent: Agent, customer_id: str, conversation_id: str, language: str
    ) -> Proposing:
        """For what an agent offers without having been asked."""
        desk = DeskContext(
            customer_id=customer_id,
            conversation_id=conversation_id,
            language=language,
            sessions=self.sessions,
            book=self.preparation.book,
            policies=self.preparation.policies,
            clock=self.clock,
            rehearsal=True,
        )
        return Proposing(desk, self.registry, agent.name)


@dataclass
class _Desk:
    """One request of an agent."""

    service: Suggestions
    occasion: Occasion
    agent: Agent
    wanted: Wanted | None
    began: float

    def __post_init__(self) -> None:
        if self.wanted is not None and self.wanted.wish == "translate" and self.wanted.language:
            self.occasion = self.occasion.spoken_in(self.wanted.language)
        self.drafting = self._drafting(self.occasion)
        self.texts: list[str] = []

    async def events(self) -> AsyncIterator[DraftEvent]:
        """Raises MovedOn."""
        fresh = self.wanted is None
        known = await asyncio.to_thread(self._known) if fresh else []
        for suggestion in known:
            self.texts.append(suggestion.text)
            for event in _told(suggestion):
                yield event
        origins: set[str] = {suggestion.origin for suggestion in known}
        async for step in self._until_moved_on(self._steps(origins)):
            match step:
                case Begun(draft_id):
                    yield DraftEvent(kind="draft", payload={"draft_id": draft_id})
                case Piece(draft_id, text):
                    yield DraftEvent(kind="token", payload={"draft_id": draft_id, "text": text})
                case Ready(draft_id, draft):
                    shown = await self._stored(draft_id, draft)
                    yield _ready(shown)
        if self.drafting.failed:
            self.service.brains.failed()

    async def _steps(self, known: set[str]) -> AsyncIterator[Drafted]:
        first = await self.drafting.by_code()
        if self.wanted is not None and self.wanted.wish not in ("ask", "translate"):
            base = await self._base(self.wanted, first)
            async for step in self.drafting.as_wished(self.wanted, base):
                yield step
            return
        if "code" not in known:
            for step in self._new(first):
                yield step
        others: list[Draft] = []
        if not known & {"alternative", "example", "canned"}:
            others = await self._others(first)
            for draft in others[:1]:
                for step in self._new(draft):
                    yield step
        written = False
        if "model" not in known and len(self.texts) <= _MOST:
            async for step in self.drafting.by_model(first):
                written = written or isinstance(step, Ready)
                yield step
        for draft in () if written else others[1:]:
            for step in self._new(draft):
                yield step

    async def _others(self, first: Draft) -> list[Draft]:
        """Another way and a tried wording; the second where the model has nothing to add, so that
        there are three at most."""
        found = [await self.drafting.beside(first), await asyncio.to_thread(self._tried, first)]
        return [draft for draft in found if draft is not None]

    def _tried(self, first: Draft) -> Draft | None:
        """The nearest accepted example or canned reply, filled, where its facts hold here."""
        found = self.service.examples.like(self.occasion, first)
        if found is None:
            return None
        text, example = found
        origin = "canned" if example is None else "example"
        draft = replace(first, text=text, origin=origin, example_id=example)  # type: ignore[arg-type]
        return draft if self.drafting.is_grounded(draft) else None

    async def _base(self, wanted: Wanted, first: Draft) -> Draft:
        """The draft that a wish is about, in its own words; the first one where it is gone."""
        if wanted.draft_id is None:
            return first
        draft_id = wanted.draft_id

        def find() -> Row:
            with self.service.sessions() as session:
                return find_suggestion(session, self.occasion.conversation_id, draft_id)

        row = await asyncio.to_thread(find)
        if row.language != first.language:  # it was put into another one before
            self.occasion = self.occasion.spoken_in("zh" if row.language == "zh" else "en")
            self.drafting = self._drafting(self.occasion)
            first = await self.drafting.by_code()
        if row.origin == "alternative":
            first = await self.drafting.beside(first) or first
        return replace(first, text=row.text, intent=row.intent)

    def _new(self, draft: Draft) -> list[Drafted]:
        """A draft in one piece, unless one says the same already."""
        if any(_same(draft.text, text) for text in self.texts):
            return []
        self.texts.append(draft.text)
        return whole(draft)

    async def _stored(self, draft_id: str, draft: Draft) -> Suggestion:
        """The draft as it is offered, stored; raises MovedOn."""
        suggestion = draft.suggestion(draft_id)
        suggestion.translation = await self._translated(draft)
        row = Row(
            id=draft_id,
            conversation_id=self.occasion.conversation_id,
            message_id=self.occasion.waiting.newest,
            agent_id=self.agent.id,
            origin=draft.origin,
            wish=self.wanted.wish if self.wanted else None,
            intent=draft.intent,
            language=draft.language,
            text=draft.text,
            content=suggestion.model_dump(mode="json"),
            example_id=draft.example_id,
            ready_ms=round((time.monotonic() - self.began) * 1000),
            created_at=self.service.clock(),
        )

        def store() -> bool:
            with self.service.sessions() as session:
                return offer(session, row)

        if not await asyncio.to_thread(store):
            raise MovedOn
        return suggestion

    async def _translated(self, draft: Draft) -> Translation | None:
        """The draft as its agent can read it, where that is another language."""
        language = _spoken_by(self.agent)
        if language is None or draft.language in self.agent.languages:
            return None
        if draft.origin in _BY_CODE:
            other = self._drafting(self.occasion.spoken_in(language))
            told: Draft | None = await other.by_code()
            if draft.origin == "alternative" and told is not None:
                told = await other.beside(told)
            if told is not None and draft.origin != "wish":
                return Translation(language=language, text=told.text)
        translator = self.service.translator()
        text = await translator.translate(draft.text, language, self.drafting.brain)
        return Translation(language=language, text=text)

    def _drafting(self, occasion: Occasion) -> Drafting:
        service = self.service
        return Drafting(
            occasion,
            service.registry,
            service.brains.guided,
            service.brains.model,
            service.prompts,
            service.turn_seconds,
        )

    def _known(self) -> list[Suggestion]:
        with self.service.sessions() as session:
            rows = offered(session, self.occasion.conversation_id, self.occasion.waiting.newest)
        return [Suggestion.model_validate(row.content) for row in rows[-_MOST:]]

    async def _until_moved_on(self, steps: AsyncIterator[Drafted]) -> AsyncIterator[Drafted]:
        """The steps while nobody says anything; raises MovedOn."""
        watching = asyncio.create_task(self._moved_on())
        coming: asyncio.Task[Drafted | None] | None = None
        try:
            while True:
                coming = asyncio.create_task(_next(steps))
                await asyncio.wait({coming, watching}, return_when=asyncio.FIRST_COMPLETED)
                if watching.done():
                    watching.result()
                    raise MovedOn
                step = coming.result()
                if step is None:
                    return
                yield step
        finally:
            for task in (watching, coming):
                if task is not None and not task.done():
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task
            with suppress(RuntimeError):
                await steps.aclose()  # type: ignore[attr-defined]

    async def _moved_on(self) -> None:
        """Ends once something newer was said."""

        def newest() -> int:
            with self.service.sessions() as session:
                return said_last(session, self.occasion.conversation_id)

        while await asyncio.to_thread(newest) == self.occasion.waiting.newest:  # noqa: ASYNC110
            await asyncio.sleep(_LOOKING_SECONDS)


def _told(suggestion: Suggestion) -> list[DraftEvent]:
    """A stored draft told again."""
    named = {"draft_id": suggestion.suggestion_id}
    return [
        DraftEvent(kind="draft", payload=named),
        DraftEvent(kind="token", payload={**named, "text": suggestion.text}),
        _ready(suggestion),
    ]


def _ready(suggestion: Suggestion) -> DraftEvent:
    shown = suggestion.model_dump(mode="json")
    payload = {"draft_id": suggestion.suggestion_id, "suggestion": shown}
    return DraftEvent(kind="ready", payload=payload)


def _spoken_by(agent: Agent) -> Language | None:
    """The first language of an agent that drafts can be put into."""
    for language in agent.languages:
        if language in ("en", "zh"):
            return language  # type: ignore[return-value]
    return None


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


async def _next(steps: AsyncIterator[Drafted]) -> Drafted | None:
    return await anext(steps, None)
