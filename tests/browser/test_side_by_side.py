"""A customer and an agent, each in a window of their own, on the application as it is shipped."""

from __future__ import annotations

from typing import Literal

import pytest
from sqlmodel import Session, select

from orderdb.models import Customer, Rating, ReturnRequest
from tests.browser.conftest import OpenWindow
from tests.browser.fake_facts import MARKUP
from tests.browser.real_shop import PASSWORD, RealShop
from tests.browser.test_access import tab_to
from tests.browser.window import Window


def at_desk(open_real: OpenWindow, name: str = "lin", **how: object) -> Window:
    window = open_real("/desk", **how)
    window.see(".desk-signin form")
    fields = window.page.locator(".desk-signin form input")
    fields.nth(0).fill(name)
    fields.nth(1).fill(PASSWORD)
    fields.nth(1).press("Enter")
    window.see(".queue-item >> nth=0")
    return window


def take(desk: Window, name: str) -> None:
    """The customer's conversation, by keys alone."""
    desk.page.keyboard.press("Alt+KeyQ")
    desk.page.keyboard.type(name)
    desk.page.wait_for_function("() => document.querySelectorAll('.queue-item').length === 1")
    desk.page.keyboard.press("Alt+ArrowDown")
    desk.see(".reply textarea")
    desk.page.keyboard.press("Alt+KeyT")
    desk.page.wait_for_function(
        "() => document.querySelectorAll('.talk-head .buttons button').length > 3"
    )


def ask_for_a_person(customer: Window, words: str) -> None:
    customer.see("#composer-text")
    customer.ask(words)
    customer.see(".presence")


def test_from_a_question_to_a_rating(open_real: OpenWindow, real: RealShop) -> None:
    customer = open_real("/?as=c-00001&lang=en", width=420)
    ask_for_a_person(customer, "I want to talk to a person")
    desk = at_desk(open_real)
    take(desk, "Emma")
    customer.page.get_by_text("You are talking with Lin").first.wait_for()
    customer.write("Where is order A20266?")
    desk.page.locator(".by-customer", has_text="A20266").wait_for()
    desk.page.locator(".draft >> nth=0", has_text="A20266").locator(".buttons").wait_for()
    desk.page.keyboard.press("Alt+Digit1")
    suggested = desk.page.input_value("#reply-text")
    assert "A20266" in suggested
    desk.page.keyboard.press("Control+Enter")
    customer.page.locator(".words", has_text=suggested[:40]).wait_for()
    returnable = desk.page.locator(".profile .row", has_text="Delivered").first
    number = returnable.locator(".code").inner_text()
    returnable.click()
    desk.page.get_by_role("button", name="Prepare something").click()
    desk.page.get_by_role("checkbox").first.check()
    desk.page.get_by_role("button", name="Prepare", exact=True).click()
    desk.see(".attachment")
    desk.page.fill("#reply-text", "Please confirm the return below.")
    desk.page.keyboard.press("Control+Enter")
    customer.page.get_by_role("button", name="Confirm return").click()
    customer.see(".proposal.confirmed")
    desk.page.locator(".said .proposal", has_text="Confirmed").wait_for()
    desk.page.get_by_role("button", name="Close", exact=True).click()
    desk.page.get_by_role("button", name="Resolved", exact=True).click()
    form = customer.see(".rating")
    form.get_by_role("radio", name="Yes").check()
    form.get_by_role("radio", name="5 stars").check()
    form.get_by_role("button", name="Send rating").click()
    customer.page.get_by_text("Thank you for your rating.").first.wait_for()
    with Session(real.engine) as session:
        assert [one.stars for one in session.exec(select(Rating))] == [5]
        assert session.exec(select(ReturnRequest)).all()
    assert number.startswith("A2")


@pytest.mark.parametrize("theme", ["dark"])
def test_in_chinese_on_a_phone_by_keyboard(
    open_real: OpenWindow, theme: Literal["light", "dark"]
) -> None:
    customer = open_real("/?as=c-00002&lang=zh", language="zh-CN", theme=theme, width=360)
    ask_for_a_person(customer, "转人工")
    desk = at_desk(open_real, "jonas", language="zh-CN", theme=theme, width=390, height=800)
    take(desk, "王")
    customer.page.get_by_text("客服Jonas正在为您服务").first.wait_for()
    desk.page.keyboard.press("Alt+KeyM")
    desk.page.keyboard.type("您好，请问有什么可以帮您？")
    desk.page.keyboard.press("Control+Enter")
    customer.page.locator(".words", has_text="请问有什么可以帮您").wait_for()
    assert "Jonas · 人工客服" in customer.page.locator(".speaker").last.inner_text()
    tab_to(desk, "BUTTON# 转回助手", back=True)
    desk.page.keyboard.press("Enter")
    customer.page.get_by_text("已转回智能助手").first.wait_for()


def test_markup_from_anybody_stays_text_on_both_pages(
    open_real: OpenWindow, real: RealShop
) -> None:
    with Session(real.engine) as session:
        named = session.get_one(Customer, "c-00003")
        named.name = f"Eve {MARKUP}"
        session.add(named)
        session.commit()
    customer = open_real("/?as=c-00003&lang=en", width=420)
    ask_for_a_person(customer, f"a person {MARKUP}")
    desk = at_desk(open_real, "mei")
    take(desk, "Eve")
    desk.page.fill("#reply-text", f"hello {MARKUP}")
    desk.page.keyboard.press("Control+Enter")
    customer.page.locator(".words", has_text=MARKUP).wait_for()
    desk.page.get_by_role("button", name="Close", exact=True).click()
    desk.page.get_by_label("Note for colleagues").fill(MARKUP)
    desk.page.get_by_role("button", name="Not resolved").click()
    customer.see(".rating").get_by_label("Anything to add?").fill(MARKUP)
    for window in (customer, desk):
        assert MARKUP in window.page.locator("body").inner_text()
        assert window.page.locator("img[src=x]").count() == 0
        assert "owned" not in window.page.title()
