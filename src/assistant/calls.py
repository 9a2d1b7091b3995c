"""Tool calls as a reading of a message asks for them: exact, hashable, in the customer's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Piece:
    """Pieces of one item, by its number in the order; all of them where no quantity is said."""

    item: int
    quantity: int | None = None
    variant: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


Value = str | bool | tuple[str, ...] | tuple[int, ...] | tuple[Piece, ...]
Values = Mapping[str, Value]


@dataclass(frozen=True)
class Call:
    """A tool call that a part of the message may ask for; no tool means a plain reply."""

    tool: str | None
    arguments: tuple[tuple[str, Value], ...] = ()

    @property
    def proposes(self) -> bool:
        """Whether it makes a card."""
        return self.tool is not None and self.tool.startswith("propose_")

    def as_dict(self) -> dict[str, Any]:
        return {name: _plain(value) for name, value in self.arguments}


def _plain(value: Value) -> Any:
    if not isinstance(value, tuple):
        return value
    return [one.as_dict() if isinstance(one, Piece) else one for one in value]
