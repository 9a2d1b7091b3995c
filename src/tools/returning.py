"""Preparing returns, exchanges and claims; an exchange is also how items change before packing."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from sqlmodel import Session

from orderdb.eligibility import verdict, verdict_for_line
from orderdb.errors import Refused
from orderdb.photos import all_kept
from orderdb.proposals import (
    ChangeItems,
    ExchangeItems,
    LinePieces,
    Report,
    ReturnItems,
    Swap,
)
from orderdb.statuses import ClaimMatter, ProposalKind
from orderdb.text import Text
from orderdb.views import OrderView
from tools.context import DeskContext
from tools.desk_tool import Arguments, DeskTool, refused
from tools.orders import OrderNumber
from tools.proposing import Asked, Item, Items, Reason, Way, each_once, stored
from tools.results import ToolResult
from tools.said import sent
from tools.variants import variant_sku

_ASK_PHOTOS = Text(
    en="Those photos were not sent in this conversation. Ask for photos of the item, the box and "
    "the label.",
    zh="本次对话中没有这些照片。请索取商品、外箱和面单的照片。",
)
_NO_ITEMS = Text(
    en="The records tell no items of this order. A person can help.",
    zh="记录中没有该订单的商品，可以转人工客服处理。",
)
Sealed = Field(
    default=None,
    description="Whether the customer says that the box or seal is unopened; null if not asked.",
)


class ItemSwap(Item):
    variant: str = Field(
        min_length=1, max_length=120, description="The wanted variant, such as blue, 1.5 L."
    )


class ProposeReturn(Arguments):
    order_number: OrderNumber
    items: Items = Field(
        default_factory=list,
        max_length=50,
        description="Items to send back; leave it out for all that can come back.",
    )
    reason: Reason = ""
    sealed: bool | None = Sealed
    refund_to: Way = "original"


class ProposeExchange(Arguments):
    order_number: OrderNumber
    items: Annotated[list[ItemSwap], AfterValidator(each_once)] = Field(
        min_length=1, max_length=50, description="Each item with the variant wanted in its place."
    )
    reason: Reason = ""
    sealed: bool | None = Sealed
    settle_with: Way = "original"


class ProposeClaim(Arguments):
    order_number: OrderNumber
    problem: Literal["damaged", "missing", "wrong", "lost"] = Field(
        description="damaged, missing from the parcel, another item than ordered, or parcel lost."
    )
    remedy: Literal["reship", "refund"] = Field(
        description="What the customer wants: the goods once more, or the money back."
    )
    items: Items = Field(
        default_factory=list,
        max_length=50,
        description="Items that it is about; leave it out for all of the order.",
    )
    photos: list[str] = Field(
        default_factory=list,
        max_length=10,
        description="File names or links of photos that the customer sent, word for word.",
    )


def propose_return(
    context: DeskContext,
    order_number: str,
    items: list[Item] | None = None,
    reason: str = "",
    sealed: bool | None = None,
    refund_to: str = "original",
) -> ToolResult:
    """Prepare the return of delivered items for a refund, which the customer asked for.

    Nothing is registered by this: the customer sees a card with the refund and confirms it with
    a click. Refuses items outside their return window, final sale, opened hygiene goods, what
    is already on its way back, and a number that is not one of this customer's orders.
    """

    def asking(session: Session, order: OrderView) -> Asked:
        lines = _named(items) or _returnable(context, order)
        wanted = ReturnItems(lines=lines, reason=reason, sealed=sealed, refund_to=refund_to)
        return ProposalKind.RETURN_ITEMS, wanted

    return stored(context, order_number, asking, words=[reason])


def propose_exchange(
    context: DeskContext,
    order_number: str,
    items: list[ItemSwap],
    reason: str = "",
    sealed: bool | None = None,
    settle_with: str = "original",
) -> ToolResult:
    """Prepare another size, colour or other variant of the same product for items of an order.

    Works before the order is packed and after it was delivered. The customer sees a card with
    the difference in price and confirms it with a click. Refuses variants of other products or
    out of stock, items that cannot come back, and a number that is not one of this customer's.
    """

    def asking(session: Session, order: OrderView) -> Asked:
        swaps = tuple(
            Swap(
                line=one.item,
                quantity=one.quantity,
                variant=variant_sku(session, order, one.item, one.variant),
            )
            for one in items
        )
        shipped = any(line.shipped for line in order.lines) or bool(order.shipments)
        if not shipped or verdict(order, "change_items", context.book, context.clock()).allowed:
            return ProposalKind.CHANGE_ITEMS, ChangeItems(swaps=swaps, settle_with=settle_with)
        return (
            ProposalKind.EXCHANGE_ITEMS,
            ExchangeItems(swaps=swaps, reason=reason, sealed=sealed, settle_with=settle_with),
        )

    return stored(context, order_number, asking, words=[reason])


def propose_claim(
    context: DeskContext,
    order_number: str,
    problem: str,
    remedy: str,
    items: list[Item] | None = None,
    photos: list[str] | None = None,
) -> ToolResult:
    """Prepare a report of damaged, missing, wrong or lost goods, with what the customer wants.

    The customer sees a card and confirms it with a click. Refuses what is not lost yet, reports
    after their time, reports without photos where the carrier did not see the damage itself,
    photos that the customer did not send, and a number that is not one of this customer's orders.
    """

    evidence = tuple(photos or ())
    if context.agent is None and not all(sent(photo, context.said) for photo in evidence):
        return refused(context, _ASK_PHOTOS)

    def asking(session: Session, order: OrderView) -> Asked:
        if not all_kept(session, context.customer_id, evidence):
            raise Refused(_ASK_PHOTOS)
        lines = _named(items) or tuple(LinePieces(line=one.position) for one in order.lines)
        if not lines:
            raise Refused(_NO_ITEMS)
        return (
            ProposalKind(remedy),
            Report(lines=lines, matter=ClaimMatter(problem), evidence=evidence),
        )

    return stored(context, order_number, asking)


def _named(items: list[Item] | None) -> tuple[LinePieces, ...]:
    return tuple(LinePieces(line=one.item, quantity=one.quantity) for one in items or ())


def _returnable(context: DeskContext, order: OrderView) -> tuple[LinePieces, ...]:
    """All items that may come back; all there are where none may, so that the rules say why."""
    if not order.lines:
        raise Refused(_NO_ITEMS)
    allowed = [
        line
        for line in order.lines
        if verdict_for_line(line, order, "return", context.book, context.clock()).allowed
    ]
    return tuple(LinePieces(line=line.position) for line in allowed or order.lines)


TOOLS = (
    DeskTool("propose_return", ProposeReturn, propose_return),
    DeskTool("propose_exchange", ProposeExchange, propose_exchange),
    DeskTool("propose_claim", ProposeClaim, propose_claim),
)
