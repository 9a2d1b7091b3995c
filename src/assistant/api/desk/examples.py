"""Replies that were kept as examples: read by agents, approved for evals."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.access import Opened, in_session, json_only
from assistant.api.desk.auth import CurrentAgent, DeskRoute
from assistant.api.problems import documented
from orderdb.desk.examples import approve_example, examples

router = APIRouter(
    prefix="/api/desk/examples",
    tags=["desk"],
    route_class=DeskRoute,
    dependencies=[Depends(json_only)],
    responses=documented(401, 403),
)


class ShownExample(BaseModel):
    """Figures and names are placeholders such as ``{order_number}``."""

    model_config = ConfigDict(from_attributes=True)

    example_id: int = Field(validation_alias="id")
    intent: str
    language: str
    message: str
    reply: str
    clauses: list[str]
    tools: list[str]
    approved: bool
    created_at: datetime


class ExampleList(BaseModel):
    items: list[ShownExample]


class Approving(BaseModel):
    approved: bool = True


@router.get("", responses=documented(422))
async def show_all(
    services: Opened, agent: CurrentAgent, approved: bool | None = None
) -> ExampleList:
    """The newest examples."""
    rows = await in_session(services, lambda session: examples(session, approved=approved))
    return ExampleList(items=[ShownExample.model_validate(row) for row in rows])


@router.post("/{example_id}", responses=documented(400, 404, 413, 415, 422))
async def approve(
    services: Opened, agent: CurrentAgent, example_id: int, wanted: Approving
) -> ShownExample:
    """Let it be a candidate for evals, or take that back."""
    row = await in_session(
        services,
        lambda session: approve_example(
            session, example_id, agent.id, services.clock(), approved=wanted.approved
        ),
    )
    return ShownExample.model_validate(row)
