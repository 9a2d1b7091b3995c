"""The small notation of the cases: tools wanted, facts wanted, order numbers as people type them.

``get_order(o1) | none`` is a choice of calls; ``status of o1 | question`` a choice of facts.
"""

import re
from collections.abc import Callable
from typing import Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, model_validator

Action = Literal[
    "cancel",
    "return",
    "exchange",
    "refund",
    "change_address",
    "change_payment",
    "change_items",
    "report_damaged",
    "report_missing",
]

# The arguments a case may name, in order; others are never looked at.
TOOL_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "list_orders": ("status",),
    "get_order": ("order_number",),
    "find_products": ("query",),
    "search_policies": ("order_number",),
    "check_eligibility": ("order_number", "action"),
    "propose_cancellation": ("order_number",),
    "propose_address_change": ("order_number",),
    "propose_payment_change": ("order_number",),
    "propose_return": ("order_number",),
    "propose_exchange": ("order_number",),
    "propose_claim": ("order_number",),
    "handoff": (),
    "none": (),
}
_LISTS = {"open", "delivered", "cancelled", "all"}
_CALL = re.compile(r"(\w+)(?:\(([^()]*)\))?")


class Call(BaseModel):
    """One acceptable tool call; ``values`` are acceptable values of each argument that matters."""

    model_config = ConfigDict(frozen=True)

    name: str
    values: dict[str, tuple[str, ...]] = {}

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``check_eligibility(o1, return/refund)``; raises ValueError."""
        match = _CALL.fullmatch(text.strip())
        if match is None or match[1] not in TOOL_ARGUMENTS:
            raise ValueError(f"{text!r} is not a call of a known tool")
        given = [part.strip() for part in match[2].split(",")] if match[2] else []
        names = TOOL_ARGUMENTS[match[1]]
        if len(given) > len(names):
            raise ValueError(f"{match[1]} takes at most {len(names)} arguments: {text!r}")
        values = {name: tuple(value.split("/")) for name, value in zip(names, given, strict=False)}
        for closed, allowed in (("action", set(get_args(Action))), ("status", _LISTS)):
            if unknown := set(values.get(closed, ())) - allowed:
                raise ValueError(f"unknown {closed} {sorted(unknown)} in {text!r}")
        return cls(name=match[1], values=values)

    @property
    def subject(self) -> str | None:
        """The order or product of the case that the call is about."""
        named = self.values.get("order_number") or self.values.get("query")
        return named[0] if named else None


FactKind = Literal[
    # of an order
    "number",
    "status",
    "tracking",
    "carrier",
    "scan",
    "arrival",
    "items",
    "total",
    "payment",
    "refund",
    "shown",
    "missing",
    "anything",
    "verdict",
    # of a product
    "stock",
    "price",
    "variants",
    # of the policies
    "clause",
    "figure",
    # of the talk itself
    "orders",
    "question",
    "yes",
    "no",
    "handoff offered",
    "confirmation by click",
    "cancellation done",
    "words",
]
_PLAIN: tuple[FactKind, ...] = (
    "orders",
    "question",
    "yes",
    "no",
    "handoff offered",
    "confirmation by click",
    "cancellation done",
)


class Fact(BaseModel):
    """Something a reply must, or must not, say: a reference into the shop, not a string.

    ``detail`` holds the actions of a verdict, the pattern of a clause, the number of a figure
    or the regular expression of words; ``outcome`` what a verdict has to be.
    """

    model_config = ConfigDict(frozen=True)

    kind: FactKind
    of: str | None = None
    detail: str | None = None
    outcome: Literal["allowed", "refused"] | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``status of o1``, ``verdict return of o1 is refused``...; raises ValueError."""
        text = text.strip()
        for plain in _PLAIN:
            if text == plain:
                return cls(kind=plain)
        for pattern, fields in _FORMS:
            if match := pattern.fullmatch(text):
                return cls.model_validate(fields(match))
        raise ValueError(f"{text!r} is not a known fact")

    @model_validator(mode="after")
    def _check_actions(self) -> Self:
        if self.kind == "verdict":
            unknown = set((self.detail or "").split("/")) - set(get_args(Action))
            if unknown:
                raise ValueError(f"unknown actions {sorted(unknown)}")
        return self


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], dict[str, Any]]], ...] = (
    (
        re.compile(r"(number|status|tracking|carrier|scan|arrival|items|total|payment|refund"
                   r"|anything|stock|price|variants) of (\w+)"),
        lambda m: {"kind": m[1], "of": m[2]},
    ),
    (
        re.compile(r"verdict ([\w/]+) of (\w+)(?: is (allowed|refused))?"),
        lambda m: {"kind": "verdict", "detail": m[1], "of": m[2], "outcome": m[3]},
    ),
    (re.compile(r"(\w+) is (missing|shown)"), lambda m: {"kind": m[2], "of": m[1]}),
    (re.compile(r"clause ([A-Z*][A-Z0-9*-]*)"), lambda m: {"kind": "clause", "detail": m[1]}),
    (
        re.compile(r"figure (\d+(?:\.\d+)?) of ([A-Z*][A-Z0-9*-]*)"),
        lambda m: {"kind": "figure", "detail": m[1], "of": m[2]},
    ),
    (re.compile(r'words "(.+)"'), lambda m: {"kind": "words", "detail": m[1]}),
)  # fmt: skip


def choices(text: str) -> list[str]:
    """The alternatives of ``a | b``; the bars of a pattern in quotes have no space beside them."""
    return text.split(" | ")


_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_NUMBER_FORMS: dict[str, Callable[[str], str]] = {
    "": lambda number: number,
    "hash": lambda number: f"#{number.lower()}",
    "lower": str.lower,
    "spaced": lambda number: f"{number[:1].lower()} {number[1:]}",
    "dashed": lambda number: f"{number[:1]}-{number[1:]}",
    "bare": lambda number: number[1:],
    "full": lambda number: number.translate(_FULL_WIDTH),
    "voice": lambda number: " ".join(number.lower()),
}
PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")


def written(number: str, form: str) -> str:
    """An order number in one of the odd forms that people type; raises ValueError."""
    if form not in _NUMBER_FORMS:
        raise ValueError(f"unknown form {form!r}; known are {', '.join(_NUMBER_FORMS)}")
    return _NUMBER_FORMS[form](number)
