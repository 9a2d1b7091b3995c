"""Servers as they run in a shop: processes of their own, started together, one of them killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from evals.desk_load.processor import started_by
from evals.desk_load.shop import SECRET

_START_SECONDS = 600
_END_SECONDS = 30
_PREPARED = Path("build/desk_load")
"""What a server learns of the policies at its first start, kept for the next runs."""


@dataclass
class Replica:
    address: str
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """As a power cut would, and its workers with it."""
        for one in (self.process.pid, *started_by(self.process.pid)):
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """In order, and its workers with it."""
        self.process.terminate()
        try:
            self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def complaints(self) -> list[str]:
        """Lines of its log that should not be there."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [one for one in lines if "Traceback" in one or "ERROR" in one or "Error:" in one]


@contextmanager
def serving(
    count: int, url: str, model: str, folder: Path, workers: int = 1
) -> Iterator[list[Replica]]:
    """So many servers of so many workers over the database at ``url``, all ready."""
    with ExitStack() as stack:
        replicas = []
        for number in range(count):  # one after the other: the first prepares what others find
            data = folder / f"replica{number}"
            if _PREPARED.exists():
                shutil.copytree(_PREPARED, data)
            replica = _start(url, model, data, workers)
            stack.callback(replica.end)
            _wait_until_ready(replica)
            if not _PREPARED.exists():
                shutil.copytree(data, _PREPARED, ignore=shutil.ignore_patterns("server.log"))
            replicas.append(replica)
        yield replicas


def _start(url: str, model: str, folder: Path, workers: int) -> Replica:
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {
        "ORDERDESK_DATABASE_URL": url,
        "ORDERDESK_DATA": str(folder),
        "ORDERDESK_JWT_SECRET": SECRET,
        "OPENAI_BASE_URL": model,
        "OPENAI_API_KEY": "x",
        "ORDERDESK_MODEL": "stub",
    }
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "assistant", "serve", "--port", str(port)]
            + (["--workers", str(workers)] if workers > 1 else []),
            env=os.environ | told,
            stdout=log,
            stderr=log,
        )
    return Replica(f"http://127.0.0.1:{port}", process, folder / "server.log")


def _wait_until_ready(replica: Replica) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if replica.process.poll() is not None:
            raise RuntimeError("the server ended while it started; see server.log")
        try:
            if httpx.get(f"{replica.address}/readyz", trust_env=False).is_success:
                status = httpx.get(f"{replica.address}/api/status", trust_env=False).json()
                if status["mode"] == "assistant":
                    return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise RuntimeError("the server was not ready in time; see server.log")
