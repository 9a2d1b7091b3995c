"""An amount is read as it is meant, or not at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orderdb.currencies import exponent
from orderdb.money import DecimalMark, Money

FORMAT_JS = Path(__file__).parents[2] / "src" / "assistant" / "web" / "js" / "format.js"


@pytest.mark.parametrize(
    ("text", "decimal", "minor"),
    [
        ("12.30", ".", 1230),
        ("1,234,567.8", ".", 123456780),
        ("1,000", ".", 100000),
        ("-0.5", ".", -50),
        (" 12. ", ".", 1200),
        (".5", ".", 50),
        ("１２.３０", ".", 1230),
        ("12,30", ",", 1230),
        ("1.234,50", ",", 123450),
        ("1.000", ",", 100000),
    ],
)
def test_an_amount_is_read_with_its_marks(text: str, decimal: DecimalMark, minor: int) -> None:
    assert Money.parse(text, "EUR", decimal).minor == minor


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("12,30", "."),
        ("1,2345", "."),
        ("0,123", "."),
        ("12,345,67", "."),
        ("1.234,50", "."),
        ("12.30", ","),
        ("1e1", "."),
        ("1_000", "."),
        ("NaN", "."),
        ("", "."),
        ("€5", "."),
    ],
)
def test_what_could_be_another_amount_is_none(text: str, decimal: DecimalMark) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        Money.parse(text, "EUR", decimal)


@pytest.mark.parametrize(
    ("currency", "minor", "told"),
    [
        ("XAF", 1500, "XAF 1,500"),
        ("UGX", 1500, "UGX 1,500"),
        ("PYG", 1500, "PYG 1,500"),
        ("OMR", 1500, "OMR 1.500"),
        ("IQD", 1500, "IQD 1.500"),
        ("RSD", 1500, "RSD 15.00"),
        ("CLF", 15000, "CLF 1.5000"),
    ],
)
def test_each_currency_has_the_minor_unit_of_the_standard(
    currency: str, minor: int, told: str
) -> None:
    money = Money(minor=minor, currency=currency)
    assert str(money) == told
    assert Money.parse(told.removeprefix(f"{currency} "), currency) == money


def test_the_page_counts_in_the_same_minor_units() -> None:
    table = re.findall(r'^  (\d): "([A-Z ]+)"', FORMAT_JS.read_text(encoding="utf-8"), re.M)
    told = {code: int(digits) for digits, codes in table for code in codes.split()}
    assert {code: exponent(code) for code in told} == told
    assert len(told) == 26
