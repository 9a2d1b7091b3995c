"""Over the demo shop's own tool results: faithful sentences pass, planted ones are held back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assistant.grounding import Facts, Grounds, facts_of
from orderdb.policy_book import PolicyBook
from tools.results import Citation, ToolResult

HERE = Path(__file__).parent
TODAY = date(2026, 11, 20)  # a Friday
QUOTED = ("RETURN-1", "REFUND-1", "CANCEL-1", "DAMAGE-1")
TOLD: dict[str, dict[str, Any]] = json.loads((HERE / "told.json").read_text("utf-8"))


def sentences_in(name: str) -> Iterator[tuple[str, str]]:
    """(scene, sentence) for each line below a ``[scene]``."""
    scene = ""
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            scene = line.strip("[]")
        elif line:
            yield scene, line


@cache
def grounds(scene: str, language: str) -> Grounds:
    """What a reply may draw on after the tool of ``scene``."""
    if scene == "none":
        return Grounds(Facts(), Facts(), TODAY)
    if scene == "policy":
        return Grounds(facts_of([_policy(language)], ZoneInfo("Europe/Berlin")), Facts(), TODAY)
    told = TOLD[scene]
    result = ToolResult.model_validate(told[language])
    return Grounds(facts_of([result], ZoneInfo(told["zone"])), Facts(), TODAY)


@cache
def _policy(language: str) -> ToolResult:
    book = PolicyBook.load(HERE.parents[2] / "policies")
    clauses = [book.in_force(one, TODAY) for one in QUOTED]
    speaks = [(one, getattr(one.title, language), getattr(one.body, language)) for one in clauses]
    return ToolResult(
        text="\n".join(f"{one.id} {title}: {body}" for one, title, body in speaks),
        citations=[
            Citation(
                clause=one.id,
                version=one.version,
                effective_from=one.effective_from,
                title=title,
                quote=body,
            )
            for one, title, body in speaks
        ],
    )


def language_of(sentence: str) -> str:
    return "zh" if sum("\u3400" <= letter <= "\u9fff" for letter in sentence) > 2 else "en"


def of(kind: str) -> Iterator[Any]:
    """Sentences in two files, the second written after the rules; known gaps must be told when
    they close."""
    for scene, sentence in (*sentences_in(f"{kind}.txt"), *sentences_in(f"{kind}_later.txt")):
        yield pytest.param(scene, sentence)
    for scene, sentence in sentences_in(f"{kind}_gaps.txt"):
        yield pytest.param(scene, sentence, marks=pytest.mark.xfail(strict=True))


@pytest.mark.parametrize(("scene", "sentence"), of("faithful"))
def test_a_faithful_sentence_passes(scene: str, sentence: str) -> None:
    assert grounds(scene, language_of(sentence)).check(sentence) == []


@pytest.mark.parametrize(("scene", "sentence"), of("planted"))
def test_a_planted_sentence_is_held_back(scene: str, sentence: str) -> None:
    assert grounds(scene, language_of(sentence)).check(sentence) != []
