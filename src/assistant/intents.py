"""Names the matter of a message: labelled examples, embeddings and a linear classifier.

The classifier narrows what a small model may do; where it is certain it saves a model call.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from assistant.matters import LABELS
from assistant.order_numbers import mask
from assistant.wording import Wording
from orderdb.text import Language
from orderdb.yaml_text import read_yaml
from tools.embeddings import Embedding
from tools.spelling import mended, sounded

Array = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]

_BATCH = 32
_UNSURE = 0.5  # probability of the likeliest label
_LONGEST = 1000  # characters of a message that are read
_VERSION = "2"  # raised when what follows the examples changes, so that kept models are left


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
    if found.keys() != LABELS:
        odd = sorted(found.keys() ^ LABELS)
        raise ValueError(f"{folder}: labels without examples or without a matter: {odd}")
    examples: list[Example] = []
    languages: tuple[Language, Language] = ("en", "zh")
    for label, path in found.items():
        document = read_yaml(path.read_text(encoding="utf-8"))
        for language in languages:
            lines = document[language].splitlines()
            examples += [Example(label, language, line.strip()) for line in lines if line.strip()]
    return tuple(examples)


def learnt_file(folder: Path) -> Path:
    """Where what was learnt from `folder`'s examples is shipped beside them."""
    return folder / "learnt.npz"


class IntentModel:
    """Ranks the matters of a message. Build with `IntentModel.fit`."""

    def __init__(self, examples: Sequence[Example], embed: Embedding, learnt: "_Learnt") -> None:
        self._examples = tuple(examples)
        self._embed = embed
        self._learnt = learnt
        self._wording = Wording(learnt.runs.tolist(), learnt.rarity)
        self._known = self._wording.words
        self._labels = sorted({example.label for example in examples})

    @classmethod
    def fit(
        cls,
        examples: Sequence[Example],
        embed: Embedding,
        cache: Path | None = None,
        shipped: Path | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Learn from examples, or take what was learnt from the same examples before.

        `cache` is a folder in which what was learnt is kept, `shipped` a file learnt in advance.
        `progress(done, of)` is called while texts are embedded that neither holds.
        """
        fingerprint = _fingerprint(examples, embed)
        kept = None
        for path in (cache / "intents.npz" if cache else None, shipped):
            found = _Learnt.load(path) if path else None
            if found and found.fingerprint == fingerprint:
                return cls(examples, embed, found)
            kept = kept or found
        texts = [cleaned(example.text) for example in examples]
        vectors = _embedded(texts, embed, kept, progress)
        learnt = _learn(texts, vectors, [example.label for example in examples])
        learnt = replace(learnt, fingerprint=fingerprint, embedding=embed.name)
        if cache:
            learnt.save(cache / "intents.npz")
        return cls(examples, embed, learnt)

    def rank(self, message: str) -> list[tuple[str, float]]:
        """Every label with its probability, the likeliest first.

        What is unsure is read again with its slips mended, and the surer reading taken.
        """
        text = cleaned(sounded(message))
        ranked = self._ranked(text)
        if ranked[0][1] < _UNSURE and (other := mended(text, self._known)) != text:
            ranked = max(ranked, self._ranked(other), key=lambda one: one[0][1])
        return ranked

    def _ranked(self, text: str) -> list[tuple[str, float]]:
        columns, values = self._wording.row(text)
        learnt = self._learnt
        vector = (self._vector(text) - learnt.centre) / learnt.spread
        size = len(vector)
        scores = vector @ learnt.weights[:size] + learnt.bias
        scores += values @ learnt.weights[size:][columns]
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        order = np.argsort(-chances, kind="stable")
        return [(self._labels[at], float(chances[at])) for at in order]

    def nearest(self, message: str, k: int = 6) -> list[Example]:
        """The k examples closest to the message in meaning, the closest first."""
        closeness = self._learnt.vectors @ self._vector(cleaned(message))
        return [self._examples[at] for at in np.argsort(-closeness, kind="stable")[:k]]

    def ship(self, path: Path) -> None:
        """Write what was learnt, for start-ups that shall not learn it again."""
        self._learnt.save(path)

    def _vector(self, text: str) -> Array:
        row: Array = self._embed.passages([text])[0]
        return row


@dataclass(frozen=True)
class _Learnt:
    """What fitting leaves: vectors of the examples, the wording, and a linear classifier."""

    texts: npt.NDArray[np.str_]
    vectors: Array
    centre: Array
    spread: Array
    runs: npt.NDArray[np.str_]
    rarity: Array
    weights: Array
    bias: Array
    fingerprint: str = ""
    embedding: str = ""

    @classmethod
    def load(cls, path: Path) -> "_Learnt | None":
        """What was kept at `path`; None when there is nothing of this shape."""
        if not path.exists():
            return None
        try:
            with np.load(path, allow_pickle=False) as kept:
                named = {one.name: kept[one.name] for one in fields(cls)}
        except (OSError, ValueError, KeyError, BadZipFile):
            return None
        for name in ("fingerprint", "embedding"):
            named[name] = str(named[name])
        wide = {
            name: rows.astype(np.float32) if rows.dtype == np.float16 else rows
            for name, rows in named.items()
            if not isinstance(rows, str)
        }
        return cls(**named | wide)

    def save(self, path: Path) -> None:
        """Written beside and renamed, so that a start-up cut short leaves no half file.

        Half precision is a third of the size and ranks the same.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            rows = {one.name: np.asarray(getattr(self, one.name)) for one in fields(self)}
            half: dict[str, Any] = {
                name: one.astype(np.float16) if one.dtype == np.float32 else one
                for name, one in rows.items()
            }
            np.savez_compressed(file, **half)
        os.replace(file.name, path)


def cleaned(message: str) -> str:
    """What is read of a message: lower case, order numbers masked, nothing that does not print."""
    printable = "".join(one if one.isprintable() else " " for one in message[:_LONGEST])
    return " ".join(mask(printable).lower().split()) or "?"


def _learn(texts: Sequence[str], vectors: Array, labels: Sequence[str]) -> _Learnt:
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    wording = Wording.of(texts)
    centre = vectors.mean(axis=0)
    spread = np.asarray(np.linalg.norm(vectors - centre, axis=1).mean(), dtype=np.float32)
    rows = hstack([csr_matrix((vectors - centre) / spread), wording.rows(texts)]).tocsr()
    # C was chosen by cross-validation; at this strength the probabilities come out calibrated.
    model = LogisticRegression(C=20.0, max_iter=200).fit(rows, labels)
    return _Learnt(
        texts=np.array(texts),
        vectors=vectors,
        centre=centre,
        spread=spread,
        runs=np.array(wording.runs),
        rarity=wording.rarity,
        weights=model.coef_.T.astype(np.float32),
        bias=model.intercept_.astype(np.float32),
    )


def _embedded(
    texts: Sequence[str], embed: Embedding, kept: _Learnt | None, progress: Progress | None
) -> Array:
    """One row a text; rows kept from an earlier set of examples are used again."""
    rows: dict[str, Array] = {}
    if kept and kept.embedding == embed.name:
        rows = dict(zip(kept.texts.tolist(), kept.vectors, strict=True))
    missing = [text for text in dict.fromkeys(texts) if text not in rows]
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        rows.update(zip(batch, embed.passages(batch), strict=True))
        if progress:
            progress(min(start + _BATCH, len(missing)), len(missing))
    return np.vstack([rows[text] for text in texts]).astype(np.float32)


def _fingerprint(examples: Sequence[Example], embed: Embedding) -> str:
    parts = [_VERSION, embed.name]
    parts += [f"{example.label}\t{example.text}" for example in examples]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
