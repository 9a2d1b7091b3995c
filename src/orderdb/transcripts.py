"""A conversation as it is shown again: what was said, and with which answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from orderdb.columns import JsonObject
from orderdb.conversations import conversation_of
from orderdb.models import Message, Proposal, Turn, TurnEvent
from orderdb.statuses import Role, TurnStatus
from orderdb.text import Language


@dataclass(frozen=True)
class Said:
    """One message; ``reply`` is the whole stored answer, not on customers' messages."""

    message: Message
    reply: JsonObject | None


@dataclass(frozen=True)
class Transcript:
    """``last_event_id`` is the last event of an answered turn.

    Following the events after it replays a turn that is still being answered from its start.
    """

    conversation_id: str
    said: Sequence[Said]
    last_event_id: int


def read_transcript(
    session: Session, customer_id: str, conversation_id: str, limit: int = 500
) -> Transcript:
    """The newest ``limit`` messages, each answer behind its message; raises NotFound, for
    another's as for none."""
    conversation_of(session, customer_id, conversation_id)
    rows = session.exec(
        select(Message, Turn.reply)
        .join(Turn, col(Message.turn_id) == Turn.id)
        .where(Message.conversation_id == conversation_id)
        .order_by(col(Turn.position).desc(), col(Message.id).desc())
        .limit(limit)
    ).all()
    answered = session.exec(
        select(func.max(TurnEvent.seq))
        .join(Turn, col(TurnEvent.turn_id) == Turn.id)
        .where(
            TurnEvent.conversation_id == conversation_id,
            Turn.status != TurnStatus.RUNNING,
        )
    ).one()
    made = session.exec(
        select(Proposal)
        .where(Proposal.conversation_id == conversation_id)
        .order_by(col(Proposal.created_at))
    ).all()
    replies: dict[int | None, JsonObject] = {
        message.id: dict(reply)
        for message, reply in rows
        if reply is not None and message.role is not Role.CUSTOMER
    }
    shown = {one["proposal_id"] for reply in replies.values() for one in _proposals(reply)}
    instead = [one for one in made if one.id not in shown and one.agent is None]
    asked_again = _asked_again(session, customer_id, shown - {one.id for one in made})
    known = {one.id: one for one in (*made, *asked_again)}
    said = [
        Said(message, _as_of_now(replies.get(message.id), known, instead))
        for message, _ in reversed(rows)
    ]
    return Transcript(conversation_id, said, answered or 0)


def _asked_again(session: Session, customer_id: str, ids: set[str]) -> Sequence[Proposal]:
    """Proposals that this conversation shows and another one has: the same wish is one proposal."""
    if not ids:
        return []
    return session.exec(
        select(Proposal).where(Proposal.customer_id == customer_id, col(Proposal.id).in_(ids))
    ).all()


def _proposals(reply: JsonObject | None) -> Sequence[JsonObject]:
    found: Sequence[JsonObject] = (reply or {}).get("proposals") or ()
    return found


def _as_of_now(
    reply: JsonObject | None, rows: Mapping[str, Proposal], instead: Sequence[Proposal]
) -> JsonObject | None:
    """The stored answer, its proposals with what became of them since.

    Behind one that a click found changed stand those of ``instead`` that took its place.
    """
    shown = _proposals(reply)
    if reply is None or not shown:
        return reply
    told = [one | {"status": str(_state(rows.get(one["proposal_id"]), one))} for one in shown]
    matters = {_matter(rows[one["proposal_id"]]) for one in shown if one["proposal_id"] in rows}
    language: Language = "zh" if reply.get("language") == "zh" else "en"
    told += [_card(one, language) for one in instead if _matter(one) in matters]
    return reply | {"proposals": told}


def _state(row: Proposal | None, shown: JsonObject) -> str:
    return row.status if row is not None else shown["status"]


def _matter(proposal: Proposal) -> tuple[int | None, str, str]:
    return proposal.order_id, proposal.kind, proposal.target


def _card(proposal: Proposal, language: Language) -> JsonObject:
    """As a reply stores it (``tools.results.ProposalCard``)."""
    return {
        "proposal_id": proposal.id,
        "kind": proposal.kind.value,
        "order_number": proposal.arguments.get("order_number", ""),
        "summary": proposal.summary.get(language),
        "amount": proposal.amount.model_dump() if proposal.amount_minor else None,
        "clause": proposal.clause,
        "digest": proposal.digest,
        "expires_at": proposal.expires_at.isoformat(),
        "status": proposal.status.value,
    }
