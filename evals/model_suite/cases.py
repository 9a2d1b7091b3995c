"""The cases of the model suite: what customers write, and by hand what is right to do and say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from evals.model_suite.needs import CustomerNeed, OrderNeed, ProductNeed
from evals.model_suite.notation import PLACEHOLDER, Call, Fact, choices, written
from orderdb.yaml_text import read_yaml

FOLDER = Path(__file__).parent

Language = Literal["en", "zh"]
Matter = Literal[
    "my_orders",
    "state",
    "tracking",
    "arrival",
    "contents",
    "payment",
    "refund",
    "product",
    "policy",
    "eligibility",
    "cancel",
    "aftersales",
    "handoff",
    "small_talk",
    "out_of_scope",
    "nonsense",
    "foreign_order",
    "missing_order",
    "several",
]
Style = Literal[
    "plain",
    "terse",
    "polite",
    "angry",
    "misspelt",
    "voice",
    "mixed",
    "odd_number",
    "no_number",
    "several",
]
Shown = Literal[
    "correction",
    "digression",
    "reference",
    "several",
    "vague_opening",
    "language_switch",
    "confirm",
    "decline",
    "handoff",
]


class CaseError(ValueError):
    """A case cannot be read, or contradicts itself."""


def _calls(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(Call.parse(part) for part in choices(value))
    return value


def _facts(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(Fact.parse(part) for part in choices(value))
    return value


AnyCall = Annotated[tuple[Call, ...], BeforeValidator(_calls)]
AnyFact = Annotated[tuple[Fact, ...], BeforeValidator(_facts)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TurnCase(_Strict):
    """One message. Every entry of ``tools`` and ``must_say`` is wanted, by any of its choices.

    ``proposal`` is forbidden, allowed, or the order that a proposal is wanted for.
    """

    say: str = Field(min_length=1)
    tools: tuple[AnyCall, ...] = Field(min_length=1)
    must_say: tuple[AnyFact, ...] = ()
    must_not_say: tuple[AnyFact, ...] = ()
    language: Language | Literal["any"] | None = None
    proposal: str = "forbidden"
    handoff: Literal["forbidden", "allowed", "expected"] = "forbidden"
    asks_back: bool = False

    def subjects(self) -> Iterator[str]:
        """The names of orders and products that the message and its expectations use."""
        yield from (match[1] for match in PLACEHOLDER.finditer(self.say))
        for wanted in self.tools:
            yield from (call.subject for call in wanted if call.subject)
        for facts in (*self.must_say, *self.must_not_say):
            yield from (fact.of for fact in facts if fact.of and fact.kind != "figure")
        if self.proposal not in ("forbidden", "allowed"):
            yield self.proposal


class Case(_Strict):
    """A first turn, or a conversation when it has several turns."""

    id: str = Field(pattern=r"^(en|zh)-[a-z0-9-]+$")
    language: Language
    matter: Matter
    style: tuple[Style, ...] = Field(min_length=1)
    shows: tuple[Shown, ...] = ()
    customer: CustomerNeed = CustomerNeed()
    orders: dict[str, OrderNeed] = {}  # an order that no turn names still says whose turn it is
    products: dict[str, ProductNeed] = {}
    turns: tuple[TurnCase, ...] = Field(min_length=1)

    @property
    def is_conversation(self) -> bool:
        return len(self.turns) > 1

    @model_validator(mode="after")
    def _names_are_declared(self) -> Self:
        declared = self.orders.keys() | self.products.keys()
        used = {name for turn in self.turns for name in turn.subjects()}
        if used - declared:
            raise ValueError(f"uses {sorted(used - declared)}, which the case does not declare")
        for turn in self.turns:
            for match in PLACEHOLDER.finditer(turn.say):
                written("A1", match[2] or "")
        return self

    def language_of(self, turn: TurnCase) -> Language | Literal["any"]:
        """The language in which a turn wants its answer."""
        return turn.language or self.language


class Suite(_Strict):
    """All cases, in the order of their files."""

    first_turns: tuple[Case, ...]
    conversations: tuple[Case, ...]

    @property
    def cases(self) -> tuple[Case, ...]:
        return (*self.first_turns, *self.conversations)


def load_suite(folder: Path = FOLDER) -> Suite:
    """Read first_turns/*.yaml and conversations/*.yaml; raises CaseError with file and case."""
    suite = Suite(
        first_turns=tuple(_read(folder / "first_turns")),
        conversations=tuple(_read(folder / "conversations")),
    )
    seen: set[str] = set()
    for case in suite.cases:
        if case.id in seen:
            raise CaseError(f"{case.id} stands twice")
        seen.add(case.id)
    return suite


def _read(folder: Path) -> Iterator[Case]:
    for file in sorted(folder.glob("*.yaml")):
        for entry in read_yaml(file.read_text(encoding="utf-8")):
            try:
                yield Case.model_validate({"language": file.stem, **entry})
            except ValueError as error:
                raise CaseError(f"{file.name}: {entry.get('id')}: {error}") from error
