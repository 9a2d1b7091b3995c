"""What an agent needs to know before the first word, gathered from what is stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from orderdb.columns import JsonObject
from orderdb.delivery import Calendars
from orderdb.delivery.late_risk import late_risks
from orderdb.models import (
    Address,
    Conversation,
    Customer,
    Message,
    Order,
    Proposal,
    TurnEvent,
    Warehouse,
)
from orderdb.mood import mood
from orderdb.numbers import is_named, number_key
from orderdb.repository.delivery import Placed
from orderdb.repository.delivery_models import current_model
from orderdb.repository.orders import summaries
from orderdb.statuses import ProposalStatus, Role

_ORDERS = 3
_CALLS = 12
_SAID = 280
_MESSAGES = 4  # of the customer's, that the mood is read from


def summarise(
    session: Session, conversation: Conversation, reason: str, now: datetime
) -> JsonObject:
    """Language, mood, the wish, calls, order numbers, open proposals; and what ranks the queue.

    ``reason`` are words that nobody checked.
    """
    said = last_said(session, conversation.id)
    tried = calls_of(session, conversation.id)
    orders = _orders(session, conversation, said, tried)
    totals = [one.order.total for one in orders]
    worth = max(totals, key=lambda total: total.minor, default=None)
    return {
        "language": conversation.language,
        "mood": mood(said).value,
        "said": said[-1][:_SAID] if said else "",
        "tried": tried,
        "orders": [one.order.number for one in orders],
        "open_proposals": [one.id for one in open_proposals(session, conversation.id, now)],
        "late_risk": _late_risk(session, orders, now),
        "order_value": worth and worth.model_dump(),
        "unverified": {"reason": reason} if reason else None,
    }


def calls_of(session: Session, conversation_id: str) -> list[dict[str, Any]]:
    """The last tool calls, oldest first: tool, arguments, and what came of them."""
    rows = session.exec(
        select(TurnEvent.payload)
        .where(TurnEvent.conversation_id == conversation_id, TurnEvent.kind == "tool")
        .order_by(col(TurnEvent.seq).desc())
        .limit(3 * _CALLS)
    ).all()
    finished = [row for row in rows if row.get("status") != "started"]
    return [
        {"tool": row["name"], "arguments": row["arguments"], "status": row["status"]}
        for row in reversed(finished[:_CALLS])
        if row["name"] != "handoff"
    ]


def open_proposals(session: Session, conversation_id: str, now: datetime) -> list[Proposal]:
    """What still waits for a click, oldest first."""
    return list(
        session.exec(
            select(Proposal)
            .where(
                Proposal.conversation_id == conversation_id,
                Proposal.status == ProposalStatus.OPEN,
                Proposal.expires_at > now,
            )
            .order_by(col(Proposal.created_at))
        )
    )


def last_said(session: Session, conversation_id: str) -> list[str]:
    """The customer's last messages, oldest first."""
    newest = session.exec(
        select(Message.text)
        .where(Message.conversation_id == conversation_id, Message.role == Role.CUSTOMER)
        .order_by(col(Message.id).desc())
        .limit(_MESSAGES)
    ).all()
    return list(reversed(newest))


def _orders(
    session: Session, conversation: Conversation, said: list[str], tried: list[dict[str, Any]]
) -> list[Placed]:
    """The orders spoken of, the one at hand first; of those only listed the newest. None of
    anybody else's."""
    memory = conversation.memory
    named = _named(session, conversation.customer_id, said)
    named += [str(one["arguments"].get("order_number", "")) for one in reversed(tried)]
    named += [str(memory.get("focus") or ""), *map(str, memory.get("listed") or [])]
    keys = list(dict.fromkeys(filter(None, map(number_key, named))))[:_ORDERS]
    if not keys:
        return []
    rows = session.exec(
        select(Order, Customer, Address, Warehouse)
        .join(Customer, col(Customer.id) == col(Order.customer_id))
        .outerjoin(Address, col(Address.id) == col(Order.address_id))
        .outerjoin(Warehouse, col(Warehouse.code) == col(Order.warehouse_code))
        .where(Order.customer_id == conversation.customer_id, col(Order.number_key).in_(keys))
    ).all()
    found = {row[0].number_key: Placed(*row) for row in rows}
    return [found[key] for key in keys if key in found]


def _named(session: Session, customer_id: str, said: list[str]) -> list[str]:
    """The customer's orders that their messages name, those of the last message first.

    Whoever is handed over before anything was looked up has named them nowhere else.
    """
    own = session.exec(select(Order.number_key).where(Order.customer_id == customer_id)).all()
    return [key for words in reversed(said) for key in own if is_named(key, words)]


def _late_risk(session: Session, orders: list[Placed], now: datetime) -> float | None:
    """The chance that one of the orders misses its promise; None where none is promised."""
    if not orders:
        return None
    facts = [(one.number, one.delivery_facts) for one in summaries(session, orders)]
    risks = late_risks(facts, Calendars(), now, current_model(session, now))
    return round(risks[0].chance, 3) if risks else None
