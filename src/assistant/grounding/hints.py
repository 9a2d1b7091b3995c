"""Letters without which a pattern cannot match, so that most patterns need not be tried at all.

A reply is looked through for some hundred patterns, sentence by sentence, and hardly any stands
there. Whether a text holds certain letters is known some thirty times as fast as whether it holds
a pattern that does not begin with them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar

try:  # what compiles patterns reads so; no public module tells what a pattern is made of
    from re import _constants, _parser  # type: ignore[attr-defined]
except ImportError:
    _constants = _parser = None

T = TypeVar("T")

_DOT = "\N{COMBINING DOT ABOVE}"  # what folding leaves of a capital I with a dot, which matches i

_BEGINNING = 3  # letters

_COMMON = frozenset(
    {"you", "your", "the", "it", "this", "that", "to", "is", "are", "have", "has", "be", "been",
     "any", "here", "there", "we", "on", "in", "of", "for", "and", "with", "not", "so", "can",
     "will", "back", "no"}
)  # fmt: skip
_EDGE = "\b"  # before letters that stand at the edge of a word

Hint = Callable[[str], bool]
"""Whether a ``folded`` text may hold the pattern; False only where it surely does not."""


def folded(text: str) -> str:
    """The text without its case, as hints look at it."""
    return text.casefold().replace(_DOT, "")


def hint_of(pattern: re.Pattern[str]) -> Hint:
    needed = letters_of(pattern)
    if needed is None:
        return lambda text: True
    letters = [one.lstrip(_EDGE) for one in needed]
    return lambda text: any(map(text.__contains__, letters))


class Sieve(Generic[T]):
    """Which of many patterns a text may hold, by one look at its letters.

    Letters that a pattern needs are kept under their beginning, so that what is tried are the few
    that begin as something in the text does.
    """

    def __init__(self, patterns: Iterable[tuple[T, re.Pattern[str]]]) -> None:
        self._names: list[T] = []
        self._always: set[int] = set()
        self._under: dict[str, list[tuple[re.Pattern[str], int]]] = defaultdict(list)
        for name, pattern in patterns:
            if name not in self._names:
                self._names.append(name)
            number = self._names.index(name)
            needed = letters_of(pattern)
            if needed is None:
                self._always.add(number)
            for one in needed or ():
                letters = one.lstrip(_EDGE)
                words = re.compile((r"\b" if one != letters else "") + re.escape(letters))
                self._under[letters[:_BEGINNING]].append((words, number))
        self._lengths = {len(one) for one in self._under}
        self._plain_lengths = {len(one) for one in self._under if one.isascii()}

    def may_hold(self, text: str) -> list[T]:
        """Names of patterns, as given; the text surely holds none of the others."""
        bare = text.casefold()
        if _DOT in bare:  # it is part of a letter here, and elsewhere it stands between words
            return self._names.copy()
        found = set(self._always)
        for length in self._plain_lengths if bare.isascii() else self._lengths:
            for one in self._under.keys() & _runs(bare, length):
                for words, number in self._under[one]:
                    if number not in found and words.search(bare):
                        found.add(number)
        return [self._names[number] for number in sorted(found)]


@lru_cache(8)  # several sieves look at a sentence, one after the other
def _runs(text: str, length: int) -> frozenset[str]:
    """All that so many letters of it in a row make."""
    return frozenset(map("".join, zip(*(text[at:] for at in range(length)), strict=False)))


def letters_of(pattern: re.Pattern[str]) -> tuple[str, ...] | None:
    """Letters of which any match holds one; None where that is not known, so that it is tried."""
    return _read(pattern) if is_known_python() else None


@cache
def is_known_python() -> bool:
    """Whether this Python reads patterns in the way that is relied on here.

    Where it does not, every pattern is tried on every text: slower, and as sure.
    """
    try:
        return all(_read(re.compile(words, re.I)) == known for words, known in _KNOWN.items())
    except (AttributeError, TypeError, ValueError, LookupError):
        return False


def _read(pattern: re.Pattern[str]) -> tuple[str, ...] | None:
    return _needed(_parser.parse(pattern.pattern, pattern.flags))


_KNOWN: dict[str, tuple[str, ...] | None] = {
    r"ab(?:cd|ef)+x?": ("ab",),
    r"\b(?:never|always)\s+free": ("\bnever", "\balways"),
    r"(?:tax(?:es)?)?": None,
    r"(?!refund)paid": ("paid",),
    r"(?<=no )charge": ("charge",),
    r"[ab]c": ("c",),
    r"(?:x|)y{2,3}z": ("y",),
    r"(?P<n>due) (?P=n)": ("due",),
    r"(?:within)+? \d": (" ",),
    r"(?>gift)|re(?:turn)++": None,
    r"(a)?(?(1)bcd|efg)": None,
    r"送达|签收": ("送达", "签收"),
}
"""Of each kind of part that a pattern has: the letters that its matches hold, told by hand."""


def _needed(parts: Iterable[tuple[Any, Any]], *, at_edge: bool = False) -> tuple[str, ...] | None:
    """Letters of which any match holds one, the longest that are to be had; None for unknown."""
    found: list[tuple[str, ...]] = []
    run = _EDGE if at_edge else ""
    for kind, value in parts:
        if kind is _constants.LITERAL:
            run += chr(value)
            continue
        found.append((run,))
        inner = _inside(kind, value, at_edge=run == _EDGE)
        if inner is not None:
            found.append(inner)
        is_edge = kind is _constants.AT and value is _constants.AT_BOUNDARY
        run = _EDGE if is_edge else ""
    found.append((run,))
    best = max(found, key=lambda some: min(map(_worth, some)))
    return (
        tuple(dict.fromkeys(folded(one) for one in best))
        if all(one.strip(_EDGE) for one in best)
        else None
    )


def _worth(letters: str) -> float:
    """How seldom a text that does not hold the pattern holds these: the longer, the seldomer."""
    letters = letters.lstrip(_EDGE)
    return len(letters) / 2 if letters.strip() in _COMMON else len(letters)


def _inside(kind: Any, value: Any, *, at_edge: bool) -> tuple[str, ...] | None:
    if kind is _constants.SUBPATTERN:
        return _needed(value[-1], at_edge=at_edge)
    if kind is _constants.MAX_REPEAT and value[0] > 0:
        return _needed(value[-1], at_edge=at_edge)
    if kind is _constants.BRANCH:
        branches = [_needed(one, at_edge=at_edge) for one in value[1]]
        known = [one for one in branches if one is not None]
        return tuple(letter for one in known for letter in one) if known == branches else None
    return None
