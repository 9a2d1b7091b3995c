"""Orders named by a day: `the one I ordered on the 10th`, `last week's parcel`, `11月2号买的`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from datetime import date, timedelta
from typing import Literal, NamedTuple, Protocol

from assistant.grounding.claims import MONTHS, claims
from assistant.grounding.days import WEEKDAYS, days
from assistant.grounding.numerals import EN, ZH, number_of
from assistant.order_numbers import PLACEHOLDER

_LONGEST_DAYS = 400  # back from today that a day without a year can lie

_THING = (
    r"(?:orders?|ones?|parcels?|packages?|purchases?|deliver(?:y|ies)|shipments?|stuff|things?"
    r"|two|both)"
)
_AT = r"(?:on|in|from|of|at|around|about|back|over|the|a|sometime|during|early|late|dated|for)"
_BUYING = r"(?:ordered|bought|purchased|placed|made|paid|order(?= (?:it|this|that|them)\b)|buy)"
_COMING = r"(?:arrived|came|received|delivered|turned up|showed up)"
_GETTING = r"(?:got|get(?= (?:it|this|that|them)\b))"
_NOT_YET = (
    r"(?:should(?:n't)? (?:have|be)|supposed to|meant to|was to|were to|will|be|going to"
    r"|expected to|promised|by)"
)

_Kind = Literal["placed", "came", "either"]

_BEFORE: tuple[tuple[_Kind, re.Pattern[str]], ...] = (
    ("placed", re.compile(rf"\b{_BUYING}\b[^,.;?!]{{0,40}}?(?:\b{_AT} ?)*$")),
    ("came", re.compile(rf"(?<!\bnot )\b{_COMING}\b[^,.;?!]{{0,30}}?(?:\b{_AT} ?)*$")),
    ("either", re.compile(rf"\b{_GETTING}\b[^,.;?!]{{0,30}}?(?:\b{_AT} ?)*$")),
    ("either", re.compile(rf"\b{_THING} (?:(?:was|is|were) )?(?:{_AT} )+$")),
)
_AFTER: tuple[tuple[_Kind, re.Pattern[str]], ...] = (
    ("placed", re.compile(rf"^,? (?:i|we|my \w+)(?: \w+)? {_BUYING}\b")),
    ("came", re.compile(rf"^,? (?:i|we)(?: \w+)? {_COMING}\b")),
    ("either", re.compile(rf"^,? (?:i|we)(?: \w+)? {_GETTING}\b")),
    ("either", re.compile(rf"^(?:['’]?s)? (?:\w+ )?{_THING}\b")),
    (
        "placed",
        re.compile(
            r"^[,， ]?[份左右早晚上中下午夜凌晨里]{0,3}[我咱]?(?:们)?(?:在[^，。？]{1,4})?[才刚又]?"
            r"(?:[下买買订訂拍购購]|付)(?!架|午|周|次|个月)"
        ),
    ),
    (
        "came",
        re.compile(
            r"^[份左右早晚上中下午夜里]{0,3}[我]?[才刚]?(?:收到|到货|到的|到了|送到|签收|送达|送来)"
            r"(?!了?[不吗嘛么没])"
        ),
    ),
    (
        "either",
        re.compile(
            r"^份?[左右]{0,2}(?:早上|早晨|上午|中午|下午|晚上|夜里)?(?:的(?:[那这哪]?[一两俩几三]?[个单笔件]|订单|訂單|包裹|快[递遞]|货)"
            r"|[那这][一两俩几三]?[个单笔件]|(?:订单|訂單|单子?)(?!独|位)|的(?:$|[，。,.!?！？吧呢吗]))"
        ),
    ),
)
_EXPECTED = re.compile(
    rf"\b{_NOT_YET}\b[^,.;?!]{{0,30}}$|(?:预计|应该|本来|说好|答应|承诺|保证)[^，。]{{0,4}}$"
)
_SEVERAL = re.compile(
    r"\b(?:two|both|three|all|orders|ones|parcels|packages|purchases)\b|[两俩三]|都|几[个单笔件]"
)
_MOST_TOLD = 3

_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_MONTH = re.compile(
    rf"\b(?:in |from |of |my |the |last |back in |this )(?P<en>{_NAMES})\b(?! \d)"
    r"|(?<!\d)(?P<zh>1[0-2]|[1-9])月(?!\s*\d)"
)
_AGO = re.compile(
    rf"(?P<en>\d+|{EN}|an?|a couple of|a few) (?P<unit>day|week|month)s?(?: or so)? (?:ago|back)\b"
    rf"|(?P<zh>\d+|{ZH})个?(?P<zunit>天|周|星期|礼拜|月)(?:之|以)?前"
)
_SPOKEN_DAY = re.compile(r"\bthe (?P<day>\d{1,2})(?:st|nd|rd|th)\b(?! (?:of|one in|in the list)\b)")
_OF_DAY = re.compile(r"\b(today|yesterday|(?:mon|tues|wednes|thurs|fri|satur|sun)day)s\b(?= \w+)")
_ZH_NUMBER = re.compile(r"[一二三四五六七八九十]{1,3}(?=月|号|日)")
_THIS_DAY = re.compile(
    r"(?<![今昨前明天号日])(?:今儿?早上?|早上|上午|中午|下午)(?=[我咱]?[才刚又]?(?:下|买|拍|订|付))"
)
_FESTIVAL = re.compile(r"双(?:11|十一)")
_UNITS = {
    "day": (1, 0), "天": (1, 0), "week": (7, 3), "周": (7, 3), "星期": (7, 3), "礼拜": (7, 3),
    "month": (30, 10), "月": (30, 10),
}  # fmt: skip


class _Order(Protocol):
    @property
    def number(self) -> str: ...
    @property
    def placed(self) -> date | None: ...
    @property
    def came(self) -> Set[date]: ...


class Dated(NamedTuple):
    """``numbers``, newest first; ``together``: the words mean all of them.

    ``masked`` is the text with the placeholder of an order's number for the day.
    """

    numbers: tuple[str, ...]
    together: bool
    masked: str


class _Span(NamedTuple):
    start: int
    end: int
    meant: frozenset[date]


def by_day(text: str, orders: Sequence[_Order], today: date) -> Dated | None:
    """Those of ``orders`` that a lower-case text names by when they were placed or came.

    A day counts where the words tie it to an order; one that is asked or hoped for ("can it come
    by Friday?") names none. None where no order fits.
    """
    text = _THIS_DAY.sub("今天", _OF_DAY.sub(r"\1's", text))
    text = _ZH_NUMBER.sub(lambda match: number_of(match[0]), text)
    for span in _spans(text, today):
        tie = _tie(text, span)
        if tie is None:
            continue
        kind, end = tie
        found = _fitting(kind, span.meant, orders) or _fitting(kind, _beside(span.meant), orders)
        if found:
            several = 1 < len(found) <= _MOST_TOLD and bool(_SEVERAL.search(text))
            masked = text[: span.start] + PLACEHOLDER + text[end:]
            return Dated(tuple(one.number for one in found), several, masked)
    return None


def _fitting(kind: _Kind, meant: Set[date], orders: Sequence[_Order]) -> list[_Order]:
    placed = [one for one in orders if one.placed in meant] if kind != "came" else []
    came = [one for one in orders if one.came & meant] if kind != "placed" else []
    return placed or came


def _beside(meant: frozenset[date]) -> frozenset[date]:
    """The day before and after, as people misremember one."""
    if len(meant) > 1:
        return frozenset()
    return frozenset(day + timedelta(step) for day in meant for step in (-1, 1))


def _tie(text: str, span: _Span) -> tuple[_Kind, int] | None:
    """How the words around a day tie it to an order, and where what names the order ends."""
    before, after = text[: span.start], text[span.end :]
    expected = _EXPECTED.search(before) is not None
    for kind, words in _AFTER:
        if (match := words.search(after)) and not (expected and kind == "came"):
            return kind, span.end + (match.end() if kind == "either" else 0)
    for kind, words in _BEFORE:
        if words.search(before) and not (expected and kind != "placed"):
            return kind, span.end
    return None


def _spans(text: str, today: date) -> Iterator[_Span]:
    """Every day or stretch of days named, none of them to come."""
    past = [today - timedelta(back) for back in range(_LONGEST_DAYS)]
    taken: list[_Span] = []
    for span in (*_dates(text, past), *_stretches(text, past), *_relative(text, today)):
        meant = frozenset(day for day in span.meant if day <= today)
        if meant and not any(span.start < one.end and one.start < span.end for one in taken):
            taken.append(span)
            yield _Span(span.start, span.end, meant)


def _dates(text: str, past: Sequence[date]) -> Iterator[_Span]:
    for claim in claims(text):
        if claim.kind == "date":
            meant = (_latest(value, past) for value in claim.values)
            yield _Span(claim.start, claim.end, frozenset(day for day in meant if day))
    for match in _SPOKEN_DAY.finditer(text):
        number = int(match["day"])
        latest = next((day for day in past if day.day == number), None)
        yield _Span(*match.span(), frozenset({latest} if latest else ()))


def _latest(value: str, past: Sequence[date]) -> date | None:
    if not value.startswith("--"):
        return date.fromisoformat(value)
    return next((day for day in past if day.strftime("--%m-%d") == value), None)


def _stretches(text: str, past: Sequence[date]) -> Iterator[_Span]:
    """A month by its name, and what was so long ago."""
    for match in _MONTH.finditer(text):
        month = int(match["zh"]) if match["zh"] else MONTHS[match["en"]]
        latest = next(day for day in past if day.month == month)
        meant = (day for day in past if (day.year, day.month) == (latest.year, month))
        yield _Span(*match.span(), frozenset(meant))
    for match in _FESTIVAL.finditer(text):
        latest = next(day for day in past if (day.month, day.day) == (11, 11))
        yield _Span(*match.span(), frozenset(latest + timedelta(step) for step in (-1, 0, 1)))
    for match in _AGO.finditer(text):
        count = number_of(match["en"] or match["zh"])
        length, slack = _UNITS[match["unit"] or match["zunit"]]
        if count == "few":
            ago, slack = 3 * length, slack + length
        else:
            ago, slack = round(float(count) * length), slack if float(count) > 1 else slack // 2 + 1
        yield _Span(*match.span(), frozenset(past[max(ago - slack, 0) : ago + slack + 1]))


def _relative(text: str, today: date) -> Iterator[_Span]:
    for claim in days(text, today):
        meant = frozenset(date.fromisoformat(value) for value in claim.values)
        nearest = sorted((day for day in meant if day <= today), reverse=True)
        one_of = claim.text[:3] in WEEKDAYS or claim.text[-1] in "一二三四五六日天号"
        if claim.text.startswith("上") and one_of:  # of last week, not the last of its name
            monday = today - timedelta(today.weekday() + 7)
            nearest = [monday + timedelta(_OF_WEEK[claim.text[-1]])]
        if today.weekday() == _SUNDAY and _LAST_WEEK.match(claim.text.lower()):
            meant |= {today - timedelta(back) for back in range(1, 8)}  # weeks begin today for some
        yield _Span(claim.start, claim.end, frozenset(nearest[:1]) if one_of else meant)


_SUNDAY = 6
_OF_WEEK = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_LAST_WEEK = re.compile(r"(?:in |during )?(?:the )?last week$|上个?(?:周|星期|礼拜)$")
