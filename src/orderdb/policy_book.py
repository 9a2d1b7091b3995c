"""The shop's policies: every clause, its versions, and which of them was in force on a day."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, Self

from orderdb.errors import PolicyError
from orderdb.policy_markdown import CLAUSE_ID, ClauseText, PolicyFormatError, read_document
from orderdb.policy_profile import PolicyProfile
from orderdb.text import Language, Text

__all__ = ["Clause", "PolicyBook", "PolicyFormatError", "Problem", "UnknownClause"]

# \b would not end a word between a Chinese character and a Latin letter.
_REFERENCE = re.compile(rf"(?<![A-Za-z0-9-]){CLAUSE_ID}(?![A-Za-z0-9-])")

ProblemKind = Literal[
    "untranslated",
    "dangling",
    "overlap",
    "gap",
    "same_version_twice",
    "dates_differ",
    "params_differ",
    "document_differs",
]


class UnknownClause(PolicyError):
    """No clause has this id, or none of its versions was in force on that day."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One version of one clause; `effective_to` is its last day, None while it has no end."""

    id: str
    version: int
    effective_from: date
    effective_to: date | None
    document: str
    document_title: Text
    title: Text
    body: Text
    params: Mapping[str, Any]
    asked: tuple[str, ...] = ()

    def covers(self, day: date) -> bool:
        """Whether this version is in force on the day, both ends included."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )

    @property
    def is_translated(self) -> bool:
        """Whether it has words of its own in both languages."""
        return self.body.en != self.body.zh

    def number(self, name: str) -> int:
        """An integer parameter; raises UnknownClause where the clause does not state it."""
        value = self.params.get(name)
        if not isinstance(value, int):
            raise UnknownClause(f"{self.id} version {self.version} states no number {name!r}")
        return value

    def fee(self, name: str, currency: str) -> int:
        """A parameter by currency, in minor units; 0 where the clause states none for it."""
        stated = self.params.get(name)
        value = stated.get(currency, 0) if isinstance(stated, Mapping) else 0
        return value if isinstance(value, int) else 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a shop should mend in its policy documents."""

    kind: ProblemKind
    clause: str
    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.clause}: {self.message}"


class PolicyBook:
    """All clauses of a folder of policy documents, and the profile that lies beside them."""

    def __init__(self, texts: Iterable[ClauseText], profile: PolicyProfile | None = None) -> None:
        self.profile = profile or PolicyProfile()
        self._texts: list[ClauseText] = list(texts)
        self._versions: dict[str, tuple[Clause, ...]] = _clauses(self._texts)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read every .md file below the folder but README files, and its ``profile.yaml``.

        Raises PolicyFormatError, and PolicyError for the profile.
        """
        files = sorted(
            file for file in folder.rglob("*.md") if not file.name.upper().startswith("README")
        )
        if not files:
            raise PolicyFormatError(folder, 0, "no policy documents (*.md) in this folder")
        texts = [text for file in files for text in read_document(file)]
        return cls(texts, PolicyProfile.load(folder))

    @property
    def starts_on(self) -> date:
        """The first day on which any clause was in force."""
        return min(text.effective_from for text in self._texts)

    def in_force(self, clause_id: str, on: date) -> Clause:
        """The version of a clause that was in force on a day; raises UnknownClause."""
        for clause in self.versions(clause_id):
            if clause.covers(on):
                return clause
        raise UnknownClause(f"no version of {clause_id} was in force on {on}")

    def versions(self, clause_id: str) -> tuple[Clause, ...]:
        """Every version of a clause, oldest first; raises UnknownClause."""
        try:
            return self._versions[clause_id]
        except KeyError:
            raise UnknownClause(f"no policy clause is called {clause_id}") from None

    def clauses(self, on: date) -> list[Clause]:
        """Every clause in force on a day, in the order of the documents."""
        return [clause for clause in self if clause.covers(on)]

    def __iter__(self) -> Iterator[Clause]:
        for versions in self._versions.values():
            yield from versions

    def problems(self) -> list[Problem]:
        """What a shop should mend, in the order of files and lines."""
        by_language: dict[Language, dict[tuple[str, int], ClauseText]] = {"en": {}, "zh": {}}
        found: list[Problem] = []
        for text in self._texts:
            key = (text.id, text.version)
            first = by_language[text.language].setdefault(key, text)
            if first is not text:
                found.append(
                    _problem(
                        "same_version_twice",
                        text,
                        f"version {text.version} already stands at {first.file}:{first.line}; "
                        "give this one its own version number",
                    )
                )
            found += _dangling(text, self._versions.keys())
        found += _translation_problems(by_language["en"], by_language["zh"])
        for language in by_language.values():
            found += _date_problems(language.values())
        return sorted(found, key=lambda problem: (str(problem.file), problem.line))


def _clauses(texts: list[ClauseText]) -> dict[str, tuple[Clause, ...]]:
    both: dict[str, dict[int, dict[Language, ClauseText]]] = defaultdict(dict)
    for text in texts:
        both[text.id].setdefault(text.version, {}).setdefault(text.language, text)
    return {
        clause_id: tuple(_clause(versions[number]) for number in sorted(versions))
        for clause_id, versions in both.items()
    }


def _clause(texts: Mapping[Language, ClauseText]) -> Clause:
    """Until a clause is translated, its one language stands for both."""
    en = texts.get("en") or texts["zh"]
    zh = texts.get("zh") or en
    return Clause(
        id=en.id,
        version=en.version,
        effective_from=en.effective_from,
        effective_to=en.effective_to,
        document=en.document,
        document_title=Text(en=en.document_title, zh=zh.document_title),
        title=Text(en=en.title, zh=zh.title),
        body=Text(en=en.body, zh=zh.body),
        params=en.params,
        asked=tuple(dict.fromkeys((*en.asked, *zh.asked))),
    )


def _problem(kind: ProblemKind, text: ClauseText, message: str) -> Problem:
    return Problem(kind, text.id, text.file, text.line, message)


def _dangling(text: ClauseText, known: Iterable[str]) -> Iterator[Problem]:
    for name in sorted(set(_REFERENCE.findall(f"{text.title} {text.body}")) - set(known)):
        yield _problem("dangling", text, f"names {name}, which no document holds")


def _translation_problems(
    english: Mapping[tuple[str, int], ClauseText], chinese: Mapping[tuple[str, int], ClauseText]
) -> Iterator[Problem]:
    for here, there, language in ((english, chinese, "zh"), (chinese, english, "en")):
        for key in here.keys() - there.keys():
            yield _problem("untranslated", here[key], f"version {key[1]} has no text in {language}")
    for key in english.keys() & chinese.keys():
        en, zh = english[key], chinese[key]
        other = f"from {en.file}:{en.line}"
        if (en.effective_from, en.effective_to) != (zh.effective_from, zh.effective_to):
            yield _problem("dates_differ", zh, f"its effective dates differ {other}")
        if en.params != zh.params:
            yield _problem("params_differ", zh, f"its params differ {other}")
        if en.document != zh.document:
            yield _problem("document_differs", zh, f"its document id differs {other}")


def _date_problems(texts: Iterable[ClauseText]) -> Iterator[Problem]:
    """Versions of a clause must follow one another day by day, in rising order."""
    by_id: dict[str, list[ClauseText]] = defaultdict(list)
    for text in texts:
        by_id[text.id].append(text)
    for versions in by_id.values():
        versions.sort(key=lambda text: text.version)
        for text in versions:
            if text.effective_to is not None and text.effective_to < text.effective_from:
                yield _problem("overlap", text, "effective_to lies before effective_from")
        for old, new in pairwise(versions):
            if old.effective_to is None or new.effective_from <= old.effective_to:
                yield _problem(
                    "overlap",
                    new,
                    f"starts {new.effective_from} while version {old.version} is in force; end "
                    f"that one on {new.effective_from - timedelta(days=1)}",
                )
            elif new.effective_from > old.effective_to + timedelta(days=1):
                yield _problem(
                    "gap",
                    new,
                    f"nothing is in force between {old.effective_to} and {new.effective_from}",
                )
