"""The desk by keyboard, on a phone, in both languages, in the dark, and with markup everywhere."""

from __future__ import annotations

import re
from typing import Literal

import pytest

from tests.browser.conftest import REPORTS, OpenWindow
from tests.browser.fake_facts import MARKUP
from tests.browser.fake_server import FakeShop
from tests.browser.test_access import tab_to, violations
from tests.browser.test_desk import at_desk, in_conversation
from tests.browser.test_languages import LATIN
from tests.browser.window import Window

SCENES = ("tickets", "cases", "proactive", "canned", "reports")


def go(window: Window, scene: str) -> None:
    window.page.evaluate("hash => (location.hash = hash)", f"#/{scene}")
    window.see("#stage .scene .scene-body > *")


@pytest.mark.parametrize(
    ("theme", "language", "width"), [("light", "zh-CN", 360), ("dark", "en-US", 1300)]
)
def test_axe_finds_nothing_at_the_desk(
    open_window: OpenWindow,
    shop: FakeShop,
    theme: Literal["light", "dark"],
    language: str,
    width: int,
) -> None:
    shop.desk.role = "lead"
    window = open_window("/desk", theme=theme, language=language, width=width)
    window.see(".person")
    assert violations(window) == []
    window.page.locator(".person").click()
    window.see(".queue-item >> nth=0")
    assert violations(window) == []
    window.page.locator(".queue-item").first.click()
    window.see(".said >> nth=0")
    window.page.locator(".draft .ready").wait_for(state="attached")
    open_all = "document.querySelectorAll('details').forEach(d => d.open = true)"
    window.page.evaluate(open_all)
    assert violations(window) == []
    if width < 400:
        window.page.locator(".side-switch").click()
        window.see(".draft >> nth=0")
        assert violations(window) == []
    for scene in SCENES:
        go(window, scene)
        assert violations(window) == [], scene


def test_nothing_is_cut_off_on_a_phone(open_window: OpenWindow, shop: FakeShop) -> None:
    shop.desk.role = "lead"
    window = in_conversation(open_window, shop, width=360, height=700)

    def overflow() -> bool:
        page = "document.documentElement"
        return bool(window.page.evaluate(f"{page}.scrollWidth > {page}.clientWidth"))

    assert not overflow()
    assert not window.page.locator(".queue").is_visible()
    window.page.get_by_role("button", name="Details").click()
    window.see(".draft >> nth=0").get_by_role("button", name=re.compile("^Use")).click()
    assert window.page.locator("#reply-text").is_visible()  # what is about to be sent
    window.page.keyboard.press("Control+Enter")
    window.page.locator(".by-agent").wait_for(state="attached")
    window.page.get_by_role("button", name="Back to the queue").first.click()
    window.see(".queue-item >> nth=0")
    assert not overflow()
    for scene in SCENES:
        go(window, scene)
        assert not overflow(), scene


def test_the_whole_way_at_the_desk_works_by_keyboard(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = open_window("/desk")
    keyboard = window.page.keyboard
    window.see(".person")
    tab_to(window, "Lin")
    keyboard.press("Enter")
    window.see(".queue-item >> nth=0")
    keyboard.press("Alt+ArrowDown")
    window.see(".draft >> nth=2").locator(".buttons").wait_for()
    keyboard.press("Alt+Digit2")
    assert window.focused().startswith("TEXTAREA#reply-text")
    keyboard.press("Control+Enter")
    window.page.locator(".by-agent").wait_for()
    assert shop.desk.sent[0]["suggestion_id"] == "s-2"


def test_the_chinese_desk_has_no_untranslated_word(open_window: OpenWindow, shop: FakeShop) -> None:
    shop.desk.role = "lead"
    window = in_conversation(open_window, shop, "c-2", language="zh-CN")
    window.see(".draft .ready >> nth=0")
    window.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    seen = window.words("#bar, .queue-head, .filters, .talk-head, .talk-dock, .summary, .profile")
    seen += window.words(".panel-head, .draft .buttons, .queue-item .row-foot")
    for scene in SCENES:
        go(window, scene)
        seen += window.words(".scene-head, .lead")
    window.page.keyboard.press("Alt+Slash")
    seen += window.words("dialog")
    labels = window.page.evaluate(
        "[...document.querySelectorAll('[aria-label],[placeholder],[title]')].flatMap(e =>"
        " ['aria-label','placeholder','title'].map(name => e.getAttribute(name) ?? ''))"
    )
    text = "\n".join([*seen, *labels])
    assert "⟦" not in text
    names = r"Lin|Ctrl|Alt|maya@example.com|The customer wants a person\.|\bSE\b|wants a person"
    left = re.sub(names, "", LATIN.sub("", text))
    assert [line for line in left.split("\n") if re.search("[A-Za-z]{2}", line)] == []


DESK_WORDS = """async () => {
  const both = await Promise.all(['en', 'zh'].map(l => import(`/static/js/desk/words/${l}.js`)));
  return both.map(({default: words}) => Object.fromEntries(Object.entries(words).map(
    ([key, value]) => [key, typeof value === 'function' ? value({n: 2}) : value])));
}"""


def test_both_languages_of_the_desk_have_the_same_phrases(open_window: OpenWindow) -> None:
    english, chinese = open_window("/desk").page.evaluate(DESK_WORDS)
    assert list(english) == list(chinese)

    def gaps(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text)) - {"n"}

    assert [key for key in english if gaps(english[key]) != gaps(chinese[key])] == []
    bare = {key: re.sub(r"\{\w+\}", "", text) for key, text in chinese.items()}
    assert [key for key, text in bare.items() if re.search("[A-Za-z,;!?]", text)] == []


def test_markup_in_every_field_of_the_desk_stays_text(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    shop.desk.hostile = shop.hostile = True
    shop.desk.role = "lead"
    shop.desk.talks["c-1"][0]["reply"] = {
        "handled_by": "assistant", "cards": [], "proposals": [], "citations": [],
    }  # fmt: skip
    window = at_desk(open_window, shop)
    window.page.evaluate(REPORTS)
    window.see(".queue-item >> nth=0").click()
    window.see(".draft .ready >> nth=0")
    window.page.get_by_role("button", name="Translate").click()
    window.see(".said .translated")
    window.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    window.page.fill("#reply-text", MARKUP)
    window.page.keyboard.press("Control+Enter")
    window.page.locator(".by-agent").wait_for()
    assert window.page.locator("body").inner_text().count(MARKUP) > 20
    window.page.locator(".profile .row").click()
    window.see("dialog .card.order")
    window.page.keyboard.press("Escape")
    window.page.keyboard.press("Alt+KeyR")
    window.see(".canned-list button")
    window.page.keyboard.press("Escape")
    for scene in SCENES:
        go(window, scene)
    assert window.page.locator("img[src=x]").count() == 0
    assert window.page.title() == "Service desk · OrderDesk"
    assert window.page.evaluate("window.reports") == []
