"""The desk's page: who waits, what was said, drafts that are used by a key, nothing sent amiss."""

from __future__ import annotations

import re

from tests.browser import fake_facts as facts
from tests.browser.conftest import OpenWindow
from tests.browser.fake_desk import DRAFTS, JONAS, PASSWORD, problem, said
from tests.browser.fake_server import FakeShop
from tests.browser.window import Window

FROM_THE_END = (
    "(log => log.scrollHeight - log.scrollTop - log.clientHeight)"
    "(document.querySelector('.said-list'))"
)


def at_desk(open_window: OpenWindow, shop: FakeShop, path: str = "/desk", **how: object) -> Window:
    """Lin, signed in."""
    shop.desk.signed_in = True
    window = open_window(path, **how)
    window.see("#bar nav")
    return window


def in_conversation(
    open_window: OpenWindow, shop: FakeShop, name: str = "c-1", **how: object
) -> Window:
    window = at_desk(open_window, shop, f"/desk#/c/{name}", **how)
    window.see(".said >> nth=0")
    return window


def test_an_agent_signs_in_and_out(open_window: OpenWindow, shop: FakeShop) -> None:
    window = open_window("/desk")
    window.see(".desk-signin")
    window.page.get_by_label("Name").fill("lin")
    window.page.get_by_label("Password").fill("wrong")
    window.page.keyboard.press("Enter")
    window.page.get_by_text("Name or password is wrong.").wait_for()
    window.page.get_by_label("Password").fill(PASSWORD)
    window.page.keyboard.press("Enter")
    window.see(".queue-item >> nth=0")
    window.page.get_by_role("button", name="Sign out").click()
    window.see(".desk-signin")
    assert not shop.desk.signed_in


def test_whom_the_company_account_does_not_let_in_reads_why_until_they_are_in(
    open_window: OpenWindow,
) -> None:
    window = open_window("/desk?sign_in=unknown_agent", language="zh-CN")
    window.page.get_by_text("尚未加入本工作台").wait_for()
    window.page.get_by_role("button", name="Switch to English").click()
    window.page.get_by_text("has no place at this desk yet").wait_for()
    window.see(".person").click()
    window.see(".queue-item >> nth=0")
    assert "sign_in" not in window.page.url


def test_the_demo_signs_agents_in_by_a_click(open_window: OpenWindow) -> None:
    window = open_window("/desk")
    window.see(".person").click()
    window.see(".queue-item >> nth=0")


def test_the_queue_says_who_waits_and_is_narrowed(open_window: OpenWindow, shop: FakeShop) -> None:
    window = at_desk(open_window, shop)
    window.see(".queue-item >> nth=0")
    first = window.words(".queue-item")[0]
    for word in ("Maya Lindqvist", "12 min", "dent", "Asked for a person", "Angry", "70%"):
        assert word in first
    window.page.get_by_label("State").select_option("closed")
    window.page.get_by_text("Nothing here.").wait_for()
    window.page.get_by_label("State").select_option("")
    window.page.get_by_label("Whose").select_option("nobody")
    window.page.get_by_label("Name, order or words").fill("陈")
    window.page.wait_for_function("() => document.querySelectorAll('.queue-item').length === 1")
    asked = [one for kind, one in shop.desk.asked if kind == "queue"]
    assert asked[-1] == {"state": "", "assigned": "nobody", "search": "陈"}


def test_a_draft_is_used_by_its_key_and_sent(open_window: OpenWindow, shop: FakeShop) -> None:
    window = in_conversation(open_window, shop)
    window.see(".draft >> nth=2").locator(".buttons").wait_for()
    window.page.keyboard.press("Alt+Digit1")
    assert window.page.input_value("#reply-text") == DRAFTS[0]
    window.page.keyboard.press("End")
    window.page.keyboard.type(" Lin")
    window.page.keyboard.press("Control+Enter")
    window.page.locator(".by-agent", has_text="Lin").wait_for()
    (sent,) = shop.desk.sent
    assert sent["conversation"] == "c-1"
    assert sent["text"] == f"{DRAFTS[0]} Lin"
    assert sent["suggestion_id"] == "s-1"
    assert window.page.input_value("#reply-text") == ""
    assert window.page.locator(".draft").count() == 0


def test_drafts_come_for_who_was_only_told_that_somebody_will_come(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    shop.desk.talks["c-1"].append(said("m-9", "assistant", "A person will take over."))
    window = in_conversation(open_window, shop)
    window.see(".draft >> nth=2").locator(".buttons").wait_for()


def test_a_draft_shows_what_it_rests_on(open_window: OpenWindow, shop: FakeShop) -> None:
    window = in_conversation(open_window, shop)
    draft = window.see(".draft >> nth=0")
    draft.locator(".ready").wait_for()
    words = draft.inner_text()
    for word in ("Damaged", "order A20031", "Return of 1 × Gooseneck kettle", "$59.00"):
        assert word in words
    draft.locator(".cites .clause").click()
    window.page.locator("dialog p", has_text="You have 30 days").wait_for()


def test_a_wish_replaces_the_one_draft(open_window: OpenWindow, shop: FakeShop) -> None:
    window = in_conversation(open_window, shop)
    window.see(".draft >> nth=2").locator(".buttons").wait_for()
    window.page.locator(".draft").nth(1).get_by_role("button", name="Shorter").click()
    window.page.locator(".draft >> nth=1", has_text="In short").wait_for()
    assert shop.desk.wishes == [{"wish": "shorter", "draft_id": "d-2", "language": "en"}]
    assert DRAFTS[2] in window.words(".draft")[2]


def test_a_draft_that_is_cut_off_goes_and_the_whole_ones_stay(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    whole = 2 + -(-len(DRAFTS[0]) // 24)
    shop.desk.cut_drafts = whole + 2
    window = in_conversation(open_window, shop)
    window.page.locator(".draft-state", has_text="No suggestions right now.").wait_for()
    assert len(window.words(".draft")) == 1
    assert DRAFTS[0] in window.words(".draft")[0]
    shop.desk.cut_drafts = None
    window.page.keyboard.press("Alt+KeyS")
    window.see(".draft >> nth=2").locator(".buttons").wait_for()


def test_a_wish_that_is_cut_off_leaves_the_draft_as_it_was(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = in_conversation(open_window, shop)
    window.see(".draft >> nth=2").locator(".buttons").wait_for()
    shop.desk.cut_drafts = 2
    window.page.locator(".draft").nth(1).get_by_role("button", name="Shorter").click()
    window.page.locator(".draft-state", has_text="No suggestions right now.").wait_for()
    assert [DRAFTS[n] in words for n, words in enumerate(window.words(".draft"))] == [True] * 3
    assert window.page.evaluate("document.activeElement.closest('.draft') !== null")


def test_what_the_agent_wrote_comes_back_after_a_suggestion(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = in_conversation(open_window, shop)
    window.page.fill("#reply-text", "my own words")
    window.see(".draft >> nth=2").get_by_role("button", name=re.compile("^Use")).click()
    window.page.get_by_role("button", name="Bring back my own words").click()
    assert window.page.input_value("#reply-text") == "my own words"


def test_drafts_belong_to_their_conversation_and_outlive_a_reload(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = in_conversation(open_window, shop)
    window.page.fill("#reply-text", "for Maya")
    window.page.keyboard.press("Alt+ArrowDown")
    window.page.get_by_role("heading", name="陈思远").wait_for()
    assert window.page.input_value("#reply-text") == ""
    window.page.fill("#reply-text", "给思远")
    window.page.reload()
    window.page.get_by_role("heading", name="陈思远").wait_for()
    assert window.page.input_value("#reply-text") == "给思远"
    window.page.keyboard.press("Control+Enter")
    window.page.locator(".by-agent", has_text="给思远").wait_for()
    window.page.keyboard.press("Alt+ArrowUp")
    window.page.get_by_role("heading", name="Maya").wait_for()
    assert window.page.input_value("#reply-text") == "for Maya"
    assert [(one["conversation"], one["text"]) for one in shop.desk.sent] == [("c-2", "给思远")]


def test_a_reply_that_was_refused_is_kept_and_says_why(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = in_conversation(open_window, shop)
    shop.desk.refuse_next = problem(409, "held_by_other", agent=JONAS)
    window.page.fill("#reply-text", "hello")
    window.page.keyboard.press("Control+Enter")
    window.page.get_by_text("Jonas has this conversation now.").wait_for()
    assert window.page.input_value("#reply-text") == "hello"
    assert shop.desk.sent == []


def test_a_repeat_after_a_failure_goes_out_under_the_same_id(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    shop.desk.speakers["c-1"] = {"agent_id": "a-1", "display_name": "Lin"}
    window = in_conversation(open_window, shop)
    shop.desk.refuse_next = problem(503, "busy")
    window.page.fill("#reply-text", "hello")
    window.page.keyboard.press("Control+Enter")
    window.page.locator(".reply .trouble:not([hidden])").wait_for()
    kept = window.page.evaluate("JSON.parse(sessionStorage.getItem('orderdesk.draft.c-1')).key")
    window.page.keyboard.press("Control+Enter")
    window.page.locator(".by-agent").wait_for()
    assert [one["client_message_id"] for one in shop.desk.sent] == [kept]


def test_the_customers_next_message_comes_live_and_voids_the_drafts(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = in_conversation(open_window, shop)
    window.see(".draft >> nth=2").locator(".buttons").wait_for()
    before = sum(kind == "suggestions" for kind, _ in shop.desk.asked)
    shop.desk.customer_says("c-1", "And the box is gone.")
    window.page.locator(".by-customer", has_text="And the box is gone.").wait_for()
    window.see(".draft >> nth=2")
    assert sum(kind == "suggestions" for kind, _ in shop.desk.asked) == before + 1


def test_the_newest_words_stay_in_sight_whatever_the_draft_takes_of_the_room(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    shop.desk.speakers["c-1"] = {"agent_id": "a-1", "display_name": "Lin"}
    shop.desk.talks["c-1"] += [said(f"m-{n}", "customer", f"line {n}") for n in range(30)]
    window = in_conversation(open_window, shop)
    window.see(".said >> text='line 29'")
    window.page.fill("#reply-text", "word\n" * 12)
    window.page.wait_for_function(f"() => {FROM_THE_END} < 2")
    window.page.keyboard.press("Control+Enter")
    window.page.locator(".by-agent").last.wait_for()
    window.page.wait_for_function(f"() => {FROM_THE_END} < 2")
    window.page.evaluate("document.querySelector('.said-list').scrollTo(0, 0)")
    window.page.wait_for_timeout(100)
    shop.desk.customer_says("c-1", "one more")
    window.page.locator(".said", has_text="one more").wait_for()
    assert window.page.evaluate("document.querySelector('.said-list').scrollTop") == 0


def test_a_canned_reply_says_what_is_left_to_fill_in(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = in_conversation(open_window, shop)
    shop.desk.canned.append({**shop.desk.canned[0], "id": "x", "text": "With {carrier} {until}"})
    window.page.keyboard.press("Alt+KeyR")
    hint = "To fill in by hand: {carrier} {until}"
    window.page.locator(".canned-list li", has_text="With {carrier}").get_by_text(hint).wait_for()


def test_another_agents_conversation_can_only_be_read(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    shop.desk.speakers["c-1"] = JONAS
    window = in_conversation(open_window, shop)
    window.page.get_by_text("Jonas is writing with this customer.").wait_for()
    assert not window.page.locator(".reply").is_visible()
    assert window.page.get_by_role("button", name="Take over").count() == 0


def test_a_lead_takes_over(open_window: OpenWindow, shop: FakeShop) -> None:
    shop.desk.role = "lead"
    shop.desk.speakers["c-1"] = JONAS
    window = in_conversation(open_window, shop)
    window.page.get_by_role("button", name="Take over").click()
    window.page.get_by_text("You have this conversation").wait_for()
    assert ("take", {"take_over": True}) in shop.desk.asked


def test_a_conversation_is_taken_closed_and_noted(open_window: OpenWindow, shop: FakeShop) -> None:
    window = in_conversation(open_window, shop)
    window.page.keyboard.press("Alt+KeyT")
    window.page.get_by_role("button", name="Close", exact=True).click()
    window.page.get_by_label("Note for colleagues").fill("called back")
    window.page.get_by_role("button", name="Resolved", exact=True).click()
    window.page.get_by_text("The assistant answers", exact=False).first.wait_for()
    assert shop.desk.closed == {"c-1": {"resolution": "resolved", "note": "called back"}}


def test_an_action_for_an_order_goes_along_with_the_next_message(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = in_conversation(open_window, shop)
    window.page.locator(".profile .row").click()
    window.page.get_by_role("button", name="Prepare something").click()
    window.page.get_by_role("checkbox").first.check()
    window.page.get_by_label("Reason").fill("dented")
    window.page.get_by_role("button", name="Prepare", exact=True).click()
    window.see(".attachment")
    asked = next(body for kind, body in shop.desk.asked if kind == "proposals")
    wanted = {"order_number": "A20031", "items": [{"item": 1}], "reason": "dented"}
    assert asked == {"tool": "propose_return", "arguments": wanted}
    window.page.fill("#reply-text", "Please confirm below.")
    window.page.keyboard.press("Control+Enter")
    window.page.locator(".by-agent").wait_for()
    assert shop.desk.sent[0]["proposal_ids"] == ["p-0"]


def test_the_summary_tells_a_calm_mood_too(open_window: OpenWindow, shop: FakeShop) -> None:
    window = in_conversation(open_window, shop, "c-2")
    words = window.see(".summary").inner_text()
    for word in ("Asked for a person", "Calm", "Chinese", "A20031", "Looked up"):
        assert word in words


def test_what_the_customer_says_of_the_seal_goes_along(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    """Without it, goods that are taken back sealed only could not be prepared by hand."""
    window = in_conversation(open_window, shop)
    window.page.locator(".profile .row").click()
    window.page.get_by_role("button", name="Prepare something").click()
    for tool in ("propose_exchange", "propose_return"):
        window.page.get_by_label("What").select_option(tool)
        window.page.get_by_label("Box or seal").select_option("yes")
    window.page.get_by_role("checkbox").first.check()
    window.page.get_by_role("button", name="Prepare", exact=True).click()
    window.see(".attachment")
    asked = next(body for kind, body in shop.desk.asked if kind == "proposals")
    wanted = {"order_number": "A20031", "items": [{"item": 1}], "sealed": True}
    assert asked == {"tool": "propose_return", "arguments": wanted}


def test_a_proposal_is_whole_once_and_the_summary_leads_to_it(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    """One that no message shows is whole in the summary."""
    said = shop.desk.talks["c-1"][0]
    window = in_conversation(open_window, shop)
    whole = window.page.locator("[data-proposal=p-earlier]")
    assert window.see(".summary [data-proposal=p-earlier]").count() == whole.count() == 1
    reply = {"reply": "", "handled_by": "assistant", "proposals": [facts.proposal("p-earlier")]}
    shop.desk.talks["c-1"].append(said | {"message_id": "m-p", "role": "assistant", "reply": reply})
    shop.desk.customer_says("c-1", "And?")
    window.see(".said [data-proposal=p-earlier]")
    assert whole.count() == 1
    window.page.locator(".summary .named").press("Enter")
    assert whole.evaluate("note => note === document.activeElement")


def test_a_credit_is_confirmed_by_the_agent(open_window: OpenWindow, shop: FakeShop) -> None:
    window = in_conversation(open_window, shop)
    window.page.locator(".profile .row").click()
    window.page.get_by_role("button", name="Prepare something").click()
    window.page.get_by_label("What").select_option("propose_goodwill")
    window.page.get_by_label("Amount").fill("5.50")
    window.page.get_by_label("Reason").fill("the wait")
    window.page.get_by_role("button", name="Prepare", exact=True).click()
    window.page.locator(".talk-dock").get_by_role("button", name="Confirm").click()
    window.see(".attachment")
    asked = next(body for kind, body in shop.desk.asked if kind == "proposals")
    assert asked["arguments"]["amount_minor"] == 550
    assert ("confirm", {"digest": "digest-p-0"}) in shop.desk.asked


def test_canned_replies_are_filled_in(open_window: OpenWindow, shop: FakeShop) -> None:
    window = in_conversation(open_window, shop)
    window.page.keyboard.press("Alt+KeyR")
    window.page.locator(".canned-list button").click()
    words = "Hello Maya Lindqvist, Lin here about A20031."
    assert window.page.input_value("#reply-text") == words


def test_the_order_fills_a_canned_reply_in_the_replys_own_language(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    text = "运单号{tracking}，最晚{latest}送达。"
    shop.desk.canned = [{"id": "k", "name": "物流", "language": "zh", "text": text}]
    window = in_conversation(open_window, shop)
    window.page.keyboard.press("Alt+KeyR")
    chosen = window.page.get_by_label("About order")
    assert chosen.input_value() == "A20031"  # which the conversation is about
    window.page.locator(".canned-list", has_text="运单号JD0146").wait_for()
    chosen.select_option("")
    window.page.get_by_text("To fill in by hand: {tracking} {latest}").wait_for()
    chosen.select_option("A20031")
    window.page.locator(".canned-list button", has_text="运单号JD0146").click()
    assert window.page.input_value("#reply-text") == "运单号JD0146，最晚2026年11月23日送达。"


def test_a_variable_without_a_value_is_not_sent(open_window: OpenWindow, shop: FakeShop) -> None:
    window = in_conversation(open_window, shop)
    window.page.fill("#reply-text", "About {order_number}")
    window.page.keyboard.press("Control+Enter")
    window.page.get_by_text("Fill in {order_number} first.").wait_for()
    assert shop.desk.sent == []


def test_messages_are_shown_in_the_agents_language_on_demand(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = in_conversation(open_window, shop)
    window.page.get_by_role("button", name="Translate").click()
    assert window.see(".said .translated").inner_text() == "译文"
    window.page.get_by_role("button", name="Translate").click()
    window.page.locator(".said .translated").wait_for(state="detached")


def test_a_translation_that_cannot_be_trusted_is_said_to_be_none(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    shop.desk.translation = None
    window = in_conversation(open_window, shop)
    window.page.get_by_role("button", name="Translate").click()
    assert "read the original" in window.see(".no-translation").inner_text()
    assert window.page.locator(".said .translated").count() == 0


def test_own_words_are_put_into_the_customers_language_and_can_be_had_back(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = in_conversation(open_window, shop, "c-2")
    into = window.page.locator(".reply").get_by_role("button", name="In Chinese")
    assert not into.is_visible()
    window.page.fill("#reply-text", "The kettle is on its way.")
    into.click()
    window.page.wait_for_function("() => document.querySelector('#reply-text').value === '译文'")
    window.page.get_by_role("button", name="Bring back my own words").click()
    assert window.page.input_value("#reply-text") == "The kettle is on its way."
    shop.desk.translation = None
    into.click()
    window.page.get_by_text("There is no translation to rely on. Your words stay").wait_for()
    assert window.page.input_value("#reply-text") == "The kettle is on its way."
    asked = [one for kind, one in shop.desk.asked if kind == "translations"]
    assert asked == 2 * [{"text": "The kettle is on its way.", "language": "zh"}]
    assert shop.desk.sent == []


def test_who_speaks_the_customers_language_is_offered_no_translation(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = in_conversation(open_window, shop)
    window.page.fill("#reply-text", "The kettle is on its way.")
    assert window.page.locator(".reply").get_by_role("button", name="In Chinese").count() == 0


def test_what_a_draft_rested_on_has_changed_and_nothing_written_is_lost(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    shop.desk.speakers["c-1"] = {"agent_id": "a-1", "display_name": "Lin"}
    window = in_conversation(open_window, shop)
    window.see(".draft >> nth=2").locator(".buttons").wait_for()
    window.page.keyboard.press("Alt+Digit1")
    words = window.page.input_value("#reply-text")
    asked = sum(kind == "suggestions" for kind, _ in shop.desk.asked)
    shop.desk.refuse_next = problem(409, "suggestion_void")
    window.page.keyboard.press("Control+Enter")
    window.page.get_by_text("Your words are kept").wait_for()
    assert window.page.input_value("#reply-text") == words
    window.page.wait_for_function("() => document.querySelectorAll('.draft .ready').length > 0")
    assert sum(kind == "suggestions" for kind, _ in shop.desk.asked) == asked + 1


def test_what_came_back_is_settled_by_two_clicks(open_window: OpenWindow, shop: FakeShop) -> None:
    window = at_desk(open_window, shop, "/desk#/cases")
    window.page.get_by_role("button", name="Goods are back").click()
    window.page.get_by_label("Amount").fill("7.50")
    window.page.get_by_role("button", name="Release the refund").click()
    window.page.locator("dialog").wait_for(state="detached")
    window.page.get_by_role("button", name="Approve").click()
    window.page.locator("dialog").get_by_role("button", name="Approve").click()
    for sent in ("Send the replacement…", "Send again…"):
        window.page.locator("dialog").wait_for(state="detached")
        window.page.get_by_role("button", name=sent).click()
        window.page.locator("dialog").get_by_role("button", name=sent).click()
    window.page.get_by_text("Nothing waits to be settled.").wait_for()
    settled = [(kind, body) for kind, body in shop.desk.asked if kind.startswith("settle")]
    assert settled == [
        ("settle returns", {"refund_minor": 750}),
        ("settle claims", {"approved": True}),
        ("settle exchanges", {"accepted": True}),
        ("settle claims", {"approved": True}),
    ]


def test_a_ticket_is_given_to_a_colleague_and_its_history_is_in_words(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = at_desk(open_window, shop, "/desk#/tickets")
    window.page.get_by_role("button", name="Edit ticket").click()
    history = window.see("dialog .plain-list").inner_text()
    assert "Owner: Jonas → Lin" in history
    assert "State: – → Open" in history
    window.page.get_by_label("Owner").last.select_option(label="Jonas")
    window.page.get_by_role("button", name="Save").click()
    window.page.wait_for_selector("dialog", state="detached")
    (changed,) = [body for kind, body in shop.desk.asked if kind == "ticket"]
    assert changed["owner"] == "a-2"
    assert "due_at" not in changed  # nobody touched it


def test_approving_one_message_leaves_the_words_of_the_others_alone(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = at_desk(open_window, shop, "/desk#/proactive")
    window.page.locator(".scene textarea").nth(1).fill("In my own words")
    window.page.get_by_role("button", name="Approve and send").first.click()
    window.page.locator(".scene .card", has_text="Sent to 陈思远").wait_for()
    assert shop.desk.asked[-1] == ("approve", {"text": "您的包裹可能晚到一天。", "remedy": True})
    assert window.page.locator(".scene textarea").input_value() == "In my own words"


def test_a_time_that_was_cleared_leaves_the_ticket_due_as_it_was(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = at_desk(open_window, shop, "/desk#/tickets")
    window.page.get_by_role("button", name="Edit ticket").click()
    window.page.locator("dialog input[type=datetime-local]").fill("")
    window.page.get_by_role("button", name="Save").click()
    window.page.wait_for_selector("dialog", state="detached")
    (changed,) = [body for kind, body in shop.desk.asked if kind == "ticket"]
    assert "due_at" not in changed


def test_the_shortcuts_are_listed(open_window: OpenWindow, shop: FakeShop) -> None:
    window = in_conversation(open_window, shop)
    window.page.keyboard.press("Alt+Slash")
    assert "Use the first draft" in window.see("dialog").inner_text()
    window.page.keyboard.press("Escape")
    window.page.locator("dialog").wait_for(state="detached")


def test_an_ended_session_asks_to_sign_in_and_keeps_the_draft(
    open_window: OpenWindow, shop: FakeShop
) -> None:
    window = in_conversation(open_window, shop)
    window.page.fill("#reply-text", "half a thought")
    shop.desk.signed_in = False
    window.page.get_by_label("State").select_option("active")
    window.page.get_by_text("Your sign-in has ended.").wait_for()
    window.see(".person").click()
    window.see(".said >> nth=0")
    assert window.page.input_value("#reply-text") == "half a thought"
