"""A few kills in every test run; ``make crash-test`` is the same with hundreds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.run import Plan, crash
from tests.databases import SqliteDatabases

POINTS = ("before the confirm's commit", "after its commit, before the reply")


@pytest.mark.timeout(180)
def test_a_killed_server_loses_nothing_and_does_nothing_twice(
    sqlite_databases: SqliteDatabases, tmp_path: Path
) -> None:
    plan = Plan(
        sqlite_databases.fresh(),
        sqlite_databases.fresh(),
        tmp_path,
        tmp_path / "server.log",
        points=POINTS,
        moments=1,
        orders=40,
    )
    report = crash(plan, print)
    assert report.account.is_clean, str(report)
    assert report.kills == 3
    assert sum(one.finished for one in report.outcomes) == len(report.outcomes) > 0
    assert report.effects >= len(report.outcomes)
