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

from assistant.grounding import numerals
from assistant.grounding.numerals import number_of
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


MONTHS = {
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
_MONTH = "(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
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
_BARE_AMOUNT = re.compile(
    r"(?<![\d.,:])(?P<number>\d{1,3}(?:,\d{3})+\.\d\d|\d+\.\d\d)(?![\d.]"
    r"| ?(?:L|l|kg|g|ml|cm|m|升|公斤|千克)\b)"
)
_SOME = (
    rf"(?:{numerals.EN}|\b(?:an?|half\s+an?|a\s+few|few|several)(?=\s)|{numerals.ZH}|\d+(?:\.\d+)?)"
)
_AMOUNT_IN_WORDS = re.compile(
    rf"(?P<number>{numerals.EN}|(?![半几数]){numerals.ZH})\s?"
    r"(?P<after>euros?|dollars?|pounds?|yuan|yen|欧元|美元|英镑|日元|元|块钱)"
    rf"(?:\s+(?:and\s+)?(?P<cents>{numerals.EN}|\d+)\s+(?:cents?|pence))?",
    re.I,
)
# A number that words call a sum of money, without a currency or decimals.
_CALLED_AMOUNT = re.compile(
    r"(?:\b(?:paid|pays?|total|costs?|price|charged|amount|sum|fee|refund|worth|comes to)\b"
    r"(?:\s+(?:is|was|were|of|to|in|at|about|around|only|just|you|us|for it))*\s*[:=]?\s*"
    r"|(?:总价|总额|合计|总计|总共|一共|支付了?|付了|金额|价格|运费|费用|退款)(?:是|为|共|了|约"
    r"|[:：])*\s*)"
    r"(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?![\d.,]*\d)"
    r"(?!\s*(?:%|percent|items?\b|pieces?\b|orders?\b|products?\b|parcels?\b|x\b|×|[-–/:]"
    r"|(?:business |working )?days?\b|weeks?\b|hours?\b|months?\b|years?\b"
    r"|件|个|单|笔|种|款|次|天|日|号|月|年|小时|周|张|份|套))",
    re.I,
)
_PERCENT = re.compile(
    rf"(?P<number>\d+(?:\.\d+)?|{numerals.EN})\s?(?:%|percent\b|per cent\b)"
    rf"|百分之(?P<zh>\d+(?:\.\d+)?|{numerals.ZH})",
    re.I,
)
_DURATION = re.compile(
    rf"(?<![\d.])(?P<number>{_SOME})(?:\s+full)?"
    rf"(?:\s?(?:-|–|to|至|到|~|or)\s?(?P<last>{_SOME}))?"
    r"\s?-?个?(?P<half>半)?\s?(?:business|working|calendar|full|more|工作|自然|whole)?[\s-]?"
    r"(?P<unit>days?|hours?|hrs?|weeks?|fortnights?|months?|years?|minutes?|mins?"
    r"|日内|天|工作日|小时|周(?![一二三四五六日天末])|星期(?![一二三四五六日天])"
    r"|礼拜(?![一二三四五六日天])"
    r"|(?<=[个半])月|月内|年|分钟)(?![A-Za-z])",
    re.I,
)
_NO_SPAN = re.compile(r"\b(?:times|once|twice|per|hours)\s+$|[第每同]$", re.I)
_ONE = frozenset({"a", "an", "一", "几"})
_CLOCK = re.compile(
    r"(?<![\d:])(?P<hour>[01]?\d|2[0-3])[:：](?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d:])"
)
DIGIT = re.compile(r"\d")
_LINK = re.compile(r"(?:https?://|www\.)[^\s)>\]，。]+|[\w.+-]+@[\w-]+\.[\w.]+", re.I)
_CODE = re.compile(
    r"(?<![A-Za-z0-9])#?(?=[A-Za-z0-9-]*\d)[A-Za-z]{0,10}-?[A-Za-z0-9]*\d[A-Za-z0-9-]*"
)
_CLAUSE = re.compile(
    r"[A-Z]{3,10}-\d{1,3}|(?i:address|cancel|contact|damage|exchange|final|giftcard|invoice|lost"
    r"|member|payment|price|privacy|promise|refund|return|ship|warranty)-\d{1,3}"
)
_ORDER_CALLED = re.compile(
    r"(?:\border|订单|单号)(?:\s*(?:number|no\.?|nr\.?|编号|号码?|是|为|[:#]))*\s*$", re.I
)
_AFTER_NUMBER = re.compile(
    r"\s*(?:$|[.,;:!?)。，；：！？）]|['’]s\b|(?:is|was|has|had|will|should|and|are|cannot|can"
    r"|holds|"
    r"contains|comes|arrives|shipped|arrived|from|of yours)\b"
    r"|[\u3400-\u9fff](?<![件个单笔种款次天]))",
    re.I,
)


def claims(text: str) -> list[Claim]:
    """All claims of ``text`` in order of appearance; none overlaps another."""
    text = unicodedata.normalize("NFKC", text)
    found: list[Claim] = []
    for finder in _FINDERS if DIGIT.search(text) else _FINDERS_OF_WORDS:
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
    month = int(word) if word.isdigit() else MONTHS[word]
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
    for pattern in (_BARE_AMOUNT, _CALLED_AMOUNT):
        for match in pattern.finditer(text):
            amount = Decimal(match["number"].replace(",", ""))
            values = [
                f"{one}:{int(amount.scaleb(exponent(one)))}"
                for one in sorted(set(_CURRENCIES.values()))
            ]
            at = match.start("number")
            found.append(Claim("amount", match["number"], frozenset(values), at, match.end()))
    return found


def _amounts_in_words(text: str) -> list[Claim]:
    found = []
    for match in _AMOUNT_IN_WORDS.finditer(text):
        currency = _CURRENCIES[match["after"].lower().removesuffix("钱")]
        minor = int(number_of(match["number"])) * 10 ** exponent(currency)
        cents = int(number_of(match["cents"])) if match["cents"] else 0
        found.append(_claim("amount", match, f"{currency}:{minor + cents}"))
    return found


def _percents(text: str) -> list[Claim]:
    return [
        _claim("percent", m, f"{Decimal(number_of(m['number'] or m['zh'])).normalize():f}")
        for m in _PERCENT.finditer(text)
    ]


def _durations(text: str) -> list[Claim]:
    found = []
    for match in _DURATION.finditer(text):
        if _NO_SPAN.search(text[: match.start()]) and match["number"].lower() in _ONE:
            continue
        unit = _unit(match["unit"].lower())
        first = number_of(match["number"]) + (".5" if match["half"] else "")
        for number in filter(None, (first, match["last"] and number_of(match["last"]))):
            found.append(_claim("duration", match, f"{number}{unit}"))
    return found


def _unit(word: str) -> str:
    for letter, starts in {
        "h": ("hour", "hr", "小时"),
        "w": ("week", "周", "星期", "礼拜"),
        "n": ("min", "分钟"),
        "m": ("month", "个月", "月"),
        "y": ("year", "年"),
        "f": ("fortnight",),
    }.items():
        if word.startswith(starts):
            return letter
    return "d"


def _clocks(text: str) -> list[Claim]:
    return [_claim("clock", m, f"{int(m['hour']):02}:{m['minute']}") for m in _CLOCK.finditer(text)]


def _codes(text: str) -> list[Claim]:
    """Order, tracking and clause numbers: words with a digit that are no plain small number."""
    return [
        _claim("code", match, code_key(match.group()))
        for match in _CODE.finditer(text)
        if _is_code(match.group()) or _is_order_number(match, text)
    ]


def _is_code(word: str) -> bool:
    digits = sum(letter.isdigit() for letter in word)
    if word.isdigit():
        return digits >= 5
    return digits >= 4 or bool(_CLAUSE.fullmatch(word))


def _is_order_number(match: re.Match[str], text: str) -> bool:
    """Whether a short number is called an order's: "order 12 is", but not "order 2 kettles"."""
    number = match.group().lstrip("#")
    called = _ORDER_CALLED.search(text[: match.start()])
    if not number.isdigit() or not called:
        return False
    return len(number) > 2 or bool(_AFTER_NUMBER.match(text[match.end() :]))


_FINDERS = (
    _links,
    _dates,
    _percents,
    _amounts,
    _amounts_in_words,
    _bare_amounts,
    _durations,
    _clocks,
    _codes,
)
_FINDERS_OF_WORDS = (_links, _percents, _amounts_in_words, _durations)
"""Those that find something in a text without a digit."""

WORDS_OF_CLAIMS = (_LINK, _PERCENT, _AMOUNT_IN_WORDS, _DURATION)
"""Without one of these, and without a digit, nothing is claimed."""
