"""The worker that delivers what the outbox holds, to the endpoints of the settings only.

One attempt is one signed POST. Redirects are not followed and no address comes from data, so
nobody who writes data chooses where requests go.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

import httpx
from sqlalchemy.exc import DBAPIError

from assistant import signing
from assistant.http_client import client_for
from assistant.settings import Outbox
from orderdb import outbox
from orderdb.database import SessionFactory
from orderdb.models import Effect
from orderdb.statuses import EffectStatus

log = logging.getLogger(__name__)

_AT_ONCE = 8
_POLL_SECONDS = 1.0
_FIRST_PAUSE_SECONDS = 2.0
_LONGEST_PAUSE_SECONDS = 3600.0
_CLAIM_BEYOND_ATTEMPT_SECONDS = 5.0
_READ_AND_REFUSED = (400, 410, 413, 422)  # the same request will not do better
_ASKS_FOR_A_PAUSE = (429, 503)


class Deliveries:
    """Delivers due effects of the kinds that have an endpoint; several may work side by side."""

    def __init__(
        self, sessions: SessionFactory, settings: Outbox, clock: Callable[[], datetime]
    ) -> None:
        self._sessions = sessions
        self._settings = settings
        self._clock = clock
        self._worker = uuid4().hex
        self._clients = {
            kind: client_for(str(url), seconds=settings.seconds)
            for kind, url in settings.endpoints.items()
        }

    async def run(self) -> None:
        """Deliver until cancelled; a database that is away for a while is waited for."""
        while self._clients:
            try:
                delivered = await self.deliver_due()
            except DBAPIError as error:
                log.warning("the outbox cannot be read: %s", error)
                delivered = 0
            if not delivered:
                await asyncio.sleep(_POLL_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311

    async def deliver_due(self) -> int:
        """One attempt at each of the oldest effects that are due; how many there were."""
        claimed = await asyncio.to_thread(self._claim)
        await asyncio.gather(*(self._attempt(effect) for effect in claimed))
        return len(claimed)

    async def close(self) -> None:
        """Let others have at once what was claimed here and not delivered."""
        for client in self._clients.values():
            await client.aclose()
        with suppress(DBAPIError):
            await asyncio.to_thread(self._release)

    def _claim(self) -> list[Effect]:
        now, kinds = self._clock(), list(self._clients)
        with self._sessions() as session:
            if not outbox.is_due(session, kinds, now):
                return []
        seconds = self._settings.seconds + _CLAIM_BEYOND_ATTEMPT_SECONDS
        with self._sessions() as session:
            return outbox.claim(session, self._worker, kinds, now, seconds=seconds, limit=_AT_ONCE)

    async def _attempt(self, effect: Effect) -> None:
        pause: float | None = _pause(effect.attempts)
        try:
            async with asyncio.timeout(self._settings.seconds):
                status, asked = await self._post(effect)
        except (httpx.HTTPError, TimeoutError) as error:
            fault = f"{type(error).__name__}: {error}"
        else:
            if 200 <= status < 300:
                await asyncio.to_thread(self._delivered, effect)
                return
            fault = f"answered {status}"
            if status in _READ_AND_REFUSED:
                pause = None
            elif status in _ASKS_FOR_A_PAUSE:
                pause = max(min(asked, _LONGEST_PAUSE_SECONDS), _pause(effect.attempts))
        if effect.attempts + 1 >= self._settings.attempts:
            pause = None
        if pause is None:
            log.error("effect %s (%s) is dead: %s", effect.id, effect.key, fault)
        else:
            log.warning("effect %s (%s) is put off: %s", effect.id, effect.key, fault)
        await asyncio.to_thread(self._failed, effect, fault, pause)

    async def _post(self, effect: Effect) -> tuple[int, float]:
        """The status, and how long the receiver asks to be left alone, in seconds.

        The body of the answer is not read: nothing in it matters, and it may be endless.
        """
        body, secret = signing.message(effect), self._settings.secret
        assert secret is not None  # the settings demand one with endpoints
        async with self._clients[effect.kind].stream(
            "POST",
            str(self._settings.endpoints[effect.kind]),
            content=body,
            headers=signing.headers(effect, body, secret.get_secret_value(), self._clock()),
        ) as answer:
            asked = answer.headers.get("retry-after", "")
            return answer.status_code, float(asked) if asked.isdecimal() else 0.0

    def _delivered(self, effect: Effect) -> None:
        with self._sessions() as session:
            outbox.mark_delivered(session, effect.id or 0, self._clock())

    def _failed(self, effect: Effect, fault: str, pause: float | None) -> None:
        now = self._clock()
        retry_at = None if pause is None else now + timedelta(seconds=pause)
        with self._sessions() as session:
            outbox.mark_failed(session, effect.id or 0, self._worker, fault, retry_at, now)

    def _release(self) -> None:
        with self._sessions() as session:
            outbox.release(session, self._worker)


async def deliver(
    sessions: SessionFactory, settings: Outbox, clock: Callable[[], datetime]
) -> None:
    """Deliver until cancelled, beside whatever else this process does."""
    await asyncio.to_thread(_tell_what_waits, sessions, settings)
    worker = Deliveries(sessions, settings, clock)
    try:
        await worker.run()
    finally:
        await worker.close()


def _tell_what_waits(sessions: SessionFactory, settings: Outbox) -> None:
    """Name in the log what nobody will deliver as things are set up."""
    with sessions() as session:
        found = outbox.counts(session)
    for (kind, status), number in sorted(found.items()):
        if status is EffectStatus.WAITING and kind not in settings.endpoints:
            log.warning("%d effect(s) wait: no endpoint is configured for %s", number, kind)
        elif status is EffectStatus.DEAD:
            log.warning("%d %s effect(s) are dead: see `orderdesk outbox list`", number, kind)


def _pause(attempts: int) -> float:
    """Seconds to the next attempt: doubling, with jitter, so that many do not come back at once."""
    doubled = _FIRST_PAUSE_SECONDS * float(2 ** min(attempts, 20))
    return min(doubled, _LONGEST_PAUSE_SECONDS) * random.uniform(0.75, 1.25)  # noqa: S311
