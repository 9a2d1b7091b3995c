"""Which tests the workers of ``make test`` take, and in what order.

A file's tests stay together, so that what they share is made once; so do files that share what is
dear to open. What takes longest begins first: else one worker would still be busy with it when
all others have ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

TOGETHER = ("tests/browser/", "tests/evals/test_suite_")
"""How the files of one unit begin."""

FIRST = (
    *TOGETHER,
    "tests/crash/test_crash.py",
    "tests/contract/test_openapi.py",
    "tests/orderdb/proposals/test_sums.py",
    "tests/assistant/test_chat.py",
    "tests/assistant/api/desk/test_session.py",
    "tests/evals/test_tau2_conformance.py",
    "tests/assistant/test_endpoints.py",
    "tests/orderdb/delivery/backtest/test_evaluation.py",
)
"""Units of half a minute and more."""


class LongestFirst(LoadScopeScheduling):
    """Hands out whole units."""

    def add_node_collection(self, node: WorkerController, collection: Sequence[str]) -> None:
        """Tests are told apart by name, and those of the contract share theirs: number them."""
        seen: Counter[str] = Counter()
        names = []
        for name in collection:
            seen[name] += 1
            names.append(f"{name} {seen[name]}" if seen[name] > 1 else name)
        super().add_node_collection(node, names)

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return next(filter(file.startswith, TOGETHER), file)

    def _assign_work_unit(self, node: WorkerController) -> None:
        for unit in FIRST:
            if unit in self.workqueue:
                self.workqueue.move_to_end(unit, last=False)
                break
        super()._assign_work_unit(node)
