"""Whatever is sent: a problem document, nothing stored half, never a 5xx."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlmodel import select

from assistant.api.body_limit import MAX_BODY
from orderdb.database import SessionFactory
from orderdb.models import Message, Turn
from tests.assistant.api.conftest import conversation_of, is_problem
from tests.assistant.api.fake_conversations import FakeConversations


async def say(
    client: httpx.AsyncClient, body: bytes, media_type: str = "application/json"
) -> httpx.Response:
    conversation = await conversation_of(client)
    return await client.post(
        f"/api/conversations/{conversation}/messages",
        content=body,
        headers={"Content-Type": media_type},
    )


def nothing_stored(sessions: SessionFactory) -> bool:
    with sessions() as session:
        return not session.exec(select(Message)).all() and not session.exec(select(Turn)).all()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   \n\t　", "empty"),
        ("\u200b\u200b", "empty"),
        ("a" * 8001, "too_long"),
        ("a\x00b", "control_characters"),
        ("a\x1b[31mb", "control_characters"),
        ("a\x7fb", "control_characters"),
        ("a\x85b", "control_characters"),
        ("\ud83d lone", "not_unicode"),
        (7, "wrong_type"),
        (None, "wrong_type"),
        (True, "wrong_type"),
        (["where is my order"], "wrong_type"),
        ({"en": "hello"}, "wrong_type"),
    ],
)
async def test_a_text_that_cannot_be_read_is_refused(
    ada: httpx.AsyncClient, sessions: SessionFactory, text: object, code: str
) -> None:
    response = await say(ada, json.dumps({"text": text, "client_message_id": "m1"}).encode())
    assert is_problem(response, 422, "invalid_request")
    assert [(e["field"], e["code"]) for e in response.json()["errors"]] == [("body.text", code)]
    assert len(response.content) < 1000
    assert nothing_stored(sessions)


@pytest.mark.parametrize("identifier", ["", "m" * 65, "m 1", "m\n", "消息", "\ud800", 1, None])
async def test_a_client_message_id_is_1_to_64_safe_characters(
    ada: httpx.AsyncClient, sessions: SessionFactory, identifier: object
) -> None:
    response = await say(ada, json.dumps({"text": "hi", "client_message_id": identifier}).encode())
    assert is_problem(response, 422, "invalid_request")
    assert response.json()["errors"][0]["field"] == "body.client_message_id"
    assert nothing_stored(sessions)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "invalid_request"),
        (b"{}", 422, "invalid_request"),
        (b"[]", 422, "invalid_request"),
        (b"null", 422, "invalid_request"),
        (b'"text"', 422, "invalid_request"),
        (b"{not json", 400, "malformed_json"),
        (b'{"text": "hi", "client_message_id": "m1"', 400, "malformed_json"),
        (b"\xff\xfe\x00", 400, "malformed_request"),
        (b'{"text": "\xff", "client_message_id": "m1"}', 400, "malformed_request"),
        (b"[" * 50_000, 400, "malformed_request"),
        (b"9" * 50_000, 400, "malformed_request"),
    ],
)
async def test_a_body_that_is_no_message_is_refused(
    ada: httpx.AsyncClient, sessions: SessionFactory, body: bytes, status: int, code: str
) -> None:
    assert is_problem(await say(ada, body), status, code)
    assert nothing_stored(sessions)


async def test_a_body_of_100_kilobytes_is_refused_before_it_is_read(
    ada: httpx.AsyncClient, sessions: SessionFactory
) -> None:
    text = json.dumps({"text": "a" * 100_000, "client_message_id": "m1"}).encode()
    assert is_problem(await say(ada, text), 413, "body_too_large")

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(text), 4096):
            yield text[start : start + 4096]

    conversation = await conversation_of(ada)
    response = await ada.post(
        f"/api/conversations/{conversation}/messages",
        content=in_pieces(),
        headers={"Content-Type": "application/json"},
    )
    assert is_problem(response, 413, "body_too_large")
    assert nothing_stored(sessions)


async def test_the_longest_message_fits_however_it_is_escaped(ada: httpx.AsyncClient) -> None:
    body = json.dumps({"text": "🚚" * 8000, "client_message_id": "m1"}).encode()
    assert 96_000 < len(body) < MAX_BODY
    assert (await say(ada, body)).status_code == 200


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_that_is_not_called_json_is_refused(
    ada: httpx.AsyncClient, sessions: SessionFactory, media_type: str
) -> None:
    response = await say(ada, b'{"text": "hi", "client_message_id": "m1"}', media_type)
    assert is_problem(response, 415, "unsupported_media_type")
    assert nothing_stored(sessions)


async def test_line_ends_and_tabs_are_text(
    ada: httpx.AsyncClient, sessions: SessionFactory
) -> None:
    body = json.dumps({"text": " one\r\n\ttwo\rthree ", "client_message_id": "m1"}).encode()
    assert (await say(ada, body)).status_code == 200
    with sessions() as session:
        assert session.exec(select(Message.text)).one() == "one\n\ttwo\nthree"


@pytest.mark.parametrize("name", ["nothing", "x" * 5000, "%00", "a%20b", "..%2f..", "%ff", "订单"])
async def test_an_unknown_conversation_is_not_found(ada: httpx.AsyncClient, name: str) -> None:
    message = {"text": "hi", "client_message_id": "m1"}
    path = f"/api/conversations/{name}"
    assert is_problem(await ada.get(path), 404, "not_found")
    assert is_problem(await ada.get(f"{path}/events"), 404, "not_found")
    assert is_problem(await ada.post(f"{path}/messages", json=message), 404, "not_found")


async def test_a_foreign_conversation_looks_just_like_an_unknown_one(
    ada: httpx.AsyncClient, as_chen: dict[str, str], sessions: SessionFactory
) -> None:
    hers = await conversation_of(ada)
    unknown = "00000000-0000-4000-8000-000000000000"
    message = {"text": "hi", "client_message_id": "m1"}
    answers = [
        [
            await ada.get(f"/api/conversations/{identifier}", headers=as_chen),
            await ada.get(f"/api/conversations/{identifier}/events", headers=as_chen),
            await ada.post(
                f"/api/conversations/{identifier}/messages", headers=as_chen, json=message
            ),
        ]
        for identifier in (hers, unknown)
    ]
    for foreign, missing in zip(*answers, strict=True):
        assert is_problem(foreign, 404, "not_found")
        assert foreign.json() == missing.json()
        assert foreign.headers == missing.headers
    assert nothing_stored(sessions)


@pytest.mark.parametrize("value", ["-1", "x", "1.5", "", "9" * 30, "null"])
async def test_a_last_event_id_that_is_no_number_is_refused(
    ada: httpx.AsyncClient, value: str
) -> None:
    conversation = await conversation_of(ada)
    response = await ada.get(
        f"/api/conversations/{conversation}/events", headers={"Last-Event-ID": value}
    )
    assert is_problem(response, 422, "invalid_request")


async def test_a_message_id_used_for_another_text_is_a_conflict(ada: httpx.AsyncClient) -> None:
    path = f"/api/conversations/{await conversation_of(ada)}/messages"
    await ada.post(path, json={"text": "one", "client_message_id": "m1"})
    response = await ada.post(path, json={"text": "two", "client_message_id": "m1"})
    assert is_problem(response, 409, "message_conflict")


async def test_an_unknown_path_and_a_wrong_method_are_problems(ada: httpx.AsyncClient) -> None:
    assert is_problem(await ada.get("/api/nothing"), 404, "not_found")
    response = await ada.delete("/api/conversations")
    assert is_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "POST"


async def test_what_goes_wrong_inside_is_logged_and_not_told(
    ada: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(*_: object) -> str:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(FakeConversations, "open", fail)
    response = await ada.post("/api/conversations")
    assert is_problem(response, 500, "internal_error")
    assert "swordfish" not in response.text
    assert response.json()["incident"] in caplog.text
    assert "swordfish" in caplog.text
    assert response.headers["x-content-type-options"] == "nosniff"
