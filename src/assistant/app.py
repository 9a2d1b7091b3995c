"""The composition root: everything is wired together here, and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from assistant.api import conversations, demo, policies, status
from assistant.api.body_limit import BodyLimit
from assistant.api.headers import SecurityHeaders
from assistant.api.pages import add_pages
from assistant.api.problems import add_problem_handlers, documented
from assistant.api.schema import Api
from assistant.services import Services
from assistant.settings import Settings
from assistant.tokens import Tokens

OpenServices = Callable[[Settings], AbstractAsyncContextManager[Services]]


def create_app(settings: Settings | None = None, *, open_services: OpenServices) -> FastAPI:
    """The HTTP application; raises ConfigurationError when it must not start as set up."""
    settings = settings or Settings.load()
    tokens = Tokens.configured(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_services(settings) as services:
            app.state.services = services
            yield

    app = Api(
        title="OrderDesk",
        version=version("orderdesk"),
        description="An order assistant for shops. Errors are RFC 9457 problem documents.",
        lifespan=lifespan,
        docs_url=None,  # those pages load scripts from elsewhere
        redoc_url=None,
        responses=documented("default"),
    )
    app.state.tokens = tokens
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)  # the outer one: on every answer
    add_problem_handlers(app)
    for module in (status, conversations, policies):
        app.include_router(module.router)
    if settings.demo:
        app.include_router(demo.router)
    add_pages(app)
    return app
