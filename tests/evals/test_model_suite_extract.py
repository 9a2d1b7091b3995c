"""What the suite's own extraction finds in a text, and what it leaves alone."""

from datetime import date
from decimal import Decimal

import pytest

from evals.model_suite import extract
from tests.evals.small_shop import TODAY

NOV_23, NOV_26 = date(2026, 11, 23), date(2026, 11, 26)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("on 2026-11-23", [NOV_23]),
        ("on Nov 23", [NOV_23]),
        ("on November 23rd, 2026.", [NOV_23]),
        ("on the 23rd of November", [NOV_23]),
        ("by 23 Nov 2026", [NOV_23]),
        ("on the 23rd", [NOV_23]),
        ("on 11/23", [NOV_23]),
        ("23/11/2026", [NOV_23]),
        ("11月23日送达", [NOV_23]),
        ("2026年11月23号", [NOV_23]),
        ("１１月２３日", [NOV_23]),
        ("23号到", [NOV_23]),
        ("tomorrow", [NOV_23]),
        ("明天", [NOV_23]),
        ("between Nov 23 and Nov 26", [NOV_23, NOV_26]),
        ("Nov 23–26", [NOV_23, NOV_26]),
        ("from 23 to 26 November", [NOV_23, NOV_26]),
        ("11月23日至26日", [NOV_23, NOV_26]),
        ("11月23-26日", [NOV_23, NOV_26]),
        ("11月23日到11月26日之间", [NOV_23, NOV_26]),
    ],
)
def test_dates_are_found_in_every_usual_form(text: str, days: list[date]) -> None:
    found = extract.dates(text, TODAY)
    assert len(found) == len(days)
    assert all(day in named.days for named, day in zip(found, days, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "within 30 days",
        "open 24/7",
        "parcel 1/2",
        "all 3 may be returned",
        "the 2nd order",
        "7日内可以退货",
        "24个月质保",
        "at 14:30",
        "A20031",
    ],
)
def test_what_is_no_date_is_left_alone(text: str) -> None:
    assert extract.dates(text, TODAY) == []


def test_a_wrong_year_is_another_day() -> None:
    (named,) = extract.dates("Nov 23, 2025", TODAY)
    assert named.days == {date(2025, 11, 23)}


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("$89.90", "89.90", "USD"),
        ("USD 1,234.50", "1234.50", "USD"),
        ("89.90 dollars", "89.90", "USD"),
        ("€4,90", "4.90", "EUR"),
        ("4.90 €", "4.90", "EUR"),
        ("¥199", "199", "CNY"),
        ("￥199.00", "199", "CNY"),
        ("199元", "199", "CNY"),
        ("共199块", "199", "CNY"),
        ("1800日元", "1800", "JPY"),
        ("£11.90", "11.90", "GBP"),
    ],
)
def test_amounts_are_found_with_sign_code_or_word(text: str, value: str, currency: str) -> None:
    (amount,) = extract.amounts(text)
    assert amount.value == Decimal(value)
    assert currency in amount.currencies


def test_a_dollar_sign_is_no_euro() -> None:
    (amount,) = extract.amounts("$5")
    assert "EUR" not in amount.currencies


def test_plain_numbers_are_no_amounts() -> None:
    assert extract.amounts("3 items, 30 days, A20031, 90%") == []


def test_codes_order_numbers_and_clauses_do_not_get_mixed_up() -> None:
    text = "订单A20031的单号是1Z999AA10123456784（见RETURN-1）"
    assert extract.order_numbers(text) == {"A20031"}
    assert extract.codes(text) == {"1Z999AA10123456784"}
    assert extract.clauses(text) == {"RETURN-1"}


def test_percentages_are_found() -> None:
    assert extract.percentages("90% sure, 百分之80") == {Decimal(90), Decimal(80)}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("thirty days", 30),
        ("三十天", 30),
        ("十二个月", 12),
        ("24个月", 24),
        ("七天", 7),
        ("两个", 2),
    ],
)
def test_numbers_are_read_in_figures_and_words(text: str, number: int) -> None:
    assert Decimal(number) in extract.numbers(text)
