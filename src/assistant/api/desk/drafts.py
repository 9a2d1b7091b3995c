"""Drafts for what a customer said last, streamed; and what was said in the agent's language."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from assistant.api.access import Opened, in_session, json_only
from assistant.api.desk.auth import CurrentAgent, DeskRoute
from assistant.api.desk.speaking import suggestions_of
from assistant.api.desk.viewing import conversation_at
from assistant.api.problems import documented
from assistant.api.sse import event_stream
from assistant.api.validation import MessageText, ThingId
from assistant.language import language_of
from assistant.services import Services
from assistant.suggestions.suggestion import DraftEvent, Suggestion, Wanted
from orderdb.models import Message, MessageTranslation
from orderdb.text import Language

router = APIRouter(
    prefix="/api/desk/conversations/{conversation_id}",
    tags=["desk"],
    route_class=DeskRoute,
    dependencies=[Depends(json_only)],
    responses=documented(401, 403, 404),
)

_MOST_TRANSLATED = 30
_AT_ONCE = 4
"""Messages that a model translates for one request; the others follow with the next."""

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/event-stream": {
                "schema": {
                    "type": "object",
                    "description": "One event; `data` is JSON, of `ready` with a Suggestion.",
                    "properties": {
                        "event": {
                            "type": "string",
                            "enum": list(get_args(DraftEvent.model_fields["kind"].annotation)),
                        },
                        "data": {"type": "string"},
                    },
                }
            }
        }
    }
}


class TranslatedMessage(BaseModel):
    """``text`` is None while it is not translated, or where no translation kept its figures.

    ``pending``: a model is there, or coming, that will translate it.
    """

    message_id: str
    text: str | None
    pending: bool


class Translations(BaseModel):
    messages: list[TranslatedMessage]


class OwnWords(BaseModel):
    """What an agent wrote, to be put into ``language``."""

    model_config = ConfigDict(extra="forbid")

    text: MessageText
    language: Language


class Translated(BaseModel):
    """``text`` is None where no model answers, or no translation kept its figures."""

    text: str | None


class Drafted(BaseModel):
    """What ``ready`` carries."""

    draft_id: str
    suggestion: Suggestion


@router.get("/suggestions", response_class=Response, responses=_STREAM)
async def suggest(services: Opened, agent: CurrentAgent, conversation_id: ThingId) -> Response:
    """Up to three drafts, the first at once; ``void`` when somebody says something meanwhile."""
    await in_session(services, lambda session: conversation_at(session, conversation_id))
    return event_stream(suggestions_of(services).drafts(conversation_id, agent))


@router.post("/suggestions", response_class=Response, responses=_STREAM | documented(400, 415, 422))
async def suggest_again(
    services: Opened, agent: CurrentAgent, conversation_id: ThingId, wanted: Wanted
) -> Response:
    """A draft in another way, or all anew."""
    await in_session(services, lambda session: conversation_at(session, conversation_id))
    return event_stream(suggestions_of(services).drafts(conversation_id, agent, wanted))


@router.get("/translations")
async def translations(
    services: Opened,
    agent: CurrentAgent,
    conversation_id: ThingId,
    language: Annotated[Language, Query()],
) -> Translations:
    """The newest messages that are in another language, translated; a few for each request.

    A translation is shown only where every number, date and code survived.
    """
    others, known = await in_session(
        services, lambda session: _untranslated(session, conversation_id, language)
    )
    left = _AT_ONCE
    shown = []
    model = services.readiness.model()
    awaited = model.mode == "assistant" or model.coming
    for message in others:
        found = known.get(message.id or 0)
        if found is None and left:
            left -= 1
            found = await _translate(services, message, language)
        shown.append(
            TranslatedMessage(
                message_id=str(message.id),
                text=found.text if found else None,
                pending=found is None and awaited,
            )
        )
    return Translations(messages=shown)


@router.post("/translations", responses=documented(400, 415, 422))
async def translate(
    services: Opened, agent: CurrentAgent, conversation_id: ThingId, words: OwnWords
) -> Translated:
    """An agent's own words in the customer's language, by the same check; nothing is kept."""
    await in_session(services, lambda session: conversation_at(session, conversation_id))
    suggestions = suggestions_of(services)
    text = await suggestions.translator().translate(
        words.text, words.language, suggestions.brains.model
    )
    return Translated(text=text)


def _untranslated(
    session: Session, conversation_id: str, language: Language
) -> tuple[list[Message], dict[int, MessageTranslation]]:
    """Messages in another language, the newest first, and those translations that are there."""
    conversation_at(session, conversation_id)
    newest = session.exec(
        select(Message)
        .where(Message.conversation_id == conversation_id)
        .order_by(col(Message.id).desc())
        .limit(_MOST_TRANSLATED)
    ).all()
    others = [one for one in newest if one.text and language_of(one.text, language) != language]
    rows = session.exec(
        select(MessageTranslation).where(
            MessageTranslation.language == language,
            col(MessageTranslation.message_id).in_([one.id for one in others]),
        )
    )
    return others, {row.message_id: row for row in rows}


async def _translate(
    services: Services, message: Message, language: Language
) -> MessageTranslation | None:
    """One message, kept for the next who asks; None while no model is there to translate it."""
    suggestions = suggestions_of(services)
    brain = suggestions.brains.model
    if brain is None:
        return None
    text = await suggestions.translator().translate(message.text, language, brain)
    row = MessageTranslation(
        message_id=message.id or 0, language=language, text=text, created_at=services.clock()
    )

    def store() -> MessageTranslation:
        with services.sessions() as session:
            kept = session.merge(row)
            session.commit()
            return kept

    return await services.sessions.work(store)
