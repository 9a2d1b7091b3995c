"""Vectors of policies that come along, so that a first start need not work them out again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from tools.embeddings import Vectors


def shipped_file(policies: Path) -> Path:
    """Where the vectors of a folder of policies are shipped: beside them."""
    return policies / "embedded.npz"


def read_shipped(file: Path, embedding: str) -> dict[str, Vectors]:
    """Rows by the hash of what they were made of; none where another embedding made them, or where
    there is no such file, or none that can be read: they are only sooner, never other."""
    try:
        with np.load(file) as kept:
            if str(kept["embedding"]) != embedding:
                return {}
            rows = kept["rows"].astype(np.float32)
            parts = np.split(rows, np.cumsum(kept["counts"])[:-1])
            return dict(zip(kept["hashes"].tolist(), parts, strict=True))
    except (OSError, ValueError, KeyError, BadZipFile):
        return {}


def ship(file: Path, embedding: str, vectors: Mapping[str, Vectors]) -> None:
    """Write them, in half precision: the cosines differ by less than 0.001."""
    np.savez_compressed(
        file,
        embedding=np.array(embedding),
        hashes=np.array(list(vectors)),
        counts=np.array([len(rows) for rows in vectors.values()]),
        rows=np.vstack(list(vectors.values())).astype(np.float16),
    )
