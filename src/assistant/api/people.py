"""What customers decide about the people at the desk: to wait no longer, and how it went."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from assistant.api.access import LiveHere, Opened, in_session, json_only
from assistant.api.auth import CustomerId, SignedRoute
from assistant.api.problems import documented
from assistant.api.validation import Note, ThingId

router = APIRouter(
    prefix="/api/conversations/{conversation_id}",
    tags=["conversations"],
    route_class=SignedRoute,
    dependencies=[Depends(json_only)],
    responses=documented(401, 404),
)


class NewRating(BaseModel):
    """A later one takes the place of the first."""

    stars: int = Field(ge=1, le=5)
    resolved: bool
    comment: Note = ""


@router.post("/rating", status_code=204, responses=documented(400, 413, 415, 422))
async def rate_conversation(
    services: Opened, customer_id: CustomerId, conversation_id: ThingId, rating: NewRating
) -> Response:
    """How it went."""
    from orderdb.desk.ratings import rate

    def work(session: Session) -> None:
        rate(
            session,
            customer_id,
            conversation_id,
            rating.stars,
            rating.resolved,
            rating.comment,
            services.clock(),
        )

    await in_session(services, work)
    return Response(status_code=204)


@router.delete("/handoff", status_code=204, responses=documented(409))
async def wait_no_longer(
    services: Opened, live: LiveHere, customer_id: CustomerId, conversation_id: ThingId
) -> Response:
    """Go on with the assistant. 409 ``held_by_other`` once a person speaks."""
    from orderdb.desk.voice import give_up_waiting

    def work(session: Session) -> None:
        give_up_waiting(session, customer_id, conversation_id, services.clock())

    await in_session(services, work)
    live.wake()
    return Response(status_code=204)
