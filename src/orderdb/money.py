"""Amounts in minor units with a currency; never a float."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from orderdb.currencies import exponent

DecimalMark = Literal[".", ","]

# A group mark stands before every third digit or nowhere: else it is a decimal mark in disguise.
_AMOUNT: Final = re.compile(r"[+-]?(?:(?!0)\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+")
_SWAPPED: Final = str.maketrans(",.", ".,")
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CNY": "¥", "JPY": "¥", "BRL": "R$"}


class Money(BaseModel):
    """An amount: ``minor`` units (cents, fen, yen) of an ISO 4217 ``currency``."""

    model_config = ConfigDict(frozen=True)

    minor: int
    currency: str = Field(pattern=r"^[A-Z]{3}$")

    @classmethod
    def parse(cls, text: str, currency: str, decimal: DecimalMark = ".") -> Money:
        """Read a number such as ``"1,234.50"``; of the two marks, the one not ``decimal`` groups.

        Raises ValueError when it is not exact.
        """
        written = text.strip() if decimal == "." else text.strip().translate(_SWAPPED)
        if not _AMOUNT.fullmatch(written):
            raise ValueError(f"{text!r} is not an amount")
        scaled = Decimal(written.replace(",", "")).scaleb(exponent(currency))
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{text!r} has more decimals than {currency} allows")
        return cls(minor=int(scaled), currency=currency)

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(minor=self.minor + self._same(other).minor, currency=self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(minor=self.minor - self._same(other).minor, currency=self.currency)

    def __str__(self) -> str:
        """As people write it: ``€12.30``, ``¥1,200`` (JPY), ``CHF 5.00``."""
        digits = f"{abs(self.decimal):,.{exponent(self.currency)}f}"
        sign = "-" if self.minor < 0 else ""
        symbol = _SYMBOLS.get(self.currency)
        return f"{sign}{symbol}{digits}" if symbol else f"{sign}{self.currency} {digits}"

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"cannot combine {self.currency} with {other.currency}")
        return other
