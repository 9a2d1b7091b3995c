"""Mends slips of the keyboard before a text is read: ``wen wil my oder ariv``."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORD = re.compile(r"(?<![\w{'])[a-z]{3,}(?![\w}'])")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def mended(text: str, rarity: Mapping[str, float]) -> str:
    """A lower-case text with each unknown word as the commonest known one that is a slip away.

    ``rarity``: known words, the commoner the lower.
    """

    def known(match: re.Match[str]) -> str:
        word = match[0]
        if word in rarity:
            return word
        near = [one for one in _slips(word) if one in rarity]
        return min(near, key=lambda one: rarity[one], default=word)

    return _WORD.sub(known, text)


def _slips(word: str) -> set[str]:
    """All that one letter left out, put in, changed or swapped with the next makes of it."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    return {
        *(left + right[1:] for left, right in cuts if right and len(word) > 3),
        *(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1),
        *(left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS),
        *(left + letter + right for left, right in cuts for letter in _LETTERS),
    }
