"""A customer's turn played for the desk: same brain, same gate, and nothing of it is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assistant.events import EventKind
from assistant.steps import Brain
from assistant.suggestions.draft import Draft, facts_used, readied
from assistant.suggestions.occasion import Occasion
from assistant.turn import Answer, Turn
from orderdb.statuses import Speaker

Heard = Callable[[str, dict[str, Any]], None]

_SMALL_TALK = frozenset({"greeting", "thanks", "yes", "no", "followup", "other"})


class Hearing:
    """Where a rehearsed turn's events go instead of a journal."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    def emit(self, kind: EventKind, payload: dict[str, Any]) -> None:
        self._heard(kind, payload)


async def rehearse(
    occasion: Occasion, brain: Brain | None, guided: Brain, seconds: float, heard: Heard
) -> Answer:
    """The answer that a customer's turn would give now; its events go to ``heard``."""
    turn = Turn(occasion.request, occasion.memory, Hearing(heard), occasion.time_zone)
    return await turn.run(brain, guided, seconds)


def draft_of(answer: Answer, occasion: Occasion) -> Draft:
    """An answer as a draft, with the proposal that it leads to."""
    calls = [call for call in answer.calls if call.status != "error"]
    looked_up = list(zip(calls, answer.results, strict=True))
    return Draft(
        text=answer.text,
        language=occasion.language,
        intent=intent_of(answer, occasion),
        origin="model" if answer.handled_by is Speaker.ASSISTANT else "code",
        results=tuple(answer.results),
        facts=facts_used(answer.text, looked_up, occasion.zone),
        citations=tuple(answer.citations),
        proposal=readied(looked_up),
    )


def intent_of(answer: Answer, occasion: Occasion) -> str:
    """The matter of the message: the first that is more than small talk."""
    labels = [choice.label for choice in answer.choices or occasion.request.plan.best]
    weighty = [label for label in labels if label not in _SMALL_TALK]
    return (weighty or labels or ["other"])[0]
