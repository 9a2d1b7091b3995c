"""Who answers now: the model's agent once it can be reached, guided mode until then."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from assistant.embedded import EmbeddedModel, EmbeddedModelError
from assistant.guided import Guided
from assistant.services import ModelStatus
from assistant.settings import Endpoint, Settings
from assistant.steps import Brain
from assistant.weights import WeightsError, ensure_weights

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]

_REST_SECONDS = 20.0


class MakeAgent(Protocol):
    """Builds the agent over an endpoint; importing what it stands on takes seconds."""

    def __call__(self, endpoint: Endpoint, *, native: bool) -> Brain: ...


class Brains:
    """Opens the configured model in a thread of its own, so that the page answers at once."""

    def __init__(
        self,
        settings: Settings,
        guided: Guided,
        make_agent: MakeAgent,
        system_prompt: str,
        progress: Progress | None = None,
    ) -> None:
        self._settings = settings
        self._guided = guided
        self._make_agent = make_agent
        self._system_prompt = system_prompt
        self._progress = progress
        self._agent: Brain | None = None
        self._embedded: EmbeddedModel | None = None
        self._detail: str | None = "starting"
        self._rests_until = 0.0
        self._closing = threading.Event()
        self._opener = threading.Thread(target=self._open, daemon=True, name="open-model")

    def open(self) -> None:
        self._opener.start()

    def close(self) -> None:
        self._closing.set()
        if self._embedded is not None:
            self._embedded.stop()

    @property
    def guided(self) -> Brain:
        return self._guided

    def failed(self) -> None:
        """The model could not be reached: leave it alone for a while, so that nobody waits."""
        self._rests_until = time.monotonic() + _REST_SECONDS

    @property
    def model(self) -> Brain | None:
        if time.monotonic() < self._rests_until:
            return None
        if self._embedded is not None and self._embedded.state != "ready":
            return None
        return self._agent

    def status(self) -> ModelStatus:
        if self.model is not None:
            return ModelStatus(mode="assistant", model=self._name())
        if time.monotonic() < self._rests_until:
            return ModelStatus(
                mode="guided",
                model=self._name(),
                detail="the model could not be reached; it is tried again soon",
                coming=True,
            )
        embedded = self._embedded
        detail = embedded.detail or embedded.state if embedded else self._detail
        coming = self._opener.is_alive() or (embedded is not None and embedded.state == "loading")
        return ModelStatus(mode="guided", model=self._name(), detail=detail, coming=coming)

    def _name(self) -> str | None:
        endpoint = self._settings.endpoint
        if endpoint is not None:
            return endpoint.model
        return "embedded" if self._settings.embedded else None

    def _open(self) -> None:
        try:
            endpoint = self._settings.endpoint
            if endpoint is not None:
                native = self._settings.tool_calls != "constrained"
                self._agent, self._detail = self._make_agent(endpoint, native=native), None
            elif self._settings.embedded:
                self._open_embedded()
            else:
                self._detail = "no model is configured"
        except (WeightsError, EmbeddedModelError, OSError) as error:
            self._detail = str(error)
            log.warning("no embedded model: %s", error)

    def _open_embedded(self) -> None:
        settings = self._settings
        self._detail = "fetching the model"
        gguf: Path = settings.local_gguf or ensure_weights(settings.cache, self._progress)
        if self._closing.is_set():
            return
        self._detail = "loading the model"
        model = EmbeddedModel(
            gguf,
            log_path=settings.data / "model.log",
            context_tokens=settings.limits.context_tokens,
            prefixes=[{"messages": [{"role": "system", "content": self._system_prompt}]}],
            prefix_folder=settings.cache / "prefixes",
        )
        started = time.monotonic()
        endpoint = Endpoint.model_validate(
            {"base_url": model.start(), "api_key": model.api_key, "model": "embedded"}
        )
        self._agent = self._make_agent(endpoint, native=settings.tool_calls == "native")
        self._embedded = model
        if model.wait_until_ready(600):
            log.info("the embedded model is ready after %.1f s", time.monotonic() - started)
