"""Which of the clauses that were found a reply rests on."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from tools.results import Citation, ToolResult

_WORDS = re.compile(r"\d+|[a-z]{4,}|[\u3400-\u9fff]")


def cited(text: str, results: Sequence[ToolResult]) -> list[Citation]:
    """The clauses that a reply names; where it names none, of each result the one most like it."""
    offered = {one.clause: one for result in results for one in result.citations}
    named = [one for clause, one in offered.items() if clause in text.upper()]
    if named:
        return named
    likest = [one for result in results for one in _likest(text, result.citations)]
    return list({one.clause: one for one in likest}.values())


def _likest(text: str, clauses: Sequence[Citation]) -> list[Citation]:
    """The clause that shares most of the reply's words, and those whose figures it lacks."""
    if not clauses:
        return []
    said = _terms(text)
    shared = {one.clause: said & _terms(f"{one.title} {one.quote}") for one in clauses}
    first = max(clauses, key=lambda one: len(shared[one.clause]))
    others = [
        one
        for one in clauses
        if any(term.isdigit() for term in shared[one.clause] - shared[first.clause])
    ]
    return [first, *others]


def _terms(text: str) -> set[str]:
    """Figures and words of a text; of Chinese, pairs of characters."""
    found = _WORDS.findall(text.lower())
    pairs = {a + b for a, b in itertools.pairwise(found) if not (a + b).isascii()}
    return pairs | {one for one in found if one.isascii()}
