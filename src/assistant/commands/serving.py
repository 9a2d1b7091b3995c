"""``orderdesk serve``: one process, or several, until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
import sys
from collections.abc import Callable

import typer
import uvicorn
from fastapi import FastAPI

from assistant.app import create_app
from assistant.schema import require_current_schema
from assistant.services import Services
from assistant.settings import ConfigurationError, Settings

_SWITCH_SECONDS = 0.001
"""A thread amid a write keeps others from writing: it must not wait long for the interpreter."""

_COLLECTIONS = (20_000, 20, 20)
"""Objects that are new until the youngest are looked through, and how often the older ones are."""

LAST_WORDS_SECONDS = 5
"""Streams still open at the end are cut after this; their turns go on at the next start."""


CANNOT_START = 1
"""Exit code of a server whose services cannot be opened."""


class PortTaken(ConfigurationError):
    """Something else listens there."""


def serve(settings: Settings) -> None:
    """Serve the shop as it is set up; raises ConfigurationError."""
    app = create_app(settings)
    require_current_schema(settings)
    if settings.workers > 1:
        from assistant.commands.workers import serve_with_workers

        serve_with_workers(settings)
        return
    run(app, settings, lambda url: typer.echo(f"OrderDesk answers at {url}"), log_level="info")


def run(
    app: FastAPI, settings: Settings, started: Callable[[str], None], *, log_level: str
) -> None:
    """Serve ``app`` and call ``started`` with its address once it answers."""
    serve_at(app, listen(settings.host, settings.port), started, log_level=log_level)


def serve_at(
    app: FastAPI, listening: socket.socket, started: Callable[[str], None], *, log_level: str
) -> None:
    """Serve ``app`` at a bound socket, which other processes may share."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    config = uvicorn.Config(
        app,
        log_level=log_level,
        server_header=False,
        timeout_graceful_shutdown=LAST_WORDS_SECONDS,
    )
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C, after the orderly end
        _Server(config, app, lambda: started(address(listening))).run(sockets=[listening])
    if _failed(app):
        sys.exit(CANNOT_START)


def _failed(app: FastAPI) -> bool:
    opening: asyncio.Task[Services] = app.state.opening
    return opening.done() and not opening.cancelled() and opening.exception() is not None


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, app: FastAPI, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._app = app
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._app.state.opening.add_done_callback(lambda _: _spare_the_collector())
        self._tell()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Threads that still index or load cannot be told to stop, and lose nothing when ended."""
        await super().shutdown(sockets)
        if self._app.state.opening.cancelled():
            sys.stdout.flush()
            os._exit(0)


def _spare_the_collector() -> None:
    """What was imported and opened stays: looking through it again and again for garbage took a
    tenth of the processor time of many answers at once."""
    gc.freeze()
    gc.set_threshold(*_COLLECTIONS)


def listen(host: str, port: int) -> socket.socket:
    """Listen before anything long is begun, so that a taken port is known at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise PortTaken(
            f"Cannot listen on {host}:{port}: {error.strerror}. "
            "Set ORDERDESK_HOST and ORDERDESK_PORT, or use --host and --port."
        ) from None
    return listening


def address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  (only shown)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
