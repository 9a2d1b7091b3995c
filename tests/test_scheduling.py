"""Every test is handed out once, with those of its unit, the longest units first."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.scheduling import FIRST, LongestFirst

COLLECTION = [
    "tests/orderdb/test_money.py::test_sums",
    *["tests/contract/test_openapi.py::test_no_request_breaks_the_api"] * 3,
    "tests/browser/test_access.py::test_touch",
    "tests/orderdb/test_money.py::test_parts",
    "tests/browser/test_desk.py::test_queue",
    "tests/tools/test_orders.py::test_found",
]


class Worker:
    """Takes what it is given and does nothing."""

    shutting_down = False

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.given: list[list[int]] = []

    def send_runtest_some(self, indices: list[int]) -> None:
        self.given.append(indices)

    def shutdown(self) -> None:
        self.shutting_down = True


def handed_out(workers: int) -> list[list[list[int]]]:
    """What each worker was given, unit by unit, as places in the collection."""
    config: Any = SimpleNamespace(
        option=SimpleNamespace(loadscopereorder=True),
        getvalue=lambda name: ["popen"] * workers,
    )
    scheduler = LongestFirst(config)
    nodes: list[Any] = [Worker(f"gw{number}") for number in range(workers)]
    for node in nodes:
        scheduler.add_node(node)
        scheduler.add_node_collection(node, COLLECTION)
    scheduler.schedule()
    done: set[tuple[str, int]] = set()
    while todo := [
        (node, index)
        for node in nodes
        for unit in node.given
        for index in unit
        if (node.gateway.id, index) not in done
    ]:
        node, index = todo[0]
        done.add((node.gateway.id, index))
        scheduler.mark_test_complete(node, index)
    return [node.given for node in nodes]


def test_every_test_is_handed_out_once_even_those_of_one_name() -> None:
    for workers in (1, 2):
        given = [index for units in handed_out(workers) for unit in units for index in unit]
        assert sorted(given) == list(range(len(COLLECTION)))


def test_units_stay_whole_and_the_longest_come_first() -> None:
    [units] = handed_out(1)
    assert units[:2] == [[4, 6], [1, 2, 3]]  # the browser's, the contract's
    assert sorted(units[2:]) == [[0, 5], [7]]
    assert FIRST[0] == "tests/browser/"
