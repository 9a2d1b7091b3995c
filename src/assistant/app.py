"""The HTTP application: the routes, and the services behind them."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from assistant.api import conversations, demo, people, photos, policies, proposals, status
from assistant.api.body_limit import BodyLimit
from assistant.api.desk import oidc
from assistant.api.desk.routers import DEMO, DESK
from assistant.api.headers import SecurityHeaders
from assistant.api.pages import add_pages
from assistant.api.problems import add_problem_handlers, documented
from assistant.api.schema import Api
from assistant.live import Live
from assistant.schema import require_current_schema
from assistant.services import Services
from assistant.settings import ConfigurationError, Settings
from assistant.shared_readings import SharedReadings
from assistant.tokens import Tokens
from orderdb.errors import OrderError

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
OpenServices = Callable[[Settings], AbstractAsyncContextManager[Services]]


def create_app(
    settings: Settings | None = None,
    *,
    open_services: OpenServices | None = None,
    progress: Progress | None = None,
) -> FastAPI:
    """The application; raises ConfigurationError when it must not start as it is set up.

    ``progress`` is told the bytes of the embedded model while they are fetched.
    """
    settings = settings or Settings.load()
    tokens = Tokens.configured(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        """Open the services beside the first requests: what they stand on loads for seconds."""
        async with AsyncExitStack() as stack:
            app.state.queue_readings = queue_readings = SharedReadings[object]()

            async def enter() -> Services:
                load = open_services
                if load is None:
                    load = await asyncio.to_thread(_load_opening, settings, progress)
                services = await stack.enter_async_context(load(settings))
                live = Live(services.sessions, services.clock, queue_readings.changed)
                app.state.live = await stack.enter_async_context(live)
                return services

            app.state.unpacking = asyncio.Semaphore(2)  # pictures at once: each takes up to 250 MB
            app.state.opening = opening = asyncio.create_task(enter())
            opening.add_done_callback(_end_when_failed)
            beside = {asyncio.create_task(work(opening)) for work in (_deliver, _scan)}
            for task in beside:
                task.add_done_callback(_tell_when_failed)
            yield
            opening.cancel()
            for task in beside:
                task.cancel()
            await asyncio.wait({opening, *beside})

    app = Api(
        title="OrderDesk",
        version=version("orderdesk"),
        description="An order assistant for shops. Errors are RFC 9457 problem documents.",
        lifespan=lifespan,
        docs_url=None,  # those pages load scripts from elsewhere
        redoc_url=None,
        responses=documented("default"),
    )
    app.state.settings = settings
    app.state.tokens = tokens
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)  # the outer one: on every answer
    add_problem_handlers(app)
    for module in (status, conversations, photos, people, proposals, policies):
        app.include_router(module.router)
    for router in DESK:
        app.include_router(router)
    if settings.desk.oidc_issuer:
        from assistant.oidc import IdentityProvider  # authlib is an extra

        app.state.identity_provider = IdentityProvider(settings.desk)
        app.include_router(oidc.router)
    if settings.demo:
        for router in (demo.router, *DEMO):
            app.include_router(router)
    add_pages(app, settings)
    return app


def _load_opening(settings: Settings, progress: Progress | None) -> OpenServices:
    require_current_schema(settings)
    from assistant.opening import open_services

    return lambda settings: open_services(settings, progress)


async def _deliver(opening: asyncio.Task[Services]) -> None:
    """Bring effects to other systems, as soon as there is a shop and until the end."""
    services = await _once_open(opening)
    if services is not None:
        from assistant.deliveries import deliver

        await deliver(services.sessions, services.settings.outbox, services.clock)


async def _scan(opening: asyncio.Task[Services]) -> None:
    """Look for parcels in trouble, as soon as there is a shop and until the end."""
    services = await _once_open(opening)
    if services is not None:
        from assistant.scanning import scan_regularly

        await scan_regularly(services, services.settings.desk.proactive_minutes)


async def _once_open(opening: asyncio.Task[Services]) -> Services | None:
    """The services; None where they could not be opened."""
    await asyncio.wait({opening})
    failed = opening.cancelled() or opening.exception() is not None
    return None if failed else opening.result()


def _tell_when_failed(work: asyncio.Task[None]) -> None:
    if not work.cancelled() and (error := work.exception()) is not None:
        log.critical("deliveries or searches have ended until the next start", exc_info=error)


def _end_when_failed(opening: asyncio.Task[Services]) -> None:
    """A server without services serves nobody: say why, and end it as Ctrl-C would."""
    if not opening.cancelled() and (error := opening.exception()) is not None:
        expected = isinstance(error, ConfigurationError | OrderError)
        log.critical("OrderDesk cannot start: %s", error, exc_info=None if expected else error)
        signal.raise_signal(signal.SIGINT)
