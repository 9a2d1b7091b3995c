"""Scoring texts by the words they share with a question, in English and Chinese (BM25)."""

import math
import re
from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

_LATIN = re.compile(r"[a-z0-9]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_ENDINGS = ("ing", "ed", "es", "s")

# The usual BM25 constants: how soon repeated words stop counting, how much length matters.
_SATURATION = 1.2
_LENGTH = 0.5


def terms(text: str) -> list[str]:
    """English words without their ending, and each pair of neighbouring Chinese characters."""
    lower = text.lower()
    found = [_stem(word) for word in _LATIN.findall(lower)]
    for run in _HAN.findall(lower):
        found += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
    return found


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


class WordMatch(Generic[K]):
    """An index over a few hundred texts, held in memory."""

    def __init__(self, texts: Mapping[K, str]) -> None:
        counts = {key: Counter(terms(text)) for key, text in texts.items()}
        lengths = {key: sum(count.values()) for key, count in counts.items()}
        mean = sum(lengths.values()) / max(len(lengths), 1)
        self._postings: dict[str, list[tuple[K, float]]] = {}
        for key, count in counts.items():
            penalty = _SATURATION * (1 - _LENGTH + _LENGTH * lengths[key] / max(mean, 1))
            for term, times in count.items():
                weight = times * (_SATURATION + 1) / (times + penalty)
                self._postings.setdefault(term, []).append((key, weight))
        self._rarity = {
            term: math.log(1 + (len(counts) - len(found) + 0.5) / (len(found) + 0.5))
            for term, found in self._postings.items()
        }

    def scores(self, question: str) -> dict[K, float]:
        """The texts that share a term with the question; 0 is no match, 10 and more a good one."""
        totals: dict[K, float] = {}
        for term in set(terms(question)):
            for key, weight in self._postings.get(term, ()):
                totals[key] = totals.get(key, 0.0) + self._rarity[term] * weight
        return totals
