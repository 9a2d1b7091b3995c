"""One reading of a part of a message, and the tool calls that serve it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.asking import Question, Wish
from assistant.calls import Call
from orderdb.text import Text


@dataclass(frozen=True)
class Choice:
    """One reading of a part: the calls that serve it, and how likely they are.

    Several labels may lead to the same calls; ``label`` is the likeliest of them and ``share``
    how much of the probability is its own. ``plain``: told in the tool's own words. ``wish`` is a
    change that stays open until its ``question`` is answered, or until it is proposed. ``says``
    is an answer that needs no tool; ``about`` are the customer's words and ``order`` the one that
    they are about.
    """

    label: str
    calls: tuple[Call, ...]
    probability: float
    missing_order: bool = False
    plain: bool = False
    share: float = 1.0
    wish: Wish | None = None
    question: Question | None = None
    says: Text | None = None
    about: str = ""
    order: str | None = None

    @property
    def gist(self) -> object:
        """What readings of one effect share: the same calls, or one change asked about or for."""
        kind, _, change = self.label.partition(".")
        numbers = tuple(value for call in self.calls for _, value in call.arguments[:1])
        return (change, numbers) if kind in ("do", "may") else self.calls


def joined(likelier: Choice, choice: Choice) -> Choice:
    """Two readings with the same calls, under the label of the likelier one."""
    total = likelier.probability + choice.probability
    own = likelier.share * likelier.probability
    return replace(likelier, probability=total, share=own / total)
