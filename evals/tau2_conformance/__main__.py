"""``python -m evals.tau2_conformance --db F --tasks F --expected F``"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from evals.tau2_conformance.run import Conformance, Result


def main(arguments: list[str] | None = None) -> int:
    """Print a line a task and the count; 0 when every task matches."""
    parser = argparse.ArgumentParser(prog="evals.tau2_conformance", description=__doc__)
    for name, told in (
        ("--db", "the shop: db.json"),
        ("--tasks", "tasks with reference actions"),
        ("--expected", "what each task changes"),
    ):
        parser.add_argument(name, type=Path, required=True, help=told)
    files = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        conformance = Conformance(files.db, files.tasks, files.expected, Path(folder))
        lost = conformance.lost_in_import()
        print(f"import: {len(lost)} difference(s) between the file and the imported shop")
        for one in lost[:10]:
            print(f"    {one}")
        print(f"{'task':>6}  {'writes':>6}  outcome")
        results = []
        for result in conformance.results():
            results.append(result)
            _print(result)
    matching = [one for one in results if one.outcome != "differs"]
    undone = [one.task for one in matching if one.outcome != "match"]
    print(f"{len(matching)} of {len(results)} tasks match the policy")
    if undone:
        print(f"of these with the reference's known flaw undone: {', '.join(undone)}")
    return 0 if not lost and len(matching) == len(results) else 1


def _print(result: Result) -> None:
    print(f"{result.task:>6}  {result.writes:>6}  {result.outcome}", flush=True)
    for one in result.differences:
        print(f"{'':16}  {one}")


if __name__ == "__main__":
    sys.exit(main())
