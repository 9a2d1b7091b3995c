"""Orders named by what they cost: `my $59 order`, `the cheapest one`, `59块的那单`, `最贵的`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol

from assistant.order_numbers import PLACEHOLDER
from assistant.saying import says
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

_MOST_EN = r"(?:most expensive|priciest|dearest|(?:biggest|largest)(?= (?:order|purchase)))"
_LEAST_EN = r"(?:cheapest|least expensive|smallest(?= (?:order|purchase)))"
_AMOUNT_ZH = r"(?:价格|价钱|金额|总价|花(?:的)?(?:钱|费)|付的?钱)"
_MOST_ZH = rf"(?:最贵|{_AMOUNT_ZH}最[高多大])"
_LEAST_ZH = rf"(?:最便宜|{_AMOUNT_ZH}最[低少小])"
_ONE_ZH = r"(?:[个個单單笔筆]|订单|訂單)"
_ASKED_ZH = rf"(?:哪一?{_ONE_ZH}|(?:我|这些|所有)的?订单(?:里|中|当中)?)"


def _extreme(en: str, zh: str) -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:the|my|that) {en} (?:{_THING}|of (?:my|the|these|those|them))\b"
        rf"|\b(?:which|what) [^.?!]{{0,24}}\b(?:{_THING}|of them|of these) "
        rf"(?:is|was|were|are|cost|did i)\b[^.?!]{{0,24}}\b(?:the )?{en}\b"
        rf"|{zh}的?(?:那|这|一)?{_ONE_ZH}"
        rf"|{_ASKED_ZH}[^，。？！]{{0,6}}{zh}|{zh}的?(?:订单)?是哪",
        re.IGNORECASE,
    )


_EXTREMES = ((max, _extreme(_MOST_EN, _MOST_ZH)), (min, _extreme(_LEAST_EN, _LEAST_ZH)))
_FOR_SALE = re.compile(
    r"\b(?:sell|stock|shop|store|can buy|do you have|have you got|is there)\b"
    r"|[你您]们|店|卖|有没有|[想要]买"
)
asks_which_costs = says(
    rf"\b(?:which|what)\b[^.?!]{{0,40}}\b(?:{_MOST_EN}|{_LEAST_EN})\b"
    rf"|哪[^，。？！]{{0,8}}最|最[^，。？！]{{0,5}}是哪"
)
"""Whether a text asks which order cost most or least, rather than names it so."""


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
    return _extreme_of(text, orders)


def _extreme_of(text: str, orders: Sequence[_Order]) -> Priced | None:
    """Those that cost most or least, among orders of one currency."""
    totals = [one.total for one in orders if one.total]
    if _FOR_SALE.search(text) or len({one.currency for one in totals}) != 1:
        return None
    for which, words in _EXTREMES:
        if match := words.search(text):
            found = which(one.minor for one in totals)
            numbers = [one.number for one in orders if one.total and one.total.minor == found]
            masked = f"{text[: match.start()]} {PLACEHOLDER} {text[match.end() :]}"
            return Priced(tuple(numbers), masked)
    return None


def _value(said: str) -> Decimal:
    whole, _, cents = re.sub(r"[.,](?=\d{1,2}$)", "|", said).partition("|")
    return Decimal(f"{re.sub(r'[ ,.]', '', whole)}.{cents or 0}")
