"""Finding the policy clause that answers a question (the only module that imports chromadb)."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from orderdb.policy_book import Clause, PolicyBook
from orderdb.text import Language
from tools.embeddings import Embedding, Vectors
from tools.spelling import mended
from tools.word_match import WordMatch

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

# A question longer than this holds more than one matter; the first ones decide.
_QUESTION_CHARACTERS = 400
# Below the first the best answer may be to a misspelt question, which is read again with its slips
# mended; that reading counts from the second on, for chatter can be mended into anything.
_UNSURE, _MENDED = 0.6, 0.5
# Nearest rows among which typical questions are sought.
_NEAREST = 300

# Chosen on the tuning half of evals/policy_questions.yaml (`python -m evals.policy_recall`).
_CLAUSE_WEIGHT = 2.0
_WORD_WEIGHT = 0.9
_WORD_HALF = 25.0
_LEAST_SCORE = 0.42
# A question in one language lies farther from a clause that has only the other.
_LEAST_SCORE_UNTRANSLATED = 0.15

_Key = tuple[str, int]
_NONE: Mapping[str, Vectors] = MappingProxyType({})


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
    """What a sync did, counted in versions of clauses."""

    added: int
    updated: int
    removed: int
    unchanged: int


class PolicyIndex:
    """The clauses of a book in Chroma, searched by meaning and by words.

    Embedded Chroma belongs to one process; several processes share a Chroma server.
    """

    def __init__(
        self, client: "ClientAPI", embedding: Embedding, shipped: Mapping[str, Vectors] = _NONE
    ) -> None:
        """``shipped`` are vectors worked out before, by the hash of a clause."""
        self._embedding, self._shipped = embedding, shipped
        # Vectors of two embeddings cannot be compared, so each has its own collection.
        name = re.sub(r"[^A-Za-z0-9]+", "-", embedding.name).strip("-")
        self._collection = client.get_or_create_collection(
            f"policies-{name}-{embedding.dimension}",
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
        )
        self._clauses: dict[_Key, Clause] = {}
        self._place: dict[_Key, int] = {}
        self._middles: Vectors = np.empty((0, embedding.dimension), np.float32)
        self._words: WordMatch[_Key] = WordMatch({})
        self._known: dict[str, float] = {}

    @classmethod
    def in_folder(
        cls, folder: Path, embedding: Embedding, shipped: Mapping[str, Vectors] = _NONE
    ) -> Self:
        """Chroma embedded in this process, its files in the folder."""
        import chromadb  # a second and a half: only those who search should wait for it
        from chromadb.config import Settings

        folder.mkdir(parents=True, exist_ok=True)
        settings = Settings(anonymized_telemetry=False)
        return cls(chromadb.PersistentClient(str(folder), settings), embedding, shipped)

    @classmethod
    def at_server(
        cls,
        host: str,
        port: int,
        embedding: Embedding,
        shipped: Mapping[str, Vectors] = _NONE,
    ) -> Self:
        """A Chroma server, for several processes; raises ValueError when it does not answer."""
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        return cls(chromadb.HttpClient(host, port, settings=settings), embedding, shipped)

    def sync(
        self, book: PolicyBook, progress: Callable[[int, int], None] | None = None
    ) -> SyncReport:
        """Bring the index to the book, embedding only clauses that changed; then search uses it.

        `progress` is told (clauses done, clauses to do).
        """
        clauses = {_key(clause): clause for clause in book}
        wanted = {row for clause in book for row in _row_ids(clause)}
        stored = self._collection.get(include=["metadatas"])
        known = {
            _key_of(row): metadata["hash"]
            for row, metadata in zip(stored["ids"], stored["metadatas"] or [], strict=True)
        }
        gone = sorted(set(stored["ids"]) - wanted)
        changed = [c for key, c in clauses.items() if known.get(key) != self._hash(c)]
        for done, clause in enumerate(changed):
            if progress:
                progress(done, len(changed))
            self._store(clause)
        if progress:
            progress(len(changed), len(changed))
        if gone:
            self._collection.delete(ids=gone)
        self._clauses = clauses
        self._place, self._middles = self._read_middles()
        texts = {key: _all_words(clause) for key, clause in clauses.items()}
        self._words = WordMatch(texts)
        self._known = _rarity(texts.values())
        added = sum(_key(clause) not in known for clause in changed)
        return SyncReport(
            added=added,
            updated=len(changed) - added,
            removed=len(known.keys() - clauses.keys()),
            unchanged=len(clauses) - len(changed),
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
        ranked = self._ranked(asked, on)
        if ranked and ranked[0][1] < _UNSURE:
            other = mended(asked.lower(), self._known)
            again = self._ranked(other, on) if other != asked.lower() else ranked
            if again[0][1] >= max(_MENDED, ranked[0][1]):
                ranked = again
        return [
            _hit(self._clauses[key], language, score)
            for key, score in ranked[:limit]
            if score >= _least_score(self._clauses[key])
        ]

    def _ranked(self, question: str, on: date) -> list[tuple[_Key, float]]:
        return sorted(self._scores(question, on).items(), key=lambda item: (-item[1], item[0]))

    def _scores(self, question: str, on: date) -> dict[_Key, float]:
        """About 0 for what is unrelated, 1 and above for a question that the shop foresaw."""
        vector = self._embedding.query(question)
        in_force = [key for key, clause in self._clauses.items() if clause.covers(on)]
        if not in_force:
            return {}
        closeness = self._closeness(1.0 - self._middles @ vector)
        clauses = {key: float(closeness[self._place[key]]) for key in in_force}
        questions: dict[_Key, float] = {}
        for row, near in self._nearest(vector):
            key = _key_of(row)
            if key in clauses and row != _row_id(key):
                questions[key] = max(questions.get(key, near), near)
        farthest = min(questions.values(), default=0.0)
        words = self._words.scores(question)
        scores: dict[_Key, float] = {}
        for key, clause in clauses.items():
            # A clause without typical questions is judged as a whole; one whose questions are not
            # among the nearest rows is no nearer than those.
            unforeseen = min(clause, farthest) if self._clauses[key].asked else clause
            foreseen = questions.get(key, unforeseen)
            meaning = (foreseen + _CLAUSE_WEIGHT * clause) / (1 + _CLAUSE_WEIGHT)
            match = words.get(key, 0.0)
            shared = _WORD_WEIGHT * match / (match + _WORD_HALF)
            scores[key] = meaning + shared / (1 + _CLAUSE_WEIGHT)
        return scores

    def _nearest(self, vector: Vectors) -> list[tuple[str, float]]:
        """The rows nearest to a question, and their closeness."""
        found = self._collection.query(
            query_embeddings=vector[np.newaxis], n_results=_NEAREST, include=["distances"]
        )
        distances = np.asarray((found["distances"] or [[]])[0])
        return list(zip(found["ids"][0], self._closeness(distances).tolist(), strict=True))

    def _closeness(self, distances: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Of cosine distances: 0 for the unrelated, 1 for the same."""
        unrelated = self._embedding.unrelated
        closeness: npt.NDArray[Any] = (1.0 - distances - unrelated) / (1.0 - unrelated)
        return closeness

    def _store(self, clause: Clause) -> None:
        rows = _row_ids(clause)
        vectors = self._shipped.get(self._hash(clause))
        if vectors is None or len(vectors) != len(rows):
            vectors = vectors_of(clause, self._embedding)
        self._collection.upsert(
            ids=rows,
            embeddings=vectors,
            documents=[clause.title.en, *clause.asked],
            metadatas=[{"hash": self._hash(clause)}] * len(rows),
        )

    def _read_middles(self) -> tuple[dict[_Key, int], Vectors]:
        """The rows of the clauses themselves, of unit length, and where each one's is.

        Every question is held against all of them: a few hundred, cheaper here than asked for.
        """
        stored = self._collection.get(
            ids=[_row_id(key) for key in self._clauses], include=["embeddings"]
        )
        place = {_key_of(row): at for at, row in enumerate(stored["ids"])}
        if not place:
            return place, self._middles[:0]
        rows = np.asarray(stored["embeddings"], dtype=np.float32)
        return place, rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def _hash(self, clause: Clause) -> str:
        return hash_of(clause, self._embedding)


def hash_of(clause: Clause, embedding: Embedding) -> str:
    """Changes with anything that the rows of a clause are made of."""
    content = [embedding.name, *_texts(clause), *clause.asked]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def vectors_of(clause: Clause, embedding: Embedding) -> Vectors:
    """One row for the clause, the middle of all its texts, and one a typical question."""
    texts = embedding.passages(_texts(clause))
    # A typical question is compared with a question, so it is embedded as one.
    questions = embedding.queries(clause.asked) if clause.asked else texts[:0]
    middle = np.vstack([texts, questions]).mean(axis=0)
    rows: Vectors = np.vstack([middle, questions])
    return rows


def _key(clause: Clause) -> _Key:
    return clause.id, clause.version


def _row_id(key: _Key) -> str:
    return f"{key[0]}/{key[1]}"


def _row_ids(clause: Clause) -> list[str]:
    """The row of the clause, then those of its typical questions: RETURN-1/2, RETURN-1/2/1, ..."""
    name = _row_id(_key(clause))
    return [name, *(f"{name}/{place}" for place in range(1, len(clause.asked) + 1))]


def _key_of(row: str) -> _Key:
    clause_id, version, *_ = row.split("/")
    return clause_id, int(version)


def _texts(clause: Clause) -> list[str]:
    return [f"{clause.title.en}. {clause.body.en}", f"{clause.title.zh}. {clause.body.zh}"]


def _least_score(clause: Clause) -> float:
    return _LEAST_SCORE if clause.is_translated else _LEAST_SCORE_UNTRANSLATED


def _all_words(clause: Clause) -> str:
    # The title counts twice: it names the matter.
    titles = [clause.title.en, clause.title.zh] * 2
    return "\n".join([*titles, clause.body.en, clause.body.zh, *clause.asked])


def _rarity(texts: Iterable[str]) -> dict[str, float]:
    """Every English word of some texts, the commoner the lower."""
    counts = Counter(word for text in texts for word in re.findall(r"[a-z]{3,}", text.lower()))
    return {word: 1 / count for word, count in counts.items()}


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
