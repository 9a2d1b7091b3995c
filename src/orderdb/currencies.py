"""Minor units of currencies, as ISO 4217 (list one, published 2024-06-25) states them.

Every currency that is not listed here has hundredths.
"""

from __future__ import annotations

from typing import Final

_DIGITS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS: Final = {code: digits for digits, codes in _DIGITS.items() for code in codes.split()}


def exponent(currency: str) -> int:
    """Digits after the decimal point in ``currency``."""
    return _EXPONENTS.get(currency, 2)
