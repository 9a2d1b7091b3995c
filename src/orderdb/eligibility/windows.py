"""How long goods can be sent back: by country, law, membership and kind of goods."""

from __future__ import annotations

from dataclasses import dataclass

from orderdb.eligibility.question import Question
from orderdb.statuses import ReturnClass
from orderdb.views import LineView


@dataclass(frozen=True)
class Window:
    """``days`` after delivery under ``clause``, for some members ``longest`` under ``members``.

    ``opened`` is the days that electronics have once their box is open, under ``electronics``.
    """

    clause: str
    days: int
    longest: int
    members: str
    opened: int | None = None
    electronics: str = ""


def window(question: Question, line: LineView) -> Window | None:
    """How long the line can be sent back; None where the shop sets no end."""
    rules, country = question.rules.send_back, question.order.destination or ""
    clause = rules.windows.get(country) or rules.windows.get("*")
    if clause is None:
        return None
    stated = question.clause(clause).number("window_days")
    days = max(stated, rules.legal_days.get(country, 0))
    extra = 0
    if rules.members is not None:
        by_tier = question.clause(rules.members).params["member_extra_days"]
        extra = int(by_tier.get(question.order.customer.tier, 0))
    found = Window(clause, days, days + extra, rules.members or clause)
    if line.return_class is not ReturnClass.ELECTRONICS or rules.opened_electronics is None:
        return found
    opened = question.clause(rules.opened_electronics).number("window_days")
    by_law = rules.legal_days.get(country)
    return Window(
        found.clause,
        found.days,
        found.longest,
        found.members,
        opened=days if by_law is not None else min(opened, days),
        electronics=rules.opened_electronics,
    )
