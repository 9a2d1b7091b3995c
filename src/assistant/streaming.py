"""Clients for models' endpoints, made for many long answers that come in small pieces.

httpx with its own transport takes some 50 microseconds of processor time for each piece, and looks
through every open connection at each request; five hundred answers at once are ten thousand pieces
a second. aiohttp reads in C what has come since the last look, as one.

Of many answers at once, each is read in strides: what comes meanwhile waits in the kernel, and is
one piece, not one for each token. What is sent are whole sentences anyway. While many wait for
their first word, answers under way are left alone longer: it matters more than the eightieth of
another.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import aiohttp
import httpx
from yarl import URL

from assistant.awaited import Awaited
from assistant.http_client import is_here

_FEW = 20  # answers at once: so many are read word by word
_STRIDE_SECONDS_AN_ANSWER = 0.01
_LONGEST_STRIDE_SECONDS = 2.0  # words come five times as fast as they are read
_STRIDE_OF_ITS_AGE = 0.5  # at most, until its first words are told
_MANY_AWAITED = 2  # first words at once; then answers under way are left alone longer
_LONGEST_WAIT_SECONDS = 10.0
_LOOKS_OF_THE_LOOP = 4  # between two that are read on: so long is one worked through


class Streams:
    """Makes clients and closes them together."""

    def __init__(self, awaited: Awaited | None = None) -> None:
        self._awaited = Awaited() if awaited is None else awaited
        self._clients: list[httpx.AsyncClient] = []

    def client_for(self, url: str) -> httpx.AsyncClient:
        """A client that follows no redirect; this machine is called past any proxy."""
        transport = _Transport(self._awaited, trust_env=not is_here(url))
        client = httpx.AsyncClient(transport=transport)
        self._clients.append(client)
        return client

    async def aclose(self) -> None:
        for client in self._clients:
            await client.aclose()


class _Transport(httpx.AsyncBaseTransport):
    """Requests of httpx sent by aiohttp, over as many connections as are wanted."""

    def __init__(self, awaited: Awaited, *, trust_env: bool) -> None:
        self._awaited = awaited
        self._trust_env = trust_env
        self._answers: set[_Body] = set()
        self._session: aiohttp.ClientSession | None = None
        self._turn = asyncio.Lock()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        limits = request.extensions.get("timeout", {})
        with _told_as_httpx_does():
            response = await self._opened().request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=request.headers.multi_items(),
                data=await request.aread(),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=limits.get("connect"), sock_read=limits.get("read")
                ),
            )
        longest = min(_LONGEST_WAIT_SECONDS, (limits.get("read") or math.inf) / 3)
        body = _Body(response, self._answers, self._awaited, longest, self._turn)
        return httpx.Response(response.status, headers=response.raw_headers, stream=body)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        """Opened by the first request: a session belongs to its event loop."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0, ssl=httpx.create_ssl_context(trust_env=self._trust_env)
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,  # httpx does that
                trust_env=self._trust_env,
            )
        return self._session


class _Body(httpx.AsyncByteStream):
    """What has come by each look at it; left before its end, the connection is given up.

    ``answers`` are the event streams that are being read now, which read on one after the other,
    by ``turn``; ``longest``: seconds without a look.
    """

    def __init__(
        self,
        response: aiohttp.ClientResponse,
        answers: set[_Body],
        awaited: Awaited,
        longest: float,
        turn: asyncio.Lock,
    ) -> None:
        self._response = response
        self._answers = answers
        self._awaited = awaited
        self._longest = longest
        self._turn = turn
        if response.content_type == "text/event-stream":
            answers.add(self)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        clock = asyncio.get_running_loop().time
        began = clock()
        with _told_as_httpx_does():
            async for piece in self._response.content.iter_any():
                yield piece
                stride = self._stride()
                if self._awaited.is_mine():
                    stride = min(stride, _STRIDE_OF_ITS_AGE * (clock() - began))
                if stride > 0:
                    await self._leave_alone(stride)

    async def aclose(self) -> None:
        self._answers.discard(self)
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()

    def _stride(self) -> float:
        """Seconds to leave it alone before it is read on."""
        if self not in self._answers:
            return 0
        seconds = (len(self._answers) - _FEW) * _STRIDE_SECONDS_AN_ANSWER
        return min(seconds, _LONGEST_STRIDE_SECONDS)

    def _gives_way(self) -> bool:
        return self._awaited.count > _MANY_AWAITED and not self._awaited.is_mine()

    async def _leave_alone(self, stride: float) -> None:
        connection = self._response.connection  # given back once all has come
        transport = connection and connection.transport
        if transport is None:
            return
        clock = asyncio.get_running_loop().time
        last = clock() + self._longest
        transport.pause_reading()
        try:
            await asyncio.sleep(stride)
            while self._gives_way() and clock() < last:  # noqa: ASYNC110
                await asyncio.sleep(stride)
            async with self._turn:  # so that what became ready meanwhile waits for few of them
                for _ in range(_LOOKS_OF_THE_LOOP):
                    await asyncio.sleep(0)
        finally:
            transport.resume_reading()


@contextmanager
def _told_as_httpx_does() -> Iterator[None]:
    try:
        yield
    except aiohttp.ConnectionTimeoutError as error:
        raise httpx.ConnectTimeout(str(error)) from error
    except TimeoutError as error:
        raise httpx.ReadTimeout(str(error)) from error
    except aiohttp.ClientConnectorError as error:
        raise httpx.ConnectError(str(error)) from error
    except aiohttp.ClientError as error:
        raise httpx.RemoteProtocolError(str(error)) from error
