"""Success with its interval, pass^k in both conventions, and what it cost."""

from __future__ import annotations

import math
import random
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from evals.suite.results import BLAMES, Trial
from evals.suite.shares import Share, wilson

PassK = Literal["tau", "chen"]
"""``tau``: the chance that k trials of a case all succeed (tau-bench's pass^k).
``chen``: the chance that one of k at least does (pass@k of Chen et al. 2021)."""


def success(trials: Sequence[Trial]) -> Share:
    """Trials resolved, every one counted, machines' faults too.

    The interval is Wilson's over cases: trials of one case are not independent, so each case
    counts as one observation of its mean.
    """
    means = [statistics.fmean(one) for one in by_case(trials).values()]
    if not means:
        return Share(0.0, 0.0, 1.0, 0)
    return Share(statistics.fmean(means), *wilson(sum(means), len(means)), len(means))


def by_case(trials: Iterable[Trial]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for one in trials:
        found[one.case].append(float(one.resolved))
    return dict(found)


def pass_k(trials: Sequence[Trial], k: int, convention: PassK = "tau") -> float | None:
    """Over cases with k trials at least; None when there are none."""
    shares = []
    for outcomes in by_case(trials).values():
        n, right = len(outcomes), int(sum(outcomes))
        if n < k:
            continue
        if convention == "tau":
            shares.append(math.comb(right, k) / math.comb(n, k))
        else:
            shares.append(1 - math.comb(n - right, k) / math.comb(n, k))
    return statistics.fmean(shares) if shares else None


def most_trials(trials: Sequence[Trial]) -> int:
    return max((len(one) for one in by_case(trials).values()), default=0)


def bootstrap(
    pairs: Sequence[tuple[float, float]],
    of: Callable[[Sequence[tuple[float, float]]], float],
    rounds: int = 2000,
    seed: int = 1,
) -> tuple[float, float]:
    """A 95% interval of a figure over pairs, by drawing cases anew; the same seed, the same."""
    draw = random.Random(seed)
    values = sorted(of(draw.choices(pairs, k=len(pairs))) for _ in range(rounds))
    return values[int(0.025 * rounds)], values[int(0.975 * rounds) - 1]


@dataclass(frozen=True)
class Cost:
    """What trials used; ``tokens_resolved`` is all tokens over resolved trials."""

    tokens: float
    tokens_resolved: float | None
    model_calls: float
    cost: float
    seconds_a_turn: float
    first_token: float | None
    turns: float


def cost(trials: Sequence[Trial]) -> Cost:
    """Means a trial; seconds are medians over turns."""
    resolved = sum(one.resolved for one in trials)
    turns = [x.answer.seconds for one in trials if one.played for x in one.played.exchanges]
    firsts = [
        x.answer.first_token_seconds
        for one in trials
        if one.played
        for x in one.played.exchanges
        if x.answer.first_token_seconds is not None
    ]
    count = max(1, len(trials))
    return Cost(
        tokens=sum(one.tokens for one in trials) / count,
        tokens_resolved=sum(one.tokens for one in trials) / resolved if resolved else None,
        model_calls=sum(one.model_calls for one in trials) / count,
        cost=sum(one.cost for one in trials) / count,
        seconds_a_turn=statistics.median(turns) if turns else 0.0,
        first_token=statistics.median(firsts) if firsts else None,
        turns=sum(one.turns for one in trials) / count,
    )


def complaints(trials: Sequence[Trial]) -> dict[str, int]:
    """Trials with a complaint, by dimension, the most first."""
    counted: dict[str, int] = defaultdict(int)
    for one in trials:
        for dimension in {finding.dimension for finding in one.findings}:
            counted[dimension] += 1
    return dict(sorted(counted.items(), key=lambda pair: -pair[1]))


def blamed(trials: Sequence[Trial]) -> dict[str, int]:
    """Failed trials, by whose fault they are."""
    counted: dict[str, int] = dict.fromkeys(BLAMES, 0)
    for one in trials:
        if one.blame:
            counted[one.blame] += 1
    return counted


def simulator_errors(trials: Sequence[Trial]) -> dict[str, int]:
    """Trials whose simulated customer erred, by kind of error, whether they failed or not."""
    counted: dict[str, int] = defaultdict(int)
    for one in trials:
        faults = one.played.customer_faults if one.played else ()
        for kind in {fault.split(":")[0] for fault in faults}:
            counted[kind] += 1
    return dict(sorted(counted.items()))


def simulated(trials: Sequence[Trial]) -> list[Trial]:
    return [one for one in trials if "simulated" in one.tags]


def by_tag(trials: Sequence[Trial]) -> dict[str, Share]:
    """Success of each tag and language, the worst first."""
    groups: dict[str, list[Trial]] = defaultdict(list)
    for one in trials:
        for tag in (*one.tags, one.language, f"split {one.split}"):
            groups[tag].append(one)
    shares = {tag: success(found) for tag, found in groups.items()}
    return dict(sorted(shares.items(), key=lambda pair: pair[1].value))
