"""Features of a message's wording: words, characters and short runs of either, by TF-IDF.

Embeddings tell what a message is about; wording tells "can I return" from "I want to return".
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Array = npt.NDArray[np.float32]

_UNIT = re.compile(r"\{order\}|[a-z']+|\d+|[\u3400-\u9fff]|[?!]")
_WORD_RUN = re.compile(r"w [a-z']+")
_WORD_WEIGHT, _CHARACTER_WEIGHT = 0.7, 0.5
_MOST_CHARACTERS = 400


class Wording:
    """The runs seen at least twice among the examples, and how rare each is."""

    def __init__(self, runs: Sequence[str], rarity: Array) -> None:
        self.runs = tuple(runs)
        self.rarity = rarity
        self._column = {run: column for column, run in enumerate(self.runs)}

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Learn from lower-case texts."""
        seen = Counter(run for text in texts for run in set(_runs(text)))
        kept = sorted(run for run, times in seen.items() if times >= 2)
        counts = np.array([seen[run] for run in kept], dtype=np.float32)
        return cls(kept, np.log((1 + len(texts)) / (1 + counts)) + 1)

    @property
    def words(self) -> dict[str, float]:
        """The single words among the runs, and how rare each is."""
        singles = ((run, rare) for run, rare in zip(self.runs, self.rarity, strict=True))
        return {run[2:]: float(rare) for run, rare in singles if _WORD_RUN.fullmatch(run)}

    def row(self, text: str) -> tuple[npt.NDArray[np.intp], Array]:
        """Columns and values of one lower-case text; words and characters each of unit length."""
        counts = Counter(run for run in _runs(text) if run in self._column)
        columns = np.array([self._column[run] for run in counts], dtype=np.intp)
        times = np.array(list(counts.values()), dtype=np.float32)
        values = (1 + np.log(np.maximum(times, 1))) * self.rarity[columns]
        words = np.array([run.startswith("w ") for run in counts], dtype=bool)
        for kind, weight in ((words, _WORD_WEIGHT), (~words, _CHARACTER_WEIGHT)):
            values[kind] *= weight / (np.linalg.norm(values[kind]) or 1)
        return columns, values.astype(np.float32)

    def rows(self, texts: Iterable[str]) -> "csr_matrix":
        """One sparse row a text, (texts, runs)."""
        from scipy.sparse import csr_matrix

        rows = [self.row(text) for text in texts]
        ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns = np.concatenate([columns for columns, _ in rows])
        values = np.concatenate([values for _, values in rows])
        return csr_matrix((values, columns, ends), shape=(len(rows), len(self.runs)))


def _runs(text: str) -> list[str]:
    """Runs of one to three words, Chinese characters counting as words, and of two to four
    characters within spaces; the first letter tells the kind."""
    text = text[:_MOST_CHARACTERS]
    units = ["^", *_UNIT.findall(text), "$"]
    runs = [f"w {unit}" for unit in units[1:-1]]
    for size in (2, 3):
        runs += ["w " + " ".join(units[at : at + size]) for at in range(len(units) - size + 1)]
    for word in text.split():
        padded = f" {word} "
        for size in (2, 3, 4):
            runs += ["c " + padded[at : at + size] for at in range(len(padded) - size + 1)]
    return runs
