"""Evidence: pictures that customers send, taken apart and encoded anew before they are kept."""

from __future__ import annotations

import hashlib
import io
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from orderdb import audit
from orderdb.conversations import conversation_of
from orderdb.database import writing
from orderdb.errors import NotFound, PhotoRefused
from orderdb.models import Conversation, Photo

MAX_BYTES = 5 * 1024 * 1024
"""Of a picture as it is sent."""
_NAME = re.compile(r"photo-[0-9a-f]{24}\.jpg", re.IGNORECASE)
_MAX_PIXELS = 40_000_000
_MAX_SCANS = 100  # of a JPEG: each is a walk over all its pixels; cameras write a dozen
_LONGEST = 2000  # pixels of a side as it is kept
_A_CONVERSATION, _A_DAY = 10, 30  # pictures
_FORMATS = {"JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG\r\n\x1a\n", "WEBP": b"RIFF"}
_SCAN = b"\xff\xda"


def keep_photo(
    session: Session, customer_id: str, conversation_id: str, data: bytes, now: datetime
) -> Photo:
    """Store a picture under a name nobody can guess; the same picture sent again keeps its name.

    Raises NotFound for another's conversation, and PhotoRefused for what is no picture, is too
    large or is one too many.
    """
    conversation_of(session, customer_id, conversation_id)
    _refuse_one_too_many(session, customer_id, conversation_id, now)  # before any work on it
    session.rollback()  # encoding takes a while: nothing is held meanwhile
    jpeg = encoded_anew(data)
    sha256 = hashlib.sha256(jpeg).hexdigest()
    writing(session)
    conversation_of(session, customer_id, conversation_id, locked=True)
    here = select(Photo).where(Photo.conversation_id == conversation_id, Photo.sha256 == sha256)
    if known := session.exec(here).first():
        return known
    _refuse_one_too_many(session, customer_id, conversation_id, now)
    photo = Photo(
        name=f"photo-{secrets.token_hex(12)}.jpg",
        customer_id=customer_id,
        conversation_id=conversation_id,
        jpeg=jpeg,
        sha256=sha256,
        created_at=now,
    )
    session.add(photo)
    session.flush()
    audit.append(
        session,
        actor=f"customer:{customer_id}",
        kind="photo.kept",
        subject=f"photo:{photo.name}",
        payload={"conversation": conversation_id, "sha256": sha256},
        now=now,
    )
    session.commit()
    session.refresh(photo)
    return photo


def all_kept(session: Session, customer_id: str, names: Iterable[str]) -> bool:
    """Whether each of the names that look like ours is of a picture of this customer."""
    ours = {name.casefold() for name in names if _NAME.fullmatch(name)}
    kept = select(Photo.name).where(Photo.customer_id == customer_id, col(Photo.name).in_(ours))
    return not ours or len(session.exec(kept).all()) == len(ours)


def find_photo(session: Session, conversation_id: str, name: str) -> Photo:
    """A picture of that conversation's customer, sent there or before; raises NotFound."""
    photo, conversation = session.get(Photo, name), session.get(Conversation, conversation_id)
    if not photo or not conversation or photo.customer_id != conversation.customer_id:
        raise NotFound("there is no such photo")
    return photo


def encoded_anew(data: bytes) -> bytes:
    """The pixels as a JPEG: no place, no camera, no second file behind the first.

    Raises PhotoRefused.
    """
    from PIL import Image, ImageOps  # only where a picture comes

    found = next((name for name, start in _FORMATS.items() if data.startswith(start)), None)
    if found is None:
        raise PhotoRefused("not_a_photo")
    if found == "JPEG" and data.count(_SCAN) > _MAX_SCANS:
        raise PhotoRefused("photo_too_large")
    try:
        with Image.open(io.BytesIO(data), formats=[found]) as picture:
            if picture.width * picture.height > _MAX_PIXELS:  # before anything is unpacked
                raise PhotoRefused("photo_too_large")
            picture.draft("RGB", (_LONGEST, _LONGEST))  # a JPEG is unpacked no larger than needed
            ImageOps.exif_transpose(picture, in_place=True)
            picture.thumbnail((_LONGEST, _LONGEST))
            seen = picture.convert("RGB")
    except Image.DecompressionBombError:
        raise PhotoRefused("photo_too_large") from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise PhotoRefused("not_a_photo") from None
    written = io.BytesIO()
    plain = Image.new("RGB", seen.size)
    plain.paste(seen)  # the pixels alone: what else was read stays behind
    plain.save(written, "JPEG", quality=85)
    return written.getvalue()


def _refuse_one_too_many(
    session: Session, customer_id: str, conversation_id: str, now: datetime
) -> None:
    of_customer = col(Photo.customer_id) == customer_id
    today = of_customer & (col(Photo.created_at) > now - timedelta(days=1))
    here = of_customer & (col(Photo.conversation_id) == conversation_id)
    for most, among in ((_A_CONVERSATION, here), (_A_DAY, today)):
        if session.exec(select(func.count()).select_from(Photo).where(among)).one() >= most:
            raise PhotoRefused("too_many_photos")
