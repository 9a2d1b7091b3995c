"""The whole application as it is shipped, over a small demo shop of today, with a scripted model.

By hand: ``python -m tests.browser.real_shop`` and open the address it prints.
"""

from __future__ import annotations

import re
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import Session

from assistant.app import create_app
from assistant.opening import open_services
from assistant.passwords import hashed
from assistant.services import Services
from assistant.settings import Settings
from evals.stub_model import Answer, running
from orderdb import migrations
from orderdb.database import SessionFactory, open_engine
from orderdb.desk.agents import add_agent, listed
from orderdb.importers.demo import import_demo
from orderdb.statuses import AgentRole
from tests.quick_index import QuickIndex

ORDERS, CUSTOMERS = 300, 40
PASSWORD = "correct horse battery staple"


@dataclass
class RealShop:
    """``url`` is where it answers, ``host`` an origin that may embed it; ``engine`` reads it."""

    url: str
    engine: Engine
    host: str = ""


def scripted(body: dict[str, Any]) -> Answer:
    """A model that calls a person when asked to, reports what is damaged with the photos that it
    was sent, and else looks at the orders and says so."""
    last = body["messages"][-1]
    if last["role"] == "tool" or not body.get("tools"):
        return Answer(text="Here is what I found.")
    said = str(last["content"]).lower()
    names = {tool["function"]["name"] for tool in body["tools"]}
    if "handoff" in names and ("person" in said or "人工" in said):
        return Answer(calls=(("handoff", {"reason": "The customer wants to talk to a person."}),))
    photos = re.findall(r"photo-\w+\.jpg", said)
    if photos and (number := re.search(r"a\d{5}", said)):
        wish = {"problem": "damaged", "remedy": "refund", "photos": photos}
        wish |= {"order_number": number[0].upper(), "items": [{"item": 1}]}
        return Answer(calls=(("propose_claim", wish),))
    return Answer(calls=(("list_orders", {}),))


@contextmanager
def real_shop(folder: Path, *, embed_origins: tuple[str, ...] = ()) -> Iterator[RealShop]:
    """The shop behind a real server on loopback, until the block ends."""
    with running(scripted) as model:
        settings = Settings(
            data=folder,
            demo=True,
            embedded=False,
            openai_base_url=model.base_url,
            openai_api_key=SecretStr("scripted"),
            embed_origins=embed_origins,
        )
        folder.mkdir(parents=True, exist_ok=True)
        migrations.upgrade(settings.database)
        engine = open_engine(settings.database)
        import_demo(engine, orders=ORDERS, customers=CUSTOMERS)
        with SessionFactory(engine)() as session:
            _staff(session)
        with _serving(settings) as url:
            yield RealShop(url, engine)
        engine.dispose()


def _open_services(settings: Settings) -> AbstractAsyncContextManager[Services]:
    return open_services(settings, embedding=QuickIndex())


@contextmanager
def _serving(settings: Settings) -> Iterator[str]:
    app = create_app(settings, open_services=_open_services)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1, lifespan="on")
    )
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    while not server.started or _mode(url) != "assistant":
        time.sleep(0.05)
    try:
        yield url
    finally:
        server.force_exit = server.should_exit = True
        thread.join(timeout=10)


def _mode(url: str) -> str:
    return str(httpx.get(f"{url}/api/status", trust_env=False).json()["mode"])


def _staff(session: Session) -> None:
    """Two agents and a lead, with one password between them."""
    now = datetime.now(UTC)
    for name, display_name, role in (
        ("lin", "Lin", AgentRole.AGENT),
        ("jonas", "Jonas", AgentRole.AGENT),
        ("mei", "Mei 梅", AgentRole.LEAD),
    ):
        if not any(one.name == name for one in listed(session)):
            add_agent(session, name, display_name, role, ["en", "zh"], hashed(PASSWORD), now)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, real_shop(Path(folder)) as shop:
        print(shop.url, "password:", PASSWORD, flush=True)
        threading.Event().wait()
