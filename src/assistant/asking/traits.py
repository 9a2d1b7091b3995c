"""Which of an item's variants a message speaks of, by colour, size and the like."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.asking.naming import parted, plain
from orderdb.models import Variant
from orderdb.text import Text
from orderdb.views import LineView

_TRAIT = re.compile(r"\s*[,，/·;；、]\s*")
_SIZES = {
    "xs": "(?:xs|extra small)", "s": "(?:s|small)", "m": "(?:m|medium)", "l": "(?:l|large)",
    "xl": "(?:xl|extra large|x-large)",
}  # fmt: skip
_IN_ORDER = ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl")
_LARGER = re.compile(
    r"\b(?:bigger|larger|(?:one|a|the next) size up|size up|next size(?! down))\b"
    r"|[大加]一?[号码點点些]的?(?!了)|大一个号"
)
_SMALLER = re.compile(
    r"\b(?:smaller|(?:one|a|the next) size down|size down)\b|小一?[号码點点些]的?(?!了)|小一个号"
)
_AMISS = re.compile(
    r"\b(?:(?:too|a (?:bit|little)|rather|quite|slightly|runs?|comes? up|fits?)(?: too)? )"
    r"(?:extra )?(?:small|large|medium|big)\b|\b(?:small|large) on me\b"
)
"""What is wrong with what came, which is no size that is wished for."""
_COLOUR_ZH = re.compile(r"(?<=.)色$")


def wanted(message: str, line: LineView, offered: Sequence[Variant]) -> Variant | None:
    """The one of these variants that a message wants an item to become."""
    words = _AMISS.sub(" ", plain(message))
    found = _named(parted(words)[1], line, offered) or _named(words, line, offered)
    found = found or _next_size(plain(message), line, offered)
    wished = parted(words)[1]
    return found or _of_the_family(wished, line, offered) or _of_the_family(words, line, offered)


def stands(name: Text, words: str) -> bool:
    """Whether every trait of a variant stands in lower-case words."""
    traits = _traits(name.en, name.zh)
    return bool(traits) and all(_stands(trait, words) for trait in traits)


def _next_size(words: str, line: LineView, offered: Sequence[Variant]) -> Variant | None:
    """The size beside the item's own, where one larger or smaller is wanted and all else stays."""
    step = 1 if _LARGER.search(words) else -1 if _SMALLER.search(words) else 0
    traits = _traits(line.variant.en, line.variant.zh) if line.variant else []
    has = next((trait for trait in traits if trait[0] in _IN_ORDER), None)
    if not step or has is None:
        return None
    at = _IN_ORDER.index(has[0]) + step
    size = _IN_ORDER[at] if 0 <= at < len(_IN_ORDER) else ""
    kept = {en for en, _ in traits} - {has[0]}
    found = [
        one
        for one in offered
        if {en for en, _ in _traits(one.name.en, one.name.zh)} == kept | {size}
    ]
    return found[0] if len(found) == 1 else None


def _named(words: str, line: LineView, offered: Sequence[Variant]) -> Variant | None:
    """The only variant with the most traits in the words.

    What the words leave open stays as it is: a red M becomes the blue M where blue is said.
    """
    has = _traits(line.variant.en, line.variant.zh) if line.variant else []
    scored = []
    for one in offered:
        traits = _traits(one.name.en, one.name.zh)
        said = sum(_stands(trait, words) for trait in traits)
        kept = sum(trait in has for trait in traits)
        scored.append((said, kept, one))
    most = max((said for said, _, _ in scored), default=0)
    if not most:
        return None
    best = max(kept for said, kept, _ in scored if said == most)
    found = [one for said, kept, one in scored if (said, kept) == (most, best)]
    return found[0] if len(found) == 1 else None


def _of_the_family(words: str, line: LineView, offered: Sequence[Variant]) -> Variant | None:
    """The only other variant of the colour that is named: sage is a green."""
    had = line.variant.en.lower() if line.variant else ""
    said = [shades for base, shades in _SHADES.items() if re.search(rf"\b{base}\b", words)]
    found = [
        one
        for one in offered
        if one.name.en.lower() != had
        and any(shade in one.name.en.lower() for shades in said for shade in shades)
    ]
    return found[0] if len(found) == 1 else None


_SHADES = {
    "green": ("sage", "olive", "mint", "moss", "forest", "emerald"),
    "blue": ("navy", "sky", "indigo", "azure", "denim"),
    "brown": ("oak", "walnut", "chestnut", "chocolate", "tan"),
    "beige": ("sand", "natural", "cream", "ecru"),
    "gr[ae]y": ("charcoal", "slate", "silver", "ash"),
    "gold(?:en)?": ("brass",),
    "yellow": ("mustard", "amber", "lemon"),
    "red": ("burgundy", "crimson", "rust"),
    "white": ("ivory", "cream"),
}
"""What goods are called, by what customers call the colour."""


def _traits(en: str, zh: str) -> list[tuple[str, str]]:
    """Each trait in both languages; ``red, 1.5 L`` has two."""
    first, second = _TRAIT.split(en.lower()), _TRAIT.split(zh.lower())
    if len(first) != len(second):
        second = first
    return [pair for pair in zip(first, second, strict=True) if any(pair)]


def _stands(trait: tuple[str, str], words: str) -> bool:
    en, zh = trait
    pattern = r"\s*".join(re.escape(part) for part in en.split())
    pattern = _SIZES.get(en, pattern)
    if pattern and re.search(rf"(?<![a-z0-9.'’]){pattern}(?![a-z0-9])", words):
        return True
    return bool(zh) and not zh.isascii() and _COLOUR_ZH.sub("", zh) in words
