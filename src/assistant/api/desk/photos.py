"""What customers sent as evidence, for agents only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from assistant.api.access import Opened, in_session
from assistant.api.desk.auth import CurrentAgent, DeskRoute
from assistant.api.problems import documented
from assistant.api.validation import ThingId
from orderdb.photos import find_photo

router = APIRouter(
    prefix="/api/desk/conversations/{conversation_id}/photos",
    tags=["desk"],
    route_class=DeskRoute,
    responses=documented(401, 404),
)

PhotoName = Annotated[str, Path(pattern=r"^photo-[0-9a-f]{24}\.jpg$")]
_HEADERS = {
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; sandbox",  # should it ever be more than pixels
    "Cache-Control": "private, no-store",
}


@router.get(
    "/{name}",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {"schema": {"type": "string"}}}}},
)
async def show_photo(
    services: Opened, agent: CurrentAgent, conversation_id: ThingId, name: PhotoName
) -> Response:
    """The picture as it was encoded here: always a JPEG, whatever was sent."""
    jpeg = await in_session(
        services, lambda session: find_photo(session, conversation_id, name).jpeg
    )
    return Response(jpeg, media_type="image/jpeg", headers=_HEADERS)
