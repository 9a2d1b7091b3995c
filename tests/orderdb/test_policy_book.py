"""The book of policies: reading documents, the clause of a day, what a shop should mend."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from orderdb.policy_book import Clause, PolicyBook, PolicyFormatError, UnknownClause
from orderdb.text import Text

POLICIES = Path(__file__).parents[2] / "policies"

FRONT = "---\ndocument: returns\ntitle: {title}\nlanguage: {language}\n---\n\n# {title}\n\n"
OLD = "version: 1\neffective_from: 2024-01-01\neffective_to: 2026-02-28\nparams: {days: 14}\n"
NEW = "version: 2\neffective_from: 2026-03-01\nparams: {days: 30}\n"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the same clauses in both languages, or different ones."""

    def write(en: str, zh: str | None = None) -> Path:
        for language, title, text in (("en", "Returns", en), ("zh", "退货", zh or en)):
            file = tmp_path / language / "returns.md"
            file.parent.mkdir(exist_ok=True)
            file.write_text(FRONT.format(title=title, language=language) + text, encoding="utf-8")
        return tmp_path

    return write


def clause(attributes: str = OLD, body: str = "Send it back.", heading: str = "RETURN-1") -> str:
    return f"## {heading} · Window\n{attributes}\n{body}\n\n"


def kinds(folder: Path) -> list[tuple[str, str]]:
    return [(problem.kind, problem.clause) for problem in PolicyBook.load(folder).problems()]


def test_a_clause_carries_both_languages_and_its_attributes(write: Write) -> None:
    folder = write(
        clause(OLD + "asked:\n  - Can I return it?\n", "Send it\nback within 14 days."),
        "## RETURN-1 · 期限\n" + OLD + "asked:\n  - 能退吗？\n\n14 天内\n可以退货。\n",
    )
    assert PolicyBook.load(folder).in_force("RETURN-1", date(2025, 5, 1)) == Clause(
        id="RETURN-1",
        version=1,
        effective_from=date(2024, 1, 1),
        effective_to=date(2026, 2, 28),
        document="returns",
        document_title=Text(en="Returns", zh="退货"),
        title=Text(en="Window", zh="期限"),
        body=Text(en="Send it back within 14 days.", zh="14 天内可以退货。"),
        params={"days": 14},
        asked=("Can I return it?", "能退吗？"),
    )


@pytest.mark.parametrize(
    ("on", "version"),
    [("2024-01-01", 1), ("2026-02-28", 1), ("2026-03-01", 2), ("2099-12-31", 2)],
)
def test_the_version_of_the_day_is_in_force(write: Write, on: str, version: int) -> None:
    book = PolicyBook.load(write(clause(OLD) + clause(NEW)))
    assert book.in_force("RETURN-1", date.fromisoformat(on)).version == version
    assert [found.version for found in book.clauses(date.fromisoformat(on))] == [version]


def test_versions_come_oldest_first_in_whatever_order_they_are_written(write: Write) -> None:
    book = PolicyBook.load(write(clause(NEW) + clause(OLD)))
    assert [found.version for found in book.versions("RETURN-1")] == [1, 2]
    assert book.problems() == []


def test_a_day_before_the_first_version_and_an_unknown_id_are_refused(write: Write) -> None:
    book = PolicyBook.load(write(clause(OLD)))
    with pytest.raises(UnknownClause, match="no version of RETURN-1 was in force on 2023-12-31"):
        book.in_force("RETURN-1", date(2023, 12, 31))
    with pytest.raises(UnknownClause, match="no policy clause is called RETURN-9"):
        book.in_force("RETURN-9", date(2025, 1, 1))
    assert book.starts_on == date(2024, 1, 1)


def test_a_number_that_a_clause_does_not_state_is_refused(write: Write) -> None:
    stated = PolicyBook.load(write(clause(OLD))).versions("RETURN-1")[0]
    assert stated.number("days") == 14
    with pytest.raises(UnknownClause, match="states no number 'weeks'"):
        stated.number("weeks")


def test_a_readme_is_not_a_policy(write: Write) -> None:
    folder = write(clause(OLD))
    (folder / "README.md").write_text("# How to write policies", encoding="utf-8")
    assert len(PolicyBook.load(folder).versions("RETURN-1")) == 1


@pytest.mark.parametrize(
    ("text", "line", "advice"),
    [
        (clause(heading="Return"), 9, "a clause heading reads '## RETURN-1 · Its title'"),
        ("## RETURN-1\n" + OLD + "\nText.\n", 9, "a clause heading reads"),
        (clause("version: one\neffective_from: 2024-01-01\n"), 9, "write 'version: 1'"),
        (clause("version: 1\n"), 9, "write 'effective_from: 2026-03-01'"),
        (clause("version: 1\neffective_from: soon\n"), 9, "write 'effective_from: 2026-03-01'"),
        (clause(OLD + "until: 2026-01-01\n"), 9, "'until' is not one of version, effective_from"),
        (clause("version: 1\neffective_from: 2024-01-01\nparams: 14\n"), 9, "write 'params: {"),
        (clause(OLD + "asked: how\n"), 9, "write 'asked:' and a list"),
        (clause("version: 1\neffective_from: [\n"), 11, "not 'name: value' lines"),
        (clause("Send it back.\n"), 10, "write 'name: value' lines here"),
        (clause(body=""), 9, "has no text"),
    ],
)
def test_a_faulty_clause_is_named_with_file_line_and_advice(
    write: Write, text: str, line: int, advice: str
) -> None:
    folder = write(text)
    with pytest.raises(PolicyFormatError) as caught:
        PolicyBook.load(folder)
    assert f"{folder / 'en' / 'returns.md'}:{line}: " in str(caught.value)
    assert advice in str(caught.value)


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        ("", "start the file with '---'"),
        ("---\ndocument: returns\n", "close the front matter"),
        ("---\ndocument: returns\ntitle: Returns\n---\n", "lacks 'language: ...'"),
        ("---\ndocument: r\ntitle: R\nlanguage: fr\n---\n", "language is 'fr'; write en or zh"),
    ],
)
def test_faulty_front_matter_is_named_with_advice(
    tmp_path: Path, content: str, advice: str
) -> None:
    (tmp_path / "returns.md").write_text(content, encoding="utf-8")
    with pytest.raises(PolicyFormatError, match=re.escape(advice)):
        PolicyBook.load(tmp_path)


def test_a_file_that_is_not_utf8_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyFormatError, match="no policy documents"):
        PolicyBook.load(tmp_path)
    (tmp_path / "returns.md").write_bytes("退货".encode("gbk"))
    with pytest.raises(PolicyFormatError, match="save the file as UTF-8"):
        PolicyBook.load(tmp_path)


def test_a_sound_book_has_no_problems(write: Write) -> None:
    assert kinds(write(clause(OLD) + clause(NEW))) == []


def test_a_missing_translation_is_found_and_the_other_language_stands_in(write: Write) -> None:
    folder = write(clause(OLD) + clause(NEW), clause(OLD, "退回。"))
    assert kinds(folder) == [("untranslated", "RETURN-1")]
    newest = PolicyBook.load(folder).in_force("RETURN-1", date(2026, 4, 1))
    assert newest.body == Text(en="Send it back.", zh="Send it back.")


def test_a_dangling_id_is_found_between_chinese_characters_too(write: Write) -> None:
    folder = write(
        clause(OLD, "See RETURN-1 and RETURN-9."), clause(OLD, "见RETURN-1和RETURN-8的规定。")
    )
    messages = [problem.message for problem in PolicyBook.load(folder).problems()]
    assert messages == [
        "names RETURN-9, which no document holds",
        "names RETURN-8, which no document holds",
    ]


def test_overlapping_versions_are_found_with_the_day_to_end_the_old_one(write: Write) -> None:
    folder = write(clause("version: 1\neffective_from: 2024-01-01\n") + clause(NEW))
    problems = PolicyBook.load(folder).problems()
    assert [problem.kind for problem in problems] == ["overlap", "overlap"]
    assert "end that one on 2026-02-28" in str(problems[0])


def test_a_gap_between_versions_is_found(write: Write) -> None:
    late = NEW.replace("2026-03-01", "2026-03-02")
    assert kinds(write(clause(OLD) + clause(late))) == [("gap", "RETURN-1")] * 2


def test_a_version_that_ends_before_it_starts_is_found(write: Write) -> None:
    backwards = OLD.replace("2026-02-28", "2023-02-28")
    assert kinds(write(clause(backwards))) == [("overlap", "RETURN-1")] * 2


def test_the_same_version_twice_is_found(write: Write) -> None:
    assert kinds(write(clause(OLD) + clause(OLD))) == [("same_version_twice", "RETURN-1")] * 2


def test_attributes_that_differ_between_languages_are_found(write: Write) -> None:
    other = OLD.replace("14", "15").replace("2026-02-28", "2026-02-27")
    assert sorted(kinds(write(clause(OLD), clause(other)))) == [
        ("dates_differ", "RETURN-1"),
        ("params_differ", "RETURN-1"),
    ]


# The demo shop's own documents.


@pytest.fixture(scope="module")
def demo() -> PolicyBook:
    return PolicyBook.load(POLICIES)


def test_the_demo_policies_have_no_problems(demo: PolicyBook) -> None:
    assert [str(problem) for problem in demo.problems()] == []
    assert len({found.document for found in demo}) >= 14


def test_at_least_three_clauses_of_the_demo_changed_without_a_gap(demo: PolicyBook) -> None:
    changed = {found.id for found in demo if found.version > 1}
    assert changed >= {"RETURN-1", "REFUND-1", "SHIP-2", "LOST-1"}
    for clause_id in changed:
        old, new = demo.versions(clause_id)
        assert old.effective_to == new.effective_from - timedelta(days=1)
        assert old.body != new.body


@pytest.mark.parametrize(
    ("clause_id", "on", "params"),
    [
        ("CANCEL-1", "2026-11-22", {}),
        ("CANCEL-2", "2026-11-22", {}),
        ("RETURN-1", "2026-02-28", {"window_days": 14}),
        ("RETURN-1", "2026-03-01", {"window_days": 30}),
        ("RETURN-2", "2026-11-22", {"window_days": 7}),
        (
            "RETURN-3",
            "2026-11-22",
            {"member_extra_days": {"silver": 0, "gold": 15, "platinum": 30}},
        ),
        ("RETURN-4", "2026-11-22", {"window_days": 14}),
        ("FINAL-1", "2026-11-22", {}),
        ("FINAL-2", "2026-11-22", {}),
        ("EXCHANGE-1", "2026-11-22", {}),
        ("REFUND-1", "2026-11-22", {"business_days_min": 3, "business_days_max": 7}),
        ("REFUND-2", "2026-11-22", {}),
        ("REFUND-3", "2026-11-22", {}),
        ("ADDRESS-1", "2026-11-22", {}),
        ("DAMAGE-1", "2026-11-22", {"report_days": 7}),
        ("DAMAGE-2", "2026-11-22", {"report_days": 14}),
        ("LOST-1", "2026-11-22", {"silent_days": 10}),
    ],
)
def test_the_clauses_that_code_depends_on_state_their_numbers(
    demo: PolicyBook, clause_id: str, on: str, params: dict[str, Any]
) -> None:
    assert demo.in_force(clause_id, date.fromisoformat(on)).params == params


def test_every_number_in_the_params_stands_in_both_texts(demo: PolicyBook) -> None:
    checked = 0
    for found in demo:
        for language in ("en", "zh"):
            body = found.body.get(language).replace(",", "")
            numbers = set(re.findall(r"\d+(?:\.\d+)?", body))
            for written in stated(found.params):
                assert written & numbers, (found.id, found.version, language, written)
                checked += 1
    assert checked > 100


def stated(params: Any, currency: str | None = None) -> Iterator[set[str]]:
    """The ways in which each number of the params may be written; 0 and yes are said in words."""
    if params is True:
        return
    if isinstance(params, int):
        if currency in {"EUR", "USD", "CNY", "GBP"}:
            yield {f"{params / 100:.2f}", f"{params / 100:g}"}
        elif params:
            yield {str(params)}
    else:
        for name, value in params.items():
            yield from stated(value, name)


def test_every_demo_clause_is_short_and_says_something(demo: PolicyBook) -> None:
    for found in demo:
        assert 40 <= len(found.body.en.split()) <= 120, found.id
        assert 60 <= len(re.findall(r"[\u4e00-\u9fff]", found.body.zh)) <= 200, found.id
        assert found.body.en != found.body.zh
        assert found.title.en != found.title.zh
