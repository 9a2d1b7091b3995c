"""Usable by keyboard, by touch, by screen reader, on a small phone, in light and in dark."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from tests.browser.conftest import OpenWindow, missing
from tests.browser.fake_scripts import ANSWER
from tests.browser.fake_server import FakeShop
from tests.browser.window import Window

VIOLATIONS = """async () => (await axe.run(document, {
    resultTypes: ['violations'],
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  })).violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) =>
    `${id}: ${html.slice(0, 160)} ${failureSummary}`))"""


def violations(window: Window) -> list[str]:
    try:
        from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
    except ImportError:
        missing("axe-playwright-python is not installed")
    window.page.evaluate(AXE_SCRIPT)
    found: list[str] = window.page.evaluate(VIOLATIONS)
    return found


@pytest.mark.parametrize(
    ("theme", "language", "width"), [("light", "zh-CN", 360), ("dark", "en-US", 1000)]
)
def test_axe_finds_nothing(
    open_window: OpenWindow,
    shop: FakeShop,
    theme: Literal["light", "dark"],
    language: str,
    width: int,
) -> None:
    """Contrast included, in every scene and with everything unfolded."""
    shop.mode = "guided"
    window = open_window("/", language=language, theme=theme, width=width)
    window.see(".person >> nth=0")
    assert violations(window) == []
    window.page.locator(".person").first.click()
    window.see(".empty")
    assert violations(window) == []
    for question in ("everything", "two", "person", "refuse", "break", "my order"):
        window.ask(question)
    window.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    window.page.get_by_role("button", name=["Keep the order", "暂不取消"][width < 400]).last.click()
    window.see(".proposal.declined")
    window.page.fill("#composer-text", "x" * 8001)
    assert violations(window) == []
    window.page.fill("#composer-text", "")
    window.page.locator(".cites .clause").last.click()
    window.see("dialog li >> nth=0")
    assert violations(window) == []


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_nothing_scrolls_sideways_at_320_pixels(
    open_window: OpenWindow, shop: FakeShop, language: str
) -> None:
    shop.mode = "guided"
    window = open_window("/", language=language, width=320, height=600)
    window.see(".person >> nth=0")
    widest = "Math.max(...[...document.querySelectorAll('*')].map(e => e.scrollWidth))"
    assert window.page.evaluate(widest) <= 320
    window.page.locator(".person").first.click()
    window.see(".empty")
    window.ask("everything")
    window.ask("x" * 300)
    window.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert window.page.evaluate("document.documentElement.scrollWidth") == 320
    log = (
        "(({scrollWidth, clientWidth}) => scrollWidth - clientWidth)(document.querySelector('%s'))"
    )
    assert window.page.evaluate(log % "#log") == 0
    assert window.page.evaluate("scrollY") == 0


def test_everything_to_touch_is_44_pixels_high(open_window: OpenWindow, shop: FakeShop) -> None:
    shop.mode = "guided"
    window = open_window(width=360)
    window.see(".guided-banner")
    window.ask("everything")
    window.ask("my order")
    window.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    small: list[Any] = window.page.evaluate(
        """[...document.querySelectorAll('button, summary, input, textarea')]
          .map(e => [e.className || e.tagName, e.getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.height < 44 || box.width < 44))
          .map(([name, box]) => [name, box.width, box.height])"""
    )
    assert small == []


def test_the_whole_way_works_by_keyboard(open_window: OpenWindow, shop: FakeShop) -> None:
    window = open_window("/")
    keyboard = window.page.keyboard
    window.see(".person >> nth=0")
    tab_to(window, "Maya Lindqvist")
    keyboard.press("Enter")
    window.see(".empty")
    assert window.focused().startswith("TEXTAREA#composer-text")
    keyboard.type("cancel it")
    keyboard.press("Enter")
    window.answered(1)
    assert window.focused().startswith("TEXTAREA#composer-text")
    tab_to(window, "Confirm cancellation", back=True)
    keyboard.press("Enter")
    window.see(".proposal.confirmed")
    assert shop.decisions == [("confirm", "p-1", "digest-p-1")]
    tab_to(window, "Clause CANCEL-1")
    keyboard.press("Enter")
    window.see("dialog li >> nth=0")
    keyboard.press("Escape")
    assert "Clause CANCEL-1" in window.focused()


def tab_to(window: Window, words: str, *, back: bool = False) -> None:
    for _ in range(30):
        window.page.keyboard.press("Shift+Tab" if back else "Tab")
        if words in window.focused():
            return
    raise AssertionError(f"the keyboard does not reach {words!r}")


def test_the_skip_link_leads_to_the_message_box(open_window: OpenWindow) -> None:
    window = open_window()
    window.page.locator("#skip").focus()
    window.page.keyboard.press("Enter")
    assert window.focused().startswith("TEXTAREA#composer-text")


def test_enter_sends_and_shift_enter_starts_a_line(open_window: OpenWindow, shop: FakeShop) -> None:
    window = open_window()
    window.page.focus("#composer-text")
    window.page.keyboard.type("one")
    window.page.keyboard.press("Shift+Enter")
    window.page.keyboard.type("two")
    assert shop.posts == []
    window.page.keyboard.press("Enter")
    window.answered(1)
    assert [post["text"] for post in shop.posts] == ["one\ntwo"]


def test_enter_that_picks_a_chinese_word_does_not_send(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = open_window()
    window.page.focus("#composer-text")
    window.is_altered = True
    cdp = window.page.context.new_cdp_session(window.page)
    cdp.send(
        "Input.imeSetComposition", {"text": "ding dan", "selectionStart": 8, "selectionEnd": 8}
    )
    for how in ("{isComposing: true}", "{keyCode: 229}", "{}"):  # as browsers differ
        window.page.evaluate(
            "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter',"
            f" bubbles: true, cancelable: true, ...{how}}}))"
        )
    assert window.page.input_value("#composer-text") == "ding dan"
    assert shop.posts == []
    cdp.send("Input.insertText", {"text": "订单"})
    assert window.page.input_value("#composer-text") == "订单"
    window.page.keyboard.press("Enter")
    window.answered(1)
    assert [post["text"] for post in shop.posts] == ["订单"]


def test_too_long_a_message_says_so_and_is_kept(open_window: OpenWindow, shop: FakeShop) -> None:
    window = open_window()
    count = window.page.locator("#composer-count")
    window.page.fill("#composer-text", "x" * 7000)
    assert count.inner_text() == ""
    window.page.fill("#composer-text", "🙂" * 7999)
    assert count.inner_text() == "1 character left"
    window.write("x" * 8001)
    assert count.inner_text() == "1 character too many"
    window.page.wait_for_timeout(100)
    assert shop.posts == []
    assert len(window.page.input_value("#composer-text")) == 8001


def test_finished_answers_are_announced_and_single_tokens_are_not(
    open_window: OpenWindow,
) -> None:
    window = open_window()
    window.page.evaluate(
        """() => {
          window.said = [];
          const place = document.querySelector('#announcer');
          new MutationObserver(() => place.textContent && window.said.push(place.textContent))
            .observe(place, {childList: true, characterData: true, subtree: true});
        }"""
    )
    window.ask("where is my order?")
    window.page.wait_for_function("() => window.said.length > 0")
    assert window.page.evaluate("window.said") == [f"Assistant. {ANSWER} Order A20031."]
    assert window.page.get_attribute("#log", "aria-live") == "off"


def test_the_theme_follows_the_system_until_it_is_chosen(open_window: OpenWindow) -> None:
    window = open_window("/", theme="dark")
    assert window.page.get_attribute("html", "data-theme") == "dark"
    window.is_altered = True
    window.page.emulate_media(color_scheme="light")
    window.see("html[data-theme=light]")
    window.page.get_by_role("button", name="Use the dark theme").click()
    window.page.reload()
    assert window.page.get_attribute("html", "data-theme") == "dark"
