"""Nothing changes until the customer's own click, and the click says what it was for."""

from __future__ import annotations

from tests.browser.conftest import OpenWindow
from tests.browser.fake_server import FakeShop


def test_a_confirmation_sends_the_digest_of_what_was_shown(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = open_window()
    turn = window.ask("cancel it")
    card = turn.locator(".proposal")
    assert "Cancel order A20033" in card.inner_text()
    assert "CN¥456.00" in card.inner_text()
    assert "Nothing has changed yet." in card.inner_text()
    assert shop.decisions == []
    card.get_by_role("button", name="Confirm cancellation").click()
    window.see(".proposal.confirmed")
    assert shop.decisions == [("confirm", "p-1", "digest-p-1")]
    assert "Confirmed" in card.inner_text()
    assert "The order is cancelled." in card.inner_text()
    assert card.get_by_role("button", name="Confirm").count() == 0
    assert turn.locator(".card.order h3").inner_text() == "Order A20050"
    assert window.focused().startswith("ARTICLE# Cancel order A20033")


def test_nothing_lies_over_the_buttons_on_a_phone(open_window: OpenWindow, shop: FakeShop) -> None:
    window = open_window(width=360, height=520)
    window.ask("cancel it").get_by_role("button", name="Confirm cancellation").wait_for()
    window.page.locator("#log").evaluate("log => log.scrollTo(0, 0)")
    arrow = window.see(".latest:not([hidden])")
    log, above = (one.bounding_box() for one in (window.page.locator("#log"), arrow))
    assert log is not None
    assert above is not None
    assert above["y"] >= log["y"] + log["height"]


def test_a_double_click_confirms_once(open_window: OpenWindow, shop: FakeShop) -> None:
    window = open_window()
    button = window.ask("cancel it").get_by_role("button", name="Confirm cancellation")
    button.dblclick()
    window.see(".proposal.confirmed")
    assert len(shop.decisions) == 1


def test_a_declined_proposal_changes_nothing(open_window: OpenWindow, shop: FakeShop) -> None:
    window = open_window()
    window.ask("cancel it").get_by_role("button", name="Keep the order").click()
    assert "Nothing was changed." in window.see(".proposal.declined").inner_text()
    assert [choice for choice, *_ in shop.decisions] == ["decline"]


def test_a_changed_order_shows_the_new_offer_beside_the_old(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = open_window()
    turn = window.ask("changed")
    turn.get_by_role("button", name="Confirm cancellation").click()
    old = window.see(".proposal.changed").inner_text()
    assert "Nothing was done" in old
    assert "One item was shipped already." in old
    fresh = turn.locator(".proposal.open")
    assert "CN¥300.00" in fresh.inner_text()
    fresh.get_by_role("button", name="Confirm cancellation").click()
    window.see(".proposal.confirmed")
    assert shop.decisions[-1] == ("confirm", "p-fresh", "digest-fresh")


def test_an_expired_proposal_can_be_asked_for_again(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = open_window()
    turn = window.ask("short lived")
    assert "Nothing was changed." in window.see(".proposal.expired").inner_text()
    turn.get_by_role("button", name="Ask again").click()
    window.answered(2)
    assert shop.posts[-1]["text"] == "I want to cancel order A20033"


def test_several_proposals_stay_open_side_by_side(open_window: OpenWindow) -> None:
    window = open_window()
    turn = window.ask("two of them")
    assert turn.locator(".proposal.open").count() == 2
    turn.get_by_role("button", name="Keep the order").first.click()
    window.see(".proposal.declined")
    assert turn.locator(".proposal.open h3").inner_text() == "Cancel order A20034"


def test_a_proposal_that_expired_on_the_server_says_so(open_window: OpenWindow) -> None:
    window = open_window()
    window.ask("two of them").get_by_role("button", name="Confirm cancellation").first.click()
    assert "This offer has expired." in window.see(".proposal.expired").inner_text()


def test_an_open_proposal_of_an_earlier_turn_is_not_forgotten(open_window: OpenWindow) -> None:
    window = open_window()
    window.ask("two of them")
    window.ask("my order")
    window.page.get_by_role("button", name="2 steps wait for your confirmation").click()
    assert window.focused().startswith("ARTICLE# Cancel order A20033")


def test_a_failed_click_leaves_the_proposal_open_with_a_reason(open_window: OpenWindow) -> None:
    window = open_window()
    card = window.ask("two of them").locator(".proposal").nth(1)
    card.get_by_role("button", name="Confirm cancellation").click()
    card.get_by_text("Many people are asking right now.").wait_for()
    card.get_by_role("button", name="Confirm cancellation").click()
    window.see(".proposal.confirmed")
