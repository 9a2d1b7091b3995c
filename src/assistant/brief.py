"""A tool result cut down to what a small model needs: it reads some sixty tokens a second."""

from __future__ import annotations

from assistant.choice import Choice
from assistant.rendering import in_words
from orderdb.text import Language
from tools.results import ToolResult

SURE = 0.6
"""Share of a label above which what is asked of an order is taken as known."""

_CLAUSES = 2
_ORDERS_LISTED = 4


def brief(result: ToolResult, choice: Choice, language: Language) -> str:
    """The facts for ``choice``; all of them where it is not sure what is asked of an order."""
    if result.citations and not (result.cards or result.proposal or result.appraisal):
        told = result.citations[:_CLAUSES]
        return "\n".join(f"{one.clause} {one.title}: {one.quote}" for one in told)
    kinds = {card["type"] for card in result.cards}
    if kinds == {"order"} and choice.share >= SURE:
        return in_words(result, choice.label, language)
    if kinds == {"orders"}:
        return "\n".join(result.text.splitlines()[: _ORDERS_LISTED + 1])
    return result.text
