"""Finding the policy clause that answers a question (the only module that imports chromadb)."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, cast

import numpy as np

from orderdb.policy_book import Clause, PolicyBook
from orderdb.text import Language
from tools.embeddings import Embedding, Vectors
from tools.word_match import WordMatch

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.types import Where

_LANGUAGES: tuple[Language, ...] = ("en", "zh")
_NO_END = 9999_12_31
_BATCH = 16
# A question longer than this holds more than one matter; the first ones decide.
_QUESTION_CHARACTERS = 400
# Rows asked of Chroma: every clause text of a usual shop, and the nearest typical questions.
_TEXT_ROWS = 200
_ASKED_ROWS = 100

# Measured with `python -m evals.policy_recall` on its first half.
_TEXT_WEIGHT = 0.5
_WORD_WEIGHT = 0.45
_WORD_HALF = 25.0
_LEAST_SCORE = 0.38

_Key = tuple[str, int]
_Kind = Literal["text", "asked"]


@dataclass(frozen=True, slots=True)
class PolicyHit:
    """A clause that bears on a question, quoted in the language that was asked for."""

    clause: str
    version: int
    effective_from: date
    title: str
    quote: str
    score: float
    document: str


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, counted in indexed rows (clause texts and typical questions)."""

    added: int
    updated: int
    removed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    key: _Key
    kind: _Kind
    text: str
    starts: int
    ends: int
    hash: str = field(default="")


class PolicyIndex:
    """The clauses of a book in Chroma, searched by meaning and by words.

    Embedded Chroma belongs to one process; several processes share a Chroma server.
    """

    def __init__(self, client: "ClientAPI", embedding: Embedding) -> None:
        self._embedding = embedding
        # Vectors of two embeddings cannot be compared, so each has its own collection.
        name = re.sub(r"[^A-Za-z0-9]+", "-", embedding.name).strip("-")
        self._collection = client.get_or_create_collection(
            f"policies-{name}-{embedding.dimension}",
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
        )
        self._clauses: dict[_Key, Clause] = {}
        self._words: WordMatch[_Key] = WordMatch({})

    @classmethod
    def in_folder(cls, folder: Path, embedding: Embedding) -> Self:
        """Chroma embedded in this process, its files in the folder."""
        import chromadb  # a second and a half: only those who search should wait for it
        from chromadb.config import Settings

        folder.mkdir(parents=True, exist_ok=True)
        settings = Settings(anonymized_telemetry=False)
        return cls(chromadb.PersistentClient(str(folder), settings), embedding)

    @classmethod
    def at_server(cls, host: str, port: int, embedding: Embedding) -> Self:
        """A Chroma server, for several processes; raises ValueError when it does not answer."""
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        return cls(chromadb.HttpClient(host, port, settings=settings), embedding)

    def sync(
        self, book: PolicyBook, progress: Callable[[int, int], None] | None = None
    ) -> SyncReport:
        """Bring the index to the book, embedding only rows that changed; then search uses it.

        `progress` is told (rows done, rows to do).
        """
        wanted = {row.id: row for clause in book for row in self._rows(clause)}
        stored = self._collection.get(include=["metadatas"])
        known = {
            row_id: metadata.get("hash")
            for row_id, metadata in zip(stored["ids"], stored["metadatas"] or [], strict=True)
        }
        changed = [row for row in wanted.values() if known.get(row.id) != row.hash]
        for start in range(0, len(changed), _BATCH):
            if progress:
                progress(start, len(changed))
            self._store(changed[start : start + _BATCH])
        if progress:
            progress(len(changed), len(changed))
        gone = sorted(known.keys() - wanted.keys())
        if gone:
            self._collection.delete(ids=gone)
        self._clauses = {(clause.id, clause.version): clause for clause in book}
        self._words = WordMatch({key: _all_words(c) for key, c in self._clauses.items()})
        added = sum(row.id not in known for row in changed)
        return SyncReport(
            added=added,
            updated=len(changed) - added,
            removed=len(gone),
            unchanged=len(wanted) - len(changed),
        )

    def search(
        self, question: str, on: date, language: Language, limit: int = 3
    ) -> list[PolicyHit]:
        """The clauses in force on a day that answer best, best first; none for nonsense.

        Either language finds both; title and quote come in the one asked for.
        """
        # A lone surrogate cannot be embedded.
        asked = question[:_QUESTION_CHARACTERS].encode(errors="ignore").decode()
        if not asked.strip():
            return []
        ranked = sorted(self._scores(asked, on).items(), key=lambda item: (-item[1], item[0]))
        return [
            _hit(self._clauses[key], language, score)
            for key, score in ranked[:limit]
            if score >= _LEAST_SCORE
        ]

    def _scores(self, question: str, on: date) -> dict[_Key, float]:
        """About 0 for what is unrelated, above 1 for a question that a shop foresaw."""
        vector = self._embedding.query(question)
        texts = self._nearest(vector, "text", on, _TEXT_ROWS)
        asked = self._nearest(vector, "asked", on, _ASKED_ROWS)
        words = self._words.scores(question)
        farthest = min(asked.values(), default=0.0)
        scores: dict[_Key, float] = {}
        for key in texts.keys() | asked.keys():
            text = texts.get(key, 0.0)
            # A clause without typical questions is judged by its text alone; one whose questions
            # are not among the nearest rows is no nearer than those.
            foreseen = asked.get(key, min(text, farthest) if self._clauses[key].asked else text)
            meaning = (foreseen + _TEXT_WEIGHT * text) / (1 + _TEXT_WEIGHT)
            match = words.get(key, 0.0)
            scores[key] = meaning + _WORD_WEIGHT * match / (match + _WORD_HALF)
        return scores

    def _nearest(self, vector: Vectors, kind: _Kind, on: date, rows: int) -> dict[_Key, float]:
        """The best row of each clause, 0 for the unrelated and 1 for the same."""
        day = _number(on)
        in_force: list[Where] = [  # Chroma's own types spell no operator but by Any
            cast("Where", {"starts": {"$lte": day}}),
            cast("Where", {"ends": {"$gte": day}}),
        ]
        found = self._collection.query(
            query_embeddings=vector[np.newaxis],
            n_results=rows,
            where={"$and": [{"kind": kind}, *in_force]},
            include=["metadatas", "distances"],
        )
        unrelated = self._embedding.unrelated
        best: dict[_Key, float] = {}
        metadatas, distances = (found["metadatas"] or [[]])[0], (found["distances"] or [[]])[0]
        for metadata, distance in zip(metadatas, distances, strict=True):
            key = (str(metadata["clause"]), int(str(metadata["version"])))
            # On a shared server another process may already hold a newer book.
            if key in self._clauses:
                closeness = (1.0 - distance - unrelated) / (1.0 - unrelated)
                best[key] = max(best.get(key, closeness), closeness)
        return best

    def _store(self, rows: list[_Row]) -> None:
        texts = [row.text for row in rows]
        self._collection.upsert(
            ids=[row.id for row in rows],
            embeddings=self._embedding.passages(texts),
            documents=texts,
            metadatas=[
                {
                    "clause": row.key[0],
                    "version": row.key[1],
                    "kind": row.kind,
                    "starts": row.starts,
                    "ends": row.ends,
                    "hash": row.hash,
                }
                for row in rows
            ],
        )

    def _rows(self, clause: Clause) -> Iterator[_Row]:
        texts: Mapping[str, tuple[_Kind, str]] = {
            **{
                f"text-{lang}": ("text", f"{clause.title.get(lang)}. {clause.body.get(lang)}")
                for lang in _LANGUAGES
            },
            **{f"asked-{n}": ("asked", words) for n, words in enumerate(clause.asked)},
        }
        ends = _number(clause.effective_to) if clause.effective_to else _NO_END
        for part, (kind, text) in texts.items():
            row = _Row(
                id=f"{clause.id}/{clause.version}/{part}",
                key=(clause.id, clause.version),
                kind=kind,
                text=text,
                starts=_number(clause.effective_from),
                ends=ends,
            )
            content = json.dumps([self._embedding.name, self._embedding.dimension, asdict(row)])
            yield _Row(**{**asdict(row), "hash": hashlib.sha256(content.encode()).hexdigest()})


def _number(day: date) -> int:
    """Chroma compares numbers, not dates: 2026-03-01 is 20260301."""
    return day.year * 10_000 + day.month * 100 + day.day


def _all_words(clause: Clause) -> str:
    # The title counts twice: it names the matter.
    titles = [clause.title.en, clause.title.zh] * 2
    return "\n".join([*titles, clause.body.en, clause.body.zh, *clause.asked])


def _hit(clause: Clause, language: Language, score: float) -> PolicyHit:
    return PolicyHit(
        clause=clause.id,
        version=clause.version,
        effective_from=clause.effective_from,
        title=clause.title.get(language),
        quote=clause.body.get(language),
        score=round(score, 4),
        document=clause.document,
    )
