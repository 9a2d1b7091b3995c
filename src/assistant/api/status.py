"""Whether it lives, whether it is ready, and who answers."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, computed_field
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from assistant.api.access import in_session
from assistant.api.validation import MAX_MESSAGE
from assistant.services import ModelStatus, Services
from assistant.settings import Settings

router = APIRouter(tags=["status"])

_STARTING = ModelStatus(mode="guided", detail="starting")


class Alive(BaseModel):
    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Not ready means: send no traffic here. Guided mode is ready: it answers."""

    database: bool
    policies: bool
    model: ModelStatus

    @computed_field  # type: ignore[prop-decorator]
    @property
    def ready(self) -> bool:
        return self.database and self.policies


class Status(ModelStatus):
    """``message_limit`` counts characters: what the page lets a customer write.

    ``desk_oidc``: agents may sign in with the company's identity provider.
    """

    demo: bool
    desk_oidc: bool
    message_limit: int = MAX_MESSAGE


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz")
async def alive() -> Alive:
    """The process answers."""
    return Alive()


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", responses={503: {"model": Ready}})
async def ready(request: Request, response: Response) -> Ready:
    """The database answers and the policy index is open; which model answers is told along."""
    services = _if_opened(request)
    found = Ready(
        database=services is not None and await _database_answers(services),
        policies=services is not None and services.readiness.policies(),
        model=_STARTING if services is None else services.readiness.model(),
    )
    response.status_code = 200 if found.ready else 503
    return found


@router.get("/api/status")
async def status(request: Request) -> Status:
    """Who answers now: the assistant, or the guided mode while there is no model."""
    services = _if_opened(request)
    model = _STARTING if services is None else services.readiness.model()
    settings: Settings = request.app.state.settings
    return Status(
        demo=settings.demo, desk_oidc=bool(settings.desk.oidc_issuer), **model.model_dump()
    )


def _if_opened(request: Request) -> Services | None:
    opening: asyncio.Task[Services] = request.app.state.opening
    return opening.result() if opening.done() else None


async def _database_answers(services: Services) -> bool:
    try:
        await in_session(services, lambda session: session.execute(text("SELECT 1")))
    except SQLAlchemyError:
        return False
    return True
