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
    return found or _next_size(plain(message), line, offered)


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
