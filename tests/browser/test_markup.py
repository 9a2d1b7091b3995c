"""What a model, a shop or a customer writes is text, whatever it looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import OpenWindow
from tests.browser.fake_facts import MARKUP
from tests.browser.fake_server import WEB, FakeShop

SOURCES = sorted((WEB / "js").rglob("*.js"))
PARSERS = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(")


def test_markup_in_every_field_stays_text(open_window: OpenWindow) -> None:
    window = open_window()
    turn = window.ask(f"markup {MARKUP}")
    for fold in turn.locator("summary").all():
        if fold.is_visible():
            fold.click()
    assert turn.inner_text().count(MARKUP) > 40
    assert turn.locator("img, b:not(.code):not(.day b)").count() == 0
    assert window.page.title() == "Order help · OrderDesk"


def test_markup_in_a_clause_and_in_a_customer_stays_text(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    shop.hostile = True
    window = open_window("/")
    window.see(".person >> nth=0")
    assert MARKUP in window.words(".person")[0]
    window.page.locator(".person").first.click()
    window.see("#composer-text")
    window.ask("my order").locator(".cites .clause").click()
    window.page.locator("dialog p", has_text="You have 30 days").wait_for()
    assert window.page.locator("dialog").inner_text().count(MARKUP) >= 3
    assert window.page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_no_script_parses_markup(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    assert [word for word in PARSERS if word in text] == []


def test_the_page_has_no_inline_script_or_style() -> None:
    text = (WEB / "index.html").read_text(encoding="utf-8")
    assert "<style" not in text
    assert "style=" not in text
    assert text.count("<script") == text.count('<script src="') + text.count(
        '<script type="module"'
    )
