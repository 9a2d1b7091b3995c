"""What a run showed: a line a case, every failure with its reason, the totals against the bars."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from evals.model_suite.cases import Case
from evals.model_suite.scoring import TurnScore

TOOL_BAR, REPLY_BAR, CONVERSATION_BAR = 57 / 60, 54 / 60, 15 / 20
SECONDS_BAR, CALLS_BAR = 6.0, 2.0


@dataclass(frozen=True)
class TurnResult:
    """One turn as it went; ``tools`` in the form name(arguments)."""

    said: str
    reply: str
    tools: tuple[str, ...]
    score: TurnScore
    milliseconds: int
    model_calls: int
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True)
class CaseResult:
    """All turns of a case."""

    case: Case
    customer_id: str
    turns: tuple[TurnResult, ...]

    @property
    def tool_right(self) -> bool:
        return all(turn.score.tool_right for turn in self.turns)

    @property
    def reply_right(self) -> bool:
        return all(turn.score.reply_right for turn in self.turns)

    @property
    def right(self) -> bool:
        return self.tool_right and self.reply_right


@dataclass(frozen=True)
class Bar:
    """One demand on a run: what it reached and what it had to."""

    name: str
    reached: str
    demanded: str
    met: bool


def case_lines(result: CaseResult) -> Iterator[str]:
    """The line of a case, and under it what went wrong in which turn."""
    turns = result.turns
    milliseconds = sum(turn.milliseconds for turn in turns)
    tokens = sum(turn.prompt_tokens + turn.completion_tokens for turn in turns)
    yield (
        f"{result.case.id:<24} tool {_word(result.tool_right)}  reply {_word(result.reply_right)}"
        f"  {milliseconds:>6} ms  {sum(t.model_calls for t in turns):>2} calls  {tokens:>6} tokens"
    )
    for position, turn in enumerate(turns, start=1):
        if turn.score.right:
            continue
        yield f"    {position}. {turn.said}"
        yield f"       -> {' '.join(turn.reply.split())[:300] or '(nothing)'}"
        yield from (f"       tool: {complaint}" for complaint in turn.score.tool)
        yield from (f"       reply: {complaint}" for complaint in turn.score.reply)


def _word(right: bool) -> str:
    return "ok  " if right else "FAIL"


def bars(results: Sequence[CaseResult]) -> list[Bar]:
    """The demands of the suite, scaled to the cases that ran."""
    first = [result for result in results if not result.case.is_conversation]
    talks = [result for result in results if result.case.is_conversation]
    turns = [turn for result in results for turn in result.turns]
    found = [
        _share("right tool, first turns", [result.tool_right for result in first], TOOL_BAR),
        _share("right reply, first turns", [result.reply_right for result in first], REPLY_BAR),
        _share("conversations right", [result.right for result in talks], CONVERSATION_BAR),
        _median("median turn, s", [turn.milliseconds / 1000 for turn in turns], SECONDS_BAR),
        _median("median model calls", [turn.model_calls for turn in turns], CALLS_BAR),
    ]
    return [bar for bar in found if bar is not None]


def _share(name: str, right: Sequence[bool], bar: float) -> Bar | None:
    if not right:
        return None
    needed = math.ceil(len(right) * bar - 1e-9)
    reached = f"{sum(right)}/{len(right)}"
    return Bar(name, reached, f">= {needed}", sum(right) >= needed)


def _median(name: str, values: Sequence[float], bar: float) -> Bar | None:
    if not values:
        return None
    middle = median(values)
    return Bar(name, f"{middle:.2f}", f"<= {bar:g}", middle <= bar)


def total_lines(results: Sequence[CaseResult]) -> Iterator[str]:
    """The totals by language and matter, then the bars."""
    for title, keys in (
        ("language", [result.case.language for result in results]),
        ("matter", [result.case.matter for result in results]),
    ):
        yield f"by {title}:"
        for key in sorted(set(keys)):
            some = [result for result, of in zip(results, keys, strict=True) if of == key]
            yield (
                f"    {key:<16} right {sum(r.right for r in some)}/{len(some)}"
                f"  tool {sum(r.tool_right for r in some)}"
                f"  reply {sum(r.reply_right for r in some)}"
            )
    for bar in bars(results):
        verdict = "met" if bar.met else "MISSED"
        yield f"{bar.name:<26} {bar.reached:>8}   {bar.demanded:<8} {verdict}"


def write_report(results: Sequence[CaseResult], status: dict[str, Any], path: Path) -> None:
    """Everything as JSON: the model, the bars, and each turn with what was wrong."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {
        "model": status.get("model"),
        "bars": [asdict(bar) for bar in bars(results)],
        "cases": [_case(result) for result in results],
    }
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _case(result: CaseResult) -> dict[str, Any]:
    return {
        "id": result.case.id,
        "language": result.case.language,
        "matter": result.case.matter,
        "customer_id": result.customer_id,
        "right": result.right,
        "turns": [asdict(turn) for turn in result.turns],
    }


def all_met(results: Iterable[CaseResult]) -> bool:
    return all(bar.met for bar in bars(list(results)))
