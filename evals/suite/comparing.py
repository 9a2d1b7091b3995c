"""Two runs of the same cases, paired: what changed, and how sure that is."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.suite.figures import bootstrap, by_case
from evals.suite.results import NoResults, Trial


@dataclass(frozen=True)
class Change:
    """A difference after minus before, with its 95% interval over cases."""

    value: float
    low: float
    high: float

    @property
    def is_certain(self) -> bool:
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Ratio:
    """After over before, with its 95% interval over cases."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"x{self.value:.2f} [x{self.low:.2f}, x{self.high:.2f}]"


@dataclass(frozen=True)
class Comparison:
    """``won`` and ``lost`` are cases whose share of resolved trials rose or fell."""

    cases: int
    before: float
    after: float
    success: Change
    won: tuple[str, ...]
    lost: tuple[str, ...]
    flaky: tuple[str, ...]
    tokens: Ratio | None
    money: Ratio | None
    seconds: Ratio | None


def compare(before: Sequence[Trial], after: Sequence[Trial]) -> Comparison:
    """Over the cases that both hold; raises NoResults when there are none."""
    first, second = by_case(before), by_case(after)
    shared = sorted(first.keys() & second.keys())
    if not shared:
        raise NoResults("the two runs share no case")
    pairs = [(statistics.fmean(first[one]), statistics.fmean(second[one])) for one in shared]
    low, high = bootstrap(pairs, _difference)
    return Comparison(
        cases=len(shared),
        before=statistics.fmean(one for one, _ in pairs),
        after=statistics.fmean(one for _, one in pairs),
        success=Change(_difference(pairs), low, high),
        won=tuple(one for one, (a, b) in zip(shared, pairs, strict=True) if b > a),
        lost=tuple(one for one, (a, b) in zip(shared, pairs, strict=True) if b < a),
        flaky=tuple(
            one for one, (a, b) in zip(shared, pairs, strict=True) if 0 < a < 1 or 0 < b < 1
        ),
        tokens=_ratio(before, after, shared, lambda one: one.tokens),
        money=_ratio(before, after, shared, lambda one: one.cost),
        seconds=_ratio(before, after, shared, lambda one: one.seconds),
    )


def _difference(pairs: Sequence[tuple[float, float]]) -> float:
    return statistics.fmean(after - before for before, after in pairs)


def _ratio(
    before: Sequence[Trial],
    after: Sequence[Trial],
    shared: Sequence[str],
    of: Callable[[Trial], float],
) -> Ratio | None:
    """Of what cases use on the mean; None where the first run used nothing."""
    was, now = _means(before, of), _means(after, of)
    pairs = [(was[one], now[one]) for one in shared]
    if not any(a for a, _ in pairs):
        return None
    low, high = bootstrap(pairs, _quotient)
    return Ratio(_quotient(pairs), low, high)


def _means(trials: Sequence[Trial], of: Callable[[Trial], float]) -> dict[str, float]:
    found: dict[str, list[float]] = defaultdict(list)
    for one in trials:
        found[one.case].append(of(one))
    return {case: statistics.fmean(values) for case, values in found.items()}


def _quotient(pairs: Sequence[tuple[float, float]]) -> float:
    was = sum(before for before, _ in pairs)
    return sum(after for _, after in pairs) / was if was else 1.0


_OF_MOMENT = ("model", "customer", "prompts", "policies", "limits", "locked test split")


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What of the two runs is not the same, of that which can change a figure."""
    return [name for name in _OF_MOMENT if before.get(name) != after.get(name)]


def lines(found: Comparison) -> Iterator[str]:
    """The comparison in words."""
    change = found.success
    sure = "certain at 95%" if change.is_certain else "not certain at 95%"
    yield f"{found.cases} cases in both"
    yield f"success  {found.before:.1%} -> {found.after:.1%}"
    yield f"change   {change.value:+.1%} [{change.low:+.1%}, {change.high:+.1%}], {sure}"
    yield f"won      {len(found.won)}: {', '.join(found.won) or 'none'}"
    yield f"lost     {len(found.lost)}: {', '.join(found.lost) or 'none'}"
    if found.flaky:
        yield f"flaky    {len(found.flaky)}: trials of these cases differ among themselves"
    for name, ratio in (
        ("tokens", found.tokens),
        ("cost", found.money),
        ("seconds", found.seconds),
    ):
        yield f"{name:8} {ratio if ratio is not None else 'nothing to compare with'}"
