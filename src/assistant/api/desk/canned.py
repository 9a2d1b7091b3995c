"""Canned replies: read by every agent, written by every agent, with variables to fill."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field

from assistant.api.access import Opened, in_session, json_only
from assistant.api.desk.auth import CurrentAgent, DeskRoute
from assistant.api.problems import Problem, documented
from assistant.api.validation import MessageText, ThingId, clean_text
from assistant.matters import MATTERS
from orderdb.desk.canned import (
    VARIABLES,
    canned_replies,
    delete_canned,
    gaps_in,
    save_canned,
)
from orderdb.models import CannedReply
from orderdb.text import Language

router = APIRouter(
    prefix="/api/desk/canned",
    tags=["desk"],
    route_class=DeskRoute,
    dependencies=[Depends(json_only)],
    responses=documented(401, 403),
)

_BODY = documented(400, 404, 409, 413, 415, 422)


def _matter(label: str | None) -> str | None:
    if label is not None and label not in MATTERS:
        raise ValueError("there is no such matter")
    return label


class CannedText(BaseModel):
    """``text`` may hold ``{customer_name}``, ``{order_number}``, ``{agent_name}``.

    Of an order it may hold ``{tracking}``, ``{carrier}``, ``{total}``, ``{refund}``,
    ``{promised}``, ``{earliest}``, ``{latest}``, ``{likely}``, ``{delivered_on}``, ``{placed}``,
    ``{until}`` and ``{item}``. With an ``intent`` (a matter such as ``order.where``) it is drafted
    from, too.
    """

    name: Annotated[str, AfterValidator(clean_text), Field(min_length=1, max_length=80)]
    language: Language
    text: MessageText
    intent: Annotated[str | None, AfterValidator(_matter)] = None


class ShownCanned(BaseModel):
    id: str
    name: str
    language: Language
    text: str
    intent: str | None
    updated_at: datetime


class CannedList(BaseModel):
    items: list[ShownCanned]


@router.get("", responses=documented(422))
async def show_all(
    services: Opened, agent: CurrentAgent, language: Language | None = None
) -> CannedList:
    """All of them, by name."""
    rows = await in_session(services, lambda session: canned_replies(session, language))
    return CannedList(items=[_shown(row) for row in rows])


@router.post("", status_code=201, responses=_BODY)
async def add(services: Opened, agent: CurrentAgent, wanted: CannedText) -> ShownCanned:
    """Keep a reply. 409 ``name_taken`` where that language has one of the name."""
    return await _saved(services, agent.id, None, wanted)


@router.put("/{canned_id}", responses=_BODY)
async def change(
    services: Opened, agent: CurrentAgent, canned_id: ThingId, wanted: CannedText
) -> ShownCanned:
    """Say it in other words."""
    return await _saved(services, agent.id, canned_id, wanted)


@router.delete("/{canned_id}", status_code=204, responses=documented(404))
async def remove(services: Opened, agent: CurrentAgent, canned_id: ThingId) -> None:
    """Take it away."""
    await in_session(services, lambda session: delete_canned(session, canned_id))


async def _saved(
    services: Opened, agent_id: str, canned_id: str | None, wanted: CannedText
) -> ShownCanned:
    known = {f"{{{name}}}" for name in VARIABLES}
    if unknown := [gap for gap in gaps_in(wanted.text) if gap not in known]:
        raise Problem(422, "unknown_variable", f"There is no variable {', '.join(unknown)}.")
    row = await in_session(
        services,
        lambda session: save_canned(
            session,
            canned_id,
            wanted.name,
            wanted.language,
            wanted.text,
            wanted.intent,
            agent_id,
            services.clock(),
        ),
    )
    return _shown(row)


def _shown(row: CannedReply) -> ShownCanned:
    return ShownCanned.model_validate(row.model_dump(include=set(ShownCanned.model_fields)))
