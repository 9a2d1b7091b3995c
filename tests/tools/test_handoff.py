"""Passing a conversation to a person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from orderdb import audit
from orderdb.models import Conversation, Handoff
from orderdb.statuses import HandoffStatus
from tests.orderdb.shop import ANNA, NOW, WEI, Shop
from tests.tools.desk import desk
from tools.registry import ToolRegistry
from tools.results import ToolResult


@pytest.fixture
def shop(engine: Engine) -> Shop:
    shop = Shop(engine)
    for number in range(3):
        shop.save(Conversation(id=f"c{number}", customer_id=ANNA, created_at=NOW))
    return shop


def call(
    shop: Shop, conversation: str | None = "c0", customer: str = ANNA, after: int = 0
) -> ToolResult:
    engine = shop.session.get_bind()
    assert isinstance(engine, Engine)
    now = NOW + timedelta(minutes=after)
    context = desk(engine, customer, conversation_id=conversation, now=now)
    return ToolRegistry()["handoff"](context, reason="wants a person")


def test_a_conversation_gets_a_place_in_the_queue(shop: Shop) -> None:
    places = [call(shop, f"c{number}", after=number).handoff for number in range(3)]
    assert [place.position for place in places if place] == [1, 2, 3]


def test_asking_again_keeps_the_place(shop: Shop) -> None:
    first = call(shop).handoff
    call(shop, "c1", after=1)
    again = call(shop, after=2).handoff
    assert first is not None
    assert again == first


def test_customers_are_not_sent_what_a_model_gave_as_the_reason(shop: Shop) -> None:
    """Nobody has checked those words: a code goes out instead, the first time and again."""
    for notice in (call(shop).handoff, call(shop, after=1).handoff):
        assert notice is not None
        assert notice.reason == "wish"


def test_asking_many_times_at_once_waits_once(shop: Shop) -> None:
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: call(shop), range(10)))
    with Session(shop.session.get_bind()) as session:
        assert len(session.exec(select(Handoff)).all()) == 1
        assert audit.verify(session) is None


def test_a_conversation_that_a_person_already_has_says_so(shop: Shop) -> None:
    call(shop)
    waiting = shop.session.exec(select(Handoff)).one()
    waiting.status = HandoffStatus.ACTIVE
    shop.save(waiting)
    told = call(shop)
    assert told.handoff is not None
    assert told.handoff.position is None
    assert "already" in told.text


def test_somebody_elses_conversation_is_not_passed_on(shop: Shop) -> None:
    assert call(shop, customer=WEI).status == "refused"
    assert shop.session.exec(select(Handoff)).first() is None


def test_without_a_conversation_there_is_nothing_to_pass_on(shop: Shop) -> None:
    assert call(shop, None).status == "refused"


def test_control_characters_of_a_model_reach_no_database(shop: Shop) -> None:
    engine = shop.session.get_bind()
    assert isinstance(engine, Engine)
    tool = ToolRegistry()["handoff"].bind(desk(engine, conversation_id="c0"))
    tool.invoke(
        {"name": "handoff", "args": {"reason": "a\x00b\x1b"}, "id": "1", "type": "tool_call"}
    )
    assert shop.session.exec(select(Handoff.reason)).one() == "a b"
