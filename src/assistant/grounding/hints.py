"""Letters without which a pattern cannot match, so that most patterns need not be tried at all.

A reply is looked through for some hundred patterns, sentence by sentence, and hardly any stands
there. Whether a text holds certain letters is known some thirty times as fast as whether it holds
a pattern that does not begin with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from re import _constants, _parser  # type: ignore[attr-defined]  # what compiles patterns reads so
from typing import Any

_DOT = "\N{COMBINING DOT ABOVE}"  # what folding leaves of a capital I with a dot, which matches i

Hint = Callable[[str], bool]
"""Whether a ``folded`` text may hold the pattern; False only where it surely does not."""


def folded(text: str) -> str:
    """The text without its case, as hints look at it."""
    return text.casefold().replace(_DOT, "")


def hint_of(pattern: re.Pattern[str]) -> Hint:
    letters = _needed(_parser.parse(pattern.pattern, pattern.flags))
    if letters is None:
        return lambda text: True
    return lambda text: any(map(text.__contains__, letters))


def _needed(parts: Iterable[tuple[Any, Any]]) -> tuple[str, ...] | None:
    """Letters of which any match holds one, the longest that are to be had; None for unknown."""
    found: list[tuple[str, ...]] = []
    run = ""
    for kind, value in parts:
        if kind is _constants.LITERAL:
            run += chr(value)
            continue
        found.append((run,))
        run = ""
        inner = _inside(kind, value)
        if inner is not None:
            found.append(inner)
    found.append((run,))
    best = max(found, key=lambda some: min(map(len, some)))
    return tuple(dict.fromkeys(folded(one) for one in best)) if all(best) else None


def _inside(kind: Any, value: Any) -> tuple[str, ...] | None:
    if kind is _constants.SUBPATTERN:
        return _needed(value[-1])
    if kind is _constants.MAX_REPEAT and value[0] > 0:
        return _needed(value[-1])
    if kind is _constants.BRANCH:
        branches = [_needed(one) for one in value[1]]
        known = [one for one in branches if one is not None]
        return tuple(letter for one in known for letter in one) if known == branches else None
    return None
