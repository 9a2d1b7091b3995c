"""Preparing changes of an order that has not left: cancelling, the address, the way of paying."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field
from sqlmodel import Session, select

from orderdb.models import Address
from orderdb.proposals import (
    CancelLines,
    CancelOrder,
    LinePieces,
    NewAddress,
    OtherPayment,
)
from orderdb.statuses import ProposalKind
from orderdb.text import Text
from orderdb.views import OrderView
from tools.context import DeskContext
from tools.desk_tool import Arguments, DeskTool
from tools.orders import OrderNumber
from tools.proposing import Asked, Item, Items, Reason, Way, stored
from tools.results import ToolResult
from tools.said import said

_ASK_ADDRESS = Text(
    en="That address was not given in this conversation. Ask for the whole new address.",
    zh="本次对话中没有提到这个地址。请询问完整的新地址。",
)


class ProposeCancellation(Arguments):
    order_number: OrderNumber
    reason: Reason = ""
    items: Items = Field(
        default_factory=list,
        max_length=50,
        description="Items to take out of the order; leave it out to cancel the whole order.",
    )


class ProposeAddressChange(Arguments):
    order_number: OrderNumber
    line1: str = Field(
        min_length=1, max_length=200, description="Street and number, as the customer wrote them."
    )
    line2: str = Field(default="", max_length=200, description="Flat, floor; empty without.")
    city: str = Field(min_length=1, max_length=100, description="City, as the customer wrote it.")
    region: str = Field(default="", max_length=100, description="State or province, or empty.")
    postal_code: str = Field(default="", max_length=20, description="Postal code, or empty.")
    country: str | None = Field(
        default=None,
        pattern=r"^[A-Z]{2}$",
        description="Two letters, such as DE; null when the country stays.",
    )
    recipient: str | None = Field(
        default=None,
        min_length=1,
        max_length=120,
        description="Name on the parcel; null when it stays.",
    )


class ProposePaymentChange(Arguments):
    order_number: OrderNumber
    pay_with: Way


def propose_cancellation(
    context: DeskContext, order_number: str, reason: str = "", items: list[Item] | None = None
) -> ToolResult:
    """Prepare the cancellation of an order, or of some of its items, that the customer asked for.

    Nothing is cancelled by this: the customer sees a card and confirms it with a click. Refuses
    an order that is already with the carrier, single items of a packed order, a number that is
    not one of this customer's orders, and a reason that the customer did not write.
    """

    def asking(session: Session, order: OrderView) -> Asked:
        lines = tuple(LinePieces(line=one.item, quantity=one.quantity) for one in items or ())
        if not lines or _is_everything(lines, order):
            return ProposalKind.CANCEL_ORDER, CancelOrder(reason=reason)
        return ProposalKind.CANCEL_LINES, CancelLines(lines=lines, reason=reason)

    return stored(context, order_number, asking, words=[reason])


def _is_everything(lines: tuple[LinePieces, ...], order: OrderView) -> bool:
    """Whether nothing would be left; that is a cancellation of the order."""
    wanted = {one.line: one.quantity for one in lines}
    return bool(order.lines) and all(
        line.position in wanted
        and (wanted[line.position] or line.unshipped) >= line.quantity - line.cancelled
        for line in order.lines
        if line.quantity > line.cancelled
    )


def propose_address_change(
    context: DeskContext,
    order_number: str,
    line1: str,
    city: str,
    line2: str = "",
    region: str = "",
    postal_code: str = "",
    country: str | None = None,
    recipient: str | None = None,
) -> ToolResult:
    """Prepare another delivery address for an order, exactly as the customer wrote it.

    The customer confirms it with a click on a card. Refuses a packed order, another country, a
    number that is not one of this customer's orders, and an address that the customer neither
    wrote nor has on the account; a city of the account may be left unsaid.
    """
    address = NewAddress(
        recipient=recipient,
        line1=line1,
        line2=line2,
        city=city,
        region=region,
        postal_code=postal_code,
        country=country,
    )
    known = _places(context)
    town = "" if any(one.city == city for one in known) else city
    parts = [part for part in (recipient, line1, line2, town, region, postal_code) if part]
    words = [] if _is_known(context, address, known) else parts
    return stored(
        context,
        order_number,
        lambda session, order: (ProposalKind.CHANGE_ADDRESS, address),
        words=words,
        ask=_ASK_ADDRESS,
    )


def _places(context: DeskContext) -> Sequence[Address]:
    """The addresses of the customer's account."""
    with context.sessions() as session:
        known = select(Address).where(Address.customer_id == context.customer_id)
        return session.exec(known).all()


def _is_known(context: DeskContext, address: NewAddress, known: Sequence[Address]) -> bool:
    """Whether the customer's account knows the place, so that nobody has to write it out."""
    if address.recipient is not None and not said(address.recipient, context.said):
        return False
    place = ("line1", "line2", "city", "region", "postal_code")
    return any(all(getattr(one, name) == getattr(address, name) for name in place) for one in known)


def propose_payment_change(context: DeskContext, order_number: str, pay_with: str) -> ToolResult:
    """Prepare another way of paying for an order: a saved one, or a gift card that covers it.

    The customer confirms it with a click on a card. Refuses a paid order, a gift card that holds
    too little, a way that the account does not have (it then lists those there are), and a
    number that is not one of this customer's orders.
    """
    wanted = OtherPayment(pay_with=pay_with)
    return stored(
        context, order_number, lambda session, order: (ProposalKind.CHANGE_PAYMENT, wanted)
    )


TOOLS = (
    DeskTool("propose_cancellation", ProposeCancellation, propose_cancellation),
    DeskTool("propose_address_change", ProposeAddressChange, propose_address_change),
    DeskTool("propose_payment_change", ProposePaymentChange, propose_payment_change),
)
