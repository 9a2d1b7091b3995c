"""What a turn looked up, proposed and went by: one event, in the transaction that ends it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from orderdb.audit.chain import append
from orderdb.columns import JsonObject
from orderdb.models import Turn, TurnEvent


def record_turn(
    session: Session,
    turn: Turn,
    reply: JsonObject | None,
    customer_id: str,
    prompts: JsonObject,
    now: datetime,
) -> None:
    """Append the turn's tool calls and clauses; ``reply`` is None where it failed.

    ``prompts`` are the versions of the prompts that the conversation goes by.

    Call it last before the commit, as ``append``.
    """
    said = reply or {}
    if reply is not None and turn.attempt == 1:
        calls = said.get("tool_calls", [])
    else:  # what earlier attempts called is only in what was sent
        calls = _sent_calls(session, turn)
    append(
        session,
        actor=f"customer:{customer_id}",
        kind="turn.failed" if reply is None else "turn.done",
        subject=f"conversation:{turn.conversation_id}",
        payload={
            "turn": turn.id,
            "attempts": turn.attempt,
            "handled_by": said.get("handled_by"),
            "prompts": prompts,
            "tool_calls": [
                {"name": call["name"], "arguments": call["arguments"], "status": call["status"]}
                for call in calls
            ],
            "clauses": sorted(_clauses(said)),
            "proposals": [one["proposal_id"] for one in said.get("proposals", [])],
        },
        now=now,
    )


def _sent_calls(session: Session, turn: Turn) -> list[JsonObject]:
    sent = session.exec(
        select(TurnEvent.payload)
        .where(
            TurnEvent.conversation_id == turn.conversation_id,
            TurnEvent.turn_id == turn.id,
            TurnEvent.kind == "tool",
        )
        .order_by(col(TurnEvent.seq))
    )
    return [dict(payload) for payload in sent if payload["status"] != "started"]


def _clauses(reply: JsonObject) -> set[str]:
    """Every clause with its version that the answer cites or a verdict in it rests on."""
    parts: Iterable[dict[str, Any]] = (*reply.get("citations", []), *reply.get("cards", []))
    return {f"{part['clause']}/{part['version']}" for part in parts if part.get("clause")}
