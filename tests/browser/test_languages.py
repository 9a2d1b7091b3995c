"""English and Chinese: every word of the page, its numbers, its dates."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.conftest import OpenWindow
from tests.browser.fake_facts import TODAY
from tests.browser.fake_server import FakeShop

# Names and codes that Chinese customers read in Latin letters as well.
LATIN = re.compile(
    r"OrderDesk|Switch to English|English|PayPal|DHL|SF Express|Enter|Shift|[A-Z]+-\d|A\d{5}"
    r"|JD\d+|US\$|JP¥|CN¥|€|Leipzig|Rotterdam|Returns|Maya Lindqvist|Amélie Roux"
)


def words_of(window: Any) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = window.page.evaluate(
        """async () => {
          const { WORDS } = await import('/static/js/i18n/index.js');
          const shown = (words) => Object.fromEntries(Object.entries(words).map(
            ([key, value]) => [key, typeof value === 'function' ? value({ n: 2 }) : value]));
          return { en: shown(WORDS.en), zh: shown(WORDS.zh) };
        }"""
    )
    return found


def test_both_languages_have_the_same_phrases_with_the_same_gaps(open_window: OpenWindow) -> None:
    words = words_of(open_window("/"))
    assert list(words["en"]) == list(words["zh"])

    def gaps(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text)) - {"n"}

    assert [key for key in words["en"] if gaps(words["en"][key]) != gaps(words["zh"][key])] == []


def test_chinese_phrases_hold_no_english_and_no_western_punctuation(
    open_window: OpenWindow,
) -> None:
    words = words_of(open_window("/"))["zh"]
    bare = {key: re.sub(r"\{\w+\}|Enter|Shift\+|PayPal", "", text) for key, text in words.items()}
    assert [key for key, text in bare.items() if re.search("[A-Za-z,;!?]", text)] == [
        "app.title",
        "app.language",
        "app.language_label",
    ]


def test_the_chinese_page_has_no_untranslated_word(open_window: OpenWindow, shop: FakeShop) -> None:
    shop.mode = "guided"
    window = open_window("/", language="zh-CN")
    window.see(".person >> nth=0")
    seen = [window.page.locator("body").inner_text()]
    window.page.locator(".person").nth(1).click()
    window.see(".empty")
    seen.append(window.page.locator("body").inner_text())
    for question in ("我的订单", "订单 A20031", "取消", "转人工"):
        window.ask(question)
    window.write("everything")
    window.answered(5)
    window.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    seen += window.words(".card, .cites, .checked, .handoff, .speaker, .quick, #notices")
    labels = window.page.evaluate(
        "[...document.querySelectorAll('[aria-label],[placeholder],[title]')].flatMap(e =>"
        " ['aria-label','placeholder','title'].map(name => e.getAttribute(name) ?? ''))"
    )
    text = "\n".join([*seen, *labels])
    assert "⟦" not in text
    left = LATIN.sub("", text)
    assert [line for line in left.split("\n") if re.search("[A-Za-z]{2}", line)] == []
    assert window.page.get_attribute("html", "lang") == "zh-Hans"


def test_the_page_starts_in_the_browsers_language_and_remembers_the_choice(
    open_window: OpenWindow,
) -> None:
    window = open_window("/", language="zh-CN")
    window.page.get_by_role("heading", name="请选择顾客身份").wait_for()
    window.page.get_by_role("button", name="Switch to English").click()
    window.page.get_by_role("heading", name="Who are you today?").wait_for()
    window.page.reload()
    window.page.get_by_role("heading", name="Who are you today?").wait_for()


def test_switching_the_language_keeps_the_conversation_and_the_draft(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = open_window()
    window.ask("where is my order?")
    window.ask("cancel it").get_by_role("button", name="Keep the order").click()
    window.see(".proposal.declined")
    window.page.fill("#composer-text", "half a thought")
    window.page.get_by_role("button", name="切换到中文").click()
    assert window.words(".card.order h3") == ["订单 A20031"]
    assert "细嘴手冲壶" in window.page.locator(".lines").inner_text()
    assert "已放弃" in window.page.locator(".proposal").inner_text()
    assert window.page.input_value("#composer-text") == "half a thought"
    assert len(shop.posts) == 2


def test_the_address_may_name_the_language(open_window: OpenWindow) -> None:
    window = open_window("/?as=C2&lang=zh")
    window.page.get_by_role("heading", name="您好，想了解哪个订单？").wait_for()


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Pacific/Kiritimati"])
def test_a_date_is_the_same_day_in_every_zone(open_window: OpenWindow, zone: str) -> None:
    window = open_window(zone=zone)
    range_ = window.ask("my order").locator(".when").inner_text()
    first = TODAY.replace().toordinal() + 1
    expected = type(TODAY).fromordinal(first)
    assert f"{expected:%b} {expected.day}" in range_


MONEY = {
    "{minor: 123456, currency: 'USD'}": "$1,234.56",
    "{minor: 123456, currency: 'JPY'}": "¥123,456",
    "{minor: 1234, currency: 'KWD'}": "KWD\xa01.234",
    "{minor: 1234, currency: 'RSD'}": "RSD\xa012.34",
    "{minor: -500, currency: 'EUR'}": "-€5.00",
    "{minor: 9007199254740991, currency: 'USD'}": "$90,071,992,547,409.91",
    "{minor: 100, currency: '?'}": "1 ?",
    "null": "",
}


def test_money_follows_its_currency(open_window: OpenWindow) -> None:
    shown = open_window("/").page.evaluate(
        f"async () => (await import('/static/js/format.js').then(({{money}}) => [{','.join(MONEY)}]"
        ".map(money)))"
    )
    assert shown == list(MONEY.values())


def test_times_are_shown_in_the_customers_zone(open_window: OpenWindow) -> None:
    shown = open_window("/", zone="Asia/Shanghai").page.evaluate(
        "async () => (await import('/static/js/format.js')).moment('2020-01-31T23:30:00Z')"
    )
    assert shown.replace("\u202f", " ") == "Feb 1, 2020, 7:30 AM"
