"""One browser and one scripted shop for all tests here; every test gets its own window and state.

The browser closes when pytest leaves this package: while it runs, Playwright holds an event loop
of its own in the thread that other packages' async tests need.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn

import pytest
import uvicorn

from tests.browser.fake_server import FakeShop, build
from tests.browser.host_page import host_page
from tests.browser.real_shop import RealShop, real_shop
from tests.browser.window import Window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--in-process-gpu",
    "--no-first-run",
    "--renderer-process-limit=1",  # a new process costs more than most tests
]


REPORTS = (
    "window.reports = [];"
    "addEventListener('securitypolicyviolation', e => window.reports.push(e.violatedDirective))"
)


def missing(what: str) -> NoReturn:
    """Skip, saying why; fail where the environment promises a browser."""
    reason = f"{what}: the customer page is not tested in a browser"
    if os.environ.get("ORDERDESK_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        found = next(filter(None, map(shutil.which, CHROMIUM)), own)
        if not Path(found).exists():
            missing("no Chromium is installed")
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def served() -> Iterator[tuple[FakeShop, str]]:
    shop = FakeShop()
    config = uvicorn.Config(
        build(shop), host="127.0.0.1", port=0, log_level="error", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield shop, f"http://127.0.0.1:{port}"
    server.force_exit = server.should_exit = True  # listening pages would keep it open
    thread.join(timeout=5)


@pytest.fixture(scope="package")
def real(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[RealShop]:
    """The application as it is shipped, its own shop and a scripted model behind it."""
    with host_page() as host:
        folder = tmp_path_factory.mktemp("real")
        with real_shop(folder, embed_origins=(host,)) as shop:
            shop.host = host
            yield shop


@pytest.fixture
def open_real(profiles: Profiles, real: RealShop) -> Iterator[OpenWindow]:
    """Windows of the real shop; each has cookies and storage of its own."""
    opened: list[tuple[Window, BrowserContext]] = []

    def opening(
        path: str,
        *,
        language: str = "en-US",
        theme: Literal["light", "dark"] = "light",
        width: int = 1300,
        height: int = 850,
        shop: str | None = None,
    ) -> Window:
        context = profiles.fresh(language, theme, width, height)
        window = Window(context.new_page(), shop or real.url)
        window.page.add_init_script(REPORTS)
        opened.append((window, context))
        window.page.goto(window.shop + path)
        return window

    yield opening
    errors = [error for window, _ in opened for error in window.errors]
    reports = [window.page.evaluate("window.reports") for window, _ in opened]
    for _, context in opened:
        context.close()
    assert errors == []
    assert all(found == [] for found in reports), reports


@pytest.fixture
def shop(served: tuple[FakeShop, str]) -> FakeShop:
    shop, _ = served
    shop.reset()
    return shop


OpenWindow = Callable[..., Window]


@dataclass
class Profiles:
    """Browser profiles by their settings, kept from test to test: a new one costs half a second.

    So are their windows: each new one is a process of its own that reads the page's code anew.
    """

    browser: Browser
    kept: dict[tuple[object, ...], BrowserContext] = field(default_factory=dict)
    windows: dict[tuple[object, ...], list[Window]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def page(
        self, language: str, theme: Literal["light", "dark"], width: int, height: int, zone: str
    ) -> Page:
        settings = (language, theme, width, height, zone)
        if settings not in self.kept:
            self.kept[settings] = self.fresh(language, theme, width, height, zone)
        return self.kept[settings].new_page()

    def fresh(
        self,
        language: str,
        theme: Literal["light", "dark"],
        width: int,
        height: int,
        zone: str = "UTC",
    ) -> BrowserContext:
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale=language,
            color_scheme=theme,
            timezone_id=zone,
            reduced_motion="reduce",
        )
        context.set_default_timeout(25_000)  # machines that run other tests too are slow
        return context


@pytest.fixture(scope="package")
def profiles(browser: Browser) -> Profiles:
    return Profiles(browser)


@pytest.fixture
def open_window(
    profiles: Profiles, shop: FakeShop, served: tuple[FakeShop, str]
) -> Iterator[OpenWindow]:
    """Opens windows; at the end each must have stayed free of script and policy errors."""
    opened: list[tuple[list[Window], Window]] = []

    def opening(
        path: str = "/?as=C1",
        *,
        language: str = "en-US",
        theme: Literal["light", "dark"] = "light",
        width: int = 1000,
        height: int = 800,
        zone: str = "UTC",
    ) -> Window:
        settings = (language, theme, width, height, zone)
        free = profiles.windows[settings]
        window = free.pop() if free else Window(profiles.page(*settings), served[1])
        opened.append((free, window))
        window.go(path)
        return window

    yield opening
    errors = [error for _, window in opened for error in window.errors]
    for free, window in opened:
        if window.is_altered:
            window.page.close()
        else:
            window.leave()
            free.append(window)
    assert errors == []
