"""From a yes of the rules to the proposal that the customer's wish comes to."""

from __future__ import annotations

import re
from typing import Any

from assistant.suggestions.bench import Bench, Tried

_MONEY = re.compile(r"\b(?:refund|money|cash)\b|退款|退钱|钱|賠|赔", re.I)
_AGAIN = re.compile(
    r"\b(?:again|resend|re-?ship|replace\w*|new one|another one|once more)\b"
    r"|补发|重发|再发|换新|补寄",
    re.I,
)
_WRONG = re.compile(r"\bwrong\b|not what i ordered|发错|寄错|错了", re.I)

_Try = tuple[str, dict[str, Any]]


def wish_for(label: str, number: str, bench: Bench) -> Tried | None:
    """The proposal for what is asked about an order; None where none is asked for or allowed."""
    return bench.first(*_tries(label, number, bench))


def other_remedy(number: str, remedy: str, problem: str, bench: Bench) -> Tried | None:
    """The goods once more in place of the money, or the other way round."""
    other = "refund" if remedy == "reship" else "reship"
    return bench.first(_claim(number, problem, other, bench))


def _tries(label: str, number: str, bench: Bench) -> list[_Try]:
    """What to try, the likeliest first; the rules allow few of them for one order."""
    of_order = {"order_number": number}
    words = bench.words
    by_carrier = [
        _claim(number, "lost", _remedy(words), bench),
        _claim(number, "damaged", _remedy(words), bench),
    ]
    match label:
        case "do.cancel" | "may.cancel":  # what came, or got lost, is what the wish is about then
            return [("propose_cancellation", of_order), *by_carrier, ("propose_return", of_order)]
        case "do.return" | "may.return":
            return [*by_carrier, ("propose_return", of_order)]
        case "do.refund" | "may.refund":
            return [
                *by_carrier,
                ("propose_cancellation", of_order),
                ("propose_return", of_order),
            ]
        case "missing":
            problem = "wrong" if _WRONG.search(words) else "missing"
            return [*by_carrier, _claim(number, problem, _remedy(words), bench)]
        case "damaged" | "order.where" | "complaint" | "handoff":
            return by_carrier
        case _:
            return []


def _claim(number: str, problem: str, remedy: str, bench: Bench) -> _Try:
    return "propose_claim", {
        "order_number": number,
        "problem": problem,
        "remedy": remedy,
        "photos": list(bench.photos())[:10],
    }


def _remedy(words: str) -> str:
    """What the customer asks for; the goods, where they do not say."""
    return "refund" if _MONEY.search(words) and not _AGAIN.search(words) else "reship"
