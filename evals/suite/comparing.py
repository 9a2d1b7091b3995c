"""Two runs of the same cases, paired: what changed, and how sure that is."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evals.suite.figures import bootstrap, by_case, cost
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
class Comparison:
    """``won`` and ``lost`` are cases whose share of resolved trials rose or fell."""

    cases: int
    before: float
    after: float
    success: Change
    won: tuple[str, ...]
    lost: tuple[str, ...]
    flaky: tuple[str, ...]
    tokens: float | None
    money: float | None
    seconds: float | None


def compare(before: Sequence[Trial], after: Sequence[Trial]) -> Comparison:
    """Over the cases that both hold; raises NoResults when there are none."""
    first, second = by_case(before), by_case(after)
    shared = sorted(first.keys() & second.keys())
    if not shared:
        raise NoResults("the two runs share no case")
    pairs = [(statistics.fmean(first[one]), statistics.fmean(second[one])) for one in shared]
    low, high = bootstrap(pairs, _difference)
    known = set(shared)
    was = cost([one for one in before if one.case in known])
    now = cost([one for one in after if one.case in known])
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
        tokens=_ratio(now.tokens, was.tokens),
        money=_ratio(now.cost, was.cost),
        seconds=_ratio(now.seconds_a_turn, was.seconds_a_turn),
    )


def _difference(pairs: Sequence[tuple[float, float]]) -> float:
    return statistics.fmean(after - before for before, after in pairs)


def _ratio(now: float, was: float) -> float | None:
    return now / was if was else None


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
        yield f"{name:8} {'x' + format(ratio, '.2f') if ratio is not None else 'unknown'}"
