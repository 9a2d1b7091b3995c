"""How long 240 cases take on a stub model: what the suite itself costs.

python -m evals.suite.stub_speed [--workers 2] [--at-once 6]
"""

from __future__ import annotations

import argparse
import shutil
import time

from pydantic import SecretStr

from assistant.settings import Settings
from evals.stub_model import running_apart
from evals.suite.results import machine
from evals.suite.running import BUILD, Plan, run

CASES = 240
NAME = "stub-speed"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--at-once", type=int, default=6)
    options = parser.parse_args()
    shutil.rmtree(BUILD / NAME, ignore_errors=True)
    plan = Plan(name=NAME, balanced=CASES, workers=options.workers, at_once=options.at_once)
    with running_apart("A31002", "I looked it up for you.") as url:
        stub = {"openai_base_url": url, "openai_api_key": SecretStr("none"), "model": "stub"}
        began = time.perf_counter()
        done = run(plan, Settings.load().model_copy(update=stub))
    print(
        f"{CASES} cases on a stub model: {time.perf_counter() - began:.1f} s, "
        f"{options.workers} processes, {options.at_once} at once in each, {machine()}"
        f"{'' if done else ', NOT ALL PLAYED'}"
    )


if __name__ == "__main__":
    main()
