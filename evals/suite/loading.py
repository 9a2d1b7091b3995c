"""Reading the cases: what is wrong with them is told with file and line, before anything runs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ValidationError

from evals.suite.case import Case, Expected
from evals.suite.shop import Shop
from orderdb.policy_book import PolicyBook
from orderdb.statuses import OrderStatus
from orderdb.yaml_text import PLAIN, read_yaml
from tools.registry import ALL_TOOLS

CASES = Path(__file__).parent / "cases"
Split = Literal["dev", "test", "all"]
_STATES = tuple(OrderStatus)
_PARTS: tuple[Literal["dev", "test"], ...] = ("dev", "test")
DIGEST = CASES / "test.sha256"
Place = tuple[str | int, ...]


class BadCases(Exception):
    """Cases cannot be used; one line a problem, each with file and line."""


@dataclass(frozen=True)
class Loaded:
    """A case with where it stands."""

    case: Case
    split: Literal["dev", "test"]
    file: str
    line: int


def load(shop: Shop, book: PolicyBook, split: Split = "all", folder: Path = CASES) -> list[Loaded]:
    """All cases of a split, in the order of their files; raises BadCases."""
    problems: list[str] = []
    found: list[Loaded] = []
    for part in _PARTS:
        if split in (part, "all"):
            for file in sorted((folder / part).rglob("*")):
                if file.suffix == ".yaml" and file.parent == folder / part:
                    found += _read(file, part, shop, book, problems)
                elif file.is_file():  # else its cases would be missing, and nobody told
                    problems.append(f"{part}/{file.name}: cases are in files {part}/*.yaml")
    seen: dict[str, Loaded] = {}
    for one in found:
        if one.case.id in seen:
            first = seen[one.case.id]
            problems.append(
                f"{one.file}:{one.line}: {one.case.id} is also in {first.file}:{first.line}"
            )
        seen[one.case.id] = one
    if problems:
        raise BadCases("\n".join(problems))
    if not found:
        raise BadCases(f"there are no cases in {folder}")
    return found


def check_lock(cases: Sequence[Loaded], folder: Path = CASES) -> str | None:
    """The digest of the locked split where some case is of it; raises BadCases where it was changed
    and nobody said so."""
    if all(one.split != "test" for one in cases):
        return None
    found, locked = digest(folder), folder / DIGEST.name
    if not locked.exists() or locked.read_text(encoding="utf-8").strip() != found:
        raise BadCases(
            f"The test split was changed since it was locked: {folder / 'test'} is not what "
            f"{locked.name} says. Take the change back, or, where it is meant, say so with: "
            "orderdesk eval lock. Meanwhile --split dev can be played."
        )
    return found


def lock(folder: Path = CASES) -> str:
    """Say that the test split is meant to be as it is; its digest."""
    found = digest(folder)
    (folder / DIGEST.name).write_text(f"{found}\n", encoding="utf-8")
    return found


def digest(folder: Path = CASES) -> str:
    """Of the locked split: it changes with every letter of it."""
    total = hashlib.sha256()
    for file in sorted((folder / "test").glob("*.yaml")):
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def _read(
    file: Path, part: Literal["dev", "test"], shop: Shop, book: PolicyBook, problems: list[str]
) -> Iterator[Loaded]:
    name = f"{file.parent.name}/{file.name}"
    try:
        text = file.read_text(encoding="utf-8")
        written, root = read_yaml(text), yaml.compose(text, PLAIN)
    except UnicodeDecodeError as error:
        problems.append(f"{name}: not UTF-8 from byte {error.start + 1} on")
        return
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problems.append(f"{name}:{line}: a character that YAML does not allow: {error.character!r}")
        return
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problems.append(f"{name}:{line}: {error.problem}")
        return
    if not isinstance(written, dict) or not isinstance(written.get("cases"), list):
        problems.append(f"{name}:1: a file of cases is a mapping with a list named cases")
        return
    problems += (f"{name}:{line}: {key} stands twice" for line, key in _twice(root))
    defaults = {key: value for key, value in written.items() if key != "cases"}
    for place, one in enumerate(written["cases"]):
        at: Place = ("cases", place)
        line = _line(root, at)
        if not isinstance(one, dict):
            problems.append(f"{name}:{line}: a case is a mapping")
            continue
        whose = str(one.get("id", "a case"))
        try:
            case = Case.model_validate(defaults | one)
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                where = _line(root, (*at, *fault["loc"]))
                told = ", ".join(filter(None, (whose, ".".join(map(str, fault["loc"])))))
                words = fault["msg"].removeprefix("Value error, ").replace("tuple", "list")
                problems.append(f"{name}:{where}: {told}: {words}")
            continue
        faults = list(unknown_names(case, shop, book))
        for loc, words in faults:
            problems.append(f"{name}:{_line(root, (*at, *loc))}: {case.id}: {words}")
        if not faults:
            yield Loaded(case, part, name, line)


def unknown_names(case: Case, shop: Shop, book: PolicyBook) -> Iterator[tuple[Place, str]]:
    """What a case names that shop, policies and tools do not know."""
    if case.as_ not in shop.customers:
        yield ("as",), f"there is no customer {case.as_}"
        return
    for number, state in case.end.items():
        if number not in shop.orders and number != "account":
            yield ("end", number), f"there is no order {number}"
        elif unknown := sorted(state.keys() - FIELDS):
            yield ("end", number), f"an order has no {', '.join(unknown)}: {', '.join(FIELDS)}"
        elif not state:
            yield ("end", number), f"how does {number} end? Nothing is said of it"
        elif number != "account" and shop.orders[number]["customer"] != case.as_:
            yield ("end", number), f"{number} is not {case.as_}'s: it cannot change"
        elif state.get("status", "*") not in ("*", *_STATES):
            yield ("end", number), f"no order is {state['status']}: {', '.join(_STATES)}"
    for place, expected in enumerate(case.expected):
        at: Place = ("turns", place) if case.turns else ("customer", "overall")
        for loc, words in _unknown(expected, case.as_, shop, book):
            yield (*at, *loc), words


FIELDS = (
    "status",
    "address",
    "lines",
    "total",
    "payments",
    "refunds",
    "returns",
    "exchanges",
    "claims",
    "parcels",
    "gift_cards",
    "people",
    "ways_to_pay",
)


def _unknown(
    expected: Expected, customer: str, shop: Shop, book: PolicyBook
) -> Iterator[tuple[Place, str]]:
    for place, clauses in enumerate(expected.cite):
        for one in clauses:
            versions = {clause.version for clause in book if clause.id == one.clause}
            if not versions:
                yield ("cite", place), f"there is no clause {one.clause}"
            elif one.version is not None and one.version not in versions:
                yield ("cite", place), f"{one.clause} has no version {one.version}"
    for place, calls in enumerate(expected.call):
        for call in calls:
            tool = next((one for one in ALL_TOOLS if one.name == call.name), None)
            if tool is None:
                yield ("call", place), f"there is no tool {call.name}"
            elif extra := sorted(call.arguments.keys() - (known := tool.arguments.model_fields)):
                yield ("call", place), f"{call.name} has no {', '.join(extra)}: {', '.join(known)}"
    if (wanted := expected.propose) is not None:
        if wanted.order not in shop.orders:
            yield ("propose",), f"there is no order {wanted.order}"
        elif shop.orders[wanted.order]["customer"] != customer:
            yield ("propose",), f"{wanted.order} is not {customer}'s"
        elif wanted.amount and not wanted.amount.startswith(
            currency := shop.customers[customer]["currency"]
        ):
            yield ("propose",), f"{wanted.order} is in {currency}, not {wanted.amount}"
        elif extra := set(wanted.lines or ()) - {*range(1, shop.lines_of(wanted.order) + 1)}:
            yield ("propose",), f"{wanted.order} has no line {min(extra)}"
        elif len(set(wanted.lines or ())) < len(wanted.lines or ()):
            yield ("propose",), "a line stands twice"
    for name in ("tell", "hide"):
        for place, facts in enumerate(getattr(expected, name)):
            for fact in facts:
                if fact.kind == "item" and fact.detail not in shop.written["products"]:
                    yield (name, place), f"there is no product {fact.detail}"


def _twice(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Keys that a mapping has more than once, with their lines: only the last would count."""
    if isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from _twice(one)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.start_mark.line + 1, key.value
            seen.add(str(key.value))
            yield from _twice(value)


def _line(node: yaml.Node | None, place: Sequence[str | int]) -> int:
    """The line (from 1) of the deepest part of ``place`` that the document has."""
    line = 1
    for step in place:
        child = _child(node, step)
        if child is None:
            break
        node = child
        line = node.start_mark.line + 1
    return line


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    if isinstance(node, yaml.MappingNode):
        pairs: Iterable[tuple[Any, yaml.Node]] = node.value
        return next((value for key, value in pairs if key.value == str(step)), None)
    return None
