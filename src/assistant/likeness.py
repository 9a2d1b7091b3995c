"""What a text and a product's name have in common, in either language."""

from __future__ import annotations

import re

_IGNORED = frozenset(
    [
        "the",
        "and",
        "with",
        "for",
        "set",
        "pack",
        "size",
        "one",
        "two",
        "pair",
        "order",
        "new",
        "all",
        "you",
        "your",
        "has",
        "are",
    ]
)
_RUN = re.compile(r"[\u3400-\u9fff]{2,}")
_HEAD = re.compile(r"^[^（(]*?(?P<head>[\u3400-\u9fff])(?=[^\u3400-\u9fff]|$)")
_NO_HEAD = frozenset("装套件品色号升款式组盒包笔本单机水面子儿头")
_OTHER_WORD = re.compile(r"[老死呆平地]板|[分点秒]钟")
"""Words that end as a thing does and mean none."""
_AFTER_HEAD = (
    r"(?=[子儿那的呢吗是不要退换坏碎漏裂到单怎在没还也就和跟都我有什多可能今明后昨]"
    r"|[^\u3400-\u9fff]|$)"
)


def content_words(text: str) -> set[str]:
    """English words that can name a thing, singular."""
    words = re.findall(r"[a-z]{3,}", text.lower())
    return {re.sub(r"(?<=[a-z]{3})s$", "", word) for word in words} - _IGNORED


def heads_in(text: str, name: str) -> set[str]:
    """The character for what a Chinese name names, where a text has it: a 马克杯 is a 杯子."""
    found = _HEAD.match(name)
    head = found["head"] if found else ""
    text = _OTHER_WORD.sub(" ", text)
    stands = head and head not in _NO_HEAD and re.search(head + _AFTER_HEAD, text)
    return {head} if stands else set()


def shared(text: str, name: str) -> frozenset[str]:
    """Words of a name in a lower-case text; of Chinese, pairs of characters, and the one that
    names it."""
    name = name.lower()
    english = content_words(name) & content_words(text)
    figures = set(re.findall(r"\d+", name)) & set(re.findall(r"\d+", text)) if english else set()
    pairs = {
        run[at : at + 2]
        for run in _RUN.findall(name)
        for at in range(len(run) - 1)
        if run[at : at + 2] in text
    }
    return frozenset(english | figures | pairs | heads_in(text, name))


def likeness(text: str, name: str) -> int:
    """Twice the words in common, or the longest run of Chinese characters; one for the head."""
    pieces = {
        run[start:end]
        for run in _RUN.findall(name)
        for start in range(len(run) - 1)
        for end in range(start + 2, len(run) + 1)
    }
    longest = max((len(piece) for piece in pieces if piece in text), default=0)
    words = 2 * len(content_words(text) & content_words(name))
    return max(longest, words, len(heads_in(text, name)))
