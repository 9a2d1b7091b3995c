"""Fewer pieces are taken out of an order that has not left; more cannot be added to it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from orderdb.database import SessionFactory
from orderdb.models import Proposal
from orderdb.policy_book import PolicyBook
from tests.assistant.turning import Desk, Readings, done
from tests.orderdb.shop import ANNA, Shop

ITEMS = Readings({"a2001": [("do.items", 1.0)], "one more": [("do.items", 1.0)]})


@pytest.fixture
def desk(sqlite_engine: Engine, shop_rules: PolicyBook) -> Desk:
    shop = Shop(sqlite_engine)
    product = shop.product("Steel Kettle", "不锈钢水壶", variants=("red", "blue"))
    kettle = {"name_en": "Steel Kettle", "name_zh": "不锈钢水壶", "variant_id": product.id}
    mug = {"name_en": "Pour-Over Mug", "name_zh": "马克杯", "unit_minor": 1500, "sku": "MUG-1"}
    shop.order("A20012", lines=[kettle | {"quantity": 3}, mug])
    return Desk(SessionFactory(sqlite_engine), shop_rules, readings=ITEMS)


async def told(desk: Desk, *said: str, language: str = "en") -> list[dict[str, Any]]:
    service = desk.service()
    chat = await service.open(ANNA, language)
    replies = [
        done(await desk.ask(service, one, chat=chat, customer=ANNA, language=language))
        for one in said
    ]
    await service.close()
    return replies


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("I only want 1 of item 1 in order A20012", "Take 2 x Steel Kettle"),
        ("A20012: two kettles instead of three", "Take 1 x Steel Kettle"),
        ("reduce A20012 to one kettle", "Take 2 x Steel Kettle"),
        ("instead of 3 kettles I need 2 in A20012", "Take 1 x Steel Kettle"),
        ("take the Pour-Over Mug out of A20012", "Take 1 x Pour-Over Mug"),
        ("take one of the kettles out of A20012", "Take 1 x Steel Kettle"),
        ("A20012不锈钢水壶只要一个", "Take 2 x Steel Kettle"),
        ("A20012水壶数量改成2", "Take 1 x Steel Kettle"),
        ("A20012水壶少要一个", "Take 1 x Steel Kettle"),
    ],
)
async def test_fewer_pieces_are_taken_out(desk: Desk, said: str, words: str) -> None:
    language = "en" if said.isascii() else "zh"
    (reply,) = await told(desk, said, language=language)
    (proposal,) = reply["proposals"]
    assert proposal["kind"] == "cancel_lines"
    with desk.sessions() as session:
        stored = session.get_one(Proposal, proposal["proposal_id"])
    assert words in stored.summary_en


@pytest.mark.parametrize(
    "said",
    ["add one more kettle to A20012", "A20012: four kettles instead of three", "A20012水壶改成5个"],
)
async def test_nothing_is_added(desk: Desk, said: str) -> None:
    (reply,) = await told(desk, said, language="en" if said.isascii() else "zh")
    assert not reply["proposals"]
    assert reply["reply"].startswith(("No, nothing can be added", "已下的订单不能加购"))
    assert "CANCEL-3" in reply["reply"]


async def test_one_more_is_no_answer_to_which_variant(desk: Desk) -> None:
    asked, last = await told(
        desk, "change the kettle in A20012", "add one more of item 1 to A20012"
    )
    assert "become" in asked["reply"]
    assert not last["proposals"]
    assert "nothing can be added" in last["reply"]
