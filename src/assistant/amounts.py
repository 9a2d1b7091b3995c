"""Orders named by what they cost: `the 32.90 one`, `my $59 order`, `59块的那单`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol

from assistant.order_numbers import PLACEHOLDER
from orderdb.money import Money

_SUM = r"(?P<{name}>\d{{1,3}}(?:[ ,]\d{{3}})*(?:[.,]\d{{1,2}})?|\d+(?:[.,]\d{{1,2}})?)"
_CURRENCY = r"(?:[€$£¥￥]|euros?|eur|dollars?|bucks|usd|pounds?|quid|gbp|yuan|rmb|cny|yen|jpy)"
_THING = r"(?:one|order|purchase|payment|parcel|package)s?"
_NAMED = re.compile(
    rf"(?<![\w.,])(?:{_CURRENCY}\s?)?{_SUM.format(name='before')}(?:\s?{_CURRENCY})? {_THING}\b"
    rf"|\b{_THING} (?:of|for|worth|over|that cost)(?: me)? (?:about |around |roughly )?"
    rf"(?:{_CURRENCY}\s?{_SUM.format(name='marked')}|{_SUM.format(name='after')}\s?{_CURRENCY})"
    rf"|(?<![\d.]){_SUM.format(name='zh')}(?:块钱?|元|欧元?|刀|美元|美金|英镑|日元|块[\d一二三四五六七八九]毛?)"
    r"的?[那这]?[一]?(?:[个個单單笔筆]|订单|訂單)"
    r"|[€$£¥￥](?P<mark>\d+(?:\.\d{1,2})?)的?[那这]?[一]?(?:[个個单單笔筆]|订单|訂單)",
    re.IGNORECASE,
)


class _Order(Protocol):
    @property
    def number(self) -> str: ...
    @property
    def total(self) -> Money | None: ...


class Priced(NamedTuple):
    """``numbers``, newest first; ``masked`` has an order number's placeholder for the amount."""

    numbers: tuple[str, ...]
    masked: str


def by_amount(text: str, orders: Sequence[_Order]) -> Priced | None:
    """Those of ``orders`` whose total a lower-case text names; None where it is nobody's.

    A whole number stands for what is less than one of its units away: "the $59 order" cost 58.90.
    """
    for match in _NAMED.finditer(text):
        said = next(one for one in match.groups() if one)
        exact = [one.number for one in orders if one.total and one.total.decimal == _value(said)]
        about = [
            one.number
            for one in orders
            if one.total and said.isdigit() and abs(one.total.decimal - _value(said)) < 1
        ]
        if found := exact or about:
            masked = f"{text[: match.start()]} {PLACEHOLDER} {text[match.end() :]}"
            return Priced(tuple(found), masked)
    return None


def _value(said: str) -> Decimal:
    whole, _, cents = re.sub(r"[.,](?=\d{1,2}$)", "|", said).partition("|")
    return Decimal(f"{re.sub(r'[ ,.]', '', whole)}.{cents or 0}")
