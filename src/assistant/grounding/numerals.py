"""Numbers in words: what "forty-five", "a hundred", "half a", 三十 and 半 count."""

from __future__ import annotations

import re
from fractions import Fraction

_UNITS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {
    word: 10 * number
    for number, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_SCALES = {"hundred": 100, "thousand": 1000}
_WORD = "|".join(sorted([*_UNITS, *_SCALES], key=len, reverse=True))
EN = (
    rf"\b(?:a\s+couple(?:\s+of)?|half\s+an?|a\s+dozen|a\s+(?:hundred|thousand)\b|(?:{_WORD})\b)"
    rf"(?:(?:\s+and\s+|[\s-]+)(?:{_WORD})\b)*"
)
ZH = r"[零〇一二三四五六七八九十百千两半几数]+"
_ZH_DIGITS = {letter: number for number, letter in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_ZH_SCALES = {"十": 10, "百": 100, "千": 1000}
_FIXED = {"a": Fraction(1), "an": Fraction(1), "half": Fraction(1, 2), "半": Fraction(1, 2)}
_VAGUE = frozenset({"few", "several", "几", "数"})


def number_of(words: str) -> str:
    """The number as plain digits ("0.5" for a half); "few" for what names no number."""
    words = words.strip().lower()
    if words.replace(".", "", 1).isdigit():
        return words
    found = [one for one in re.split(r"[\s-]+", words) if one not in ("and", "of", "")]
    if any(one in _VAGUE for one in (*found, *words)):
        return "few"
    if "couple" in found:
        return "2"
    if "dozen" in found:
        return "12"
    for word, value in _FIXED.items():
        if found[0] == word and (len(found) == 1 or word == "half"):
            return f"{float(value):g}"
    return str(_english(found) if words.isascii() else _chinese(words))


def _english(words: list[str]) -> int:
    total, current = 0, 0
    for word in words:
        if word in ("a", "an"):
            current = 1
        elif word in _UNITS:
            current += _UNITS[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        else:
            total, current = total + max(current, 1) * 1000, 0
    return total + current


def _chinese(letters: str) -> int:
    total, digit = 0, 0
    for letter in letters:
        if letter in _ZH_SCALES:
            total, digit = total + max(digit, 1) * _ZH_SCALES[letter], 0
        else:
            digit = _ZH_DIGITS.get(letter, 0)
    return total + digit
