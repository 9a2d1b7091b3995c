"""Translations between agent and customer: a model's words, kept only where code finds no fault.

Every figure, day and code must have survived, and whether something was denied; what else a small
model got wrong, no code sees.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from assistant.grounding.claims import Claim, claims
from assistant.language import language_of
from assistant.prompts import Prompts
from assistant.steps import Brain, ModelUnavailable
from assistant.suggestions.writing import writes, written
from orderdb.text import Language

LANGUAGE_NAMES = {"en": "English", "zh": "简体中文 (Chinese)"}
_LONGEST = 1200  # characters; a small model writes no more than some 180 tokens well
_DIGITS = re.compile(r"\d+")
_NO = re.compile(
    r"\b(?:not?|never|none|nothing|nobody|neither|nor|cannot|without|unable|refus\w+)\b|n['’]t\b"
    r"|[不没未无勿]|别(?!的|人|处|样)",
    re.I,
)
_NO_DENIAL = re.compile(
    r"\bno (?:problem|worries|doubt)\b|\bnot only\b|\bor not\b|\bwhy not\b"
    r"|不好意思|对不起|不客气|差不多|不错|不但|不仅|不过|不久|不断|没关系|没问题|无论|是不是|能不能|会不会"
    r"|可不可以|要不要|有没有|好不好|不同|不得不",
    re.I,
)
_MOST_LONGER = 6.0
_LEAST = 0.12


@dataclass(frozen=True)
class Translator:
    prompts: Prompts

    async def translate(self, text: str, language: Language, brain: Brain | None) -> str | None:
        """The text in ``language``; None where no model answers or what it wrote is not the same.

        What is in that language already comes back as it is.
        """
        if not text.strip() or language_of(text, language) == language:
            return text
        if brain is None or not writes(brain) or len(text) > _LONGEST:
            return None
        asked = self.prompts["translate"].fill(text=text, language=LANGUAGE_NAMES[language])
        try:
            told = await written(brain, asked)
        except ModelUnavailable:
            return None
        return told if faithful(text, told, language) else None


def faithful(source: str, told: str, language: Language) -> bool:
    """Whether a translation is in its language, with the same figures, days and codes, and denies
    something where the source does."""
    if not told or language_of(told, "zh" if language == "en" else "en") != language:
        return False
    if not _LEAST <= len(told) / len(source) <= _MOST_LONGER:
        return False
    if _denies(source) != _denies(told):
        return False
    ours, theirs = claims(source), claims(told)
    if not (_all_in(ours, theirs) and _all_in(theirs, ours)):
        return False
    return _bare(source, ours) == _bare(told, theirs)


def _denies(text: str) -> bool:
    return bool(_NO.search(_NO_DENIAL.sub(" ", text)))


def _all_in(some: list[Claim], others: list[Claim]) -> bool:
    return all(any(_same(one, other) for other in others) for one in some)


def _same(one: Claim, other: Claim) -> bool:
    if one.kind != other.kind:
        return False
    if one.kind == "date":
        return bool({value[-5:] for value in one.values} & {value[-5:] for value in other.values})
    return bool(one.values & other.values)


def _bare(text: str, found: list[Claim]) -> set[str]:
    """Numbers that are part of no claim, such as how many pieces."""
    inside = [(claim.start, claim.end) for claim in found]
    return {
        match.group()
        for match in _DIGITS.finditer(unicodedata.normalize("NFKC", text))
        if not any(start <= match.start() < end for start, end in inside)
    }
