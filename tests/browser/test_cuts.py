"""Whatever the network does, nothing is lost and nothing is said twice."""

from __future__ import annotations

from tests.browser.conftest import OpenWindow
from tests.browser.fake_scripts import ANSWER
from tests.browser.fake_server import FakeShop


def test_a_cut_stream_resumes_without_doubling_anything(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    turn = open_window().ask("cut: where is my order?")
    assert turn.locator(".words").inner_text() == ANSWER
    assert turn.locator(".card").count() == 1
    assert turn.locator(".cites .chip").count() == 1
    assert len(shop.posts) == 1
    assert shop.tries["events"] >= 2  # the fake cuts the first resumption as well


def test_text_never_doubles_while_a_cut_stream_is_resumed(open_window: OpenWindow) -> None:
    window = open_window()
    window.page.evaluate(
        """() => {
          window.seen = [];
          new MutationObserver(() => {
            const words = document.querySelector('.words');
            if (words) window.seen.push(words.textContent);
          }).observe(document.body, {subtree: true, childList: true, characterData: true});
        }"""
    )
    window.ask("cut: where is my order?")
    seen = window.page.evaluate("window.seen")
    assert len(set(seen)) >= 3  # nothing, a part, the whole
    assert all(ANSWER.startswith(text) for text in seen)


def test_a_lost_request_goes_out_again_under_the_same_id(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    turn = open_window().ask("drop: my order")
    assert turn.locator(".words").inner_text() == ANSWER
    assert len(shop.posts) == 3
    assert len({post["client_message_id"] for post in shop.posts}) == 1


def test_a_message_that_stays_unsent_can_be_sent_again(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = open_window()
    turn = window.ask("drop always: my order")
    assert "Not sent." in turn.inner_text()
    shop.tries[shop.posts[0]["client_message_id"]] = 9  # the network is back
    turn.get_by_role("button", name="Try again").click()
    assert window.answered(1).locator(".words").inner_text() == ANSWER
    assert len({post["client_message_id"] for post in shop.posts}) == 1


def test_a_busy_shop_is_asked_again(open_window: OpenWindow, shop: FakeShop) -> None:
    turn = open_window().ask("busy: my order")
    assert turn.locator(".words").inner_text() == ANSWER
    assert len(shop.posts) == 2


def test_a_refused_message_can_be_edited(open_window: OpenWindow, shop: FakeShop) -> None:
    window = open_window()
    turn = window.ask("refuse this")
    assert "This message could not be accepted." in turn.inner_text()
    turn.get_by_role("button", name="Edit the message").click()
    assert window.page.input_value("#composer-text") == "refuse this"
    assert window.page.locator(".turn").count() == 0
    assert len(shop.posts) == 1


def test_a_failed_answer_can_be_asked_for_again_as_a_new_message(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = open_window()
    turn = window.ask("break")
    assert "The answer could not be finished." in turn.inner_text()
    turn.get_by_role("button", name="Try again").click()
    window.answered(1)
    assert len({post["client_message_id"] for post in shop.posts}) == 2


def test_a_reload_restores_the_conversation(open_window: OpenWindow, shop: FakeShop) -> None:
    window = open_window()
    window.ask("where is my order?")
    window.ask("cancel it")
    window.page.reload()
    last = window.answered(2)
    assert window.page.locator(".turn").count() == 2
    assert window.words(".turn:first-child .words") == [ANSWER]
    assert window.words(".turn:first-child .asked p") == ["where is my order?"]
    assert last.locator(".proposal.open").count() == 1
    assert len(shop.posts) == 2


def test_a_reload_in_the_middle_of_an_answer_goes_on_with_it(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = open_window()
    window.write("slow: my order")
    window.page.locator(".words", has_text="Your order").wait_for()
    window.page.reload()
    turn = window.answered(1)
    assert turn.locator(".words").inner_text() == ANSWER
    assert window.page.locator(".turn").count() == 1
    assert turn.locator(".card").count() == 1
    assert len(shop.posts) == 1


def test_a_reload_loses_no_unsent_words(open_window: OpenWindow) -> None:
    window = open_window()
    window.page.fill("#composer-text", "half a thought")
    window.page.reload()
    window.see("#composer-text")
    assert window.page.input_value("#composer-text") == "half a thought"


def test_a_message_written_during_an_answer_waits_in_the_composer(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = open_window()
    window.write("slow: my order")
    window.see(".work")
    window.write("and the next one")
    assert window.page.input_value("#composer-text") == "and the next one"
    window.answered(1)
    assert len(shop.posts) == 1


def test_a_new_conversation_starts_empty(open_window: OpenWindow, shop: FakeShop) -> None:
    window = open_window()
    window.ask("my order")
    window.page.get_by_role("button", name="New conversation").click()
    window.see(".empty")
    window.ask("my order")
    assert list(shop.talks) == ["c-1", "c-2"]


def test_an_unreachable_shop_says_so_on_the_first_screen(open_window: OpenWindow) -> None:
    window = open_window("/")
    window.page.route("**/api/**", lambda route: route.abort())
    window.page.reload()
    window.page.get_by_text("The shop cannot be reached.").wait_for()
    window.page.unroute("**/api/**")
    window.page.get_by_role("button", name="Try again").click()
    window.see(".person >> nth=0")
