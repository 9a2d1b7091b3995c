"""Effects reach their endpoints signed, once a key, or are kept for the operator."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import respx
from pydantic import HttpUrl, SecretStr
from sqlalchemy import Engine
from sqlmodel import select

from assistant.deliveries import Deliveries, deliver
from assistant.settings import InvalidSettings, Outbox, Settings
from orderdb import outbox
from orderdb.database import SessionFactory, writing
from orderdb.models import Effect
from orderdb.statuses import EffectKind, EffectStatus

URL = "https://payments.example/refunds"
SECRET = "a secret for tests, long enough to sign with"
START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def configured(**fields: object) -> Outbox:
    endpoints = {EffectKind.EMAIL: HttpUrl(URL)}
    return Outbox(**{"endpoints": endpoints, "secret": SecretStr(SECRET), **fields})


@pytest.fixture
def sessions(sqlite_engine: Engine) -> SessionFactory:
    return SessionFactory(sqlite_engine)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def worker(sessions: SessionFactory, clock: Clock) -> AsyncIterator[Deliveries]:
    worker = Deliveries(sessions, configured(), clock)
    yield worker
    await worker.close()


@pytest.fixture
def endpoint() -> AsyncIterator[respx.Route]:
    with respx.mock(assert_all_called=False) as router:
        yield router.post(URL)


def enqueue(sessions: SessionFactory, kind: EffectKind = EffectKind.EMAIL, key: str = "k1") -> None:
    with sessions() as session:
        writing(session)
        outbox.enqueue(session, kind, key, {"to": "anna@example.com", "text": "退款"}, START)
        session.commit()


def stored(sessions: SessionFactory) -> Effect:
    with sessions() as session:
        return session.exec(select(Effect)).one()


async def test_a_delivery_is_signed_and_carries_its_key(
    sessions: SessionFactory, worker: Deliveries, endpoint: respx.Route
) -> None:
    endpoint.respond(204)
    enqueue(sessions)
    assert await worker.deliver_due() == 1
    request = endpoint.calls.last.request
    assert request.headers["idempotency-key"] == "k1"
    moment = request.headers["webhook-timestamp"]
    assert int(moment) == int(START.timestamp())
    signed = f"k1.{moment}.".encode() + request.content
    mac = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
    assert request.headers["webhook-signature"] == f"v1,{base64.b64encode(mac).decode()}"
    body = json.loads(request.content)
    assert (body["type"], body["key"], body["data"]["text"]) == ("email", "k1", "退款")
    assert stored(sessions).status is EffectStatus.DELIVERED
    assert await worker.deliver_due() == 0
    assert endpoint.call_count == 1


async def test_every_attempt_sends_the_same_bytes(
    sessions: SessionFactory, worker: Deliveries, endpoint: respx.Route, clock: Clock
) -> None:
    endpoint.side_effect = [httpx.Response(500), httpx.ReadTimeout("late"), httpx.Response(200)]
    enqueue(sessions)
    for _ in range(3):
        assert await worker.deliver_due() == 1
        clock.now += timedelta(hours=1)
    assert len({call.request.content for call in endpoint.calls}) == 1
    assert stored(sessions).attempts == 3


async def test_pauses_double(
    sessions: SessionFactory, worker: Deliveries, endpoint: respx.Route, clock: Clock
) -> None:
    endpoint.respond(500)
    enqueue(sessions)
    pauses = []
    for _ in range(6):
        await worker.deliver_due()
        due = stored(sessions).due_at
        pauses.append((due - clock.now).total_seconds())
        assert await worker.deliver_due() == 0
        clock.now = due
    for number, pause in enumerate(pauses):
        assert 0.75 <= pause / (2 * 2**number) <= 1.25


@pytest.mark.parametrize("status", [429, 503])
async def test_a_receiver_that_asks_for_a_pause_gets_it(
    sessions: SessionFactory, worker: Deliveries, endpoint: respx.Route, status: int
) -> None:
    endpoint.respond(status, headers={"retry-after": "600"})
    enqueue(sessions)
    await worker.deliver_due()
    assert stored(sessions).due_at >= START + timedelta(seconds=600)


async def test_nobody_is_left_alone_for_ever(
    sessions: SessionFactory, worker: Deliveries, endpoint: respx.Route
) -> None:
    endpoint.respond(503, headers={"retry-after": "9" * 400})
    enqueue(sessions)
    await worker.deliver_due()
    assert stored(sessions).due_at <= START + timedelta(hours=1.5)


async def test_redirects_are_refused(
    sessions: SessionFactory, worker: Deliveries, endpoint: respx.Route
) -> None:
    inside = respx.get("http://169.254.169.254/").respond(200)
    endpoint.respond(302, headers={"location": "http://169.254.169.254/"})
    enqueue(sessions)
    await worker.deliver_due()
    assert not inside.called
    assert stored(sessions).last_error == "answered 302"
    assert stored(sessions).status is EffectStatus.WAITING


async def test_what_the_receiver_read_and_refused_is_dead_at_once(
    sessions: SessionFactory,
    worker: Deliveries,
    endpoint: respx.Route,
    caplog: pytest.LogCaptureFixture,
) -> None:
    endpoint.respond(422)
    enqueue(sessions)
    await worker.deliver_due()
    assert stored(sessions).status is EffectStatus.DEAD
    assert "k1" in caplog.text


async def test_after_the_last_attempt_an_effect_is_dead(
    sessions: SessionFactory, endpoint: respx.Route, clock: Clock
) -> None:
    endpoint.side_effect = httpx.ConnectError("nobody listens")
    enqueue(sessions)
    worker = Deliveries(sessions, configured(attempts=2), clock)
    for _ in range(3):
        await worker.deliver_due()
        clock.now += timedelta(hours=1)
    await worker.close()
    effect = stored(sessions)
    assert (effect.status, effect.attempts) == (EffectStatus.DEAD, 2)
    assert effect.last_error == "ConnectError: nobody listens"


async def test_an_answer_that_never_ends_counts_as_none(
    sessions: SessionFactory, endpoint: respx.Route, clock: Clock
) -> None:
    async def hang(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        raise AssertionError("not reached")

    endpoint.side_effect = hang
    enqueue(sessions)
    worker = Deliveries(sessions, configured(seconds=0.05), clock)
    await worker.deliver_due()
    await worker.close()
    assert stored(sessions).attempts == 1
    assert "Timeout" in (stored(sessions).last_error or "")


@asynccontextmanager
async def delivering(
    sessions: SessionFactory, settings: Outbox, clock: Clock
) -> AsyncIterator[None]:
    task = asyncio.create_task(deliver(sessions, settings, clock))
    yield
    task.cancel()
    await asyncio.wait({task})


async def test_kinds_without_an_endpoint_wait_and_the_operator_is_told(
    sessions: SessionFactory, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    enqueue(sessions, EffectKind.REFUND)
    with caplog.at_level(logging.WARNING):
        async with delivering(sessions, Outbox(), clock):
            await asyncio.sleep(0.05)
    assert "1 effect(s) wait: no endpoint is configured for refund" in caplog.text
    assert stored(sessions).status is EffectStatus.WAITING


async def test_a_worker_beside_the_server_delivers_by_itself(
    sessions: SessionFactory, endpoint: respx.Route, clock: Clock
) -> None:
    endpoint.respond(200)
    async with delivering(sessions, configured(), clock):
        await asyncio.sleep(0.05)
        enqueue(sessions)
        for _ in range(100):
            if stored(sessions).status is EffectStatus.DELIVERED:
                return
            await asyncio.sleep(0.05)
    raise AssertionError("it was not delivered")


async def test_a_worker_that_is_told_to_end_gives_up_its_claims(
    sessions: SessionFactory, endpoint: respx.Route, clock: Clock
) -> None:
    sending = asyncio.Event()

    async def hang(request: httpx.Request) -> httpx.Response:
        sending.set()
        await asyncio.sleep(30)
        raise AssertionError("not reached")

    endpoint.side_effect = hang
    enqueue(sessions)
    async with delivering(sessions, configured(), clock):
        await sending.wait()
        assert stored(sessions).claimed_by is not None
    assert stored(sessions).claimed_by is None
    assert stored(sessions).status is EffectStatus.WAITING


def test_endpoints_come_from_the_environment_with_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERDESK_OUTBOX__ENDPOINTS__RETURN_LABEL", "https://carrier.example/l")
    with pytest.raises(InvalidSettings, match="ORDERDESK_OUTBOX__SECRET"):
        Settings.load()
    monkeypatch.setenv("ORDERDESK_OUTBOX__SECRET", "short")
    with pytest.raises(InvalidSettings):
        Settings.load()
    monkeypatch.setenv("ORDERDESK_OUTBOX__SECRET", SECRET)
    found = Settings.load().outbox.endpoints
    assert found == {EffectKind.RETURN_LABEL: HttpUrl("https://carrier.example/l")}


def test_an_endpoint_that_is_no_web_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERDESK_OUTBOX__SECRET", SECRET)
    monkeypatch.setenv("ORDERDESK_OUTBOX__ENDPOINTS__REFUND", "file:///etc/passwd")
    with pytest.raises(InvalidSettings, match="ORDERDESK_OUTBOX__ENDPOINTS__REFUND"):
        Settings.load()
