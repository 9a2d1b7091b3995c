"""Conversations: open one, say something, hear the answer, hear it again after a cut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlmodel import Session

from assistant.api.access import LiveHere, Opened, json_only, looked_up
from assistant.api.auth import CustomerId, SignedRoute, SignedSeconds
from assistant.api.problems import MEDIA_TYPE, Problem, documented
from assistant.api.sse import event_stream
from assistant.api.validation import ClientMessageId, MessageText, ThingId
from assistant.events import FINAL_KINDS, Event, EventKind, Reply, Speaking
from assistant.live import follow_live
from orderdb.conversations import conversation_of
from orderdb.desk.voice import attendance
from orderdb.errors import NotFound
from orderdb.text import Language
from orderdb.transcripts import Said, Transcript, read_transcript

router = APIRouter(
    prefix="/api/conversations",
    tags=["conversations"],
    route_class=SignedRoute,
    dependencies=[Depends(json_only)],
    responses=documented(401),
)

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/event-stream": {
                "schema": {
                    "type": "object",
                    "description": "One event; `data` is JSON.",
                    "properties": {
                        "id": {"type": "string", "pattern": "^[0-9]+$"},
                        "event": {"type": "string", "enum": list(get_args(EventKind))},
                        "data": {"type": "string"},
                    },
                }
            }
        }
    }
}
_LAST_EVENT = Header(alias="Last-Event-ID", ge=0, le=2**53 - 1)


class NewConversation(BaseModel):
    language: Language | None = None


class OpenedConversation(BaseModel):
    conversation_id: str


class NewMessage(BaseModel):
    """A repeat under the same ``client_message_id`` gets the first answer again."""

    text: MessageText
    client_message_id: ClientMessageId


class ShownMessage(BaseModel):
    message_id: str
    role: Literal["customer", "assistant", "agent"]
    text: str
    created_at: datetime
    reply: Reply | None
    agent: Speaking | None


class Speaker(BaseModel):
    """Who speaks with the customer; ``waiting`` is for a person."""

    kind: Literal["assistant", "waiting", "agent"]
    agent: Speaking | None


class ShownConversation(BaseModel):
    """Following the events after ``last_event_id`` replays an unfinished answer whole.

    ``position`` is the customer's place in the queue for a person.
    """

    conversation_id: str
    messages: list[ShownMessage]
    speaker: Speaker
    position: int | None
    last_event_id: int = Field(ge=0)


@router.post("", status_code=201, responses=documented(400, 403, 413, 415, 422))
async def open_conversation(
    services: Opened,
    customer_id: CustomerId,
    wanted: NewConversation | None = None,
    accept_language: Annotated[str | None, Header()] = None,
) -> OpenedConversation:
    """Start a conversation. The body may be left out; the language then follows the client."""
    language = (wanted and wanted.language) or _preferred(accept_language or "")
    try:
        opened = await services.conversations.open(customer_id, language)
    except NotFound as unknown:
        why = "This shop knows no customer of this id."
        raise Problem(403, "unknown_customer", why) from unknown
    return OpenedConversation(conversation_id=opened)


@router.get("/{conversation_id}", responses=documented(404))
async def show_conversation(
    services: Opened, customer_id: CustomerId, conversation_id: ThingId
) -> ShownConversation:
    """What was said so far."""
    return await looked_up(services, lambda session: _shown(session, customer_id, conversation_id))


@router.post(
    "/{conversation_id}/messages",
    response_model=Reply,
    responses=_STREAM | documented(400, 404, 409, 413, 415, 422),
)
async def say(
    services: Opened,
    live: LiveHere,
    customer_id: CustomerId,
    conversation_id: ThingId,
    message: NewMessage,
    accept: Annotated[str, Header()] = "",
) -> Response:
    """Say something: the answer streams with ``Accept: text/event-stream``, else comes whole.

    The turn runs on when the client goes away.
    """
    turn_id = await services.conversations.submit(
        customer_id, conversation_id, message.text, message.client_message_id
    )
    live.wake()
    events = services.conversations.follow(customer_id, conversation_id, turn_id=turn_id)
    if "text/event-stream" in accept:
        return event_stream(events)
    match [event async for event in events if event.kind in FINAL_KINDS]:
        case [Event(kind="done") as end]:
            return JSONResponse(end.payload)
        case [end]:
            return JSONResponse(end.payload, end.payload["status"], media_type=MEDIA_TYPE)
    raise Problem(
        503,
        "answer_interrupted",
        "The answer was interrupted. Send the message again under the same client_message_id.",
        headers={"Retry-After": "1"},
    )


@router.get(
    "/{conversation_id}/events",
    response_class=Response,
    responses=_STREAM | documented(404, 422),
)
async def follow(
    services: Opened,
    customer_id: CustomerId,
    conversation_id: ThingId,
    live_here: LiveHere,
    seconds: SignedSeconds,
    last_event_id: Annotated[int, _LAST_EVENT] = 0,
    live: bool = False,
) -> Response:
    """Events after ``Last-Event-ID``, then live ones while an answer is under way.

    With ``live`` it stays open while the token holds: a person may speak at any time.
    """

    def is_theirs(session: Session) -> None:
        conversation_of(session, customer_id, conversation_id)

    await looked_up(services, is_theirs)
    if live:
        return event_stream(
            follow_live(services, live_here, customer_id, conversation_id, last_event_id),
            seconds=seconds,
        )
    return event_stream(
        services.conversations.follow(customer_id, conversation_id, after=last_event_id)
    )


def _preferred(accept_language: str) -> Language | None:
    """The first language of an Accept-Language header that we speak."""
    for wanted in accept_language.lower().split(","):
        match wanted.strip()[:2]:
            case "en":
                return "en"
            case "zh":
                return "zh"
    return None


def _shown(session: Session, customer_id: str, conversation_id: str) -> ShownConversation:
    transcript = read_transcript(session, customer_id, conversation_id)
    attending = attendance(session, conversation_id)
    return ShownConversation(
        conversation_id=transcript.conversation_id,
        messages=[
            ShownMessage(
                message_id=str(said.message.id),
                role=said.message.role.value,
                text=said.message.text,
                created_at=said.message.created_at,
                reply=reply,
                agent=reply.agent if reply else None,
            )
            for said, reply in _replies(transcript)
        ],
        speaker=Speaker(
            kind=attending.kind,
            agent=Speaking(display_name=attending.agent) if attending.agent else None,
        ),
        position=attending.position,
        last_event_id=transcript.last_event_id,
    )


def _replies(transcript: Transcript) -> Iterator[tuple[Said, Reply | None]]:
    for said in transcript.said:
        yield said, None if said.reply is None else Reply.model_validate(said.reply)
