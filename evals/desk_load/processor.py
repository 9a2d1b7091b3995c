"""Processor time of processes, on Linux."""

from __future__ import annotations

import os
from pathlib import Path


def seconds_of(process: int) -> float:
    """Used so far by the process of this id; 0 where nobody knows, and once it is gone."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
