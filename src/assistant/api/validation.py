"""What a message may hold, and how a bad field is told without echoing it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SHOWN = 60  # characters of a field's name
_CODES = {
    "missing": "missing",
    "string_too_long": "too_long",
    "string_too_short": "empty",
    "string_pattern_mismatch": "not_allowed",
    "string_unicode": "not_unicode",
}


class FieldError(BaseModel):
    """One thing wrong in a request."""

    field: str
    code: str
    message: str


def clean_text(text: str) -> str:
    """A message without the space around it; line ends become ``\\n``.

    Control characters are refused rather than dropped: what is stored is what was sent.
    """
    if _FORBIDDEN.search(text):
        raise PydanticCustomError(
            "control_characters", "control characters other than tab and line end are not allowed"
        )
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise PydanticCustomError("not_unicode", "a lone surrogate is not a character")
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not any(character.isprintable() and not character.isspace() for character in text):
        raise PydanticCustomError("empty", "there is nothing to read")
    return text


def optional_text(text: str) -> str:
    """The same for what may be left empty."""
    return clean_text(text) if text.strip() else ""


def checked_texts(value: Any) -> Any:
    """What was sent, once every text in it is one that can be stored; keys as well."""
    if isinstance(value, str):
        optional_text(value)
    elif isinstance(value, dict):
        for key, one in value.items():
            optional_text(key)
            checked_texts(one)
    elif isinstance(value, list):
        for one in value:
            checked_texts(one)
    return value


MAX_MESSAGE = 8000
"""Characters of one message."""

MessageText = Annotated[
    str, Field(min_length=1, max_length=MAX_MESSAGE), AfterValidator(clean_text)
]
Note = Annotated[str, Field(max_length=2000), AfterValidator(optional_text)]
"""A text that may be empty."""

ClientMessageId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
ThingId = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
"""An id that we made; anything else names nothing."""


def field_errors(raw: Sequence[Any]) -> list[FieldError]:
    """Pydantic's errors, cut short and without the input."""
    return [
        FieldError(
            field=_printable(".".join(str(part) for part in problem["loc"])),
            code=_CODES.get(problem["type"], _kind(problem["type"])),
            message=_printable(problem["msg"], 200),
        )
        for problem in raw[:10]
    ]


def _kind(pydantic_type: str) -> str:
    return "wrong_type" if pydantic_type.endswith(("_type", "_parsing")) else pydantic_type


def _printable(text: str, length: int = _SHOWN) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in text[:length])
    return shown if len(text) <= length else f"{shown}…"
