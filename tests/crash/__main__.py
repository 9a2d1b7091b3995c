"""``python -m tests.crash``: kill the server again and again, and count what went wrong.

    python -m tests.crash [--moments 200] [--database sqlite|postgresql|both] [--seed 1]

Exit code 0 only when nothing was lost, nothing done twice and nothing is stuck.
What the servers said is in build/crash-*.log.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.crash.points import POINTS
from tests.crash.run import Plan, crash
from tests.databases import running_postgres


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--moments", type=int, default=200, help="random moments a database")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.database == "both":  # side by side: both mostly wait for servers to open
        same = [f"--moments={chosen.moments}", f"--seed={chosen.seed}"]
        runs = [
            subprocess.Popen([sys.executable, "-m", "tests.crash", "--database", kind, *same])
            for kind in ("sqlite", "postgresql")
        ]
        return max(run.wait() for run in runs)
    return one(chosen.database, chosen.moments, chosen.seed)


def one(kind: str, moments: int, seed: int) -> int:
    """Run on one kind of database and print what came of it; the exit code."""
    print(f"{kind}: {len(POINTS)} named points, {moments} random moments", flush=True)
    log = Path(f"build/crash-{kind}.log").absolute()
    log.parent.mkdir(exist_ok=True)
    log.unlink(missing_ok=True)
    with databases(kind) as (folder, url, start_url):
        plan = Plan(url, start_url, folder, log, moments=moments, seed=seed)
        report = crash(plan, lambda told: print(f"{kind}: {told}", flush=True))
    print("\n".join(f"{kind}: {line}" for line in str(report).splitlines()), flush=True)
    return 0 if report.account.is_clean else 1


@contextmanager
def databases(kind: str) -> Iterator[tuple[Path, str, str]]:
    """A folder, and two empty databases: the shop's, and one for its starting state."""
    with tempfile.TemporaryDirectory(prefix="orderdesk-crash-") as name:
        folder = Path(name)
        if kind == "sqlite":
            yield folder, f"sqlite:///{folder / 'shop.db'}", f"sqlite:///{folder / 'start.db'}"
            return
        with running_postgres() as sockets:
            urls = [f"postgresql://postgres@/{one}?host={sockets}" for one in ("shop", "start")]
            with psycopg.connect(
                f"postgresql://postgres@/postgres?host={sockets}", autocommit=True
            ) as connection:
                for one in ("shop", "start"):
                    connection.execute(f"CREATE DATABASE {one}")
            yield folder, urls[0], urls[1]


if __name__ == "__main__":
    sys.exit(main())
