"""Finding what a text claims: dates, amounts, codes, shares and durations, in English and Chinese.

One extractor reads both the sources (tool results, clauses) and the replies, so that a claim is
compared with what it was written from, whatever form either took.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from orderdb.currencies import exponent

Kind = Literal["date", "amount", "code", "percent", "duration", "clock", "link"]


@dataclass(frozen=True)
class Claim:
    """Something checkable that a text says.

    ``values`` are all readings of it (``3/4`` may be two dates), each normalised:
    dates as ``YYYY-MM-DD`` or ``--MM-DD``, amounts as ``EUR:1230`` (minor units), codes as
    upper-case alphanumerics. One reading that is known is enough.
    """

    kind: Kind
    text: str
    values: frozenset[str]
    start: int
    end: int


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sept sep", "october oct", "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_TO = r"\s*(?:-|–|—|~|to|and|until|through|or|至|到|—+)\s*"
_YEAR = r"(?:,?\s*(?P<year>20\d\d))?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"

_DATES = [
    re.compile(r"(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"),
    re.compile(
        r"(?:(?P<year>20\d\d)\s*年\s*)?(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]?"
        r"(?:\s*(?:-|–|—|~|至|到|—+)\s*(?P<last>\d{1,2})\s*[日号](?!\d))?"
    ),
    re.compile(
        rf"\b{_DAY}(?:{_TO}(?P<last>\d{{1,2}})(?:st|nd|rd|th)?)?\s+(?:of\s+)?{_MONTH}{_YEAR}", re.I
    ),
    re.compile(
        rf"\b{_MONTH}\s+{_DAY}(?!\d)(?:{_TO}{_WEEKDAY}(?P<last>\d{{1,2}})(?:st|nd|rd|th)?(?!\d))?"
        rf"{_YEAR}",
        re.I,
    ),
    re.compile(r"(?<![\d/.])(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<year>20\d\d)(?!\d)"),
    re.compile(r"(?<![\d/.])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?![\d/])"),
]

_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "欧元": "EUR",
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "美元": "USD",
    "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "英镑": "GBP",
    "cny": "CNY", "rmb": "CNY", "yuan": "CNY", "元": "CNY", "人民币": "CNY", "块": "CNY",
    "jpy": "JPY", "yen": "JPY", "日元": "JPY",
    "r$": "BRL", "brl": "BRL", "chf": "CHF", "hk$": "HKD", "hkd": "HKD",
}  # fmt: skip
_BOTH_YEN = ("CNY", "JPY")
_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d{1,3})?|\d+(?:\.\d{1,3})?)"
_BEFORE = r"(?P<before>US\$|HK\$|R\$|[€$£¥￥]|(?:EUR|USD|GBP|CNY|JPY|RMB|BRL|CHF|HKD)(?=[\s\d]))"
_AFTER = (
    r"(?P<after>[€£]|EUR|USD|GBP|CNY|JPY|RMB|BRL|CHF|HKD|euros?|dollars?|pounds?|yuan|yen"
    r"|欧元|美元|英镑|日元|元|块)"
)
_AMOUNTS = [
    re.compile(rf"{_BEFORE}\s?{_NUMBER}(?![\d])", re.I),
    re.compile(rf"(?<![\d.,]){_NUMBER}\s?{_AFTER}(?![A-Za-z])", re.I),
]
_BARE_AMOUNT = re.compile(r"(?<![\d.,:])(?P<number>\d{1,3}(?:,\d{3})+\.\d\d|\d+\.\d\d)(?![\d.])")
_PERCENT = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)\s?(?:%|percent\b|per cent\b)"
    r"|百分之(?P<zh>[\d一二三四五六七八九十]+)"
)
_COUNT_EN = {
    word: number
    for number, word in enumerate(
        re.findall(
            r"\w+",
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
        ),
        start=1,
    )
} | {"thirty": 30, "sixty": 60, "ninety": 90}
_DURATION = re.compile(
    r"(?P<number>\d+|\b(?:" + "|".join(_COUNT_EN) + r")\b|[一二三四五六七八九十两]+)"
    r"(?:\s?(?:-|–|to|至|到|~|or)\s?(?P<last>\d+|[一二三四五六七八九十]+))?"
    r"\s?-?(?:个)?\s?(?:business|working|calendar|full|工作)?[\s-]?"
    r"(?P<unit>days?|hours?|hrs?|weeks?|months?|years?|minutes?|mins?"
    r"|日内|天|工作日|小时|周|星期|个月|月内|年|分钟)",
    re.I,
)
_CLOCK = re.compile(
    r"(?<![\d:])(?P<hour>[01]?\d|2[0-3])[:：](?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d:])"
)
_LINK = re.compile(r"(?:https?://|www\.)[^\s)>\]，。]+|[\w.+-]+@[\w-]+\.[\w.]+", re.I)
_CODE = re.compile(
    r"(?<![A-Za-z0-9])#?(?=[A-Za-z0-9-]*\d)[A-Za-z]{0,10}-?[A-Za-z0-9]*\d[A-Za-z0-9-]*"
)
_ZH_DIGITS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}


def claims(text: str) -> list[Claim]:
    """All claims of ``text`` in order of appearance; none overlaps another."""
    text = unicodedata.normalize("NFKC", text)
    found: list[Claim] = []
    for finder in (_links, _dates, _percents, _amounts, _bare_amounts, _durations, _clocks, _codes):
        taken = [(claim.start, claim.end) for claim in found]
        found += [
            claim
            for claim in finder(text)
            if not any(claim.start < end and start < claim.end for start, end in taken)
        ]
    return sorted(found, key=lambda claim: claim.start)


def code_key(text: str) -> str:
    """A code as it is compared: upper-case letters and digits only."""
    return re.sub(r"[^A-Z0-9]", "", unicodedata.normalize("NFKC", text).upper())


def _claim(kind: Kind, match: re.Match[str], *values: str) -> Claim:
    return Claim(kind, match.group(), frozenset(values), match.start(), match.end())


def _links(text: str) -> list[Claim]:
    return [_claim("link", m, m.group().lower().rstrip(".,;")) for m in _LINK.finditer(text)]


def _dates(text: str) -> list[Claim]:
    found: list[Claim] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                continue
            found += _read_date(match)
    return found


def _read_date(match: re.Match[str]) -> list[Claim]:
    parts = match.groupdict()
    year = parts.get("year")
    if parts.get("a"):
        a, b = int(parts["a"]), int(parts["b"])
        readings = frozenset(filter(None, (_date(year, a, b), _date(year, b, a))))
        return [Claim("date", match.group(), readings, *match.span())] if readings else []
    word = parts["month"].lower()
    month = int(word) if word.isdigit() else _MONTHS[word]
    days = [int(parts["day"])] + ([int(parts["last"])] if parts.get("last") else [])
    values = [_date(year, month, day) for day in days]
    return [
        Claim("date", match.group(), frozenset({value}), *match.span()) for value in values if value
    ]


def _date(year: str | None, month: int, day: int) -> str | None:
    try:
        date(int(year or 2000), month, day)
    except ValueError:
        return None
    return f"{year}-{month:02}-{day:02}" if year else f"--{month:02}-{day:02}"


def _amounts(text: str) -> list[Claim]:
    found = []
    for pattern in _AMOUNTS:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            sign = (parts.get("before") or parts.get("after") or "").lower()
            currencies = _BOTH_YEN if sign in "¥￥" else (_CURRENCIES[sign],)
            amount = Decimal(parts["number"].replace(",", ""))
            values = [f"{one}:{int(amount.scaleb(exponent(one)))}" for one in currencies]
            found.append(_claim("amount", match, *values))
    return found


def _bare_amounts(text: str) -> list[Claim]:
    """Amounts without a currency: right when any currency makes them so."""
    found = []
    for match in _BARE_AMOUNT.finditer(text):
        amount = Decimal(match["number"].replace(",", ""))
        values = [f"{one}:{int(amount.scaleb(2))}" for one in sorted(set(_CURRENCIES.values()))]
        found.append(_claim("amount", match, *values))
    return found


def _percents(text: str) -> list[Claim]:
    return [
        _claim(
            "percent", m, str(Decimal(m["number"]).normalize() if m["number"] else _count(m["zh"]))
        )
        for m in _PERCENT.finditer(text)
    ]


def _durations(text: str) -> list[Claim]:
    found = []
    for match in _DURATION.finditer(text):
        unit = _unit(match["unit"].lower())
        for number in filter(None, (match["number"], match["last"])):
            found.append(_claim("duration", match, f"{_count(number)}{unit}"))
    return found


def _unit(word: str) -> str:
    for letter, starts in {
        "h": ("hour", "hr", "小时"),
        "w": ("week", "周", "星期"),
        "n": ("min", "分钟"),
        "m": ("month", "个月", "月"),
        "y": ("year", "年"),
    }.items():
        if word.startswith(starts):
            return letter
    return "d"


def _count(word: str) -> int:
    if word.isdigit():
        return int(word)
    if word.isascii():
        return _COUNT_EN[word.lower()]
    if "十" in word:
        tens_word, _, ones_word = word.partition("十")
        return _ZH_DIGITS.get(tens_word, 1) * 10 + _ZH_DIGITS.get(ones_word, 0)
    return _ZH_DIGITS.get(word[:1], 0)


def _clocks(text: str) -> list[Claim]:
    return [_claim("clock", m, f"{int(m['hour']):02}:{m['minute']}") for m in _CLOCK.finditer(text)]


def _codes(text: str) -> list[Claim]:
    """Order, tracking and clause numbers: words with a digit that are no plain small number."""
    return [
        _claim("code", match, code_key(match.group()))
        for match in _CODE.finditer(text)
        if _is_code(match.group())
    ]


def _is_code(word: str) -> bool:
    digits = sum(letter.isdigit() for letter in word)
    if word.isdigit():
        return digits >= 5
    return digits >= 4 or bool(re.fullmatch(r"[A-Z]{3,10}-\d{1,3}", word))
