"""``python -m evals.screenshots``: the pictures of the documents, of the shop as it is shipped.

A demo shop of today answers with the embedded model, or with the endpoint that is configured; what
the pictures show was said by it. Needs Chromium; ``--data`` keeps the shop between runs.
"""

from __future__ import annotations

import argparse
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import uvicorn
from sqlmodel import Session, col, select

from assistant.app import create_app
from assistant.settings import Settings
from orderdb import migrations
from orderdb.database import SessionFactory, open_engine
from orderdb.desk.agents import add_agent, listed
from orderdb.desk.demo import add_canned
from orderdb.importers.demo import import_demo
from orderdb.models import Customer, Order, OrderLine
from orderdb.statuses import AgentRole, OrderStatus
from orderdb.text import Language

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_PHONE = {"width": 390, "height": 780}
_DESKTOP = {"width": 1280, "height": 800}
_MODEL_SECONDS = 90
_IDLE = """() => document.querySelector('.turn')
    && !document.querySelector('.answer[aria-busy=true]')"""
_LATE = {"en": "c-00001", "zh": "c-00002"}
"""Customers of the demo whose parcels are late."""
_AGENT = {"en": "Lin", "zh": "林晓"}
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "ask": "When does my latest order arrive?",
        "person": "I want to talk to a person",
        "matter": "I would like to send back the {item} from order {number}.",
        "angry": "This is the third time I ask, and nobody helps. I want to talk to a person!",
        "confirm": "I have prepared the return of your {item}. Please confirm it below.",
        "subject": "Box arrived open",
    },
    "zh": {
        "ask": "我最近的订单到哪了？",
        "person": "转人工",
        "matter": "我想退掉订单 {number} 里的{item}。",
        "angry": "我都问第三遍了，一直没人处理，太让人失望了！转人工！",
        "confirm": "已为您准备好{item}的退货申请，请在下方确认。",
        "subject": "外箱破损",
    },
}


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The application on a free port of loopback, once its model answers."""
    app = create_app(settings)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        while not server.started or _status(url) != "assistant":
            time.sleep(0.5)
        yield url
    finally:
        server.force_exit = server.should_exit = True
        thread.join(timeout=20)


def _status(url: str) -> str:
    return str(httpx.get(f"{url}/api/status", trust_env=False).json()["mode"])


def prepare(settings: Settings) -> None:
    """A demo shop of today, with a lead at its desk for each language."""
    settings.data.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(settings.database)
    engine = open_engine(settings.database)
    import_demo(engine, orders=600, customers=80)
    with SessionFactory(engine)() as session:
        known = {one.name for one in listed(session)}
        for language, shown in _AGENT.items():
            if f"lead-{language}" not in known:
                now = datetime.now(UTC)
                add_agent(
                    session, f"lead-{language}", shown, AgentRole.LEAD, ["en", "zh"], None, now
                )
        add_canned(session, datetime.now(UTC))
    engine.dispose()


class Pictures:
    """Windows of one language, and the pictures taken of them."""

    def __init__(
        self, browser: Browser, url: str, settings: Settings, out: Path, language: Language
    ) -> None:
        self.browser, self.url, self.settings = browser, url, settings
        self.out, self.language, self.words = out, language, _WORDS[language]

    def window(self, size: dict[str, int], path: str) -> Page:
        context = self.browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            locale={"en": "en-GB", "zh": "zh-CN"}[self.language],
            color_scheme="light",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.set_default_timeout(_MODEL_SECONDS * 1000)
        page.goto(f"{self.url}{path}")
        return page

    def shoot(self, page: Page, name: str) -> None:
        page.wait_for_timeout(600)
        target = self.out / f"{name}.{self.language}.png"
        page.screenshot(path=target)
        _shrink(target)
        print(target, target.stat().st_size)

    def customer(self, customer: str) -> Page:
        page = self.window(_PHONE, f"/?as={customer}&lang={self.language}")
        page.wait_for_selector("#composer-text")
        return page

    def say(self, page: Page, words: str) -> None:
        page.fill("#composer-text", words)
        page.press("#composer-text", "Enter")
        page.wait_for_function(_IDLE)

    def take(self) -> None:
        """All pictures of this language."""
        chatter, complainer = self._customers()
        asking = self.customer(_LATE[self.language])
        self.say(asking, self.words["ask"])
        self.shoot(asking, "page")
        angry = self.customer(complainer[0])
        self.say(angry, self.words["angry"])
        chatting = self.customer(chatter[0])
        self.say(chatting, self.words["person"])
        chatting.wait_for_selector(".presence")
        desk = self._desk()
        self._answer(desk, chatting, chatter)
        self._scenes(desk)

    def _desk(self) -> Page:
        desk = self.window(_DESKTOP, f"/desk?lang={self.language}")
        desk.locator(".person", has_text=_AGENT[self.language]).click()
        desk.wait_for_selector(".queue-item")
        self.shoot(desk, "desk-queue")
        return desk

    def _answer(self, desk: Page, chatting: Page, about: tuple[str, str, str, str]) -> None:
        _, name, number, item = about
        desk.locator(".queue-item", has_text=name).first.click()
        desk.wait_for_selector(".said")
        desk.keyboard.press("Alt+KeyT")
        chatting.wait_for_selector(".presence.agent")
        self.say(chatting, self.words["matter"].format(number=number, item=item))
        desk.locator(".by-customer", has_text=number).wait_for()
        desk.locator(".draft .buttons").first.wait_for()
        desk.wait_for_timeout(6_000)  # the model's own draft comes last
        self.shoot(desk, "desk")
        desk.keyboard.press("Alt+Digit1")
        desk.keyboard.press("Control+Enter")
        chatting.locator(".turn").last.locator(".words:not(:empty)").wait_for()
        chatting.wait_for_timeout(1_500)
        if not chatting.locator(".proposal").count():
            self._propose(desk, number, item)
            chatting.wait_for_selector(".proposal.open")
        self.shoot(chatting, "person")
        chatting.locator(".proposal.open .primary").last.click()
        chatting.locator(".proposal.open").wait_for(state="detached")

    def _propose(self, desk: Page, number: str, item: str) -> None:
        desk.locator(".profile .row", has_text=number).click()
        desk.locator("dialog .primary").last.click()
        desk.locator("dialog input[type=checkbox]").first.check()
        desk.locator("dialog .primary").last.click()
        desk.locator("dialog").wait_for(state="detached")
        desk.fill("#reply-text", self.words["confirm"].format(item=item))
        desk.keyboard.press("Control+Enter")

    def _scenes(self, desk: Page) -> None:
        desk.locator(".side .panel .buttons .second").first.click()
        desk.locator("dialog input").first.fill(self.words["subject"])
        desk.locator("dialog .primary").click()
        desk.locator("dialog").wait_for(state="detached")
        for scene in ("tickets", "cases", "proactive", "canned", "reports"):
            desk.evaluate("hash => (location.hash = hash)", f"#/{scene}")
            desk.wait_for_selector(".scene .scene-body > *")
            if scene == "proactive":
                desk.locator(".scene-head .second").click()
                desk.wait_for_selector(".scene .card")
            self.shoot(desk, f"desk-{scene}")

    def _customers(self) -> list[tuple[str, str, str, str]]:
        """(id, name, number, item) of two who got an order not long ago."""
        engine = open_engine(self.settings.database)
        with Session(engine) as session:
            rows = session.exec(
                select(Customer, Order, OrderLine)
                .join(Order, col(Order.customer_id) == Customer.id)
                .join(OrderLine, col(OrderLine.order_id) == Order.id)
                .where(Customer.language == self.language, Order.status == OrderStatus.DELIVERED)
                .order_by(col(Order.placed_at).desc(), col(OrderLine.position))
            ).all()
        engine.dispose()
        found: dict[str, tuple[str, str, str, str]] = {}
        for customer, order, line in rows:
            name = line.name_zh if self.language == "zh" else line.name_en
            found.setdefault(customer.id, (customer.id, customer.name, order.number, name))
        return [one for one in found.values() if one[0] not in _LATE.values()][:2]


def _shrink(path: Path) -> None:
    """Fewer colours, where a library for it is at hand: a quarter of the size."""
    try:
        from PIL import Image
    except ImportError:
        return
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(160, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    parser.add_argument("--data", type=Path, default=Path("build/screenshots"))
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    wanted = parser.parse_args()
    settings = Settings.load().model_copy(update={"demo": True, "data": wanted.data})
    prepare(settings)
    wanted.out.mkdir(parents=True, exist_ok=True)
    with served(settings) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=wanted.chromium, args=["--no-sandbox"])
        for language in ("en", "zh"):
            Pictures(browser, url, settings, wanted.out, language).take()
        browser.close()


if __name__ == "__main__":
    main()
