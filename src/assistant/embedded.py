"""The embedded model: llama.cpp in a child process on loopback, behind the OpenAI protocol.

A child, because a crash in native code must not take the shop's server with it, and because
loading holds Python's interpreter lock for seconds. The child lives as long as the pipe on its
standard input: when its parent ends, however it ends, the child ends too.
"""

from __future__ import annotations

import json
import logging
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import httpx

from assistant.engine import CANNOT_LOAD, Engine
from assistant.saved_prefixes import ChatRequest, SavedPrefixes

logger = logging.getLogger(__name__)

State = Literal["loading", "ready", "failed", "stopped"]

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before an engine that crashed is started again; doubled each time."""

LOG_BYTES = 5_000_000
"""A log longer than this is put aside at the next start."""


class EmbeddedModelError(Exception):
    """The embedded model cannot be started; the message says why."""


class EmbeddedModel:
    """A running llama.cpp, started again when it crashes.

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
        prefixes: Sequence[ChatRequest] = (),
        prefix_folder: Path | None = None,
        command: Sequence[str] = (sys.executable, "-m", "assistant.engine"),
    ) -> None:
        """`prefixes` are read before it is ready, and kept in `prefix_folder` for next time.

        `command` starts the child; it reads an Engine as one JSON line.
        """
        self.log_path = log_path
        self._gguf = gguf
        self._command = tuple(command)
        self._prefixes = tuple(prefixes) if prefix_folder else ()
        self._prefix_folder = prefix_folder
        self._engine = Engine(
            gguf=str(gguf.absolute()),
            port=_free_port(),
            api_key=secrets.token_urlsafe(24),
            context_tokens=context_tokens,
            threads=threads,
            prefix_folder=f"{prefix_folder.absolute()}/" if prefix_folder else None,
        )
        self._state: State = "stopped"
        self._detail: str | None = None
        self._settled = threading.Event()
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
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    def start(self) -> str:
        """Start loading and return the base URL at once. Raises EmbeddedModelError."""
        if self._keeper is not None:
            raise EmbeddedModelError("an EmbeddedModel is started once")
        if not self._gguf.is_file():
            raise EmbeddedModelError(f"no model file at {self._gguf}")
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        if self._prefix_folder:
            self._prefix_folder.mkdir(parents=True, exist_ok=True)
        self._state = "loading"
        self._keeper = threading.Thread(target=self._keep_running, daemon=True, name="model")
        self._keeper.start()
        return self.base_url

    def wait_until_ready(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds; whether it is ready."""
        return self._settled.wait(timeout) and self._state == "ready"

    def stop(self) -> None:
        """End the child and wait for it; whoever waits for readiness is let go."""
        self._stopping.set()
        child = self._child
        if child is not None:
            child.kill()
        if self._keeper is not None:
            self._keeper.join()
        self._state = "stopped"
        self._settled.set()

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
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            started = time.monotonic()
            status = self._run_once()
            if self._stopping.is_set():
                return
            self._detail = f"the model engine ended with status {status}; see {self.log_path}"
            logger.error("%s", self._detail)
            if status == CANNOT_LOAD:
                self._state = "failed"
                self._settled.set()
                return
            self._state = "loading"
            self._settled.clear()
            if time.monotonic() - started > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _run_once(self) -> int:
        """One child from start to end; its exit status."""
        _put_aside(self.log_path)
        with self.log_path.open("ab") as log:
            child = subprocess.Popen(  # noqa: S603  (a list, no shell)
                self._command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the server, which then stops us.
            )
        self._child = child
        assert child.stdin is not None
        with child.stdin as pipe:
            with suppress(BrokenPipeError):
                pipe.write(json.dumps(asdict(self._engine)).encode() + b"\n")
                pipe.flush()
            self._make_ready(child)
            if self._stopping.is_set():
                child.kill()
            return child.wait()

    def _make_ready(self, child: subprocess.Popen[bytes]) -> None:
        """Wait for the child to answer and have it read the prefixes, while it lives."""
        root = f"http://127.0.0.1:{self._engine.port}"
        key = {"Authorization": f"Bearer {self._engine.api_key}"}
        # Loopback: whatever proxy the environment names is not for this.
        with httpx.Client(base_url=root, headers=key, timeout=600, trust_env=False) as engine:
            while child.poll() is None and not self._stopping.wait(0.1):
                # A child that dies meanwhile is noticed by poll().
                with suppress(httpx.TransportError):
                    if engine.get("/health").is_success:
                        self._warm(engine)
                        self._state, self._detail = "ready", None
                        self._settled.set()
                        return

    def _warm(self, engine: httpx.Client) -> None:
        if self._prefix_folder and self._prefixes:
            file = self._gguf.stat()
            identity = f"{version('xllamacpp')} {file.st_size} {file.st_mtime_ns}"
            SavedPrefixes(self._prefix_folder, identity, self._prefixes).warm(engine)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _put_aside(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_name(log.name + ".old"))
