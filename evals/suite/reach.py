"""What a run needs beside its cases: the model's endpoint, the desk's shared parts, the arms."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from assistant.embedded import EmbeddedModel
from assistant.guided import Guided
from assistant.models import chat_model
from assistant.opening import (
    build_agent,
    limits_of,
    open_embedding,
    open_intents,
    open_policies,
)
from assistant.plan import Planner
from assistant.prompts import PROMPT_VARIABLES, Prompts
from assistant.settings import Endpoint, Settings
from assistant.steps import Brain
from assistant.weights import ensure_weights
from evals.suite.answering import Answerer, Asked, Desk, Fixed, OrderDesk, Plain
from evals.suite.case import Case
from evals.suite.playing import Open
from evals.suite.shop import Shop
from orderdb.database import SessionFactory
from orderdb.policy_book import PolicyBook

Arm = Literal["orderdesk", "guided", "plain", "plain_constrained"]
ARMS: tuple[Arm, ...] = get_args(Arm)
# The steps stand in the system prompt, which an endpoint reads once, and not behind each message.
_STEPS = "\n\nThe steps that you can take, each as the JSON that takes it:\n{steps}"
_PATIENCE = 900.0  # seconds in which a small model reads all tools, once
_CHOOSE = "Choose the next step and answer with its JSON only."


class NoModel(Exception):
    """There is no model to run the evals on; says what to set."""


@dataclass(frozen=True)
class Reached:
    """A model that answers; ``native`` is whether it is trusted with tool calls of its own."""

    endpoint: Endpoint
    native: bool


@contextmanager
def reached(settings: Settings, data: Path) -> Iterator[Reached]:
    """The configured endpoint, else the embedded model until the block ends; raises NoModel."""
    if settings.endpoint is not None:
        yield Reached(settings.endpoint, settings.tool_calls != "constrained")
        return
    if not settings.embedded:
        raise NoModel(
            "no model is configured: set OPENAI_BASE_URL and OPENAI_API_KEY, or leave "
            "ORDERDESK_EMBEDDED on for the embedded one"
        )
    prompts = Prompts.load(settings.prompts, PROMPT_VARIABLES)
    gguf = settings.local_gguf or ensure_weights(settings.cache)
    data.mkdir(parents=True, exist_ok=True)
    first = {"messages": [{"role": "system", "content": prompts["embedded"].text}]}
    with EmbeddedModel(
        gguf,
        log_path=data / "model.log",
        context_tokens=settings.limits.context_tokens,
        prefixes=[first],
        prefix_folder=settings.cache / "prefixes",
    ) as model:
        if not model.wait_until_ready(600):
            raise NoModel(f"the embedded model did not start: {model.detail}")
        endpoint = Endpoint.model_validate(
            {"base_url": model.base_url, "api_key": model.api_key, "model": "embedded"}
        )
        yield Reached(endpoint, settings.tool_calls == "native")


def check_endpoint(endpoint: Endpoint) -> None:
    """Raises NoModel when nothing answers there, or it refuses the key; else any answer will do."""
    import httpx

    url = f"{(endpoint.base_url or 'https://api.openai.com/v1').rstrip('/')}/models"
    headers = {"Authorization": f"Bearer {endpoint.api_key.get_secret_value()}"}
    for attempt in (1, 2):
        try:
            answer = httpx.get(url, headers=headers, timeout=10, trust_env=False)
            if answer.status_code in (401, 403):
                raise NoModel(f"{url} refuses the key: {answer.status_code}")
            return
        except httpx.HTTPError as error:
            if attempt == 2:
                raise NoModel(f"nothing answers at {url}: {error}") from error
            time.sleep(0.5)


def open_desk(settings: Settings, shop: Shop) -> Desk:
    """The parts that all trials share: policies, understanding, prompts, at the shop's time."""
    book = PolicyBook.load(settings.policies)
    embedding = open_embedding(settings)
    policies = open_policies(settings, embedding)
    policies.sync(book)
    return Desk(
        settings=settings,
        book=book,
        policies=policies,
        planner=Planner(open_intents(settings, embedding)),
        prompts=Prompts.load(settings.prompts, PROMPT_VARIABLES),
        clock=lambda: shop.now,
    )


def opener(desk: Desk, arm: Arm, model: Reached | None, *, keep_answers: bool = False) -> Open:
    """How a conversation is opened in an arm; call it in the event loop that will use it."""
    if arm in ("plain", "plain_constrained"):
        return _plain(desk, arm, needed(model), keep_answers)
    brain: Brain | None = None
    if arm == "orderdesk":
        found = needed(model)
        brain = build_agent(
            desk.settings, found.endpoint, desk.recorder.registry, desk.prompts, native=found.native
        )
    guided = Guided(desk.recorder.registry)

    def open_one(case: Case, sessions: SessionFactory) -> Answerer:
        return OrderDesk(desk, sessions, case.as_, case.language, Fixed(brain, guided))

    return open_one


def _plain(desk: Desk, arm: Arm, model: Reached, keep_answers: bool) -> Open:
    from assistant.constrained import ConstrainedChatModel
    from evals.suite.kept_answers import KeptAnswers

    limits = limits_of(desk.settings.limits, native=model.native)
    client: Any = chat_model(model.endpoint, limits)
    if arm == "plain_constrained":
        client = ConstrainedChatModel(inner=client, instruction=_CHOOSE)
    kept = KeptAnswers() if keep_answers else None
    client.cache = kept
    patience = limits.model_copy(update={"model_seconds": _PATIENCE, "completion_tokens": 16})
    asked = Asked(
        client,
        _STEPS if arm == "plain_constrained" else "",
        None if model.native else chat_model(model.endpoint, patience),
        kept,
    )

    def open_one(case: Case, sessions: SessionFactory) -> Answerer:
        return Plain(desk, sessions, case.as_, case.language, asked)

    return open_one


def needed(model: Reached | None) -> Reached:
    """The model; raises NoModel."""
    if model is None:
        raise NoModel("this needs a model")
    return model


MakeOpener = Callable[[], Open]
