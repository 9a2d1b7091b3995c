"""The policy clauses that replies cite, to be read in full."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from assistant.api.access import Opened
from assistant.api.problems import documented
from orderdb.policy_book import Clause
from orderdb.text import Language

router = APIRouter(prefix="/api/policies", tags=["policies"])

ClauseId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,32}$")]


class ShownClause(BaseModel):
    """One version of a clause; ``effective_to`` is its last day, null while it has no end."""

    clause: str
    version: int
    effective_from: date
    effective_to: date | None
    title: str
    text: str
    document: str
    document_title: str


@router.get("/{clause}", responses=documented(404, 422))
async def show_clause(
    services: Opened, clause: ClauseId, language: Language = "en", on: date | None = None
) -> ShownClause:
    """The clause in the version in force on a day; without one, today."""
    day = on or services.clock().date()
    return _shown(services.book.in_force(clause, day), language)


def _shown(clause: Clause, language: Language) -> ShownClause:
    return ShownClause(
        clause=clause.id,
        version=clause.version,
        effective_from=clause.effective_from,
        effective_to=clause.effective_to,
        title=clause.title.get(language),
        text=clause.body.get(language),
        document=clause.document,
        document_title=clause.document_title.get(language),
    )
