"""The embedded model: llama.cpp in a child process on loopback, behind the OpenAI protocol.

A child, because a crash in native code must not take the shop's server with it, and because
loading the weights must not stop the API from answering. The child lives as long as the pipe
on its standard input: when its parent ends, however it ends, the child ends too.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import httpx

logger = logging.getLogger(__name__)

State = Literal["loading", "ready", "failed", "stopped"]

CANNOT_LOAD = 3
"""Exit status of a child whose weights do not load: starting it again cannot help."""

LONGEST_PAUSE = 60.0
"""Seconds between two starts of an engine that keeps crashing, at most."""


class EmbeddedModelError(Exception):
    """The embedded model cannot be started; the message says why and where its log is."""


@dataclass(frozen=True)
class Engine:
    """How the child runs llama.cpp. docs/embedded-model.md holds what was measured."""

    gguf: Path
    port: int
    api_key: str = field(repr=False)
    context_tokens: int = 8192
    conversations: int = 1
    threads: int | None = None
    saved_prefixes: Path | None = None


class EmbeddedModel:
    """A running llama.cpp, restarted when it crashes.

    Example:
        with EmbeddedModel(gguf, log_path=Path("var/model.log")) as model:
            model.wait_until_ready(60)
            client = openai.OpenAI(base_url=model.base_url, api_key=model.api_key)
    """

    def __init__(
        self,
        gguf: Path,
        *,
        log_path: Path,
        context_tokens: int = 8192,
        threads: int | None = None,
    ) -> None:
        self.log_path = log_path
        self._engine = Engine(
            gguf=gguf,
            port=_free_port(),
            api_key=secrets.token_urlsafe(24),
            context_tokens=context_tokens,
            threads=threads,
        )
        self._state: State = "stopped"
        self._detail: str | None = None
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._keeper: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """Where an OpenAI client finds it; the same across restarts."""
        return f"http://127.0.0.1:{self._engine.port}/v1"

    @property
    def api_key(self) -> str:
        """Keeps other users of this machine out; new with every EmbeddedModel."""
        return self._engine.api_key

    @property
    def state(self) -> State:
        """What it is doing now; never blocks."""
        return self._state

    @property
    def detail(self) -> str | None:
        """Why it is not ready, in words for an operator."""
        return self._detail

    @property
    def pid(self) -> int | None:
        """The child's process id, while there is one."""
        return self._child.pid if self._child else None

    def start(self) -> str:
        """Start loading and return the base URL at once. Raises EmbeddedModelError."""
        if not self._engine.gguf.is_file():
            raise EmbeddedModelError(f"no model file at {self._engine.gguf}")
        if self._keeper is not None:
            raise EmbeddedModelError("already started")
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        self._state = "loading"
        self._keeper = threading.Thread(target=self._keep_running, daemon=True, name="model")
        self._keeper.start()
        return self.base_url

    def wait_until_ready(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds; whether it is ready."""
        return self._ready.wait(timeout) and self._state == "ready"

    def stop(self) -> None:
        """End the child and wait for it."""
        self._stopping.set()
        child = self._child
        if child is not None:
            child.kill()
        if self._keeper is not None:
            self._keeper.join()
        self._state = "stopped"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _keep_running(self) -> None:
        pause = 1.0
        while not self._stopping.is_set():
            started = time.monotonic()
            status = self._run_once()
            self._ready.clear()
            if self._stopping.is_set():
                return
            self._detail = f"the model engine ended with status {status}; see {self.log_path}"
            logger.error(self._detail)
            if status == CANNOT_LOAD:
                self._state = "failed"
                self._ready.set()  # Nobody should wait on.
                return
            self._state = "loading"
            pause = 1.0 if time.monotonic() - started > LONGEST_PAUSE else pause
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _run_once(self) -> int:
        """One child from start to end; its exit status."""
        with self.log_path.open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "assistant.embedded"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the server, which then stops us.
            )
        self._child = child
        assert child.stdin is not None
        with child.stdin as pipe:
            with suppress(BrokenPipeError):
                pipe.write(_to_line(self._engine))
                pipe.flush()
            while child.poll() is None and not self._stopping.is_set():
                if self._answers():
                    self._state, self._detail = "ready", None
                    self._ready.set()
                    break
                self._stopping.wait(0.1)
            if self._stopping.is_set():
                child.kill()
            return child.wait()

    def _answers(self) -> bool:
        try:
            answer = httpx.get(f"http://127.0.0.1:{self._engine.port}/health", timeout=2)
        except httpx.TransportError:
            return False
        return answer.status_code == httpx.codes.OK


def serve(engine: Engine) -> None:
    """Load the weights and serve until standard input closes. Runs in the child."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(engine.gguf)
    params.hostnames = ["127.0.0.1"]
    params.port = engine.port
    params.api_keys = [engine.api_key]
    params.n_ctx = engine.context_tokens
    params.n_parallel = engine.conversations
    params.use_jinja = True
    params.ui = False
    if engine.threads is not None:
        params.cpuparams.n_threads = engine.threads
        params.cpuparams_batch.n_threads = engine.threads
    try:
        server = xllamacpp.Server(params)
    except RuntimeError as error:
        logger.error("cannot load %s: %s", engine.gguf, error)
        os._exit(CANNOT_LOAD)
    logger.info("serving on %s", server.listening_address)
    threading.Event().wait()  # The server stops when its object goes.


def _end_with_parent() -> None:
    """Wait for the pipe from the parent to close, then end at once: nothing is to be saved."""
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _to_line(engine: Engine) -> bytes:
    return json.dumps(asdict(engine), default=str).encode() + b"\n"


def _from_line(line: bytes) -> Engine:
    fields: Mapping[str, Any] = json.loads(line)
    saved = fields["saved_prefixes"]
    return Engine(
        **{
            **fields,
            "gguf": Path(fields["gguf"]),
            "saved_prefixes": None if saved is None else Path(saved),
        }
    )


def main() -> None:
    """The child: settings as one JSON line on standard input (the key stays out of `ps`)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    engine = _from_line(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    serve(engine)


if __name__ == "__main__":
    main()
