"""One case: who asks what, what must come of it. Written by hand, checked when it is read."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from evals.suite.facts import Facts, money, parse
from orderdb.statuses import ProposalKind

Tag = Literal[
    "status",
    "delivery",
    "returns",
    "exchange",
    "cancel",
    "change",
    "policy",
    "several",
    "correction",
    "vague",
    "misspelt",
    "voice",
    "mixed",
    "angry",
    "wrong_belief",
    "out_of_scope",
    "identity",
    "injection",
    "handoff",
    "no_handoff",
    "refusal",
    "claim",
    "payment",
    "guided",
    "refund",
    "simulated",
    "small_talk",
    "product",
]
TAGS = get_args(Tag)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _facts(written: Any) -> Any:
    if isinstance(written, bool):  # YAML reads yes and no so
        written = "yes" if written else "no"
    return parse(written) if isinstance(written, str) else written


def _written(facts: Facts) -> str:
    return " or ".join(map(str, facts))


AnyOf = Annotated[Facts, BeforeValidator(_facts), PlainSerializer(_written, return_type=str)]


class Call(Strict):
    """A tool call that must be made: ``get_order(A31001)``, ``list_orders(status=open)``."""

    name: str
    arguments: dict[str, str] = {}

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.arguments.items())
        return f"{self.name}({told})"


_CALL = re.compile(r"([a-z_]+)(?:\((.*)\))?")


def _calls(written: Any) -> Any:
    """``a(X) or b(X)``: one of them is enough."""
    if not isinstance(written, str):
        return written
    calls = []
    for one in re.split(r"\s+or\s+", written):
        match = _CALL.fullmatch(one.strip())
        if match is None:
            raise ValueError(f"{one!r} is no call such as get_order(A31001)")
        pairs = [part.strip() for part in (match[2] or "").split(",") if part.strip()]
        named = (p.partition("=") if "=" in p else ("order_number", "=", p) for p in pairs)
        calls.append(Call(name=match[1], arguments={name: value for name, _, value in named}))
    return tuple(calls)


AnyCall = Annotated[tuple[Call, ...], BeforeValidator(_calls)]


class Cited(Strict):
    """A clause that must be cited: RETURN-1, or RETURN-1@1 for a version that is not today's."""

    clause: str
    version: int | None = None


def _clauses(written: Any) -> Any:
    """``RETURN-2 or RETURN-3``: one of them is enough."""
    if not isinstance(written, str):
        return written
    cited = []
    for one in re.split(r"\s+or\s+", written):
        match = re.fullmatch(r"([A-Z]+-\d+)(?:@(\d+))?", one.strip())
        if match is None:
            raise ValueError(f"{one!r} is no clause such as RETURN-1")
        cited.append(Cited(clause=match[1], version=int(match[2]) if match[2] else None))
    return tuple(cited)


AnyClause = Annotated[tuple[Cited, ...], BeforeValidator(_clauses)]


class Proposed(Strict):
    """A proposal that must be on the screen; what is left out may be anything."""

    kind: ProposalKind
    order: str
    lines: tuple[int, ...] | None = None
    quantity: int | None = Field(None, ge=1, description="So many pieces of each of the lines.")
    amount: str | None = Field(None, description="EUR 36.00")
    holds: dict[str, str] = Field({}, description="Words that the named argument must hold.")
    optional: bool = Field(False, description="It may be on the screen, and need not.")

    @model_validator(mode="after")
    def _amount_can_be_read(self) -> Proposed:
        if self.amount is not None:
            currency, value = money(self.amount)
            if self.amount != (exact := f"{currency} {value:.2f}"):
                raise ValueError(f"the amount {self.amount!r} is written {exact!r}")
        return self


Handoff = Literal["wanted", "needless", "either"]


class Expected(Strict):
    """What must be true of the answer to one message."""

    tell: tuple[AnyOf, ...] = ()
    hide: tuple[AnyOf, ...] = ()
    call: tuple[AnyCall, ...] = ()
    cite: tuple[AnyClause, ...] = ()
    propose: Proposed | None = None
    handoff: Handoff = "needless"
    answer_in: Literal["en", "zh", "any"] | None = None


Said = Annotated[str, Field(pattern=r"\S")]
"""What somebody says: something, and not blanks."""


class Turn(Expected):
    """A message, and what the customer does with the proposal in its answer."""

    say: Said
    click: Literal["confirm", "decline"] | None = None

    @model_validator(mode="after")
    def _clicks_on_something(self) -> Turn:
        if self.click and self.propose is None:
            raise ValueError(f"there is nothing to {self.click}: the turn proposes nothing")
        return self


class Response(Strict):
    """What a scripted customer says to a reply that ``when`` (a regular expression) is found in."""

    when: str
    say: Said

    @model_validator(mode="after")
    def _is_expression(self) -> Response:
        try:
            re.compile(self.when)
        except re.error as error:
            raise ValueError(f"{self.when!r} is no regular expression: {error}") from None
        return self


class Simulated(Strict):
    """A customer who reacts: by ``responses``, or played by a model that knows goal and facts."""

    opens: Said
    goal: Said
    knows: dict[str, str] = Field({}, description="What may be told when asked.")
    hides: tuple[str, ...] = Field((), description="Words that must never be said.")
    responses: tuple[Response, ...] = ()
    otherwise: str | None = None
    most_turns: int = Field(6, ge=1, le=20)
    click: Literal["confirm", "decline"] | None = None
    overall: Expected = Field(Expected(), description="Must be true of the answers together.")

    @model_validator(mode="after")
    def _can_be_played(self) -> Simulated:
        if self.click and self.overall.propose is None:
            raise ValueError(f"there is nothing to {self.click}: overall proposes nothing")
        if told := [one for one in self.hides if one.casefold() in self.opens.casefold()]:
            raise ValueError(f"opens tells what is hidden: {', '.join(told)}")
        return self


State = dict[str, str | list[str]]


class Case(Strict):
    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)+$")
    as_: str = Field(alias="as")
    language: Literal["en", "zh"]
    tags: tuple[Tag, ...] = Field(min_length=1)
    turns: tuple[Turn, ...] = ()
    customer: Simulated | None = None
    end: dict[str, State] = Field({}, description="Orders that end other than they began.")
    note: str = ""

    @model_validator(mode="after")
    def _has_one_kind_of_customer(self) -> Case:
        if bool(self.turns) == (self.customer is not None):
            raise ValueError("give either turns or a customer")
        if ("simulated" in self.tags) != (self.customer is not None):
            raise ValueError("a case with a customer, and no other, has the tag simulated")
        if len(set(self.tags)) < len(self.tags):
            raise ValueError("a tag stands twice")
        return self

    @property
    def expected(self) -> tuple[Expected, ...]:
        return self.turns if self.customer is None else (self.customer.overall,)
