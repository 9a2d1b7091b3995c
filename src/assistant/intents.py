"""Names the matter of a message: labelled examples, embeddings and a linear classifier.

The classifier narrows what a small model may do; where it is certain it saves a model call.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import yaml

from assistant.matters import MATTERS
from assistant.order_numbers import mask
from orderdb.text import Language
from tools.embeddings import Embedding

Matrix = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]

_BATCH = 32
_VERSION = "1"  # raised when what follows the examples changes, so that old caches are left


@dataclass(frozen=True)
class Example:
    """A message as a customer might write it, order numbers as `{order}`, and its label."""

    label: str
    language: Language
    text: str


def read_examples(folder: Path) -> tuple[Example, ...]:
    """Every example in `folder`; a file `do.cancel.yaml` holds one message a line and language.

    Raises ValueError when a file and the table of matters do not agree.
    """
    found = {path.name.removesuffix(".yaml"): path for path in sorted(folder.glob("*.yaml"))}
    if found.keys() != MATTERS.keys():
        odd = sorted(found.keys() ^ MATTERS.keys())
        raise ValueError(f"{folder}: labels without examples or without a matter: {odd}")
    examples: list[Example] = []
    languages: tuple[Language, Language] = ("en", "zh")
    for label, path in found.items():
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for language in languages:
            lines = document[language].splitlines()
            examples += [Example(label, language, line.strip()) for line in lines if line.strip()]
    return tuple(examples)


class IntentModel:
    """Ranks the matters of a message. Build with `IntentModel.fit`."""

    def __init__(
        self, examples: Sequence[Example], embed: Embedding, vectors: Matrix, weights: Matrix
    ) -> None:
        self._examples = tuple(examples)
        self._embed = embed
        self._vectors = vectors
        self._weights = weights
        self._labels = sorted({example.label for example in examples})

    @classmethod
    def fit(
        cls,
        examples: Sequence[Example],
        embed: Embedding,
        cache: Path | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Learn from examples. `cache` is a folder in which vectors and weights are kept.

        `progress(done, of)` is called while examples are embedded: at most once an example set.
        """
        stored = cache / f"intents-{_fingerprint(examples, embed)}.npz" if cache else None
        if stored and stored.exists():
            with np.load(stored, allow_pickle=False) as kept:
                return cls(examples, embed, kept["vectors"], kept["weights"])
        vectors = _vectors([example.text for example in examples], embed, progress)
        weights = train(vectors, [example.label for example in examples])
        if stored:
            _store(stored, vectors, weights)
        return cls(examples, embed, vectors, weights)

    def rank(self, message: str) -> list[tuple[str, float]]:
        """Every label with its probability, the likeliest first."""
        chances = probabilities(self._vector(message)[None, :], self._weights)[0]
        order = np.argsort(-chances, kind="stable")
        return [(self._labels[at], float(chances[at])) for at in order]

    def nearest(self, message: str, k: int = 6) -> list[Example]:
        """The k examples closest to the message in meaning, the closest first."""
        closeness = self._vectors @ self._vector(message)
        return [self._examples[at] for at in np.argsort(-closeness, kind="stable")[:k]]

    def _vector(self, message: str) -> Matrix:
        row: Matrix = _vectors([message], self._embed, None)[0]
        return row


def train(vectors: Matrix, labels: Sequence[str]) -> Matrix:
    """Weights of a logistic regression, (dimension + 1, labels); the last row is the bias."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=30.0, max_iter=200).fit(vectors, labels)
    return np.vstack([model.coef_.T, model.intercept_]).astype(np.float32)


def probabilities(vectors: Matrix, weights: Matrix) -> Matrix:
    """One row of probabilities a vector, in the order of the sorted labels."""
    scores = vectors @ weights[:-1] + weights[-1]
    scores -= scores.max(axis=1, keepdims=True)
    chances: Matrix = np.exp(scores)
    chances /= chances.sum(axis=1, keepdims=True)
    return chances


def _vectors(texts: Sequence[str], embed: Embedding, progress: Progress | None) -> Matrix:
    rows: list[Matrix] = []
    for start in range(0, len(texts), _BATCH):
        rows.append(embed.passages([_cleaned(text) for text in texts[start : start + _BATCH]]))
        if progress:
            progress(min(start + _BATCH, len(texts)), len(texts))
    return np.vstack(rows)


def _cleaned(message: str) -> str:
    """Order numbers masked, no control characters or lone surrogates, a bounded length."""
    printable = "".join(one if one.isprintable() else " " for one in message[:1000])
    return " ".join(mask(printable).split()) or "?"


def _fingerprint(examples: Sequence[Example], embed: Embedding) -> str:
    parts = [_VERSION, embed.name]
    parts += [f"{example.label}\t{example.text}" for example in examples]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _store(path: Path, vectors: Matrix, weights: Matrix) -> None:
    """Written beside and renamed, so that a start-up cut short leaves no half file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
        np.savez(file, vectors=vectors, weights=weights)
    os.replace(file.name, path)
