"""The hostile model: scripted worst cases through whole turns, random tool calls, random talk.

    python -m evals.redteam.run [--sequences 20000] [--conversations 3000] [--seed 1]

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
from typing import Any, Protocol

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from evals.redteam import moves
from evals.redteam.invariants import Breach
from evals.redteam.planned import conversations, planned
from evals.redteam.scripted import play_scripts
from evals.redteam.shop import ShopFile, opened
from evals.redteam.trial import Trial

_BATCH = 1000
"""Sequences drawn together; hypothesis remembers each, so that none comes twice in a batch."""


class Played(Protocol):
    """Plays a drawn sequence and says what of it worked."""

    shop: ShopFile

    @property
    def seen(self) -> Counter[str]: ...

    def play(self, sequence: Any) -> list[Breach]: ...


def play_random(
    trial: Played,
    wanted: int,
    first_seed: int,
    drawn: st.SearchStrategy[Any] | None = None,
) -> list[tuple[Sequence[Any], list[Breach]]]:
    """At least ``wanted`` sequences, each on the shop as it was; those that worked."""
    drawn = moves.sequences() if drawn is None else drawn
    worked: list[tuple[Sequence[Any], list[Breach]]] = []
    batch = first_seed
    while trial.seen["sequences"] < wanted:

        @seed(batch)
        @settings(
            max_examples=min(_BATCH, wanted - trial.seen["sequences"]),
            database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(drawn)
        def play(sequence: Sequence[Any]) -> None:
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
    parser.add_argument("--conversations", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as shop:
        scripts = play_scripts(shop)
        trial = Trial(shop)
        worked = play_random(trial, asked.sequences, asked.seed)
        with planned(shop) as talk:
            apart = talk.told_apart()
            small = play_random(talk, asked.conversations, asked.seed, conversations())
    for name, breaches in scripts.items():
        for breach in breaches:
            print(f"SCRIPT {name}: {breach.invariant}: {breach.what}")
    for breach in apart:
        print(f"SMALL MODEL: {breach.invariant}: {breach.what}")
    for sequence, breaches in [*worked, *small][:20]:
        print(f"SEQUENCE {list(sequence)}")
        for breach in breaches:
            print(f"    {breach.invariant}: {breach.what}")
    _print_counts("tools", trial.seen)
    _print_counts("small model", talk.seen)
    failed = sum(bool(found) for found in scripts.values())
    print(f"scripted worst cases: {len(scripts)}, attacks that worked: {failed}")
    print(f"random sequences: {trial.seen['sequences']}, attacks that worked: {len(worked)}")
    print(f"small model's conversations: {talk.seen['sequences']}, "
          f"attacks that worked: {len(small) + len(apart)}")  # fmt: skip
    found = failed + len(worked) + len(small) + len(apart)
    print(f"attack success: {found}   ({time.perf_counter() - started:.0f} s)")
    return int(bool(found))


def _print_counts(road: str, seen: Counter[str]) -> None:
    names = (
        "messages",
        "calls",
        "ok",
        "refused",
        "unfit",
        "proposals",
        "clicks",
        "refused clicks",
        "confirmed",
    )
    told = ", ".join(f"{name} {seen[name]}" for name in names if seen[name])
    print(f"tried by {road}: {told}")


if __name__ == "__main__":
    sys.exit(main())
