"""Plays shares that never end, each in a process of its own, which it tells by a file of FOLDER.

python -m tests.evals.a_share FOLDER
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from evals.suite import running


@dataclass(frozen=True)
class Endless:
    folder: Path

    def play(self) -> bool:
        (self.folder / str(os.getpid())).touch()
        time.sleep(600)
        return True


if __name__ == "__main__":
    running._SLOW_IMPORTS = ()
    running.all_played(cast(Any, [Endless(Path(sys.argv[1]))] * 2))
