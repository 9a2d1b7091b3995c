"""``orderdesk proactive scan``."""

from __future__ import annotations

from assistant.commands.console import console
from assistant.schema import require_current_schema
from assistant.settings import Settings


def scan(settings: Settings) -> None:
    """Draft what is new, and say what it is about."""
    from assistant.opening import now
    from assistant.suggestions.proactive import Proactive
    from orderdb.database import SessionFactory, open_engine
    from orderdb.policy_book import PolicyBook
    from tools.registry import ToolRegistry

    require_current_schema(settings)
    engine = open_engine(settings.database)
    try:
        book = PolicyBook.load(settings.policies)
        found = Proactive(SessionFactory(engine), book, ToolRegistry(), now).scan()
    finally:
        engine.dispose()
    for one in found:
        risk = "" if one.risk is None else f", {one.risk:.0%} likely to be late"
        console.print(f"{one.order_number}: {one.kind}{risk}", markup=False, highlight=False)
    console.print(f"{len(found)} message(s) drafted; they wait at the desk")
