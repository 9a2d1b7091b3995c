"""Dates, amounts, percentages, numbers and clauses that a text names, in both languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_UNTIL = (
    r"(?:\s*(?:-|–|—|~|to|and|or|until|through)\s*(?:the\s+)?(?P<last>\d{1,2})(?:st|nd|rd|th)?)?"
)
_YEAR = r"(?:,?\s*(?:of\s+)?(?P<year>20\d\d))?"
_DATES = (
    re.compile(r"(?<!\d)(?P<year>20\d\d)[-/.](?P<number>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"),
    re.compile(
        r"(?:(?P<year>20\d\d)\s*年\s*)?(?P<number>\d{1,2})\s*月\s*(?P<day>\d{1,2})"
        r"(?:\s*[日号]?\s*(?:-|–|—|~|至|到|或|和)\s*(?P<last>\d{1,2})(?=\s*[日号])|(?=\s*[日号]))"
    ),
    re.compile(rf"\b{_MONTH}\s+{_DAY}(?!\d|:){_UNTIL}(?!\d|:){_YEAR}", re.IGNORECASE),
    re.compile(rf"(?<!\d){_DAY}{_UNTIL}\s+(?:of\s+)?{_MONTH}(?![a-z]){_YEAR}", re.IGNORECASE),
    re.compile(r"(?<![\d/])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<year>20\d\d))?(?![\d/])"),
    re.compile(r"\b(?:the|by|on|until)\s+(?:the\s+)?(?P<day>\d{1,2})(?:st|nd|rd|th)\b(?!\s+\w*"
               r"(?:order|parcel|package|item|shipment|line))", re.IGNORECASE),
    re.compile(r"(?<![\d月])(?P<day>\d{1,2})号(?!仓|楼|包|线|店|订单|院|门)"),
)  # fmt: skip
_RELATIVE = {
    "day after tomorrow": 2,
    "tomorrow": 1,
    "yesterday": -1,
    "大后天": 3,
    "后天": 2,
    "明天": 1,
    "明日": 1,
    "昨天": -1,
    "昨日": -1,
    "前天": -2,
}

_CURRENCIES = {
    "us$": "USD", "hk$": "HKD", "r$": "BRL", "cn¥": "CNY", "$": "USD AUD CAD HKD SGD", "€": "EUR",
    "£": "GBP", "¥": "CNY JPY", "rmb": "CNY", "cny": "CNY", "usd": "USD", "eur": "EUR",
    "gbp": "GBP", "jpy": "JPY", "brl": "BRL", "chf": "CHF", "人民币": "CNY", "元": "CNY",
    "块钱": "CNY", "块": "CNY", "美元": "USD", "欧元": "EUR", "英镑": "GBP", "日元": "JPY",
    "日圆": "JPY", "dollars": "USD", "dollar": "USD", "euros": "EUR", "euro": "EUR",
    "pounds": "GBP", "pound": "GBP", "yuan": "CNY", "yen": "JPY",
}  # fmt: skip
_FIGURE = r"(\d{1,3}(?:[,\s]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d{1,2})?(?!\d))"
_UNIT = "|".join(re.escape(unit) for unit in sorted(_CURRENCIES, key=len, reverse=True))
_AMOUNT_AFTER = re.compile(rf"(?<![a-z])({_UNIT})\s?{_FIGURE}", re.IGNORECASE)
_AMOUNT_BEFORE = re.compile(rf"{_FIGURE}\s?({_UNIT})(?![a-z\d])", re.IGNORECASE)

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?%|百分之(\d+)")
_CLAUSE = re.compile(r"(?<![A-Za-z0-9-])[A-Z]{3,}-\d{1,2}(?![A-Za-z0-9-])")
_ORDER = re.compile(r"(?<![A-Za-z0-9])([A-Za-z])-?(\d{5,7})(?![A-Za-z0-9])")
_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Z0-9](?:[A-Z0-9-]*[A-Z0-9])?(?![A-Za-z0-9])")
_NUMBER = re.compile(r"(?<![\d.,])\d+(?:[.,]\d{3})*(?:\.\d+)?(?![\d])")

_WORD_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "fourteen": 14, "thirty": 30,
}  # fmt: skip
_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HAN_NUMBER = re.compile(r"[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]")


def plain(text: str) -> str:
    """A text in NFKC, so that full-width letters, digits and signs are the usual ones."""
    return unicodedata.normalize("NFKC", text)


@dataclass(frozen=True)
class NamedDate:
    """A date as a text names it, with all days that it may mean."""

    text: str
    days: frozenset[date]
    relative: bool = False


def dates(text: str, today: date) -> list[NamedDate]:
    """Every date named; without a year any near one is meant, ``3/4`` is read both ways."""
    found: list[NamedDate] = []
    taken: list[tuple[int, int]] = []
    rest = plain(text)
    for pattern in _DATES:
        for match in pattern.finditer(rest):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            mentions = list(_read_date(match, today))
            if mentions:
                taken.append(match.span())
                found += mentions
    lowered = rest.lower()
    for word, days in _RELATIVE.items():
        if word in lowered:
            lowered = lowered.replace(word, " ")
            found.append(NamedDate(word, frozenset({today + timedelta(days)}), relative=True))
    return found


def _read_date(match: re.Match[str], today: date) -> Iterator[NamedDate]:
    parts = match.groupdict()
    years = [int(parts["year"])] if parts.get("year") else [today.year + n for n in (-1, 0, 1)]
    if "a" in parts:
        pairs = [(int(parts["a"]), int(parts["b"])), (int(parts["b"]), int(parts["a"]))]
        # "1 of 2" and "24/7" are no dates; a bare 3/4 is too likely something else
        if not parts["year"] and (max(pairs[0]) < 10 or match[0] == "24/7"):
            return
    elif parts.get("number"):
        pairs = [(int(parts["number"]), int(parts["day"]))]
    elif parts.get("month") == "may":  # "all 3 may be returned"
        return
    elif parts.get("month"):
        pairs = [(_MONTHS.index(parts["month"][:3].lower()) + 1, int(parts["day"]))]
    else:
        pairs = [(month, int(parts["day"])) for month in range(1, 13)]
    yield from _named(match[0], years, pairs)
    if parts.get("last"):
        ends = [(month, int(parts["last"])) for month, _ in pairs]
        yield from _named(match[0], years, ends)


def _named(text: str, years: list[int], pairs: list[tuple[int, int]]) -> Iterator[NamedDate]:
    days = frozenset(
        date(year, month, day)
        for year in years
        for month, day in pairs
        if (1 <= month <= 12 and 1 <= day <= 28) or _exists(year, month, day)
    )
    if days:
        yield NamedDate(text.strip(), days)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class NamedAmount:
    """An amount as a text names it, and the currencies that its sign may mean."""

    text: str
    value: Decimal
    currencies: frozenset[str]


def amounts(text: str) -> list[NamedAmount]:
    """Every amount named with a sign, a code or a word of a currency."""
    text = plain(text)
    found: dict[int, NamedAmount] = {}
    for match in _AMOUNT_AFTER.finditer(text):
        found[match.start(2)] = _amount(match[0], match[2], match[1])
    for match in _AMOUNT_BEFORE.finditer(text):
        if match.start(1) not in found:
            found[match.start(1)] = _amount(match[0], match[1], match[2])
    return list(found.values())


def _amount(text: str, figure: str, unit: str) -> NamedAmount:
    return NamedAmount(text, _decimal(figure), frozenset(_CURRENCIES[unit.lower()].split()))


def _decimal(figure: str) -> Decimal:
    if re.fullmatch(r"\d+,\d{1,2}", figure):  # 4,90 as much of Europe writes it
        return Decimal(figure.replace(",", "."))
    return Decimal(re.sub(r"[,\s]", "", figure))


def percentages(text: str) -> set[Decimal]:
    return {Decimal(match[1] or match[2]) for match in _PERCENT.finditer(plain(text))}


def clauses(text: str) -> set[str]:
    return set(_CLAUSE.findall(plain(text)))


def order_numbers(text: str) -> set[str]:
    """Numbers of the demo shop's form, A20031, however they are spaced."""
    return {f"{match[1]}{match[2]}".upper() for match in _ORDER.finditer(plain(text))}


def codes(text: str) -> set[str]:
    """Tracking numbers and the like: nine or more letters and digits, six digits among them."""
    return {
        code
        for code in _CODE.findall(plain(text).upper())
        if len(code) >= 9
        and sum(character.isdigit() for character in code) >= 6
        and not re.fullmatch(r"20\d\d-\d\d-\d\d", code)
    }


def numbers(text: str) -> set[Decimal]:
    """Every number, in figures or, up to 99, in words of either language."""
    text = plain(text)
    found = {Decimal(figure.replace(",", "")) for figure in _NUMBER.findall(text)}
    found |= {
        Decimal(n) for word, n in _WORD_NUMBERS.items() if re.search(rf"\b{word}\b", text, re.I)
    }
    return found | {Decimal(_han(word)) for word in _HAN_NUMBER.findall(text)}


def _han(word: str) -> int:
    if "十" not in word:
        return _HAN_DIGITS[word]
    tens, units = word.split("十")
    return _HAN_DIGITS.get(tens, 1) * 10 + _HAN_DIGITS.get(units, 0)
