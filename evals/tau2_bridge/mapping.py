"""What a customer is about to confirm with us, as the call of tau2's tool that does the same."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from sqlmodel import Session, col, select

from orderdb.models import GiftCard, Order, OrderLine, Payment, Proposal
from orderdb.statuses import ProposalKind

_NAMES = {
    ProposalKind.CANCEL_ORDER: "cancel_pending_order",
    ProposalKind.CHANGE_ADDRESS: "modify_pending_order_address",
    ProposalKind.CHANGE_PAYMENT: "modify_pending_order_payment",
    ProposalKind.CHANGE_ITEMS: "modify_pending_order_items",
    ProposalKind.RETURN_ITEMS: "return_delivered_order_items",
    ProposalKind.EXCHANGE_ITEMS: "exchange_delivered_order_items",
    ProposalKind.ACCOUNT_ADDRESS: "modify_user_address",
}
_REASONS = ("ordered by mistake", "no longer needed")


class Call(BaseModel):
    """A tool call of tau2's retail domain."""

    name: str
    arguments: dict[str, Any]


class Unmapped(Exception):
    """tau2's retail shop has no tool for such a proposal."""


def call_of(session: Session, proposal: Proposal) -> Call:
    """The call that does in tau2's shop what the click will do in ours; raises Unmapped."""
    if proposal.kind not in _NAMES:
        raise Unmapped(f"{proposal.kind} has no tool in tau2's retail domain")
    asked = proposal.arguments
    number = asked.get("order_number")
    given: dict[str, Any] = {"order_id": number} if number else {"user_id": proposal.customer_id}
    match proposal.kind:
        case ProposalKind.CANCEL_ORDER:
            given["reason"] = _reason(str(asked.get("reason") or ""))
        case ProposalKind.CHANGE_ADDRESS | ProposalKind.ACCOUNT_ADDRESS:
            given |= _address(asked)
        case ProposalKind.CHANGE_PAYMENT:
            given["payment_method_id"] = _way(session, proposal, asked["pay_with"])
        case ProposalKind.RETURN_ITEMS:
            given["item_ids"] = _items(session, proposal, asked["lines"])
            given["payment_method_id"] = _way(session, proposal, asked["refund_to"])
        case _:
            given["item_ids"] = _items(session, proposal, asked["swaps"])
            given["new_item_ids"] = [one["variant"] for one in asked["swaps"]]
            given["payment_method_id"] = _way(session, proposal, asked["settle_with"])
    return Call(name=_NAMES[proposal.kind], arguments=given)


def _reason(said: str) -> str:
    """tau2 knows two reasons; what is no mistake is no longer needed."""
    return _REASONS[0] if "mistake" in said.casefold() else _REASONS[1]


def _address(asked: dict[str, Any]) -> dict[str, Any]:
    country = asked.get("country")
    return {
        "address1": asked["line1"],
        "address2": asked.get("line2") or "",
        "city": asked["city"],
        "state": asked.get("region") or "",
        "country": "USA" if country in ("US", None) else country,
        "zip": asked.get("postal_code") or "",
    }


def _items(session: Session, proposal: Proposal, lines: list[dict[str, Any]]) -> list[str]:
    """The item ids of lines, once a piece; before the click, which may replace them."""
    bought = {
        line.position: line
        for line in session.exec(select(OrderLine).where(OrderLine.order_id == proposal.order_id))
    }
    return [
        bought[one["line"]].sku
        for one in lines
        for _ in range(one.get("quantity") or bought[one["line"]].quantity)
    ]


def _way(session: Session, proposal: Proposal, named: str) -> str:
    """The id of a way of paying, in tau2's words."""
    if named == "gift_card":
        order = session.get_one(Order, proposal.order_id)
        card = session.exec(
            select(GiftCard).where(GiftCard.customer_id == order.customer_id)
        ).first()
        return card.code if card else named
    if named != "original":
        return named
    first = session.exec(
        select(Payment).where(Payment.order_id == proposal.order_id).order_by(col(Payment.id))
    ).first()
    if first is None:
        return named
    if first.gift_card_id is not None:
        return session.get_one(GiftCard, first.gift_card_id).code
    return first.saved_method_id or named
