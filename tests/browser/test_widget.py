"""The chat inside a shop's page: of an origin that is configured, under that page's own policy."""

from __future__ import annotations

import httpx
from playwright.sync_api import Route

from tests.browser.conftest import OpenWindow
from tests.browser.real_shop import RealShop
from tests.browser.test_side_by_side import allowing, at_desk, close, prepare_a_return, take

OPEN = "Order help"
FOCUSED = "document.querySelector('order-desk').shadowRoot.activeElement?.tagName"


def token(real: RealShop, customer: str = "c-00001") -> str:
    body = {"customer_id": customer}
    answer = httpx.post(f"{real.url}/api/demo/login", json=body, trust_env=False)
    return str(answer.json()["token"])


def test_the_widget_works_under_a_strict_policy_of_the_shop(
    open_real: OpenWindow, real: RealShop
) -> None:
    window = open_real(f"/?desk={real.url}&token={token(real)}", shop=real.host, width=500)
    window.page.get_by_role("button", name=OPEN).click()
    frame = window.page.frame_locator("iframe")
    frame.locator("#composer-text").fill("Show my orders")
    frame.locator("#composer-text").press("Enter")
    frame.locator(".card.orders").wait_for()
    assert frame.get_by_role("button", name="Switch customer").count() == 0
    window.page.get_by_role("button", name="Close order help").click()
    assert not window.page.locator("iframe").is_visible()


def test_the_widget_opens_and_closes_by_keyboard(open_real: OpenWindow, real: RealShop) -> None:
    window = open_real(f"/?desk={real.url}&token={token(real)}", shop=real.host, width=390)
    button = window.page.get_by_role("button", name=OPEN)
    button.focus()
    window.page.keyboard.press("Enter")
    window.page.frame_locator("iframe").locator("#composer-text").press("x")
    window.page.keyboard.press("Escape")
    window.page.locator("iframe").wait_for(state="hidden")
    assert window.page.evaluate(FOCUSED) == "BUTTON"
    window.page.keyboard.press("Enter")
    window.page.locator("iframe").wait_for()
    assert window.page.evaluate(FOCUSED) == "IFRAME"  # or a keyboard would leave the page
    typed = window.page.frame_locator("iframe").locator("#composer-text").input_value()
    assert typed == "x"


def test_the_button_speaks_the_language_that_the_shop_sets(
    open_real: OpenWindow, real: RealShop
) -> None:
    window = open_real(f"/?desk={real.url}&token={token(real)}", shop=real.host)
    window.page.get_by_role("button", name=OPEN).wait_for()
    window.page.evaluate("document.querySelector('order-desk').setAttribute('language', 'zh')")
    window.page.get_by_role("button", name="订单助手").wait_for()


def test_a_new_token_goes_to_the_frame_without_loading_it_again(
    open_real: OpenWindow, real: RealShop
) -> None:
    window = open_real(f"/?desk={real.url}&inline&token={token(real)}", shop=real.host)
    frame = window.page.frame_locator("iframe")
    frame.locator("#composer-text").fill("half a thought")
    window.page.evaluate(
        "token => document.querySelector('order-desk').setAttribute('token', token)", token(real)
    )
    window.page.wait_for_timeout(200)
    assert frame.locator("#composer-text").input_value() == "half a thought"


def test_an_origin_that_is_not_configured_gets_no_frame(
    open_real: OpenWindow, real: RealShop
) -> None:
    foreign = real.host.replace("127.0.0.1", "localhost")
    window = open_real(f"/?desk={real.url}&inline&token=x", shop=foreign)
    window.see("iframe")
    window.page.wait_for_timeout(300)
    blocked = window.page.frames[-1]
    assert "composer-text" not in blocked.content()
    window.errors.clear()  # the browser says which frame it blocked


def test_the_example_page_shows_the_widget_signed_in(open_real: OpenWindow) -> None:
    window = open_real("/widget-example", width=500)
    window.page.get_by_role("button", name=OPEN).click()
    window.page.frame_locator("iframe").locator(".empty").wait_for()


def test_a_language_chosen_while_the_example_still_loads_is_kept(open_real: OpenWindow) -> None:
    window = open_real("/widget-example")
    held: list[Route] = []
    window.page.route("**/api/demo/customers", lambda route: held.append(route))
    window.page.reload()
    window.page.select_option("#language", "zh")
    window.page.get_by_role("button", name="订单助手").wait_for()
    held[0].continue_()
    window.page.select_option("#customer", "c-00002")


def test_in_chinese_on_a_phone_from_a_person_to_a_rating_by_keyboard(
    open_real: OpenWindow,
) -> None:
    window = open_real("/widget-example", language="zh-CN", width=390, height=780)
    window.page.select_option("#language", "zh")
    window.page.select_option("#customer", "c-00002")
    button = window.page.get_by_role("button", name="订单助手")
    button.press("Enter")
    frame = window.page.frame_locator("iframe")
    frame.locator("#composer-text").fill("转人工")
    frame.locator("#composer-text").press("Enter")
    frame.locator(".presence").wait_for()
    desk = at_desk(open_real, "jonas")
    take(desk, "王")
    prepare_a_return(desk)
    window.page.keyboard.press("Escape")
    window.page.locator("iframe").wait_for(state="hidden")
    desk.page.fill("#reply-text", "请确认下面的退货。")
    desk.page.keyboard.press("Control+Enter")
    window.page.get_by_role("button", name="订单助手：有新消息").press("Enter")
    confirm = frame.locator(".proposal.open .primary")
    confirm.wait_for()
    window.page.wait_for_timeout(100)
    frame.locator("#composer-text").press("Shift+Tab")  # past the photo button
    for _ in range(8):
        window.page.keyboard.press("Shift+Tab")
        if confirm.evaluate("button => button === document.activeElement"):
            break
    window.page.keyboard.press("Enter")
    frame.locator(".proposal.confirmed").wait_for()
    close(desk)
    form = frame.locator(".rating")
    form.get_by_role("radio", name="已解决", exact=True).press("Space")
    for key in ("Tab", "ArrowRight", "ArrowRight", "Tab", "Tab", "Enter"):
        window.page.keyboard.press(key)
    frame.get_by_text("感谢您的评价").first.wait_for()


def test_what_is_to_be_decided_is_seen_with_its_buttons(
    open_real: OpenWindow, real: RealShop
) -> None:
    """In a window as low as the widget's, where the words and the proposal do not fit together."""
    customer, name, _ = allowing(real, "return")
    window = open_real(f"/?as={customer}&lang=en", width=400, height=652)
    window.see("#composer-text")
    window.ask("I want to talk to a person")
    desk = at_desk(open_real)
    take(desk, name)
    prepare_a_return(desk)
    desk.page.fill("#reply-text", "Please confirm the return below.\n" * 4)
    desk.page.keyboard.press("Control+Enter")
    button = window.see(".proposal.open .second")
    window.page.wait_for_timeout(100)
    assert button.evaluate(
        """button => { const {left, bottom} = button.getBoundingClientRect();
            return document.elementFromPoint(left + 20, bottom - 4) === button; }"""
    )
    close(desk)
    window.see(".rating")


def test_only_the_customers_page_may_be_framed(real: RealShop) -> None:
    def ancestors(path: str) -> str:
        headers = httpx.get(real.url + path, trust_env=False).headers
        return headers["content-security-policy"].partition("frame-ancestors ")[2]

    assert ancestors("/") == f"'self' {real.host}"
    assert ancestors("/desk") == "'none'"
    assert ancestors("/api/status") == "'self'"
