"""The questions that measure policy search: labelled with real clauses, balanced, held out."""

import re

import pytest

from evals.policy_recall import ROOT, Asked, Question, quiet, read_questions, recall
from orderdb.policy_book import PolicyBook

ON, HALVES = read_questions(ROOT / "evals" / "policy_questions.yaml")


@pytest.fixture(scope="module")
def book() -> PolicyBook:
    return PolicyBook.load(ROOT / "policies")


@pytest.mark.parametrize("half", ["tuning", "held_out"])
def test_each_half_asks_about_every_clause_in_force(book: PolicyBook, half: str) -> None:
    asked = {question.clause for question in HALVES[half]}
    assert asked - {None} == {clause.id for clause in book.clauses(ON)}
    assert len(HALVES[half]) >= 120
    for language in ("en", "zh"):
        assert sum(question.language == language for question in HALVES[half]) >= 60


def test_no_held_out_question_stands_beside_a_clause_or_in_the_tuning_half(
    book: PolicyBook,
) -> None:
    seen = {plain(words) for clause in book for words in clause.asked}
    seen |= {plain(question.question) for question in HALVES["tuning"]}
    assert [q.question for q in HALVES["held_out"] if plain(q.question) in seen] == []


def plain(words: str) -> str:
    return re.sub(r"\W", "", words.lower())


def test_recall_and_refusal_are_counted_over_their_own_questions() -> None:
    answers = [
        Asked(Question("a", "en", "RETURN-1"), ["SHIP-1", "RETURN-1"], 1.0),
        Asked(Question("b", "en", "SHIP-1"), ["SHIP-1"], 1.0),
        Asked(Question("c", "en", None), ["SHIP-1"], 1.0),
        Asked(Question("d", "en", None), [], 1.0),
    ]
    assert (recall(answers, 1), recall(answers, 3), quiet(answers)) == (0.5, 1.0, 0.5)
