"""Preparing changes, returns, exchanges and claims as a model asks for them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from orderdb.models import Address, Conversation, Order, Proposal
from orderdb.statuses import OrderStatus, PaymentStatus, ReturnClass, ShipmentStatus
from tests.orderdb.proposals.desk import bought, gift_card
from tests.orderdb.shop import ANNA, NOW, WEI, Shop
from tests.tools.desk import desk
from tools.desk_tool import UnfitArguments
from tools.registry import ToolRegistry
from tools.results import ToolResult

SAID = (
    "It is too small, photo: IMG_2031.jpg",
    "Please send it to Neue Strasse 5, 10115 Berlin",
    "杯子碎了",
)
ADDRESS = {"line1": "Neue Strasse 5", "city": "Berlin", "postal_code": "10115"}


@pytest.fixture
def shop(sqlite_engine: Engine) -> Shop:
    shop = Shop(sqlite_engine)
    shop.save(Conversation(id="c1", customer_id=ANNA, created_at=NOW))
    return shop


def ask(shop: Shop, tool: str, language: str = "en", **given: Any) -> ToolResult:
    """What a model sends, checked as the model's word is."""
    engine = shop.session.get_bind()
    assert isinstance(engine, Engine)
    context = desk(engine, ANNA, language, conversation_id="c1", said=SAID)
    return ToolRegistry()[tool].checked(context, {"order_number": "A20000", **given})


def kinds(shop: Shop) -> list[str]:
    with Session(shop.session.get_bind()) as session:
        return [one.value for one in session.exec(select(Proposal.kind))]


def test_some_items_are_taken_out_and_all_of_them_cancel_the_order(shop: Shop) -> None:
    bought(shop, lines=2)
    ask(shop, "propose_cancellation", items=[{"item": 2}])
    ask(shop, "propose_cancellation", items=[{"item": 1}, {"item": 2, "quantity": 1}])
    assert kinds(shop) == ["cancel_lines", "cancel_order"]


def test_an_address_in_the_customers_words_is_taken(shop: Shop) -> None:
    shop.order()
    told = ask(shop, "propose_address_change", **ADDRESS)
    assert told.proposal is not None
    assert "Neue Strasse 5" in told.proposal.summary
    assert told.proposal.amount is None
    assert [one.clause for one in told.citations] == ["ADDRESS-1"]


@pytest.mark.parametrize(
    "made_up", [{"line1": "Hacker Road 1"}, {"city": "Hamburg"}, {"recipient": "Mallory"}]
)
def test_an_address_that_the_customer_never_wrote_is_not(
    shop: Shop, made_up: dict[str, str]
) -> None:
    shop.order()
    told = ask(shop, "propose_address_change", **ADDRESS | made_up)
    assert (told.status, told.proposal) == ("refused", None)
    assert "Ask for the whole new address" in told.text


def test_an_address_of_the_account_needs_not_be_written_out(shop: Shop) -> None:
    shop.order()
    for customer, street in ((ANNA, "Office Street 9"), (WEI, "Weis Street 1")):
        shop.save(
            Address(customer_id=customer, recipient="-", line1=street, city="Bonn", country="DE")
        )
    mine = ask(shop, "propose_address_change", line1="Office Street 9", city="Bonn")
    assert mine.proposal is not None
    weis = ask(shop, "propose_address_change", line1="Weis Street 1", city="Bonn")
    assert weis.status == "refused"


def test_a_way_of_paying_that_is_not_there_is_answered_with_those_that_are(shop: Shop) -> None:
    order = shop.order(paid=False, status=OrderStatus.PENDING_PAYMENT)
    shop.pay(order, order.total_minor, status=PaymentStatus.PENDING)
    gift_card(shop, 9999, code="SECRETSECRET1234")
    told = ask(shop, "propose_payment_change", pay_with="bitcoin")
    assert told.status == "refused"
    assert "gift card ending in 1234" in told.text
    assert "SECRET" not in told.text
    assert ask(shop, "propose_payment_change", pay_with="gift_card").proposal is not None


def test_a_return_without_items_is_of_all_that_can_come_back(shop: Shop) -> None:
    shop.delivered(lines=[{}, {"return_class": ReturnClass.FINAL_SALE}, {"name_en": "Pan"}])
    told = ask(shop, "propose_return", reason="too small")
    assert told.proposal is not None
    assert "1 x Kettle, 1 x Pan" in told.proposal.summary
    assert told.proposal.amount is not None
    assert told.proposal.amount.minor == 2 * 3990 - 390


def test_a_return_says_why_nothing_can_come_back(shop: Shop) -> None:
    shop.delivered(lines=[{"return_class": ReturnClass.FINAL_SALE}])
    told = ask(shop, "propose_return", "zh")
    assert told.status == "refused"
    assert "特价清仓" in told.text


def test_a_reason_for_a_return_must_be_the_customers(shop: Shop) -> None:
    shop.delivered()
    assert ask(shop, "propose_return", reason="it is broken").status == "refused"


@pytest.mark.parametrize("variant", ["blue", "BLUE", "MUG-2"])
def test_an_exchange_before_packing_changes_the_items(shop: Shop, variant: str) -> None:
    bought(shop)
    told = ask(shop, "propose_exchange", items=[{"item": 1, "variant": variant}])
    assert kinds(shop) == ["change_items"]
    assert told.proposal is not None
    assert "1 x Mug (red) to blue" in told.proposal.summary


def test_an_exchange_after_delivery_sends_the_item_back(shop: Shop) -> None:
    bought(shop, delivered=True)
    ask(shop, "propose_exchange", items=[{"item": 1, "variant": "green"}])
    assert kinds(shop) == ["exchange_items"]


def test_an_unclear_variant_is_answered_with_those_there_are(shop: Shop) -> None:
    bought(shop, delivered=True)
    told = ask(shop, "propose_exchange", items=[{"item": 1, "variant": "purple"}])
    assert told.text == "Which variant of Mug is meant? There are: blue; green."


def test_a_claim_takes_the_photos_that_the_customer_sent(shop: Shop) -> None:
    bought(shop, delivered=True)
    claim = {"problem": "damaged", "remedy": "refund"}
    assert "Photos" in ask(shop, "propose_claim", **claim).text
    assert ask(shop, "propose_claim", **claim, photos=["made-up.jpg"]).status == "refused"
    told = ask(shop, "propose_claim", **claim, photos=["IMG_2031.jpg"])
    assert told.proposal is not None
    assert told.proposal.kind == "refund"


@pytest.mark.parametrize("words", ["...", "", " ", "a", "too small", "2031.jpg", "IMG_2031"])
def test_other_words_of_the_customer_are_no_photo(shop: Shop, words: str) -> None:
    bought(shop, delivered=True)
    told = ask(shop, "propose_claim", problem="damaged", remedy="refund", photos=[words])
    assert (told.status, told.proposal) == ("refused", None)


def test_part_of_a_house_number_was_not_written(shop: Shop) -> None:
    shop.order()
    for line1, status in (("Strasse 5", "ok"), ("trasse 5", "refused")):
        assert ask(shop, "propose_address_change", **ADDRESS | {"line1": line1}).status == status


@pytest.mark.parametrize("blank", [" ", "\x0f", "\u3000"])
def test_an_address_of_blanks_does_not_fit(shop: Shop, blank: str) -> None:
    shop.order()
    with pytest.raises(UnfitArguments):
        ask(shop, "propose_address_change", **ADDRESS | {"city": blank})


def test_a_lost_parcel_is_sent_again_without_photos(shop: Shop) -> None:
    order, _ = bought(shop, status=OrderStatus.EXCEPTION)
    shop.ship(order, ShipmentStatus.LOST)
    told = ask(shop, "propose_claim", problem="lost", remedy="reship")
    assert told.proposal is not None
    assert told.proposal.kind == "reship"


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("propose_return", {"items": [{"item": 1}, {"item": 1}]}),
        ("propose_return", {"items": [{"item": 0}]}),
        ("propose_return", {"amount": 100}),
        ("propose_exchange", {"items": []}),
        ("propose_claim", {"problem": "ugly", "remedy": "refund"}),
        ("propose_claim", {"problem": "lost", "remedy": "goodwill"}),
        ("propose_address_change", ADDRESS | {"country": "Germany"}),
        ("propose_cancellation", {"customer_id": WEI}),
    ],
)
def test_what_does_not_fit_is_told_to_the_model(
    shop: Shop, tool: str, given: dict[str, Any]
) -> None:
    bought(shop, delivered=True)
    with pytest.raises(UnfitArguments):
        ask(shop, tool, **given)
    assert kinds(shop) == []


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("propose_return", {}),
        ("propose_exchange", {"items": [{"item": 1, "variant": "blue"}]}),
        ("propose_claim", {"problem": "lost", "remedy": "refund"}),
        ("propose_address_change", ADDRESS),
        ("propose_payment_change", {"pay_with": "original"}),
        ("propose_cancellation", {"items": [{"item": 1}]}),
    ],
)
def test_nobody_prepares_anything_for_somebody_elses_order(
    shop: Shop, tool: str, given: dict[str, Any]
) -> None:
    shop.delivered(customer=WEI)
    told = ask(shop, tool, **given)
    assert told.status == "refused"
    assert told.text.startswith("There is no order A20000 in this account.")
    assert kinds(shop) == []


def test_preparing_changes_nothing_of_the_order(shop: Shop) -> None:
    order, _ = bought(shop, delivered=True)
    ask(shop, "propose_return")
    ask(shop, "propose_exchange", items=[{"item": 1, "variant": "blue"}])
    with Session(shop.session.get_bind()) as session:
        assert session.exec(select(Order.version)).one() == order.version


def test_an_address_in_chinese_needs_no_marks_around_its_parts(shop: Shop) -> None:
    shop.order()
    engine = shop.session.get_bind()
    assert isinstance(engine, Engine)
    context = desk(engine, ANNA, "zh", conversation_id="c1", said=("寄到上海市世纪大道88号15楼",))
    given = {"line1": "世纪大道88号", "line2": "15楼", "city": "上海市"}
    tool = ToolRegistry()["propose_address_change"]
    assert tool.checked(context, {"order_number": "A20000", **given}).proposal is not None
    wrong = {**given, "line2": "5楼"}
    assert tool.checked(context, {"order_number": "A20000", **wrong}).status == "refused"
