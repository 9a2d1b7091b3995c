"""Places in a list as people name them: `the second one`, `第三个`, `倒数第二单`, `#2`."""

import re
from dataclasses import dataclass

_NAMES = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
    "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_DIGITS = {"一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5}
_DIGITS |= {"六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
# "the second one" is an order; "a second", "the first time", "first of all" are not.
_WORDS = "|".join(list(_NAMES)[:10]) + r"|\d{1,2}(?:st|nd|rd|th)"
_ENDS = (
    r"(?=\s*(?:$|[,.;:?!)]|(?:one|ones|order|parcel|package|purchase|in the list|on the list|"
    r"please|pls|thanks|and|or|not|too|also|as well|instead|then|to|for|is|was|has|get|be|come|"
    r"arrive|when|where|shipped|if|because)\b))"
)
_PLACE = re.compile(
    r"(?P<former>\bthe former\b|前面那?[个個单單笔筆]|前者)"
    r"|(?P<latter>\bthe latter\b|[后後]面那?[个個单單笔筆]|[后後]者)"
    rf"|(?P<tail>(?:second|third|2nd|3rd)[ -](?:to[ -])?last|penultimate)"
    rf"|(?<!\bon )(?<!\bby )\b(?:the|my|your|that|this|and|or|cancel|return|for|about|^)\s*"
    rf"(?P<word>{_WORDS}){_ENDS}"
    rf"|^(?P<start>{_WORDS}){_ENDS}"
    rf"|\b(?:number|no\.?|nr\.?|option|item)\s*(?P<name>{'|'.join(list(_NAMES)[10:])}|\d{{1,2}})\b"
    r"|(?<!\w)#(?P<hash>\d{1,2})\b|^(?P<bare>\d{1,2})$"
    r"|(?P<back>倒数|倒數)?第\s*(?P<zh>[一二两兩三四五六七八九十]|\d{1,2})"
    r"(?![一二三四五六七八九十百\d次天年月周步期时時季届名章条條件双雙只隻])"
    r"|(?P<end>最[后後末]一?(?:个|個|单|單|笔|筆|那|的|$)|(?:\b(?:the|my) |^)last(?: one)?\b"
    r"(?!\s*(?:order|time|week|month|year|day|night|few|two|three|\d|purchase|parcel)))"
)
_LEADING = re.compile(r"\bfirst (two|three|four|five)\b|前([两兩二三四五])[个個单單笔筆]")
_TRAILING = re.compile(r"\blast (two|three|four|five)\b|[后後]([两兩二三四五])[个個单單笔筆]")


@dataclass(frozen=True)
class Row:
    """The first or the last few of a list."""

    size: int
    leading: bool


def a_row_of_places(text: str) -> Row | None:
    """`the first two`, `后三个` in a lower-case text; None where there is none."""
    for pattern, leading in ((_LEADING, True), (_TRAILING, False)):
        if match := pattern.search(text):
            return Row(_number(match[1] or match[2]), leading)
    return None


def places(text: str) -> list[int]:
    """Every place named in a lower-case text: 1 is the first, -1 the last."""
    return [_place(match) for match in _PLACE.finditer(text)]


def _place(match: re.Match[str]) -> int:
    if match["former"]:
        return 1
    if match["end"] or match["latter"]:
        return -1
    if match["tail"]:
        return -3 if match["tail"].startswith(("third", "3")) else -2
    written = next(
        match[name] for name in ("word", "start", "name", "hash", "bare", "zh") if match[name]
    )
    place = _number(written)
    return -place if match["back"] else place


def _number(written: str) -> int:
    if written[0].isdigit():
        return int(re.sub(r"\D", "", written)) or 99
    return _NAMES.get(written) or _DIGITS[written]
