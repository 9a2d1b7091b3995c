"""Plays shares that never end, each in a process of its own, which it tells by a file of FOLDER;
or, with --unsent, one whose process waits for ever to be given it.

python -m tests.evals.a_share FOLDER [--unsent]
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


class Unsent:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> Any:
        (self.folder / "sending").touch()
        time.sleep(600)


if __name__ == "__main__":
    running._SLOW_IMPORTS = ()
    folder = Path(sys.argv[1])
    shares = [Unsent(folder)] if "--unsent" in sys.argv else [Endless(folder)] * 2
    running.all_played(cast(Any, shares))
