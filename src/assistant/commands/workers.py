"""Several processes that serve one shop at one address, started and kept by this one.

They share what replicas share: the database, whose leases say who answers which conversation. What
only one process may open, each has for itself (docs/adr/0009-workers.md).
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import shutil
import signal
import socket
import sys
import threading
import time
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType

import typer

from assistant.app import create_app
from assistant.commands.serving import CANNOT_START, LAST_WORDS_SECONDS, address, listen, serve_at
from assistant.settings import ConfigurationError, Settings

log = logging.getLogger(__name__)

_spawn = multiprocessing.get_context("spawn")
_LOOK_SECONDS = 0.5
_PAUSE_SECONDS = 1.0
"""Before a worker that ended is started again, so that a fault does not keep the machine busy."""


class NotForSeveral(ConfigurationError):
    """The shop is set up in a way that only one process can serve."""


def serve_with_workers(settings: Settings) -> None:
    """Serve the shop with ``settings.workers`` processes until told to end.

    Raises ConfigurationError; ends with 1 when a worker cannot open the shop.
    """
    if settings.endpoint is None and settings.embedded:
        raise NotForSeveral(
            "Each of several workers would start an embedded model of its own. Set OPENAI_BASE_URL "
            "to a model's endpoint, or ORDERDESK_EMBEDDED=0 for guided mode, or use one worker."
        )
    with listen(settings.host, settings.port) as listening:
        _prepare(settings)
        typer.echo(f"{settings.workers} workers come up at {address(listening)}")
        keeping = _Keeping(settings, listening)
        for told in (signal.SIGINT, signal.SIGTERM):
            signal.signal(told, keeping.end)
        sys.exit(keeping.run())


class _Keeping:
    """Starts the workers, and each that dies once more."""

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        self._settings = settings
        self._listening = listening
        self._workers: dict[int, SpawnProcess] = {}
        self._ending = False

    def end(self, number: int, frame: FrameType | None) -> None:
        self._ending = True

    def run(self) -> int:
        """The exit code, once told to end or once a worker cannot open the shop."""
        for number in range(1, self._settings.workers + 1):
            self._start(number)
        failed = False
        while not self._ending and not failed:
            wait([one.sentinel for one in self._workers.values()], _LOOK_SECONDS)
            for number, worker in list(self._workers.items()):
                if worker.exitcode is None or self._ending:
                    continue
                if worker.exitcode == CANNOT_START:
                    failed = True
                    break
                log.warning("worker %d ended (%s) and is started again", number, worker.exitcode)
                time.sleep(_PAUSE_SECONDS)
                self._start(number)
        self._stop()
        return CANNOT_START if failed else 0

    def _start(self, number: int) -> None:
        worker = _spawn.Process(
            target=_work,
            args=(_settings_of(self._settings, number), self._listening),
            name=f"worker {number}",
        )
        worker.start()
        self._workers[number] = worker

    def _stop(self) -> None:
        for worker in self._workers.values():
            worker.terminate()
        last = time.monotonic() + 2 * LAST_WORDS_SECONDS
        for worker in self._workers.values():
            worker.join(max(0.0, last - time.monotonic()))
            if worker.exitcode is None:
                worker.kill()


def _work(settings: Settings, listening: socket.socket) -> None:
    """A worker's life."""
    threading.Thread(target=_end_with_the_first, daemon=True).start()
    serve_at(create_app(settings), listening, lambda url: None, log_level="info")


def _end_with_the_first() -> None:
    """Nobody would start, or end, a worker whose parent was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _settings_of(settings: Settings, number: int) -> Settings:
    """A folder of an embedded vector store belongs to one process."""
    return settings.model_copy(update={"chroma_dir": _chroma(settings, number)})


def _chroma(settings: Settings, number: int) -> Path:
    folder = settings.chroma
    return folder if number == 1 else folder.with_name(f"{folder.name}-{number}")


def _prepare(settings: Settings) -> None:
    """Embed the policies once and copy the index, while no worker has it open."""
    if settings.chroma_server:
        return
    from assistant.commands.policies import index

    if not settings.chroma.exists():
        embedding = _spawn.Process(target=index, args=(settings,))  # its end closes the folder
        embedding.start()
        embedding.join()
    for number in range(2, settings.workers + 1):
        if settings.chroma.exists() and not _chroma(settings, number).exists():
            shutil.copytree(settings.chroma, _chroma(settings, number))
