"""A customer asks, and sees who answers, what is looked up, the words and the facts."""

from __future__ import annotations

import re

from tests.browser.conftest import OpenWindow
from tests.browser.fake_facts import MARKUP
from tests.browser.fake_scripts import ANSWER
from tests.browser.fake_server import FakeShop


def test_a_question_gets_a_streamed_answer_with_the_order_beside_it(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    turn = open_window().ask("where is my order?")
    assert turn.locator(".words").inner_text() == ANSWER
    card = turn.locator(".card.order")
    assert card.locator("h3").inner_text() == "Order A20031"
    assert card.locator(".progress [aria-current=step]").inner_text().startswith("Shipped")
    assert card.locator(".total").inner_text().split() == ["Total", "$128.90"]
    assert turn.locator(".checked").inner_text() == "Checked: order A20031"
    assert [post["text"] for post in shop.posts] == ["where is my order?"]


def test_the_indicator_says_what_is_being_looked_up(open_window: OpenWindow) -> None:
    window = open_window()
    window.page.evaluate(
        """() => {
          window.said = [];
          new MutationObserver((changes) => changes.forEach((change) =>
            change.target.matches?.('.doing')
              && change.addedNodes.forEach((node) => window.said.push(node.textContent))))
            .observe(document.body, {subtree: true, childList: true});
        }"""
    )
    window.ask("slow: where is my order?")
    said = window.page.evaluate("window.said")
    assert list(dict.fromkeys(said))[-2:] == ["Looking up order A20031…", "Writing the answer…"]
    assert not window.page.locator(".work").is_visible()


def test_a_withdrawn_text_is_replaced(open_window: OpenWindow) -> None:
    turn = open_window().ask("the wrong date")
    assert turn.locator(".words").inner_text() == "It arrives in two days."


def test_parcels_scans_and_payments_open_on_demand(open_window: OpenWindow) -> None:
    turn = open_window().ask("where is my order?")
    scans = turn.locator(".scans li")
    assert not scans.first.is_visible()
    turn.get_by_text("2 parcels").click()
    turn.get_by_text("3 scans").click()
    assert [text.split("\n")[1] for text in scans.all_inner_texts()] == [
        "In transit",
        "Handed to the carrier",
        "Label created",
    ]
    assert turn.locator(".parcel .code").first.inner_text() == "JD014600008877665544"
    turn.get_by_text("Payments and refunds").click()
    assert "Gift card" in turn.locator(".paid").inner_text()


def test_earlier_estimates_open_by_keyboard_and_say_why_they_moved(
    open_window: OpenWindow,
) -> None:
    window = open_window()
    turn = window.ask("where is my order?")
    ranges = turn.locator(".ranges li")
    assert not ranges.first.is_visible()
    turn.locator(".delivery summary").focus()
    window.page.keyboard.press("Enter")
    assert [text.split("\n")[0][:4] for text in ranges.all_inner_texts()] == ["From", "From", "Now"]
    assert "It left the warehouse a day late." in ranges.nth(1).inner_text()
    bars = turn.locator(".reach i").evaluate_all(
        "bars => bars.map(bar => bar.getBoundingClientRect()).map(box => [box.left, box.right])"
    )
    assert bars == sorted(bars)  # each range lies later than the one before
    assert all(right - left > 10 for left, right in bars)


def test_a_range_of_two_weeks_stands_in_weeks_with_every_date_on_one_line(
    open_window: OpenWindow,
) -> None:
    turn = open_window(width=390).ask("what I bought")
    boxes = turn.locator(".day").evaluate_all(
        "days => days.map(day => day.getBoundingClientRect()).map(box => [box.left, box.top])"
    )
    assert len(boxes) == 14
    assert [left for left, _ in boxes[:7]] == [left for left, _ in boxes[7:]]
    assert len({top for _, top in boxes}) == 2
    dates = turn.locator(".day b")
    lines = dates.evaluate_all("dates => dates.map(date => date.getClientRects().length)")
    heights = dates.evaluate_all("dates => dates.map(date => date.offsetHeight)")
    assert set(lines) == {1}
    assert max(heights) < 30


def test_what_was_never_measured_says_what_it_rests_on_and_when_it_leaves(
    open_window: OpenWindow,
) -> None:
    said = open_window().ask("what I bought").locator(".delivery").inner_text()
    assert "Estimated from stated delivery times, with room to spare" in said
    assert "Leaves the warehouse" in said
    assert "of such parcels" not in said
    assert said.count("The carrier reports a delay.") == 1
    chinese = open_window(language="zh-CN").ask("what I bought").locator(".delivery").inner_text()
    assert "按标称时效估算，已留余量" in chinese
    assert "出库" in chinese


def test_earlier_estimates_are_told_in_chinese_too(open_window: OpenWindow) -> None:
    turn = open_window(language="zh-CN").ask("where is my order?")
    turn.get_by_text("此前 2 次预计").click()
    assert "比预计晚1天出库。" in turn.locator(".ranges").inner_text()


def test_a_tap_on_an_order_of_the_list_asks_about_it(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = open_window()
    window.ask("my orders").get_by_role("button", name="A20032").click()
    window.answered(2)
    assert shop.posts[-1]["text"] == "Where is order A20032?"


def test_quick_replies_are_offered_under_the_last_answer_only(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = open_window()
    window.ask("my order").get_by_role("button", name="Can I return it?").click()
    window.answered(2)
    assert shop.posts[-1]["text"] == "Can I send it back?"
    assert not window.page.locator(".turn").first.locator(".quick").is_visible()


def test_a_citation_opens_its_clause_and_gives_the_focus_back(open_window: OpenWindow) -> None:
    window = open_window()
    chip = window.ask("my order").locator(".cites .clause")
    chip.click()
    dialog = window.see("dialog")
    dialog.get_by_text("in the box").wait_for()
    assert dialog.locator("h2").inner_text() == "Thirty days to return"
    assert "Version 3" in dialog.inner_text()
    assert dialog.locator("li").all_inner_texts() == ["unused", "in the box"]
    window.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert "Thirty days to return" in window.focused()


def test_a_clause_that_is_not_there_says_so(open_window: OpenWindow) -> None:
    window = open_window()
    window.ask("everything").locator(".verdict.bad .clause").click()
    window.page.get_by_text("This clause could not be found.").wait_for()


def test_every_card_type_is_drawn(open_window: OpenWindow) -> None:
    turn = open_window().ask("everything")
    drawn = turn.locator(".cards > .card").evaluate_all(
        "cards => cards.map(card => card.className.split(' ')[1])"
    )
    assert drawn == [*["order"] * 4, "orders", "products", "verdict", "verdict", "proposal"]


def test_a_product_says_when_it_would_come_from_which_warehouse(open_window: OpenWindow) -> None:
    turn = open_window().ask("everything")
    [offer] = turn.locator(".offers li").all_inner_texts()
    assert offer.startswith("Ordered now: ")
    assert offer.endswith("Leipzig · 42 free")


def test_a_person_takes_over_and_their_words_come_unasked(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = open_window()
    turn = window.ask("a person please")
    assert "A person takes over" in turn.inner_text()
    strip = window.see(".presence")
    assert "Your place in the queue: 2" in strip.inner_text()
    shop.hand_over("c-1", position=0, agent={"display_name": "Lin"})
    window.page.get_by_text("You are talking with Lin").first.wait_for()
    shop.say_as_agent("c-1", "Hello, Lin here.")
    last = window.answered(2)
    assert last.locator(".words").inner_text() == "Hello, Lin here."
    assert "Lin · Service agent" in last.locator(".speaker").inner_text()
    window.page.reload()
    window.page.get_by_text("You are talking with").first.wait_for()


def test_the_conversation_returns_to_the_assistant(open_window: OpenWindow, shop: FakeShop) -> None:
    window = open_window()
    window.ask("a person please")
    shop.hand_over("c-1", position=0, agent={"display_name": "Lin"})
    window.page.get_by_text("You are talking with Lin").first.wait_for()
    shop.hand_over("c-1", position=None, agent=None, returned=True)
    window.page.get_by_text("The assistant answers again").first.wait_for()
    assert "Assistant" in window.ask("my order").locator(".speaker").inner_text()


def test_who_would_rather_not_wait_goes_back_to_the_assistant(open_window: OpenWindow) -> None:
    window = open_window()
    window.ask("a person please")
    window.page.get_by_role("button", name="Back to the assistant").click()
    window.page.get_by_text("The assistant answers again").first.wait_for()


def test_a_closed_chat_asks_whether_it_helped(open_window: OpenWindow, shop: FakeShop) -> None:
    window = open_window()
    window.ask("a person please")
    shop.hand_over("c-1", closed=True)
    form = window.see(".rating")
    form.get_by_role("button", name="Send rating").click()
    assert shop.ratings == []  # nothing is chosen yet
    form.get_by_role("radio", name="Yes").check()
    form.get_by_role("radio", name="4 stars").check()
    form.get_by_label("Anything to add?").fill(MARKUP)
    form.get_by_role("button", name="Send rating").click()
    window.page.get_by_text("Thank you for your rating.").first.wait_for()
    given = {"conversation": "c-1", "stars": 4, "resolved": True, "comment": MARKUP}
    assert shop.ratings == [given]


def test_the_last_conversation_can_be_rated_once_a_new_one_starts(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = open_window()
    window.ask("my order")
    window.page.get_by_role("button", name="New conversation").click()
    form = window.see(".rating")
    form.get_by_role("button", name="Not now").click()
    assert window.page.locator(".rating").count() == 0
    assert window.see(".empty")


def test_guided_mode_offers_buttons_and_ends_by_itself(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    shop.mode = "guided"
    window = open_window("/?lang=en", width=1001)  # its clock stays stopped: a profile apart
    window.is_altered = True
    window.page.clock.install()
    window.go("/?as=C1")
    banner = window.see(".guided-banner")
    banner.get_by_role("button", name="My orders").click()
    turn = window.answered(1)
    assert "Guided service" in turn.locator(".speaker").inner_text()
    banner.get_by_role("button", name="Track").click()
    window.page.get_by_label("Order number").fill("A20031")
    window.page.keyboard.press("Enter")
    window.answered(2)
    assert [post["text"] for post in shop.posts] == ["Show my orders", "Where is order A20031?"]
    shop.mode = "assistant"
    window.page.clock.fast_forward(5_000)
    window.page.get_by_text("The assistant is ready.").first.wait_for()
    assert banner.count() == 0
    asked = shop.status_asked
    window.page.clock.fast_forward(120_000)
    assert shop.status_asked == asked


def test_a_suggestion_starts_the_conversation(open_window: OpenWindow, shop: FakeShop) -> None:
    window = open_window()
    window.page.get_by_role("button", name=re.compile("latest order")).click()
    window.answered(1)
    assert shop.posts[0]["text"] == "Where is my latest order?"
    assert window.page.locator(".empty").count() == 0
