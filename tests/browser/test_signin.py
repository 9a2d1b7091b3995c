"""Who is here: the demo's picker, a deep link, or the token of the embedding shop."""

from __future__ import annotations

import base64
import json

from tests.browser.conftest import OpenWindow
from tests.browser.fake_server import FakeShop


def token(customer: str, issued: int) -> str:
    """The shape of a JWT; the fake shop checks no signature."""
    claims = base64.urlsafe_b64encode(json.dumps({"sub": customer, "iat": issued}).encode())
    return f"e30.{claims.decode().rstrip('=')}.signature"


def test_the_picker_shows_language_orders_and_note(open_window: OpenWindow) -> None:
    window = open_window("/")
    window.see(".person >> nth=0")
    first = window.words(".person")[0].split("\n")
    assert first[1:] == ["Maya Lindqvist", "English · 12 orders", "Two parcels on their way"]
    window.page.locator(".person").first.click()
    window.see(".empty")


def test_a_deep_link_signs_in_at_once(open_window: OpenWindow, shop: FakeShop) -> None:
    open_window("/?as=C2").see(".empty")
    assert shop.tries["login"] == 1


def test_an_unknown_customer_in_the_link_leads_to_the_picker(open_window: OpenWindow) -> None:
    open_window("/?as=nobody").see(".person >> nth=0")


def test_switching_the_customer_forgets_the_first(open_window: OpenWindow, shop: FakeShop) -> None:
    window = open_window("/")
    window.see(".person >> nth=0").click()
    window.ask("my order")
    window.page.get_by_role("button", name="Switch customer").click()
    window.see(".person >> nth=0")
    window.page.locator(".person").nth(1).click()
    window.see(".empty")
    assert window.page.locator(".turn").count() == 0


def test_the_shops_token_leaves_the_address_at_once(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    shop.demo = False
    window = open_window("/?lang=en#token=a.b.c")
    window.see(".empty")
    assert window.page.evaluate("location.href").endswith("/?lang=en")
    assert window.page.evaluate("sessionStorage.getItem('orderdesk.token')") == "a.b.c"
    assert window.page.evaluate("JSON.stringify(localStorage)").find("a.b.c") < 0
    window.ask("my order")
    assert shop.tokens == {"a.b.c"}
    assert window.page.get_by_role("button", name="Switch customer").count() == 0


def test_without_a_token_a_shop_says_how_to_sign_in(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    shop.demo = False
    open_window("/").page.get_by_text("Open this page from your account in the shop.").wait_for()


def test_an_expired_sign_in_keeps_the_message_until_a_fresh_token_comes(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    shop.demo = False
    old, fresh = token("C1", 1), token("C1", 2)
    window = open_window(f"/#token={old}")
    window.see(".empty")
    shop.expired_tokens.add(old)
    window.write("where is my order?")
    window.page.get_by_role("heading", name="You have been signed out").wait_for()
    window.page.evaluate("token => (location.hash = `token=${token}`)", fresh)
    window.answered(1)
    assert [post["text"] for post in shop.posts] == ["where is my order?"]


def test_the_demo_signs_in_again_by_itself(open_window: OpenWindow, shop: FakeShop) -> None:
    window = open_window("/?as=C1")
    window.ask("my order")
    shop.expired_tokens |= shop.tokens
    turn = window.ask("my orders")
    turn.get_by_role("button", name="Try again").click()
    window.answered(2)
    assert window.page.locator(".card.orders").count() == 1


def test_another_persons_token_does_not_show_the_first_ones_conversation(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    shop.demo = False
    window = open_window(f"/#token={token('C1', 1)}")
    window.ask("my order")
    window.page.evaluate("token => (location.hash = `token=${token}`)", token("C2", 1))
    window.see(".empty")
    assert window.page.locator(".turn").count() == 0
