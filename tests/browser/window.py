"""What a customer can do in a window of the page, and what a test may look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Locator, Page

_EXPECTED = "Failed to load resource"  # the browser's own note on a 4xx, 5xx or a cut
_IDLE = """count => document.querySelectorAll('.turn').length >= count
    && !document.querySelector('.answer[aria-busy=true]')"""


class Window:
    """One page, signed in as the address says."""

    def __init__(self, page: Page, shop: str) -> None:
        self.page = page
        self.shop = shop
        self.errors: list[str] = []
        self.is_altered = False  # set it where what a test did would outlive the page
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and _EXPECTED not in message.text:
            self.errors.append(message.text)

    def go(self, path: str) -> None:
        self.page.goto(self.shop + path)
        self.page.wait_for_selector("#stage > *")

    def leave(self) -> None:
        """Go where no script runs, and forget all."""
        self.page.goto(f"{self.shop}/robots.txt")
        self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.page.mouse.move(0, 0)
        self.errors.clear()

    def write(self, text: str) -> None:
        self.page.fill("#composer-text", text)
        self.page.press("#composer-text", "Enter")

    def ask(self, text: str) -> Locator:
        """Send a message and wait until its answer has come, or failed."""
        count = self.page.locator(".turn").count()
        self.write(text)
        return self.answered(count + 1)

    def answered(self, count: int) -> Locator:
        """The last turn, once there are `count` and none is under way."""
        self.page.wait_for_function(_IDLE, arg=count)
        return self.page.locator(".turn").last

    def see(self, selector: str) -> Locator:
        """The one element, once it is visible."""
        self.page.wait_for_selector(selector)
        return self.page.locator(selector)

    def words(self, selector: str) -> list[str]:
        return self.page.locator(selector).all_inner_texts()

    def focused(self) -> str:
        """Tag, id and words of what has the focus."""
        return str(
            self.page.evaluate(
                "(({tagName, id, innerText}) => `${tagName}#${id} ${innerText ?? ''}`)"
                "(document.activeElement)"
            )
        )
