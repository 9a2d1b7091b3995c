"""``orderdesk demo``: a shop to try things on, built once and served."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from sqlalchemy import Engine
from sqlmodel import select

from assistant.app import create_app
from assistant.commands.console import complaints, console, progress_bar
from assistant.commands.serving import run
from assistant.services import ModelStatus, Services
from assistant.settings import Settings
from orderdb.database import SessionFactory, open_engine
from orderdb.desk.demo import staff_the_desk
from orderdb.models import Customer
from orderdb.schema_version import is_current

_POLL_SECONDS = 0.25


def run_demo(settings: Settings) -> None:
    """Prepare what is missing, then serve; the model comes while the page already answers."""
    prepare(settings)
    watch = ModelWatch()
    app = create_app(settings, progress=watch.fetched)

    def started(url: str) -> None:
        console.print(f"\nOrderDesk demo: open [bold]{url}[/bold]   (Ctrl-C ends it)\n")
        threading.Thread(target=watch.follow, args=(app,), daemon=True).start()

    run(app, settings, started, log_level="warning")


def prepare(settings: Settings) -> None:
    """What the demo needs, each part only where it is missing."""
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.database)
    try:
        if not is_current(engine):
            from orderdb import migrations

            migrations.upgrade_engine(engine)
        with SessionFactory(engine)() as session:
            empty = session.exec(select(Customer.id).limit(1)).first() is None
        if empty:
            from orderdb.importers.demo import import_demo

            with progress_bar("building the demo shop") as report:
                done = import_demo(engine, progress=report)
            console.print(str(done))
            _learn_deliveries(engine)
        with SessionFactory(engine)() as session:
            staff_the_desk(session, datetime.now(UTC))
    finally:
        engine.dispose()
    if not _learnt(settings).exists():
        from assistant.commands.policies import index
        from assistant.opening import open_embedding, open_intents

        index(settings)
        with progress_bar("learning what customers ask") as report:
            open_intents(settings, open_embedding(settings), report)
        _learnt(settings).touch()


def _learn_deliveries(engine: Engine) -> None:
    """So that estimates come with a chance that was measured, not by the rules."""
    from orderdb.repository.delivery_models import train
    from orderdb.repository.past_deliveries import read_past_deliveries

    with (
        SessionFactory(engine)() as session,
        progress_bar("learning how long deliveries take") as report,
    ):
        now = datetime.now(UTC)
        train(session, now, read_past_deliveries(session, now, report))


def _learnt(settings: Settings) -> Path:
    """Marks that the long part is done; what changes later is brought up to date on the way."""
    return settings.data / "demo-prepared"


class ModelWatch:
    """Shows how the model comes along, in the terminal where the demo runs."""

    def __init__(self) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TimeElapsedColumn(),
            console=complaints,
            transient=True,
        )
        self._task = self._progress.add_task("starting", total=None)

    def fetched(self, done: int, total: int) -> None:
        """Told by the weights while they are fetched, in bytes."""
        self._progress.update(self._task, completed=done, total=total)

    def follow(self, app: FastAPI) -> None:
        """Until the model answers or will not come; runs in a thread of its own."""
        with self._progress:
            status = self._wait(app.state.opening)
        if status is None:
            return  # the server ends, and says why itself
        if status.mode == "assistant":
            console.print(f"The assistant answers now, with {status.model}.", highlight=False)
        else:
            console.print(f"Guided mode stays: {status.detail}.", highlight=False)

    def _wait(self, opening: asyncio.Task[Services]) -> ModelStatus | None:
        while not opening.done():
            time.sleep(_POLL_SECONDS)
        if opening.cancelled() or opening.exception() is not None:
            return None
        readiness = opening.result().readiness
        while (status := readiness.model()).mode == "guided" and status.coming:
            self._progress.update(self._task, description=status.detail or "starting")
            time.sleep(_POLL_SECONDS)
        return status
