"""A desk for tests: one customer's context over a test database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from orderdb.database import SessionFactory
from orderdb.policy_book import PolicyBook
from tests.orderdb.shop import ANNA, NOW
from tools.context import DeskContext

POLICIES = Path(__file__).parents[2] / "policies"


def desk(
    engine: Engine,
    customer: str = ANNA,
    language: str = "en",
    *,
    now: datetime = NOW,
    **fields: Any,
) -> DeskContext:
    """What a tool knows when this customer asks; ``fields`` replaces anything else."""
    values: dict[str, Any] = {
        "customer_id": customer,
        "conversation_id": None,
        "language": language,
        "sessions": SessionFactory(engine),
        "book": fields.get("book") or PolicyBook.load(POLICIES),
        "policies": None,
        "clock": lambda: now,
        **fields,
    }
    return DeskContext(**values)
