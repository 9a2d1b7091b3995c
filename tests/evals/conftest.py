"""One bench for all tests of the suite: it is expensive to open, and nobody changes it."""

from __future__ import annotations

import pytest

from tests.evals.suite import Bench


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench.open(tmp_path_factory.mktemp("suite"))
