"""What agents send serves the next draft, without anything of the customer it was sent to."""

from __future__ import annotations

import pytest

from assistant.suggestions.variants import HOLDING
from orderdb.desk.examples import approve_example
from orderdb.models import Agent, CannedReply, Customer
from orderdb.statuses import OrderStatus, ShipmentStatus
from tests.assistant.suggestions.conftest import Office, shop_of
from tests.orderdb.shop import ANNA, at


async def test_an_accepted_reply_is_kept_without_names_numbers_and_dates(office: Office) -> None:
    chat = office.asked("Anna here, where is A20001? anna@example.org")
    (draft, *_) = await office.drafts(chat)
    office.accept(chat, draft, f"Hello Anna! {draft.text}")
    (example,) = office.kept()
    kept = example.message + example.reply
    for private in ("Anna", "A20001", "JDA200011", "example.org", "2026"):
        assert private not in kept, kept
    assert "{order_number}" in example.reply
    assert "{customer_name}" in example.reply
    assert (example.intent, example.language, example.approved) == ("order.where", "en", False)


async def test_an_approved_reply_is_filled_with_the_facts_of_the_next_order(office: Office) -> None:
    chat = office.asked("where is A20001?")
    (draft, *_) = await office.drafts(chat)
    office.accept(chat, draft, f"Hi Anna, I had a look for you. {draft.text}")
    (kept,) = office.kept()
    shop = shop_of(office.desk)
    shop._addresses = {}
    order = shop.order("A20009", status=OrderStatus.SHIPPED)
    shop.ship(order, handed_over_at=at(11, 20, 15), scans=[(at(11, 21), ShipmentStatus.IN_TRANSIT)])
    shop.session.close()
    other = office.asked("where is A20009?")
    assert "example" not in {one.origin for one in await office.drafts(other)}  # nobody read it yet
    with office.desk.sessions() as session:
        approve_example(session, kept.id or 0, office.agent.id, office.desk.clock())
    other = office.asked("where is A20009?")
    example = next(one for one in await office.drafts(other) if one.origin == "example")
    assert example.text.startswith("Hi Anna, I had a look for you. Order A20009")
    assert "JDA200091" in example.text
    assert "A20001" not in example.text


@pytest.mark.parametrize(
    ("customer", "reply", "private"),
    [
        (
            "Anna Weber",
            "Hi Anna, Ms Weber, it is on its way. Kim Park, or just Kim",
            "Anna Weber Kim",
        ),
        ("李浩然", "李先生您好，这件商品可以退。Kim", "李 Kim"),
        ("Will Long", "Will, it will not be long.", "Will"),
    ],
)
async def test_no_part_of_a_name_is_kept_either(
    office: Office, customer: str, reply: str, private: str
) -> None:
    with office.desk.sessions() as session:
        session.get_one(Customer, ANNA).name = customer
        session.get_one(Agent, office.agent.id).display_name = "Kim Park"
        session.commit()
        office.agent = session.get_one(Agent, office.agent.id)
    chat = office.asked("where is A20001?")
    (draft, *_) = await office.drafts(chat)
    office.accept(chat, draft, reply)
    (example,) = office.kept()
    assert [name for name in private.split() if name in example.reply] == []
    assert "will not be long" in example.reply or customer != "Will Long"


async def test_a_chinese_reply_keeps_its_points(office: Office) -> None:
    office.desk.readings.known = {"订单": [("order.where", 1.0)]}
    chat = office.asked("订单A20001到哪了？", language="zh")
    (draft, *_) = await office.drafts(chat)
    office.accept(chat, draft, "Anna，您好！订单Ａ20001（一件）：已发货，请放心。")
    (example,) = office.kept()
    assert example.reply == ("{customer_name}，您好！订单{order_number}（一件）：已发货，请放心。")


async def test_a_reply_that_states_what_nothing_explains_is_not_kept(office: Office) -> None:
    chat = office.asked("where is A20001?")
    (draft, *_) = await office.drafts(chat)
    office.accept(chat, draft, f"{draft.text} Call me at +49 170 5550123.")
    assert list(office.kept()) == []


async def test_a_reply_that_only_promises_one_is_not_kept(office: Office) -> None:
    office.without_rules()
    chat = office.asked("how long does a flying carpet last?")
    (draft, *_) = await office.drafts(chat)
    assert draft.text == HOLDING.en
    office.accept(chat, draft)
    assert office.kept() == []


async def test_nothing_is_kept_where_customers_write_addresses(office: Office) -> None:
    office.desk.readings.known = {"deliver": [("do.address", 1.0)]}
    chat = office.asked("deliver A20002 to Elm Street 5, Bonn")
    (draft, *_) = await office.drafts(chat)
    office.accept(chat, draft)
    assert list(office.kept()) == []


async def test_a_canned_reply_of_the_matter_becomes_a_draft(office: Office) -> None:
    with office.desk.sessions() as session:
        session.add(
            CannedReply(
                id="k1",
                name="Where",
                language="en",
                intent="order.where",
                text="Dear {customer_name}, {order_number} goes with {carrier}: {tracking}.",
                updated_at=office.desk.clock(),
            )
        )
        session.commit()
        name = session.get_one(Customer, ANNA).name
    chat = office.asked("where is A20001?")
    canned = next(one for one in await office.drafts(chat) if one.origin == "canned")
    assert canned.text == f"Dear {name}, A20001 goes with DHL: JDA200011."


@pytest.mark.parametrize("gap", ["{refund}", "{delivered_on}", "{nothing}"])
async def test_a_canned_reply_with_a_gap_that_nothing_fills_is_no_draft(
    gap: str, office: Office
) -> None:
    with office.desk.sessions() as session:
        session.add(
            CannedReply(
                id="k1",
                name="Where",
                language="en",
                intent="order.where",
                text=f"See {gap}.",
                updated_at=office.desk.clock(),
            )
        )
        session.commit()
    chat = office.asked("where is A20001?")
    assert [one.origin for one in await office.drafts(chat)] == ["code"]
