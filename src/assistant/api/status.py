"""Whether it lives, whether it is ready, and who answers."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from assistant.api.access import Opened, in_session
from assistant.services import ModelStatus, Services

router = APIRouter(tags=["status"])


class Alive(BaseModel):
    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Not ready means: send no traffic here. Guided mode is ready: it answers."""

    ready: bool
    database: bool
    policies: bool
    model: ModelStatus


class Status(ModelStatus):
    demo: bool


@router.get("/healthz")
async def alive() -> Alive:
    """The process answers."""
    return Alive()


@router.get("/readyz", responses={503: {"model": Ready}})
async def ready(services: Opened, response: Response) -> Ready:
    """The database answers and the policy index is open; which model answers is told along."""
    database = await _database_answers(services)
    policies = services.readiness.policies()
    found = Ready(
        ready=database and policies,
        database=database,
        policies=policies,
        model=services.readiness.model(),
    )
    response.status_code = 200 if found.ready else 503
    return found


@router.get("/api/status")
async def status(services: Opened) -> Status:
    """Who answers now: the assistant, or the guided mode while there is no model."""
    return Status(demo=services.settings.demo, **services.readiness.model().model_dump())


async def _database_answers(services: Services) -> bool:
    try:
        await in_session(services, lambda session: session.execute(text("SELECT 1")))
    except SQLAlchemyError:
        return False
    return True
