"""How many pieces of an item are wanted: fewer are taken out of an order, more cannot be added."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.asking.items import read_items
from assistant.asking.naming import plain
from assistant.asking.slot import Stand
from assistant.calls import Piece, Values

_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
          "nine": 9, "ten": 10} | {"一": 1, "两": 2, "兩": 2, "二": 2, "三": 3, "四": 4, "五": 5,
                                   "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}  # fmt: skip
_N = r"(one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\b"
_ZH_N = r"([一两兩二三四五六七八九十]|\d{1,2})"
_OF = "[个個件只隻双雙条條本盒套份]"
_WANTED = re.compile(
    rf"\b(?:only|just) (?:want|need|keep) (?:the )?{_N}"
    rf"|\b(?:want|need|keep) (?:only|just) (?:the )?{_N}"
    rf"|\b(?:reduce|lower|decrease|increase|quantity|number)\b[^.;]*?\bto {_N}"
    rf"|只(?:想|需)?(?:要|需要|留|买|買){_ZH_N}{_OF}"
    rf"|(?:数量|數量)[^，。]*?(?:改|减|減|加)[成为為到]?{_ZH_N}"
    rf"|(?:改|减|減|加)[成为為到]{_ZH_N}{_OF}"
)
_INSTEAD = re.compile(
    rf"\b{_N}[^.;]{{0,40}}?\b(?:instead of|rather than|not) (?:the )?{_N}"
    rf"|{_ZH_N}{_OF}[^。]{{0,10}}?(?:不要|而不是|不是){_ZH_N}{_OF}"
)
_BEFORE = re.compile(
    rf"\b(?:instead of|rather than|not) {_N}[^.;]{{0,30}}?\b{_N}"
    rf"|(?:本来|原来|不要|不是){_ZH_N}{_OF}[^。]{{0,10}}?{_ZH_N}{_OF}"
)


def read_removed(message: str, asked: bool, stand: Stand) -> Values | None:
    """What is taken out: the pieces that are too many, or the items named."""
    fewer = pieces_too_many(message, stand)
    return {"items": (fewer,)} if fewer else read_items(message, asked, stand)


def pieces_too_many(message: str, stand: Stand) -> Piece | None:
    """ "I only want one of the two mugs": one of them is too many."""
    position, have, wanted = _counted(message, stand)
    return Piece(position, have - wanted) if 0 < wanted < have else None


def wants_more(message: str, stand: Stand) -> bool:
    """Whether more pieces are wanted than were ordered."""
    position, have, wanted = _counted(message, stand)
    return wanted > have > 0 if position else _more_than_before(plain(message))


def _more_than_before(text: str) -> bool:
    """Whether "two instead of one" is said, of whichever item."""
    for pattern, at in ((_INSTEAD, 0), (_BEFORE, 1)):
        if match := pattern.search(text):
            numbers = _number(match)
            return numbers[at] > numbers[1 - at]
    return False


def _counted(message: str, stand: Stand) -> tuple[int, int, int]:
    """The item, the pieces that it has and those that are wanted; zeros where words do not say."""
    lines = stand.purchase.order.lines
    named = replace(stand, known=read_items(message, False, stand) or {})
    meant = {one.item for one in named.pieces}
    several = [line for line in lines if line.position in meant] or [
        line for line in lines if line.unshipped > 1 or len(lines) == 1
    ]
    if len(several) != 1:
        return 0, 0, 0
    line = several[0]
    return line.position, line.unshipped, _wanted(plain(message), line.unshipped)


def _wanted(text: str, have: int) -> int:
    """Pieces that are wanted of so many; "two, not three" counts where there are three."""
    if match := _WANTED.search(text):
        return _number(match)[0]
    for pattern, at in ((_INSTEAD, 0), (_BEFORE, 1)):
        if (match := pattern.search(text)) and _number(match)[1 - at] == have:
            return _number(match)[at]
    return 0


def _number(match: re.Match[str]) -> list[int]:
    said = [one for one in match.groups() if one]
    return [_WORDS.get(one) or int(one) for one in said]
