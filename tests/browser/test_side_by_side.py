"""A customer and an agent, each in a window of their own, on the application as it is shipped."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image
from sqlmodel import Session, col, select

from assistant.settings import Settings
from orderdb.eligibility import Action, clauses, verdict_for_line
from orderdb.models import Conversation, Customer, Order, Rating, ReturnRequest
from orderdb.photos import MAX_BYTES
from orderdb.policy_book import PolicyBook
from orderdb.repository import find_order
from orderdb.statuses import OrderStatus
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


def prepare_a_return(desk: Window) -> str:
    """Of the newest order that was delivered; its number."""
    returnable = desk.page.locator(".profile .row", has_text="Delivered").first
    number = returnable.locator(".code").inner_text()
    returnable.click()
    desk.page.get_by_role("button", name="Prepare something").click()
    desk.page.get_by_role("checkbox").first.check()
    desk.page.get_by_role("button", name="Prepare", exact=True).click()
    desk.see(".attachment")
    return number


def close(desk: Window) -> None:
    desk.page.get_by_role("button", name="Close", exact=True).click()
    desk.page.get_by_role("button", name="Resolved", exact=True).click()


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
    customer.page.locator(".receipt", has_text="Delivered").wait_for()
    desk.page.locator(".by-customer", has_text="A20266").wait_for()
    desk.page.locator(".draft >> nth=0", has_text="A20266").locator(".buttons").wait_for()
    desk.page.keyboard.press("Alt+Digit1")
    suggested = desk.page.input_value("#reply-text")
    assert "A20266" in suggested
    desk.page.keyboard.press("Control+Enter")
    customer.page.locator(".words", has_text=suggested[:40]).wait_for()
    number = prepare_a_return(desk)
    desk.page.fill("#reply-text", "Please confirm the return below.")
    desk.page.keyboard.press("Control+Enter")
    customer.page.get_by_role("button", name="Confirm return").click()
    customer.see(".proposal.confirmed")
    desk.page.locator(".said .proposal", has_text="Confirmed").wait_for()
    came_up = desk.page.locator(".profile li", has_text=f"· {number} ·")
    came_up.wait_for(state="attached")  # among the returns, without a new look
    close(desk)
    form = customer.see(".rating")
    form.get_by_role("radio", name="Yes").check()
    form.get_by_role("radio", name="5 stars").check()
    form.get_by_role("button", name="Send rating").click()
    customer.page.get_by_text("Thank you for your rating.").first.wait_for()
    with Session(real.engine) as session:
        assert 5 in [one.stars for one in session.exec(select(Rating))]
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


def test_a_photo_from_the_customers_page_is_seen_at_the_desk(
    open_real: OpenWindow, real: RealShop, tmp_path: Path
) -> None:
    """Chosen by keyboard, made smaller on the way, named in the report that waits for a person."""
    camera = tmp_path / "IMG 2041.png"
    noise = Image.effect_noise((3200, 1600), 90).convert("RGB")
    noise.save(camera, compress_level=1)
    assert camera.stat().st_size > MAX_BYTES
    owner, name, number = allowing(real, "report_damaged")
    customer = open_real(f"/?as={owner}&lang=en", width=420)
    customer.see("#composer-text")
    customer.page.fill("#composer-text", f"Item 1 of {number} came broken, money back:")
    attach = customer.page.get_by_role("button", name="Add a photo")
    with customer.page.expect_file_chooser() as chooser:
        attach.press("Enter")
    chooser.value.set_files(camera)
    customer.page.wait_for_function(
        "() => document.querySelector('#composer-text').value.includes('.jpg')"
    )
    assert "composer-text" in customer.focused()
    customer.page.keyboard.press("Enter")
    customer.page.get_by_role("button", name="Confirm").first.click()
    customer.see(".proposal.confirmed")
    ask_for_a_person(customer, "I want to talk to a person")
    desk = at_desk(open_real, "mei")
    desk.page.locator(".queue-item").filter(has_text=name).first.click()
    shows(desk, ".said .photos img")
    desk.go("/desk#/cases")
    shows(desk, ".card .photos img")


def shows(desk: Window, picture: str) -> None:
    """The picture is there, as large as it is kept."""
    desk.see(picture)
    desk.page.wait_for_function(
        "which => document.querySelector(which).naturalWidth === 2000", arg=picture
    )


def allowing(real: RealShop, action: Action) -> tuple[str, str, str]:
    """Whose newest order that came allows it: an English customer's id and name, its number.

    Somebody who has not spoken yet, so that no other test left anything with them.
    """
    book, now = PolicyBook.load(Settings().policies), datetime.now(UTC)
    with Session(real.engine) as session:
        seen = set(session.exec(select(Conversation.customer_id)))
        came = select(Order).where(Order.status == OrderStatus.DELIVERED)
        for order in session.exec(came.order_by(col(Order.placed_at).desc())):
            if order.customer_id in seen:
                continue
            seen.add(order.customer_id)
            view = find_order(session, order.customer_id, order.number)
            judged = verdict_for_line(view.lines[0], view, action, book, now)
            if judged.allowed and judged.clause != clauses.LOST and view.customer.language == "en":
                return order.customer_id, view.customer.name, order.number
    raise AssertionError("the demo shop has no such order")
