"""What an import did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from orderdb.errors import BadRow

Progress = Callable[[int, int | None], None]
"""Called with what is done and, where known, of how much: orders or rows."""


@dataclass(frozen=True)
class ImportReport:
    """Orders and customers ``added``, ``changed`` and found ``unchanged``; rows ``rejected``.

    Orders ``further_on`` here than in the file stayed as they are.
    ``reject_file`` holds the rejected rows as they were, each with its reason.
    """

    source: str
    orders_added: int = 0
    orders_changed: int = 0
    orders_unchanged: int = 0
    orders_further_on: int = 0
    customers_added: int = 0
    rejected: list[BadRow] = field(default_factory=list)
    reject_file: Path | None = None

    @property
    def is_unchanged(self) -> bool:
        """Whether the database is as it was."""
        return not (self.orders_added or self.orders_changed or self.customers_added)

    def __str__(self) -> str:
        if self.is_unchanged and not self.rejected and not self.orders_further_on:
            return f"{self.source}: nothing new, {self.orders_unchanged:,} orders unchanged"
        parts = [f"{self.orders_added:,} orders and {self.customers_added:,} customers added"]
        if self.orders_changed:
            parts.append(f"{self.orders_changed:,} orders changed")
        if self.orders_unchanged:
            parts.append(f"{self.orders_unchanged:,} unchanged")
        if self.orders_further_on:
            parts.append(f"{self.orders_further_on:,} further on here, left as they are")
        if self.rejected:
            where = f", see {self.reject_file}" if self.reject_file else ""
            parts.append(f"{len(self.rejected):,} bad rows left out{where}")
        return f"{self.source}: {', '.join(parts)}"
