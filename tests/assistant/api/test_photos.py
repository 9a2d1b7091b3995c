"""Evidence over HTTP: only pixels are kept, and only agents who are signed in see them."""

from __future__ import annotations

import io
import struct
import zlib

import httpx
import pytest
from PIL import Image

from orderdb.database import SessionFactory
from orderdb.photos import MAX_BYTES, all_kept
from tests.assistant.api.conftest import conversation_of, is_problem
from tests.assistant.api.desk.conftest import Office, office, password_hash, sessions

__all__ = ["office", "password_hash", "sessions"]
SECRET_PLACE = b"48.137154,11.576124"
SCRIPT = b"<script>alert(1)</script>"


def picture(kind: str = "JPEG", size: tuple[int, int] = (8, 6), colour: str = "red") -> bytes:
    """A picture, red if nothing else is said, that tells where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = SECRET_PLACE.decode()
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, kind, exif=exif, comment=SECRET_PLACE)
    return written.getvalue()


def huge_png() -> bytes:
    """A few bytes that unpack to 3,600,000,000 pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\x00\x00\x00\x00IEND\xaeB`\x82"


def many_scans() -> bytes:
    """A progressive picture that would be gone over as often as its sender likes."""
    written = io.BytesIO()
    Image.new("RGB", (64, 64)).save(written, "JPEG", progressive=True)
    whole = written.getvalue()
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * 200 + whole[-2:]


async def sent(
    customer: httpx.AsyncClient, chat: str, data: bytes, kind: str = "image/jpeg"
) -> httpx.Response:
    return await customer.post(
        f"/api/conversations/{chat}/photos", content=data, headers={"Content-Type": kind}
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_an_agent_sees_the_pixels_and_nothing_else(office: Office, kind: str) -> None:
    anna, mia = office.customer("anna"), await office.signed_in("mia")
    chat = await conversation_of(anna)
    stored = await sent(anna, chat, picture(kind) + SCRIPT, f"image/{kind.lower()}")
    assert stored.status_code == 201, stored.text
    shown = await mia.get(f"/conversations/{chat}/photos/{stored.json()['name']}")
    assert shown.status_code == 200
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert shown.headers["cache-control"] == "private, no-store"
    assert SECRET_PLACE not in shown.content
    assert SCRIPT not in shown.content
    with Image.open(io.BytesIO(shown.content)) as seen:
        assert (seen.format, seen.size, dict(seen.getexif())) == ("JPEG", (8, 6), {})
        assert seen.getpixel((4, 3))[0] > 200  # type: ignore[index]


async def test_nobody_else_sees_or_sends_a_photo_there(office: Office) -> None:
    anna, wei, mia = office.customer("anna"), office.customer("wei"), await office.signed_in("mia")
    chat, other = await conversation_of(anna), await conversation_of(wei)
    name = (await sent(anna, chat, picture())).json()["name"]
    assert is_problem(await sent(wei, chat, picture()), 404, "not_found")
    wrong = await mia.get(f"/conversations/{other}/photos/{name}")
    assert is_problem(wrong, 404, "not_found")
    for path in (f"{name}x", "..%2f..%2forderdesk.db", "photo-0.jpg"):
        assert (await mia.get(f"/conversations/{chat}/photos/{path}")).status_code == 404
    stranger = office.browser()
    hidden = await stranger.get(f"/conversations/{chat}/photos/{name}")
    assert is_problem(hidden, 401, "not_signed_in")
    customer = await anna.get(f"/api/desk/conversations/{chat}/photos/{name}")
    assert is_problem(customer, 401, "not_signed_in")


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b"<svg onload='alert(1)'/>", "image/jpeg", 415, "not_a_photo"),
        (picture(), "image/svg+xml", 415, "not_a_photo"),
        (picture(), "text/html", 415, "not_a_photo"),
        (b"\xff\xd8\xff" + SCRIPT, "image/jpeg", 415, "not_a_photo"),
        (picture()[:200], "image/jpeg", 415, "not_a_photo"),
        (b"RIFF\x00\x00\x00\x00AVI " + SCRIPT, "image/webp", 415, "not_a_photo"),
        (b"", "image/png", 415, "not_a_photo"),
        (huge_png(), "image/png", 413, "photo_too_large"),
        (many_scans(), "image/jpeg", 413, "photo_too_large"),
        (b"\xff" * (MAX_BYTES + 1), "image/jpeg", 413, "body_too_large"),
    ],
)
async def test_what_is_no_picture_is_refused(
    office: Office, data: bytes, kind: str, status: int, code: str
) -> None:
    anna = office.customer("anna")
    refused = await sent(anna, await conversation_of(anna), data, kind)
    assert is_problem(refused, status, code)


async def test_pictures_are_limited_and_their_sender_known_before_they_are_read(
    office: Office,
) -> None:
    anna = office.customer("anna")
    chat = await conversation_of(anna)
    answers = [
        await sent(anna, chat, picture(colour=f"rgb({20 * shade},0,0)")) for shade in range(11)
    ]
    assert [one.status_code for one in answers] == [201] * 10 + [429]
    assert is_problem(answers[-1], 429, "too_many_photos")
    anna.headers["Authorization"] = "Bearer nothing"
    assert (await sent(anna, chat, picture())).status_code == 401


async def test_a_large_photo_is_kept_small(office: Office) -> None:
    anna, mia = office.customer("anna"), await office.signed_in("mia")
    chat = await conversation_of(anna)
    name = (await sent(anna, chat, picture(size=(4000, 3000)))).json()["name"]
    shown = await mia.get(f"/conversations/{chat}/photos/{name}")
    with Image.open(io.BytesIO(shown.content)) as seen:
        assert seen.size == (2000, 1500)


async def test_a_picture_that_is_sent_again_keeps_its_name(office: Office) -> None:
    """A page that heard no answer sends it once more."""
    anna = office.customer("anna")
    chat, other = await conversation_of(anna), await conversation_of(anna)
    first, again = [(await sent(anna, chat, picture())).json()["name"] for _ in range(2)]
    elsewhere = (await sent(anna, other, picture())).json()["name"]
    assert first == again != elsewhere


async def test_what_a_report_names_as_ours_was_kept_for_that_customer(
    office: Office, sessions: SessionFactory
) -> None:
    anna = office.customer("anna")
    name = (await sent(anna, await conversation_of(anna), picture())).json()["name"]
    with sessions() as session:
        assert all_kept(session, "anna", [name, name.upper(), "IMG_1.jpg"])
        assert all_kept(session, "wei", ["IMG_1.jpg"])
        assert not all_kept(session, "wei", [name])
        assert not all_kept(session, "anna", [name, f"photo-{'0' * 24}.jpg"])
