"""Finding what a text claims."""

import pytest

from assistant.grounding.claims import claims


def values(text: str, kind: str) -> list[str]:
    return sorted(value for one in claims(text) if one.kind == kind for value in one.values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It arrives on 24 November 2026.", ["2026-11-24"]),
        ("It arrives on Nov. 24, 2026.", ["2026-11-24"]),
        ("between 24 and 28 November", ["--11-24", "--11-28"]),
        ("November 24-28", ["--11-24", "--11-28"]),
        ("Tuesday, 24th of November", ["--11-24"]),
        ("2026-11-24", ["2026-11-24"]),
        ("2026年11月24日至28日", ["2026-11-24", "2026-11-28"]),
        ("11月24日", ["--11-24"]),
        ("１１月２４号", ["--11-24"]),
        ("3/4/2026", ["2026-03-04", "2026-04-03"]),
        ("on 31 February", []),
        ("a 24-piece set", []),
    ],
)
def test_dates_are_found_in_every_usual_form(text: str, expected: list[str]) -> None:
    assert values(text, "date") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("€1,234.50", ["EUR:123450"]),
        ("12.30 EUR", ["EUR:1230"]),
        ("EUR 12.30", ["EUR:1230"]),
        ("about 12 dollars", ["USD:1200"]),
        ("共120元", ["CNY:12000"]),
        ("¥1,200", ["CNY:120000", "JPY:1200"]),
        ("1200日元", ["JPY:1200"]),
        ("R$ 5.00", ["BRL:500"]),
        ("3 items", []),
    ],
)
def test_amounts_are_found_with_their_currency(text: str, expected: list[str]) -> None:
    assert values(text, "amount") == expected


def test_an_amount_without_a_currency_may_be_of_any() -> None:
    assert {"EUR:5990", "USD:5990"} <= set(values("It costs 59.90 in all", "amount"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("order #a20031", ["A20031"]),
        ("订单A20031已发货", ["A20031"]),
        ("see RETURN-1", ["RETURN1"]),
        ("tracking 1Z999AA10123456784", ["1Z999AA10123456784"]),
        ("2e7a8482f6fb09756ca50c10d7bfc047", ["2E7A8482F6FB09756CA50C10D7BFC047"]),
        ("the 5G phone and the A4 paper", []),
    ],
)
def test_codes_are_compared_whatever_their_form(text: str, expected: list[str]) -> None:
    assert values(text, "code") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("within 30 days", ["30d"]),
        ("3-5 business days", ["3d", "5d"]),
        ("seven days", ["7d"]),
        ("七天无理由", ["7d"]),
        ("十五个工作日", ["15d"]),
        ("24小时内", ["24h"]),
        ("two weeks", ["2w"]),
        ("a two-year warranty", ["2y"]),
    ],
)
def test_durations_are_read_in_both_languages(text: str, expected: list[str]) -> None:
    assert values(text, "duration") == expected


def test_percentages_links_and_clock_times_are_claims_too() -> None:
    text = "95% sure by 14:30, see https://example.test/x or write to a@b.example"
    assert values(text, "percent") == ["95"]
    assert values(text, "clock") == ["14:30"]
    assert values(text, "link") == ["a@b.example", "https://example.test/x"]
