"""Changes asked for in words: a card once all is known, until then one question at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from assistant.memory import ConversationMemory
from evals.stub_model import Answer
from orderdb.database import SessionFactory
from orderdb.models import Stock, Variant
from orderdb.policy_book import PolicyBook
from orderdb.proposals import confirm
from tests.assistant.aftersales_shop import aftersales_shop
from tests.assistant.turning import Desk, Reading, Readings, ScriptedEndpoint, done
from tests.databases import SqliteDatabases, opened
from tests.orderdb.shop import ANNA, WEI

READINGS: Mapping[str, Reading] = {
    "never mind": [("no", 1.0)],
    "may i pay": [("may.payment", 1.0)],
    "yes": [("yes", 1.0)],
    "warranty": [("policy", 1.0)],
    "where": [("order.where", 1.0)],
    "can i": [("may.return", 0.6), ("do.return", 0.4)],
    "broken": [("damaged", 1.0)],
    "lost": [("missing", 1.0)],
    "refund": [("do.refund", 1.0)],
    "退款": [("do.refund", 1.0)],
    "money back": [("do.refund", 1.0)],
    "return": [("do.return", 1.0)],
    "退": [("do.return", 1.0)],
    "exchange": [("do.exchange", 1.0)],
    "换": [("do.exchange", 1.0)],
    "address": [("do.address", 1.0)],
    "pay": [("do.payment", 1.0)],
    "cancel": [("do.cancel", 1.0)],
    "remove": [("do.items", 1.0)],
    "add": [("do.items", 1.0)],
    "碎": [("damaged", 1.0)],
    "could the": [("may.items", 1.0)],
}


@pytest.fixture
def small_engine(sqlite_databases: SqliteDatabases) -> Iterator[Engine]:
    yield from opened(sqlite_databases, aftersales_shop)


@pytest.fixture
def desk(small_engine: Engine, shop_rules: PolicyBook) -> Desk:
    return Desk(SessionFactory(small_engine), shop_rules, readings=Readings(READINGS))


async def told(desk: Desk, *said: str, customer: str = ANNA) -> list[dict[str, Any]]:
    """The replies to these messages of one conversation, without a model."""
    service = desk.service()
    language = "zh" if customer == WEI else "en"
    chat = await service.open(customer, language)
    replies = [
        done(await desk.ask(service, one, chat=chat, customer=customer, language=language))
        for one in said
    ]
    await service.close()
    return replies


def card(reply: dict[str, Any]) -> tuple[str, str]:
    (proposal,) = reply["proposals"]
    return proposal["kind"], proposal["summary"]


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        ("return A20010", "return_items", "1 x Steel Kettle (red)"),
        ("return the mug of A20011", "return_items", "1 x Travel Mug of"),
        ("return kettle and mug of A20011", "return_items", "1 x Steel Kettle (red), 1 x Travel"),
        ("return the mug", "return_items", "1 x Travel Mug of"),  # the only one that came
        ("return the mug of A20011, the kettle I keep", "return_items", "Return 1 x Travel Mug of"),
        ("return the kettle in A20011 but not the mug", "return_items", "Steel Kettle (red) of"),
        ("return everything in A20011 except the kettle", "return_items", "1 x Travel Mug of"),
        ("exchange A20010, I would prefer blue", "exchange_items", "(red) to blue"),
        ("pay A20013 with a gift card rather than the card", "change_payment", "ending in 0007"),
        ("remove the mug from A20012, keep the kettle", "cancel_lines", "1 x Travel Mug out"),
        ("A20010 is broken. Money back, photo: b_1.jpg.", "refund", "once the photos"),
        ("return item 2 of A20011", "return_items", "1 x Travel Mug of"),
        ("return all of A20011", "return_items", "1 x Steel Kettle (red), 1 x Travel Mug of"),
        ("return the tea in A20014, it is unopened", "return_items", "seal is unopened"),
        ("exchange the kettle of A20010 for the blue one", "exchange_items", "(red) to blue"),
        ("exchange A20010, it is far too small, could it be green", "exchange_items", "to green"),
        ("address of A20012, 就寄到 Neue Strasse 5, 10115 Berlin 吧", "change_address",
         "Neue Strasse 5, 10115 Berlin,"),
        ("exchange A20010, I want green instead of red", "exchange_items", "(red) to green"),
        ("exchange the kettle in A20012 for blue", "change_items", "(red) to blue"),
        ("remove the mug from A20012", "cancel_lines", "Take 1 x Travel Mug out"),
        ("cancel only the mug in A20012", "cancel_lines", "Take 1 x Travel Mug out"),
        ("cancel the mug in A20012", "cancel_lines", "Take 1 x Travel Mug out"),
        ("cancel the mug, please. It is in A20012", "cancel_lines", "Take 1 x Travel Mug out"),
        ("cancel the mug order, A20012", "cancel_order", "Cancel order A20012"),
        ("cancel A20012", "cancel_order", "Cancel order A20012"),
        ("address of A20012: Neue Strasse 5, 10115 Berlin", "change_address", "Neue Strasse 5"),
        ("pay A20013 with my gift card", "change_payment", "gift card ending in 0007"),
        ("exchange in A20012 for blue", "change_items", "Steel Kettle (red) to blue"),
        ("refund A20012", "cancel_order", "Cancel order A20012"),
        ("refund A20010", "return_items", "Return 1 x Steel Kettle"),
        ("A20015 is lost, send it again", "reship", "Send 1 x Kettle"),
        ("A20015 is lost, refund me", "refund", "Refund €44.80"),
        ("the kettle in A20010 is broken, send a new one: a.jpg", "reship", "photos were checked"),
    ],
)  # fmt: skip
async def test_what_is_said_whole_is_prepared_at_once(
    desk: Desk, said: str, kind: str, words: str
) -> None:
    (reply,) = await told(desk, said)
    assert card(reply)[0] == kind
    assert words in card(reply)[1]
    assert "Confirm" in reply["reply"] or "confirmed" in reply["reply"]


@pytest.mark.parametrize(
    ("said", "asked", "kind", "words"),
    [
        (["return A20011", "the mug"], "Which item", "return_items", "1 x Travel Mug of"),
        (["return A20011", "the second one"], "Which item", "return_items", "1 x Travel Mug of"),
        (["return A20011", "both"], "Which item", "return_items", "Kettle (red), 1 x Travel Mug"),
        (["return A20014", "yes"], "unopened", "return_items", "You confirm"),
        (["exchange A20010", "green"], "blue, green", "exchange_items", "to green"),
        (["exchange A20010", "the first one please"], "blue", "exchange_items", "to blue"),
        (["exchange A20011", "blue"], "Steel Kettle (red) become", "exchange_items", "to blue"),
        (["address of A20012", "5 New Road\n10115 Berlin"], "whole new", "change_address", "5 New"),
        (["address of A20012", "Office Street 9, 53111, Bonn"], "whole", "change_address", "Bonn"),
        (["pay A20013 otherwise", "0007"], "ending in 0007", "change_payment", "€44.80"),
        (["remove something from A20012", "mug"], "taken out", "cancel_lines", "Travel Mug"),
        (["A20010 came broken", "money back", "a.jpg"], "sent again", "refund", "once the photos"),
        (["A20011 came broken", "I want no replacement, I want a refund", "the mug", "a.jpg"],
         "Which item", "refund", "1 x Travel Mug"),
        (["exchange my kettle for blue", "A20010"], "Which of your", "exchange_items", "to blue"),
        (["return the kettle", "A20011"], "Which of your", "return_items", "Steel Kettle (red) of"),
    ],
)  # fmt: skip
async def test_what_is_missing_is_asked_for_and_taken_up_when_it_comes(
    desk: Desk, said: Sequence[str], asked: str, kind: str, words: str
) -> None:
    *before, last = await told(desk, *said)
    assert asked in before[0]["reply"]
    assert not any(reply["proposals"] for reply in before)
    assert card(last)[0] == kind
    assert words in card(last)[1]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("exchange the kettle of A20010 for a black one", "not in stock in black. In stock: blue"),
        ("exchange A20010, I'd rather have black", "not in stock in black"),
        ("exchange A20012 for black", "not in stock in black"),
    ],
)
async def test_what_is_sold_out_is_said_before_what_there_is(
    desk: Desk, said: str, words: str
) -> None:
    (reply,) = await told(desk, said)
    assert words in reply["reply"]
    assert not reply["proposals"]
    assert "Yes." not in reply["reply"]


@pytest.mark.parametrize(
    ("said", "clause"),
    [("return the scarf in A20011", "FINAL-1"), ("cancel A20010", "CANCEL-2"),
     ("address of A20010: Neue Strasse 5, 10115 Berlin", "ADDRESS-2")],
)  # fmt: skip
async def test_a_no_cites_its_clause(desk: Desk, said: str, clause: str) -> None:
    (reply,) = await told(desk, said)
    assert clause in [one["clause"] for one in reply["citations"]]


@pytest.mark.parametrize(
    "said",
    ["does that cost extra?", "will it be charged", "and is there a fee", "is it free",
     "has it been confirmed?"],
)  # fmt: skip
async def test_a_question_about_what_was_prepared_is_answered_of_it(desk: Desk, said: str) -> None:
    _, reply = await told(desk, "address of A20012: Neue Strasse 5, 10115 Berlin", said)
    assert "free of charge" in reply["reply"] or "cannot confirm" in reply["reply"]
    assert not reply["tool_calls"]


async def test_what_was_clicked_is_told_as_done(desk: Desk) -> None:
    service = desk.service()
    chat = await service.open(ANNA, "en")
    prepared = done(await desk.ask(service, "cancel A20012", chat=chat))["proposals"][0]
    with desk.sessions() as session:
        confirm(session, ANNA, prepared["proposal_id"], prepared["digest"], desk.book, desk.clock())
    reply = done(await desk.ask(service, "has that gone through?", chat=chat))["reply"]
    await service.close()
    assert "it is done: Cancel order A20012" in reply


async def test_something_else_is_returned_than_what_has_not_come(desk: Desk) -> None:
    _, reply = await told(desk, "where is A20015?", "I'd like to return something")
    assert "Which of your orders" in reply["reply"]
    assert "A20010" in reply["reply"]
    _, this = await told(desk, "where is A20015?", "I'd like to return it")
    assert "A20010" not in this["reply"]


@pytest.mark.parametrize(
    ("said", "action"),
    [("could the kettle in A20012 still be swapped", "change_items"),
     ("could the kettle in A20010 still be swapped", "exchange")],
)  # fmt: skip
async def test_a_swap_is_judged_by_whether_the_order_is_packed(
    desk: Desk, said: str, action: str
) -> None:
    (reply,) = await told(desk, said)
    (call,) = reply["tool_calls"]
    assert call["arguments"]["action"] == action
    assert reply["reply"].startswith("Yes.")


async def test_what_was_ordered_too_often_is_taken_out(desk: Desk) -> None:
    (reply,) = await told(desk, "A20012: that is one mug too many")
    assert card(reply) == ("cancel_lines", card(reply)[1])
    assert "Take 1 x Travel Mug out" in card(reply)[1]


async def test_a_request_that_is_put_as_a_question_is_prepared(desk: Desk) -> None:
    (reply,) = await told(desk, "could the kettle in A20012 be blue?")
    assert card(reply)[0] == "change_items"


async def test_the_same_words_twice_are_told_as_the_same(desk: Desk) -> None:
    first, second = await told(desk, "where is A20015?", "where is A20015 now?")
    assert second["reply"] != first["reply"]
    assert first["reply"] in second["reply"]


async def test_every_choice_has_a_button_whose_words_are_an_answer(desk: Desk) -> None:
    for said in ("return A20011", "exchange A20010", "return A20014", "pay A20013 otherwise"):
        (reply,) = await told(desk, said)
        for button in reply["quick_replies"]:
            _, answered = await told(desk, said, button["text"])
            assert answered["proposals"] or "seal is broken" in answered["reply"], button


async def test_a_question_in_between_leaves_the_wish_open(desk: Desk) -> None:
    *_, where, last = await told(desk, "exchange A20010", "where is A20012?", "green")
    assert not where["proposals"]
    assert "to green" in card(last)[1]


async def test_yes_to_what_may_be_done_asks_for_it(desk: Desk) -> None:
    _, last = await told(desk, "can i send A20010 back?", "yes")
    assert card(last)[0] == "return_items"


async def test_another_change_is_no_answer_to_a_question_about_the_first(desk: Desk) -> None:
    _, last = await told(desk, "return A20011", "exchange kettle for blue")
    assert card(last)[0] == "exchange_items"


async def test_a_wish_that_is_given_up_takes_no_later_word_for_its_answer(desk: Desk) -> None:
    *_, last = await told(desk, "exchange A20010", "never mind", "green")
    assert not last["proposals"]


async def test_a_wish_is_forgotten_after_some_other_matters(desk: Desk) -> None:
    others = ["where is A20012?"] * 3
    *_, last = await told(desk, "exchange A20010", *others, "green")
    assert not last["proposals"]


async def test_a_longer_message_about_something_else_is_no_answer(desk: Desk) -> None:
    said = "where is the blue parcel that you sent for A20010 last week?"
    _, last = await told(desk, "exchange A20010", said)
    assert not last["proposals"]
    assert [call["name"] for call in last["tool_calls"]] == ["get_order"]


async def test_only_variants_in_the_orders_warehouse_are_offered(
    desk: Desk, small_engine: Engine
) -> None:
    with Session(small_engine) as session:
        blue, green = (
            session.exec(select(Stock).join(Variant).where(Variant.name_en == colour)).one()
            for colour in ("blue", "green")
        )
        session.add(Stock(variant_id=blue.variant_id, warehouse_code="SZX", on_hand=99))
        blue.on_hand = 0
        session.delete(green)  # nobody counts it, and it is sold
        session.commit()
    asked, last = await told(desk, "exchange A20010", "green")
    assert [button["label"] for button in asked["quick_replies"]][:1] == ["green"]
    assert "blue" not in asked["reply"]
    assert card(last)[0] == "exchange_items"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("return A20010, it doesn’t fit.", "doesn’t fit"),
        ("return the mug of A20011 because the lid leaks", "because the lid leaks"),
        ("exchange the kettle of A20010 for blue, it is too small", "too small"),
        ("cancel A20012, I no longer need it", "no longer need it"),
        ("cancel A20012, I do not want to wait", ""),
        ("return A20010", ""),
    ],
)
async def test_a_reason_is_taken_word_for_word_and_never_asked_for(
    desk: Desk, said: str, reason: str
) -> None:
    (reply,) = await told(desk, said)
    (call,) = reply["tool_calls"]
    assert call["arguments"].get("reason", "") == reason
    assert len(reply["proposals"]) == 1


async def test_a_reason_is_taken_from_chinese_words_too(desk: Desk) -> None:
    *_, last = await told(desk, "我要退A20020，买错了", "随行杯", customer=WEI)
    (call,) = last["tool_calls"]
    assert call["arguments"]["reason"] == "买错了"
    assert card(last)[0] == "return_items"


async def test_what_the_rules_forbid_is_refused_before_anything_is_asked(desk: Desk) -> None:
    (reply,) = await told(desk, "address of A20010")
    assert "whole new address" not in reply["reply"]
    assert "I'm afraid not" in reply["reply"]
    assert [button["text"] for button in reply["quick_replies"]] == ["Talk to a person"]


async def test_a_refused_choice_can_be_mended_by_another(desk: Desk) -> None:
    _, refused, last = await told(desk, "pay A20013 otherwise", "paypal", "the gift card")
    assert "cannot be used" in refused["reply"]
    assert card(last)[0] == "change_payment"


async def test_what_may_be_done_is_offered_with_a_button(desk: Desk) -> None:
    asked, last = await told(desk, "can i send A20010 back?", "Return A20010")
    assert not asked["proposals"]
    assert [button["text"] for button in asked["quick_replies"]] == ["Return A20010"]
    assert card(last)[0] == "return_items"


async def test_what_no_tool_can_do_is_for_a_person(desk: Desk) -> None:
    (reply,) = await told(desk, "add another mug to A20012")
    assert not reply["proposals"]
    assert "Talk to a person" in [button["text"] for button in reply["quick_replies"]]


async def test_another_customers_order_is_as_unknown_as_none(desk: Desk) -> None:
    replies = [(await told(desk, f"return {number}"))[0] for number in ("A20020", "A29999")]
    texts = [one["reply"].replace("A20020", "N").replace("A29999", "N") for one in replies]
    assert texts[0] == texts[1]
    assert "no order" in texts[0]


async def test_nothing_is_asked_of_an_order_that_is_only_guessed(desk: Desk) -> None:
    (reply,) = await told(desk, "I want to return it")
    assert "Which of your orders" in reply["reply"]


async def test_the_same_goes_in_chinese(desk: Desk) -> None:
    which, reply = await told(desk, "我要退A20020", "随行杯", customer=WEI)
    assert "哪件商品" in which["reply"]
    assert [button["label"] for button in which["quick_replies"]][-1] == "全部"
    assert card(reply) == ("return_items", reply["proposals"][0]["summary"])
    assert "随行杯" in reply["reply"]
    broken = await told(desk, "A20020碎了", "第一个", "退款", "photo1.jpg", customer=WEI)
    assert "补发" in broken[1]["reply"]
    assert "照片" in broken[2]["reply"]
    assert card(broken[3])[0] == "refund"
    assert broken[3]["language"] == "zh"


async def test_a_small_model_is_not_needed_to_ask_or_to_propose(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(Answer(text="never said"))
    service = desk.service(desk.agent(endpoint, native=False))
    chat = await service.open(ANNA, "en")
    for said in ("return A20011", "the mug"):
        reply = done(await desk.ask(service, said, chat=chat))
    await service.close()
    assert card(reply)[0] == "return_items"
    assert reply["handled_by"] == "assistant"
    assert endpoint.requests == []


async def test_what_is_asked_stands_behind_what_is_told(desk: Desk) -> None:
    endpoint = ScriptedEndpoint(Answer(text="never said"))
    said = "Where is A20012? And I want to return A20011."
    reply = done(await desk.answered(desk.agent(endpoint, native=False), said))
    assert reply["reply"].startswith("Order A20012 is being prepared.")
    assert endpoint.requests == []
    assert "Which item is it about? Steel Kettle (red), Travel Mug" in reply["reply"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Bahnhofstr. 10, 80335 München", ("Bahnhofstr. 10", "", "München", "", "80335")),
        ("to Neue Strasse 5 10115 Berlin please", ("Neue Strasse 5", "", "Berlin", "", "10115")),
        ("5 Queens Rd, Leeds, LS1 4AB. Thanks!", ("5 Queens Rd", "", "Leeds", "", "LS1 4AB")),
        ("4 Rose Lane, Leeds LS1 4AB", ("4 Rose Lane", "", "Leeds", "", "LS1 4AB")),
        (
            "Flat 4B, 12 High Street, Leeds, LS1 4AB",
            ("12 High Street", "Flat 4B", "Leeds", "", "LS1 4AB"),
        ),
        ("52 Market St, Springfield, IL 62704", ("52 Market St", "", "Springfield", "IL", "62704")),
        (
            "77 Park Ave, Apt 3, Chicago, IL 60607",
            ("77 Park Ave", "Apt 3", "Chicago", "IL", "60607"),
        ),
        ("Kerkstraat 65, 1012 AB Amsterdam", ("Kerkstraat 65", "", "Amsterdam", "", "1012 AB")),
        (
            "浙江省杭州市西湖区文三路18号，310012",
            ("西湖区文三路18号", "", "杭州市", "浙江省", "310012"),
        ),
        ("上海市浦东新区世纪大道88号15楼", ("浦东新区世纪大道88号", "15楼", "上海市", "", "")),
        ("my office", None),
        ("12 Mill Road, second floor", None),
        ("10115", None),
    ],
)  # fmt: skip
async def test_an_address_is_taken_word_for_word_or_asked_for_whole(
    desk: Desk, written: str, found: tuple[str, ...] | None
) -> None:
    (reply,) = await told(desk, f"address of A20012: {written}")
    (call,) = reply["tool_calls"]
    if found is None:
        assert call["name"] == "check_eligibility"
        return
    names = ("line1", "line2", "city", "region", "postal_code")
    assert tuple(call["arguments"].get(name, "") for name in names) == found
    assert call["status"] == "ok"


async def test_other_words_about_a_card_just_made_change_what_it_says(desk: Desk) -> None:
    _, reply = await told(desk, "return the mug of A20011", "no wait, only the kettle")
    assert card(reply) == ("return_items", card(reply)[1])
    assert "Steel Kettle (red)" in card(reply)[1]
    assert "Mug" not in card(reply)[1]


async def test_an_address_is_put_right_on_the_card(desk: Desk) -> None:
    said = ["address of A20012: 5 New Road, 10115 Berlin", "sorry, 15 New Road, 10115 Berlin"]
    _, reply = await told(desk, *said)
    assert "15 New Road" in card(reply)[1]


async def test_an_address_told_bit_by_bit_is_prepared_whole(desk: Desk) -> None:
    said = ["address of A20012", "5 New Road", "10115 Berlin"]
    _, asked, reply = await told(desk, *said)
    assert "whole new address" in asked["reply"]
    assert "5 New Road" in card(reply)[1]
    assert "10115 Berlin" in card(reply)[1]


async def test_words_that_say_nothing_leave_a_card_as_it_is(desk: Desk) -> None:
    _, reply = await told(desk, "remove the mug from A20012", "hang on, doorbell")
    assert reply["proposals"] == []
    assert "waits on the card" in reply["reply"]


@pytest.mark.parametrize("said", ["yep, do it", "fair enough. go for it", "好的，确认"])
async def test_who_agrees_in_words_is_shown_to_the_button(desk: Desk, said: str) -> None:
    _, reply = await told(desk, "return the mug of A20011", said)
    assert reply["proposals"] == []
    assert "Confirm" in reply["reply"] or "确认" in reply["reply"]


async def test_a_card_for_all_spares_what_is_to_be_kept(desk: Desk) -> None:
    _, reply = await told(desk, "cancel A20012", "wait no, keep the mug")
    assert "Steel Kettle" in card(reply)[1]
    assert "Mug" not in card(reply)[1]


async def test_what_is_gone_off_is_taken_out_and_not_all_that_is_named(desk: Desk) -> None:
    said = "A20012 has a kettle and a mug, I've gone off the mug, remove"
    (reply,) = await told(desk, said)
    assert "Mug" in card(reply)[1]
    assert "Kettle" not in card(reply)[1]


async def test_which_item_is_asked_where_only_that_one_is_cancelled(desk: Desk) -> None:
    (reply,) = await told(desk, "cancel only that one of A20012")
    assert reply["proposals"] == []
    assert "taken out" in reply["reply"]


async def test_the_name_before_a_street_is_the_recipient(desk: Desk) -> None:
    said = "address of A20012 is my sister's: Lena Hoffmann, Torstraße 5, 10119 Berlin"
    (reply,) = await told(desk, said)
    assert "Lena Hoffmann, Torstraße 5" in card(reply)[1]


@pytest.mark.parametrize("said", ["where is A20015", "when does A20015 come"])
async def test_of_a_lost_parcel_the_loss_is_told_and_no_day(desk: Desk, said: str) -> None:
    (reply,) = await told(desk, said)
    assert "lost the parcel" in reply["reply"]
    assert "expected" not in reply["reply"]
    assert reply["proposals"] == []


async def test_of_a_lost_parcel_another_one_is_sent_where_that_is_wanted(desk: Desk) -> None:
    desk.readings = Readings({"another one": [("followup", 0.3)], **READINGS})
    *_, reply = await told(desk, "where is A20015", "right, send me another one please")
    assert card(reply)[0] == "reship"


async def test_goods_that_shall_join_the_order_at_hand_are_no_swap_in_another(desk: Desk) -> None:
    said = "can you put a mug in the box as well, the kettle one is lonely"
    *_, reply = await told(desk, "where is A20012", said)
    assert "nothing can be added" in reply["reply"]
    assert reply["proposals"] == []


async def test_more_of_whichever_item_cannot_be_added(desk: Desk) -> None:
    (reply,) = await told(desk, "exchange in A20012: I'd like two instead of one")
    assert "nothing can be added" in reply["reply"]


async def test_what_is_not_needed_goes_where_the_rest_is_kept(desk: Desk) -> None:
    (reply,) = await told(
        desk, "remove: I don't need the kettle of A20012 anymore but keep the mug"
    )
    assert "Steel Kettle" in card(reply)[1]
    assert "Mug" not in card(reply)[1]


def test_a_model_may_not_choose_a_change_that_is_not_the_likeliest_reading(desk: Desk) -> None:
    unclear = [("order.where", 0.4), ("do.cancel", 0.35), ("policy", 0.2)]
    desk.readings = Readings({"hold on": unclear})
    plan = desk.preparation()._plan(ANNA, "no hold on, A20012", ConversationMemory())
    assert [one.label for one in plan.parts[0].choices] == ["order.where", "policy"]


async def test_a_tracking_number_names_its_order_however_it_is_spaced(desk: Desk) -> None:
    replies = await told(desk, "where is JDA200151?", "where is JD A20015 1 now?")
    assert all("A20015" in one["reply"] for one in replies)
    (foreign,) = await told(desk, "where is JDA200151?", customer=WEI)
    assert "A20015" not in foreign["reply"]


async def test_a_whole_order_is_cancelled_whatever_goods_are_the_reason(desk: Desk) -> None:
    (reply,) = await told(desk, "A20012: we have a kettle by now, so cancel the whole lot")
    assert card(reply)[0] == "cancel_order"
    (reply,) = await told(desk, "A20012: cancel everything but the kettle")
    assert card(reply)[0] == "cancel_lines"


async def test_a_way_of_paying_that_was_asked_after_is_named_alone(desk: Desk) -> None:
    _, reply = await told(desk, "may I pay A20013 otherwise", "the gift card ending 0007 then")
    assert card(reply)[0] == "change_payment"


async def test_what_is_added_to_a_card_joins_what_is_on_it(desk: Desk) -> None:
    _, reply = await told(desk, "return the mug of A20011", "return the kettle, too")
    assert "Travel Mug" in card(reply)[1]
    assert "Steel Kettle (red)" in card(reply)[1]


async def test_goods_taken_back_before_they_were_sent_are_cancelled(desk: Desk) -> None:
    *_, reply = await told(desk, "where is A20012?", "退了吧")
    assert card(reply)[0] == "cancel_order"


async def test_a_card_that_is_let_go_is_said_to_do_nothing(desk: Desk) -> None:
    _, reply = await told(desk, "return the mug of A20011", "never mind")
    assert "unless you press Confirm" in reply["reply"]


async def test_a_return_behind_an_exchange_let_go_is_of_the_same_goods(desk: Desk) -> None:
    *_, reply = await told(desk, "exchange the kettle of A20011", "never mind", "then return it")
    assert card(reply)[0] == "return_items"
    assert "Steel Kettle (red)" in card(reply)[1]
    assert "Mug" not in card(reply)[1]


async def test_who_wants_the_money_and_no_other_parcel_is_understood_at_once(desk: Desk) -> None:
    _, reply = await told(desk, "where is A20015?", "退款吧 别再发了")
    assert card(reply)[0] == "refund"
