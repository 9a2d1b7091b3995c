"""Real servers, one after the other: each a process of its own that can be killed at any moment.

What takes long to import is imported once, here, and what servers only read (the embedding, what
was learnt of intents) is loaded once; each server is then a fork that runs ``orderdesk serve`` as
it is shipped, with at most one named point armed. Started as a child of
the crash test, it reads one JSON object a line and answers with the server's process id.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
_LEASE_SECONDS = 1.5


class Servers:
    """Starts servers on one address, kills them, and knows when one has died by itself."""

    def __init__(self, environment: dict[str, str], port: int, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._request = {"environment": {**environment, "ORDERDESK_PORT": str(port)}}
        self._log = log
        self._pid = 0
        self._http = httpx.Client(timeout=2, trust_env=False, verify=False)
        self._forker = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.server"],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(ROOT), *_given_path()]),
                "OMP_NUM_THREADS": "1",  # threads do not outlive a fork
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, point: str | None = None) -> None:
        assert self._forker.stdin is not None
        assert self._forker.stdout is not None
        request = {**self._request, "point": point, "log": str(self._log)}
        self._forker.stdin.write(json.dumps(request) + "\n")
        self._forker.stdin.flush()
        self._pid = int(self._forker.stdout.readline())

    def is_alive(self) -> bool:
        try:
            os.kill(self._pid, 0)
        except ProcessLookupError:
            return False
        return True

    def is_ready(self) -> bool:
        """Whether it answers and has opened its shop."""
        try:
            return self._http.get(f"{self.url}/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    def wait_until_ready(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not self.is_ready():
            assert time.monotonic() < end, f"no server after {seconds} s: see {self._log}"
            assert self.is_alive(), f"the server ended: see {self._log}"
            time.sleep(0.03)

    def wait_until_dead(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True

    def kill(self) -> None:
        if self.is_alive():
            os.kill(self._pid, signal.SIGKILL)
        assert self.wait_until_dead(10)

    def close(self) -> None:
        self.kill()
        assert self._forker.stdin is not None
        self._forker.stdin.close()
        self._forker.wait(10)
        self._http.close()


def _given_path() -> list[str]:
    return [given] if (given := os.environ.get("PYTHONPATH")) else []


def main() -> None:
    # What a server imports while it opens; none of it does anything yet.
    import chromadb  # noqa: F401
    import langchain_openai  # noqa: F401
    import uvicorn  # noqa: F401

    import assistant.agent
    import assistant.app
    import assistant.commands.serving
    import assistant.models  # noqa: F401
    import tools.policies  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not kept
    loaded = False
    for line in sys.stdin:
        request = json.loads(line)
        os.environ.update(request["environment"])
        if not loaded:
            _load_once()
            loaded = True
        pid = os.fork()
        if pid == 0:
            _serve(request)
        print(pid, flush=True)


def _load_once() -> None:
    """Read-only files of a model: no server writes what a kill could tear here."""
    from assistant import opening
    from assistant.settings import Settings
    from tests.quick_index import QuickIndex

    settings = Settings.load()
    embedding = QuickIndex()
    intents = opening.open_intents(settings, embedding)
    opening.open_embedding = lambda settings: embedding
    opening.open_intents = lambda settings, embedding, progress=None: intents


def _serve(request: dict[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with open(request["log"], "a") as log, open(os.devnull) as nothing:
        for stream, number in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(stream.fileno(), number)

    from assistant.commands.serving import serve
    from assistant.conversation import ConversationService
    from assistant.settings import Settings
    from tests.crash.points import POINTS, arm

    # A turn that was cut waits for its lease to end: the shorter, the more kills find work.
    ConversationService.__init__.__kwdefaults__["lease_seconds"] = _LEASE_SECONDS

    if request["point"]:
        arm(POINTS[request["point"]])
    serve(Settings.load())
    os._exit(0)


if __name__ == "__main__":
    main()
