"""The demo shop as of one day, with everything that drafts stand on, opened for one run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

from assistant.embedded import EmbeddedModel
from assistant.guided import Guided
from assistant.opening import build_agent, open_embedding, open_intents, open_policies
from assistant.plan import Planner
from assistant.preparation import Preparation
from assistant.prompts import PROMPT_VARIABLES, Prompts
from assistant.settings import Endpoint, Settings
from assistant.steps import Brain
from assistant.weights import ensure_weights
from orderdb import migrations
from orderdb.conversations import add_message, open_conversation
from orderdb.database import SessionFactory, open_engine
from orderdb.handoffs import hand_off
from orderdb.importers.demo import import_demo, snapshot
from orderdb.policy_book import PolicyBook
from tools.embeddings import Embedding
from tools.registry import ToolRegistry

DAY = date(2026, 11, 20)
ORDERS, CUSTOMERS = 600, 120


@dataclass(frozen=True)
class Stage:
    sessions: SessionFactory
    preparation: Preparation
    registry: ToolRegistry
    guided: Brain
    brain: Brain | None
    prompts: Prompts
    embedding: Embedding
    now: datetime

    def hear(self, customer_id: str, language: str, messages: list[str]) -> str:
        """A conversation that was passed on to a person after the first of these messages."""
        with self.sessions() as session:
            chat = open_conversation(session, customer_id, language, {}, self.now).id
            for text in messages:
                add_message(session, customer_id, chat, text, str(uuid4()), self.now)
            hand_off(session, customer_id, chat, "", self.now)
        return chat


@contextmanager
def staged(folder: Path, *, with_model: bool) -> Iterator[Stage]:
    """A fresh shop in ``folder``; the embedded model is started where it is asked for."""
    settings = Settings.load().model_copy(update={"data": folder})
    url = f"sqlite:///{folder / 'desk.db'}"
    migrations.upgrade(url)
    engine = open_engine(url)
    import_demo(engine, orders=ORDERS, customers=CUSTOMERS, as_of=DAY)
    sessions, now = SessionFactory(engine), snapshot(DAY).astimezone(UTC)
    book = PolicyBook.load(settings.policies)
    embedding = open_embedding(settings)
    policies = open_policies(settings, embedding)
    policies.sync(book)
    planner = Planner(open_intents(settings, embedding))
    registry, prompts = ToolRegistry(), Prompts.load(settings.prompts, PROMPT_VARIABLES)
    preparation = Preparation(sessions, book, policies, planner, lambda: now)
    model, brain = None, None
    if with_model:
        model, endpoint = _model(settings, prompts)
        brain = build_agent(settings, endpoint, registry, prompts, native=False)
    try:
        yield Stage(
            sessions, preparation, registry, Guided(registry), brain, prompts, embedding, now
        )
    finally:
        if model is not None:
            model.stop()
        engine.dispose()


def _model(settings: Settings, prompts: Prompts) -> tuple[EmbeddedModel, Endpoint]:
    model = EmbeddedModel(
        settings.local_gguf or ensure_weights(settings.cache),
        log_path=settings.data / "model.log",
        context_tokens=settings.limits.context_tokens,
        prefixes=[{"messages": [{"role": "system", "content": prompts["embedded"].text}]}],
        prefix_folder=settings.cache / "prefixes",
    )
    endpoint = Endpoint.model_validate(
        {"base_url": model.start(), "api_key": model.api_key, "model": "embedded"}
    )
    if not model.wait_until_ready(600):
        raise SystemExit(f"the embedded model did not start: {model.detail}")
    return model, endpoint
