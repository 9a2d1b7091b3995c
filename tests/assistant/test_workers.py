"""Several workers at one address, each a process of its own, as ``orderdesk serve`` starts them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from assistant.commands.workers import NotForSeveral, serve_with_workers
from assistant.opening import open_policies
from assistant.settings import Settings
from assistant.tokens import Tokens
from orderdb.policy_book import PolicyBook
from tests.quick_index import QuickIndex

SECRET = "a secret of this test, long enough to sign with"
_SECONDS = 60.0


def test_workers_share_a_shop_and_one_that_is_killed_is_started_again(
    sqlite_demo_engine: Engine, tmp_path: Path
) -> None:
    log = tmp_path / "server.log"
    with _served(str(sqlite_demo_engine.url), tmp_path, log) as server:
        _until(lambda: len(_workers(log)) == 2, log)
        url = _told(r"at (http\S+)", log)[0]
        _until(lambda: _is_ready(url), log)
        bearer = {"Authorization": f"Bearer {Tokens(SECRET, 'HS256').sign('c-00001')}"}
        assert {_answered(url, bearer) for _ in range(6)} == {"guided"}
        killed, left = _workers(log)
        os.kill(killed, signal.SIGKILL)
        assert _answered(url, bearer) == "guided"
        _until(lambda: len(_workers(log)) == 3, log)
        assert _answered(url, bearer) == "guided"
        server.send_signal(signal.SIGTERM)
        assert server.wait(_SECONDS) == 0
        assert not any(_lives(one) for one in (left, *_workers(log)))
    assert (tmp_path / "chroma-2").exists()  # no two of them open one folder


def test_several_workers_do_not_start_a_model_each(tmp_path: Path) -> None:
    alone = Settings(data=tmp_path, workers=2, OPENAI_API_KEY=None, OPENAI_BASE_URL=None)
    with pytest.raises(NotForSeveral, match="OPENAI_BASE_URL"):
        serve_with_workers(alone)


@contextmanager
def _served(database: str, data: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    settings = Settings(data=data)
    open_policies(settings, QuickIndex()).sync(PolicyBook.load(settings.policies))
    told = {
        "ORDERDESK_DATABASE_URL": database,
        "ORDERDESK_DATA": str(data),
        "ORDERDESK_JWT_SECRET": SECRET,
        "ORDERDESK_EMBEDDED": "0",
    }
    with log.open("wb") as written:
        server = subprocess.Popen(
            [sys.executable, "-m", "assistant", "serve", "--workers", "2", "--port", "0"],
            env=os.environ | told,
            stdout=written,
            stderr=written,
        )
    try:
        yield server
    finally:
        server.kill()
        server.wait()


def _told(pattern: str, log: Path) -> list[str]:
    return re.findall(pattern, log.read_text(encoding="utf-8"))


def _workers(log: Path) -> list[int]:
    """The processes that have ever served, the oldest first."""
    return [int(one) for one in _told(r"Started server process \[(\d+)\]", log)]


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", trust_env=False).is_success
    except httpx.TransportError:
        return False


def _answered(url: str, headers: dict[str, str]) -> str:
    """Who answers a customer; each time over a connection of its own."""
    with httpx.Client(
        base_url=url, headers=headers, trust_env=False, timeout=_SECONDS,
        transport=httpx.HTTPTransport(retries=3),
    ) as customer:  # fmt: skip
        chat = customer.post("/api/conversations").json()["conversation_id"]
        said = {"text": "Where is my order?", "client_message_id": "m1"}
        handled: str = customer.post(f"/api/conversations/{chat}/messages", json=said).json()[
            "handled_by"
        ]
        return handled


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _until(holds: Callable[[], bool], log: Path) -> None:
    end = time.monotonic() + _SECONDS
    while not holds():
        assert time.monotonic() < end, log.read_text(encoding="utf-8")
        time.sleep(0.05)
