"""One policy document, as a shop writes it in Markdown: policies/README.md shows the form."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import yaml

from orderdb.errors import PolicyError
from orderdb.text import Language
from orderdb.yaml_text import read_yaml

CLAUSE_ID = r"[A-Z]{2,}-\d+"
_HEADING = re.compile(rf"^##\s+({CLAUSE_ID})\s*[·:：—–]?\s*(.*)$")
_ATTRIBUTES = ("version", "effective_from", "effective_to", "params", "asked")


class PolicyFormatError(PolicyError):
    """A policy document cannot be read: says where, and what to write instead."""

    def __init__(self, file: Path, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file = file
        self.line = line


@dataclass(frozen=True, slots=True)
class ClauseText:
    """One version of a clause in one language, as it stands in its file."""

    id: str
    version: int
    effective_from: date
    effective_to: date | None
    params: Mapping[str, Any]
    asked: tuple[str, ...]
    language: Language
    document: str
    document_title: str
    title: str
    body: str
    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class _FrontMatter:
    document: str
    title: str
    language: Language


def read_document(file: Path) -> list[ClauseText]:
    """The clauses of one file in their order; raises PolicyFormatError."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise PolicyFormatError(file, 1, "not UTF-8 text; save the file as UTF-8") from error
    front, start = _front_matter(file, lines)
    return [_clause(file, front, at, part) for at, part in _sections(lines, start)]


def _front_matter(file: Path, lines: list[str]) -> tuple[_FrontMatter, int]:
    if not lines or lines[0].strip() != "---":
        raise PolicyFormatError(file, 1, "start the file with '---', document, title, language")
    try:
        end = [line.strip() for line in lines].index("---", 1)
    except ValueError:
        raise PolicyFormatError(file, 1, "close the front matter with a line '---'") from None
    fields = _mapping(file, 2, lines[1:end])
    for name in ("document", "title", "language"):
        if not isinstance(fields.get(name), str) or not fields[name].strip():
            raise PolicyFormatError(file, 2, f"the front matter lacks '{name}: ...'")
    language = fields["language"]
    if language not in get_args(Language):
        raise PolicyFormatError(file, 2, f"language is {language!r}; write en or zh")
    return _FrontMatter(fields["document"].strip(), fields["title"].strip(), language), end + 1


def _sections(lines: list[str], start: int) -> Iterator[tuple[int, list[str]]]:
    """Each '## ' heading with the lines below it, and the heading's line number."""
    heads = [i for i in range(start, len(lines)) if lines[i].startswith("## ")]
    for head, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        yield head + 1, lines[head:end]


def _clause(file: Path, front: _FrontMatter, line: int, part: list[str]) -> ClauseText:
    heading = _HEADING.match(part[0].rstrip())
    if heading is None or not heading[2]:
        raise PolicyFormatError(
            file, line, f"{part[0]!r}: a clause heading reads '## RETURN-1 · Its title'"
        )
    rest = part[1:]
    blank = next((i for i, text in enumerate(rest) if not text.strip()), len(rest))
    fields = _mapping(file, line + 1, rest[:blank])
    body = _paragraphs(rest[blank:], front.language)
    if not body:
        raise PolicyFormatError(file, line, f"{heading[1]} has no text below its attributes")
    unknown = sorted(set(fields) - set(_ATTRIBUTES))
    if unknown:
        raise PolicyFormatError(
            file, line, f"{heading[1]}: {unknown[0]!r} is not one of {', '.join(_ATTRIBUTES)}"
        )
    return ClauseText(
        id=heading[1],
        version=_version(file, line, heading[1], fields),
        effective_from=_day(file, line, heading[1], fields, "effective_from"),
        effective_to=_day(file, line, heading[1], fields, "effective_to")
        if fields.get("effective_to") is not None
        else None,
        params=MappingProxyType(_params(file, line, heading[1], fields)),
        asked=_asked(file, line, heading[1], fields),
        language=front.language,
        document=front.document,
        document_title=front.title,
        title=heading[2].strip(),
        body=body,
        file=file,
        line=line,
    )


def _mapping(file: Path, line: int, lines: list[str]) -> dict[str, Any]:
    try:
        fields = read_yaml("\n".join(lines)) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = line + (min(mark.line, len(lines) - 1) if mark else 0)  # it may end past the last
        raise PolicyFormatError(file, at, f"not 'name: value' lines ({error})") from error
    if not isinstance(fields, dict):
        raise PolicyFormatError(
            file, line, "write 'name: value' lines here, then an empty line, then the text"
        )
    return fields


def _version(file: Path, line: int, clause: str, fields: dict[str, Any]) -> int:
    version = fields.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise PolicyFormatError(file, line, f"{clause}: write 'version: 1' (2, 3, ...)")
    return version


def _day(file: Path, line: int, clause: str, fields: dict[str, Any], name: str) -> date:
    day = fields.get(name)
    if type(day) is not date:
        raise PolicyFormatError(file, line, f"{clause}: write '{name}: 2026-03-01' (a date)")
    return day


def _params(file: Path, line: int, clause: str, fields: dict[str, Any]) -> dict[str, Any]:
    params = fields.get("params") or {}
    if not isinstance(params, dict) or not all(isinstance(name, str) for name in params):
        raise PolicyFormatError(file, line, f"{clause}: write 'params: {{window_days: 30}}'")
    return params


def _asked(file: Path, line: int, clause: str, fields: dict[str, Any]) -> tuple[str, ...]:
    asked = fields.get("asked") or []
    if not isinstance(asked, list) or not all(isinstance(words, str) for words in asked):
        raise PolicyFormatError(
            file,
            line,
            f"{clause}: write 'asked:' and a list of questions; quote one that holds ': '",
        )
    return tuple(asked)


def _paragraphs(lines: list[str], language: Language) -> str:
    """The text with its hard line breaks undone; paragraphs stay apart by an empty line."""
    glue = "" if language == "zh" else " "
    text = "\n".join(line.strip() for line in lines).strip()
    return "\n\n".join(
        part.strip().replace("\n", glue) for part in re.split(r"\n{2,}", text) if part
    )
