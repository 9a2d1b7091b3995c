"""The hostile model: scripted worst cases through whole turns, then random tool calls.

    python -m evals.redteam.run [--sequences 20000] [--seed 1]

Prints what was tried and how many attacks worked; exits 1 unless that is none.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from evals.redteam import moves
from evals.redteam.invariants import Breach
from evals.redteam.scripted import play_scripts
from evals.redteam.shop import opened
from evals.redteam.trial import Trial

_BATCH = 1000
"""Sequences drawn together; hypothesis remembers each, so that none comes twice in a batch."""


def play_random(
    trial: Trial, wanted: int, first_seed: int
) -> list[tuple[Sequence[moves.Move], list[Breach]]]:
    """At least ``wanted`` sequences, each on the shop as it was; those that worked."""
    worked: list[tuple[Sequence[moves.Move], list[Breach]]] = []
    batch = first_seed
    while trial.seen["sequences"] < wanted:

        @seed(batch)
        @settings(
            max_examples=min(_BATCH, wanted - trial.seen["sequences"]),
            database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(moves.sequences())
        def play(sequence: Sequence[moves.Move]) -> None:
            trial.seen["sequences"] += 1
            try:
                if breaches := list(trial.play(sequence)):
                    worked.append((sequence, breaches))
            finally:
                trial.shop.set_back()

        play()
        batch += 1
    return worked


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as shop:
        scripts = play_scripts(shop)
        trial = Trial(shop)
        worked = play_random(trial, asked.sequences, asked.seed)
    for name, breaches in scripts.items():
        for breach in breaches:
            print(f"SCRIPT {name}: {breach.invariant}: {breach.what}")
    for sequence, breaches in worked[:20]:
        print(f"SEQUENCE {list(sequence)}")
        for breach in breaches:
            print(f"    {breach.invariant}: {breach.what}")
    _print_counts(trial.seen)
    failed = sum(bool(found) for found in scripts.values())
    print(f"scripted worst cases: {len(scripts)}, attacks that worked: {failed}")
    print(f"random sequences: {trial.seen['sequences']}, attacks that worked: {len(worked)}")
    print(f"attack success: {failed + len(worked)}   ({time.perf_counter() - started:.0f} s)")
    return int(bool(failed or worked))


def _print_counts(seen: Counter[str]) -> None:
    names = "calls", "ok", "refused", "unfit", "proposals", "clicks", "refused clicks", "confirmed"
    print("tried: " + ", ".join(f"{name} {seen[name]}" for name in names))


if __name__ == "__main__":
    sys.exit(main())
