"""Days told relative to today, in English and Chinese: "tomorrow", "on Saturday", 后天, 29号."""

from __future__ import annotations

import re
from datetime import date, timedelta

from assistant.grounding.claims import Claim, claims
from assistant.grounding.numerals import EN, ZH, number_of

_NEAR = {
    "the day after tomorrow": 2, "the day before yesterday": -2, "tomorrow": 1, "yesterday": -1,
    "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0,
    "last night": -1, "大后天": 3, "后天": 2, "明天": 1, "明日": 1, "明早": 1, "明晚": 1,
    "次日": 1, "昨天": -1,
    "昨日": -1, "昨晚": -1, "前天": -2, "今天": 0, "今日": 0, "今晚": 0, "今早": 0, "当天": 0,
}  # fmt: skip
_NEAR_DAY = re.compile(
    r"\b(?:the day (?:after tomorrow|before yesterday)|tomorrow|yesterday|today|tonight"
    r"|this (?:morning|afternoon|evening)|last night)\b"
    r"|大后天|后天|明[天日早晚]|次日|昨[天日晚]|前天|今[天日晚早]|当天",
    re.I,
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(
    r"\b(?P<en>mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?day\b"
    r"|(?P<next>下下?|本|这|上)?个?(?:周|星期|礼拜)(?P<zh>[一二三四五六日天])",
    re.I,
)
_SPAN = re.compile(
    r"\b(?:by the end of |(?:early|late|later|in|during) )?(?P<en>(?:this|next|last|the) (?:week"
    r"|month|weekend)"
    r"|the end of (?:the|next|this) (?:week|month))\b"
    r"|(?P<zh>下|本|这|上)个?(?P<unit>周末|周(?![一二三四五六日天])|星期(?![一二三四五六日天])"
    r"|月)|月底|周末(?!旅行|包)|月末",
    re.I,
)
_OF_MONTH = re.compile(
    r"\b(?:on|by|before|until|from|for|around) the (?P<en>\d{1,2})(?:st|nd|rd"
    r"|th)\b(?!\s+(?:of\s+)?[A-Z])"
    r"|(?<![\d月])(?P<zh>[12]?\d|3[01])[号日](?!线|码)"
)
_IN_DAYS = re.compile(
    rf"\b(?:in|within)\s+(?:about\s+|just\s+|the next\s+)?(?P<en>\d+|{EN}|an?|a few"
    rf"|few)\s+(?P<unit>days?|weeks?)\b"
    rf"|(?P<zh>\d+|{ZH})(?P<zunit>天|周)(?:后|之后|以后|内|之内)",
    re.I,
)


def days(text: str, today: date) -> list[Claim]:
    """Each relative day in ``text`` as a date claim: its values are all the days it may mean."""
    found = [
        _claim(m, [today + timedelta(_NEAR[m.group().lower()])]) for m in _NEAR_DAY.finditer(text)
    ]
    dates = [one for one in claims(text) if one.kind == "date"]
    for match in _WEEKDAY.finditer(text):
        index = (
            WEEKDAYS.index(match["en"].lower())
            if match["en"]
            else "一二三四五六日天".index(match["zh"])
        )
        index = min(index, 6)
        nearest = (index - today.weekday()) % 7
        meant = [today + timedelta(nearest + 7 * week) for week in (-1, 0, 1)]
        beside = [
            one for one in dates
            if 0 <= one.start - match.end() <= 4 or 0 <= match.start() - one.end <= 3
        ]  # fmt: skip
        if not beside:
            found.append(_claim(match, meant))
        elif not any(_falls_on(value, index, today) for one in beside for value in one.values):
            found.append(_claim(match, []))
    for match in _SPAN.finditer(text):
        found.append(_claim(match, _span(match.group().lower(), today)))
    for match in _OF_MONTH.finditer(text):
        number = int(match["en"] or match["zh"])
        around = (today + timedelta(step) for step in range(-20, 32))
        found.append(_claim(match, [day for day in around if day.day == number]))
    for match in _IN_DAYS.finditer(text):
        count = number_of(match["en"] or match["zh"])
        unit = 7 if (match["unit"] or match["zunit"]).startswith(("week", "周")) else 1
        ahead = range(2, 6) if count == "few" else [round(float(count) * unit)]
        found.append(_claim(match, [today + timedelta(step) for step in ahead if step < 999]))
    return sorted(found, key=lambda one: one.start)


def _claim(match: re.Match[str], meant: list[date]) -> Claim:
    values = frozenset(day.isoformat() for day in meant)
    return Claim("date", match.group(), values, *match.span())


def _falls_on(value: str, weekday: int, today: date) -> bool:
    if not value.startswith("--"):
        return date.fromisoformat(value).weekday() == weekday
    month, day = int(value[2:4]), int(value[5:])
    return any(
        date(year, month, day).weekday() == weekday
        for year in range(today.year - 1, today.year + 2)
        if (month, day) != (2, 29)
    )


def _span(words: str, today: date) -> list[date]:
    """All days of a week, a weekend or a month near today."""
    step = 1 if "next" in words or "下" in words else -1 if "last" in words or "上" in words else 0
    if "month" in words or "月" in words:
        month = (today.month - 1 + step) % 12 + 1
        whole = [today + timedelta(n) for n in range(-62, 63)]
        return [day for day in whole if day.month == month and ("底" not in words or day.day > 24)]
    monday = today + timedelta(7 * step - today.weekday())
    week = [monday + timedelta(n) for n in range(7)]
    if "weekend" in words or "末" in words:
        return week[5:] + ([] if step else [day + timedelta(7) for day in week[5:]])
    return week
