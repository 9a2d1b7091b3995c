"""Which of several named things a message means: by name, by number, by place in the list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.likeness import content_words, shared
from assistant.order_numbers import mask
from assistant.places import a_row_of_places, places

_ALL = re.compile(
    r"\b(?:all|both|everything|whole (?:order|lot|thing)|entire order|each)\b"
    r"|全部|全都|所有|都(?:[要退换換取不]|有|坏|壞|是|$)|整[个個单單]|[两兩]个都|[两兩][件样樣]都"
)
_ITEM = re.compile(r"\b(?:item|article|position|no\.?|number|nr\.?) ?#?(\d{1,2})\b|第(\d{1,2})件")
_ITEM_ZH = re.compile(r"第([一二三四五六七八九十])[件个個样樣]")
_ZH = "一二三四五六七八九十"


def plain(message: str) -> str:
    """The message as it is compared: lower case, order numbers taken out."""
    return mask(message, placeholder=" ").lower()


_TARGET = re.compile(r"\b(?:for|to|into|to be|be|want|instead:?)\b|[换換改][成为為到]?|想?要")


def parted(message: str) -> tuple[str, str]:
    """What is to be changed and into what, as far as the words tell them apart.

    "blue instead of red" and "exchange red for blue" both end in blue.
    """
    text = plain(message)
    if turned := re.match(
        r"(.*?)\b(?:instead of|rather than|not)\b(.*)$|(.*?)(?:而不是|不要)(.*)$", text
    ):
        wanted, had = turned[1] or turned[3] or "", turned[2] or turned[4] or ""
        return had, parted(wanted)[1] if _TARGET.search(wanted) else wanted
    found = list(_TARGET.finditer(text))
    return (text[: found[-1].start()], text[found[-1].end() :]) if found else (text, text)


def means_all(message: str) -> bool:
    return bool(_ALL.search(plain(message)))


def item_numbers(message: str) -> list[int]:
    """Items that are named by their number in the order: ``item 2``, ``第二件``."""
    text = plain(message)
    found = [int(match[1] or match[2]) for match in _ITEM.finditer(text)]
    return found + [_ZH.index(match[1]) + 1 for match in _ITEM_ZH.finditer(text)]


def by_place(message: str, count: int) -> list[int]:
    """Indexes that a bare place in a list of ``count`` means: ``the second``, ``the first two``."""
    text = plain(message).strip()
    if row := a_row_of_places(text):
        return list(range(count))[: row.size] if row.leading else list(range(count))[-row.size :]
    found = [place - 1 if place > 0 else count + place for place in places(text)]
    return [index for index in dict.fromkeys(found) if 0 <= index < count]


def named(message: str, names: Sequence[Sequence[str]]) -> list[int]:
    """Indexes of the things whose names stand in the message; none where it fits several alike.

    ``names`` holds the names of each thing in any language. A thing that shares nothing but what
    a better fitting one has, too, is not meant: "canvas shoes" names no canvas bag.
    """
    text = plain(message)
    found = [frozenset().union(*(shared(text, name) for name in one)) for one in names]
    kept = [
        index
        for index, words in enumerate(found)
        if words and not any(words < other for other in found)
    ]
    if len({found[index] for index in kept}) < len(kept):  # "the shoes" are no shoe care kit
        kept = [index for index in kept if any(_ends(name, found[index]) for name in names[index])]
    alike = len({found[index] for index in kept}) < len(kept)
    return [] if alike else kept


def _ends(name: str, words: frozenset[str]) -> bool:
    """Whether one of the words ends an English name: running shoes are shoes."""
    last = re.sub(r"\(.*|[\d.]+", "", name.lower()).split()[-1:]
    return bool(last and content_words(last[0]) & words)
