"""The clause under a reply is the one that it rests on."""

from __future__ import annotations

from datetime import date

from assistant.citing import cited
from tools.results import Citation, ToolResult


def clause(name: str, quote: str) -> Citation:
    return Citation(
        clause=name, version=1, effective_from=date(2026, 1, 1), title="Refunds", quote=quote
    )


FOUND = ToolResult(
    text="",
    citations=[
        clause("REFUND-2", "Refunds go back to the method that was used to pay."),
        clause("REFUND-4", "Cards show a refund within 7 working days, wallets within 3."),
    ],
)


def test_a_clause_that_is_named_is_cited() -> None:
    assert [one.clause for one in cited("See REFUND-2.", [FOUND])] == ["REFUND-2"]


def test_without_a_name_the_clause_that_says_the_same_is_cited() -> None:
    assert [one.clause for one in cited("It takes up to 7 working days.", [FOUND])] == ["REFUND-4"]


def test_of_clauses_that_say_as_much_the_first_found_is_cited() -> None:
    assert [one.clause for one in cited("Gladly!", [FOUND])] == ["REFUND-2"]


def test_a_chinese_reply_is_held_against_chinese_clauses() -> None:
    found = ToolResult(
        text="",
        citations=[
            clause("RETURN-1", "送达后30天内可以无理由退货。"),
            clause("RETURN-7", "退货运费由买家承担，质量问题除外。"),
        ],
    )
    assert [one.clause for one in cited("寄回的运费由买家承担。", [found])] == ["RETURN-7"]


def test_nothing_found_is_nothing_cited() -> None:
    assert cited("Hello.", [ToolResult(text="")]) == []
