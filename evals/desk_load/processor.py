"""Processes and their processor time, on Linux."""

from __future__ import annotations

import os
from pathlib import Path


def seconds_of(process: int) -> float:
    """Used so far by the process of this id and those it started; 0 once it is gone."""
    return sum(map(_own_seconds, [process, *started_by(process)]))


def _own_seconds(process: int) -> float:
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def started_by(process: int) -> list[int]:
    """Ids of the processes that it started, and of those that they did."""
    try:
        told = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:
        return []
    children = [int(one) for one in told.split()]
    return children + [one for child in children for one in started_by(child)]
