"""Evidence from customers: pictures come in here, and only agents see them again."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from assistant.api.access import Opened, in_session
from assistant.api.auth import CustomerId, SignedRoute
from assistant.api.problems import Problem, documented
from assistant.api.validation import ThingId
from orderdb.errors import PhotoRefused
from orderdb.photos import MAX_BYTES, keep_photo

router = APIRouter(
    prefix="/api/conversations/{conversation_id}/photos",
    tags=["conversations"],
    route_class=SignedRoute,
    responses=documented(401),
)

TYPES = ("image/jpeg", "image/png", "image/webp")
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {one: {"schema": {"type": "string", "format": "binary"}} for one in TYPES},
    }
}
_REFUSALS = {
    "not_a_photo": (415, "Send a JPEG, PNG or WebP picture."),
    "photo_too_large": (413, "The picture has too many pixels."),
    "too_many_photos": (429, "No more pictures can be sent for now."),
}


class KeptPhoto(BaseModel):
    """``name`` is how a message calls the picture, so that a report can rest on it."""

    name: str


@router.post(
    "", status_code=201, openapi_extra=_BODY, responses=documented(400, 404, 413, 415, 429)
)
async def send_photo(
    services: Opened, customer_id: CustomerId, conversation_id: ThingId, request: Request
) -> KeptPhoto:
    """Send a picture as evidence; it is encoded anew, so that nothing but its pixels is kept."""
    sent_as = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if sent_as not in TYPES:
        raise _refused(PhotoRefused("not_a_photo"))
    data = await request.body()
    if len(data) > MAX_BYTES:
        raise Problem(413, "body_too_large", f"A picture may hold {MAX_BYTES:,} bytes.")
    now = services.clock()
    unpacking: asyncio.Semaphore = request.app.state.unpacking
    try:
        async with unpacking:
            photo = await in_session(
                services,
                lambda session: keep_photo(session, customer_id, conversation_id, data, now),
            )
    except PhotoRefused as refusal:
        raise _refused(refusal) from None
    return KeptPhoto(name=photo.name)


def _refused(refusal: PhotoRefused) -> Problem:
    status, detail = _REFUSALS[refusal.code]
    return Problem(status, refusal.code, detail)
