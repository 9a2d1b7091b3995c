"""Plays a few cases through inspect-ai, as a process of its own that can be killed.

    python -m tests.evals.a_run FOLDER SECONDS CASE...

Every finished case is a line of FOLDER/played.txt; each takes SECONDS at least.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from evals.suite.answering import Answerer
from evals.suite.case import Case
from evals.suite.played import Answered
from evals.suite.playing import Open
from evals.suite.running import Plan, begin, chosen, play
from evals.suite.scripted import Perfect
from orderdb.database import SessionFactory
from tests.evals.suite import CUSTOMER, Bench


def keep(case: str) -> None:
    with Path("played.txt").open("a", encoding="utf-8") as file:
        file.write(case + "\n")


def main() -> int:
    folder, seconds, *ids = sys.argv[1:]
    os.chdir(folder)  # build/ is made where one stands
    bench = Bench.open(Path(folder) / f"bench-{os.getpid()}")

    class Slow(Perfect):
        async def answer(self, text: str) -> Answered:
            await asyncio.sleep(float(seconds))
            return await super().answer(text)

        async def close(self) -> None:
            keep(self.case.id)

    def opener() -> Open:
        def open_one(case: Case, sessions: SessionFactory) -> Answerer:
            return Slow(bench.desk, sessions, case)

        return open_one

    plan = Plan(name="killed", only=tuple(ids), at_once=2)
    cases = chosen(plan, bench.cases)
    begin(plan, bench.desk.settings, cases)
    arms = {"scripted": opener}
    return not play(plan, bench.desk, bench.shop, bench.template, cases, arms, {}, CUSTOMER)


if __name__ == "__main__":
    sys.exit(main())
