"""Whether a message of a conversation is for a person, given what is stored of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, exists, select
from sqlmodel import Session, col

from orderdb.columns import JsonObject
from orderdb.desk.reasons import FAILED_TURNS, Before, misunderstood, reason_for
from orderdb.models import Handoff, Turn
from orderdb.statuses import HandoffStatus, ReasonCode, TurnStatus

_THIS: BindParameter[str] = bindparam("conversation_id")
_IS_CALLED = exists().where(
    col(Handoff.conversation_id) == _THIS, col(Handoff.status) != HandoffStatus.CLOSED
)
_EARLIER = (
    select(_IS_CALLED, col(Turn.status), col(Turn.reply))
    .where(col(Turn.conversation_id) == _THIS, col(Turn.position) < bindparam("position"))
    .order_by(col(Turn.position).desc())
    .limit(FAILED_TURNS)
)


class _Ended(NamedTuple):
    """How an earlier turn ended."""

    status: TurnStatus
    reply: JsonObject | None


def person_wanted(
    session: Session, turn: Turn, message: str, said: Sequence[str]
) -> ReasonCode | None:
    """Why a person should answer it; None also where one is called already.

    ``said``: the customer's earlier messages, oldest first.
    """
    if turn.position == 1:
        return reason_for(message)
    this = {"conversation_id": turn.conversation_id, "position": turn.position}
    found = session.connection().execute(_EARLIER, this).all()
    if any(is_called for is_called, _, _ in found):
        return None
    earlier = [_Ended(status, reply) for _, status, reply in found]
    return reason_for(
        message,
        Before(
            said=said,
            refused=bool(earlier) and _refused(earlier[0].reply),
            failed=_failed(earlier, [*reversed(said[-FAILED_TURNS:])], message),
        ),
    )


def _failed(earlier: Sequence[_Ended], said: Sequence[str], message: str) -> int:
    """Turns in a row that came to nothing, the newest first; what was said next tells of it."""
    nexts = [message, *said]
    count = 0
    for turn, following in zip(earlier, nexts, strict=False):
        if not (_came_to_nothing(turn) or misunderstood(following)):
            break
        count += 1
    return count


def _came_to_nothing(turn: _Ended) -> bool:
    if turn.status is TurnStatus.FAILED:
        return True
    calls = (turn.reply or {}).get("tool_calls", [])
    return bool(calls) and all(call["status"] == "error" for call in calls)


def _refused(reply: JsonObject | None) -> bool:
    """Whether the answer said no by a rule: a tool refused, or a verdict was no."""
    told = reply or {}
    verdicts = [card for card in told.get("cards", []) if card.get("type") == "verdict"]
    return any(call["status"] == "refused" for call in told.get("tool_calls", [])) or any(
        not verdict.get("allowed") for verdict in verdicts
    )
