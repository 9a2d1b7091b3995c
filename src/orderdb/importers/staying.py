"""What of a known order stays, whatever a file says: its progress, and what was confirmed here."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Final

from orderdb.importers.incoming import IncomingLine, IncomingOrder
from orderdb.models import OrderLine
from orderdb.statuses import OrderStatus, ProposalKind

MONEY: Final = ("items_minor", "discount_minor", "shipping_minor", "tax_minor", "total_minor")

# States of one level may follow one another in either direction, as carriers tell them.
_LEVELS: Final = (
    {OrderStatus.PENDING_PAYMENT},
    {OrderStatus.PAID},
    {OrderStatus.PROCESSING},
    {OrderStatus.PACKED},
    {OrderStatus.PARTIALLY_SHIPPED},
    {OrderStatus.SHIPPED, OrderStatus.OUT_FOR_DELIVERY, OrderStatus.EXCEPTION},
    {OrderStatus.DELIVERED},
    {OrderStatus.PARTIALLY_RETURNED},
    {OrderStatus.RETURNED},
    {OrderStatus.CANCELLED},
)
_LEVEL: Final = {status: level for level, states in enumerate(_LEVELS) for status in states}


def is_behind(told: OrderStatus, known: OrderStatus) -> bool:
    """Whether a file tells an earlier state than the one known."""
    return _LEVEL[told] < _LEVEL[known]


def columns(kinds: Set[ProposalKind]) -> Set[str]:
    """The order's columns that confirmed proposals of these kinds decided."""
    found: set[str] = set()
    if ProposalKind.CHANGE_ADDRESS in kinds:
        found.add("address_id")
    if money_stays(kinds):
        found.update(MONEY)
    if ProposalKind.CANCEL_ORDER in kinds:
        found.update(("cancelled_at", "cancel_reason"))
    return found


def money_stays(kinds: Set[ProposalKind]) -> bool:
    """Whether amounts, payments and refunds are those known here."""
    return bool(kinds - {ProposalKind.CHANGE_ADDRESS})


def is_told_apart(order: IncomingOrder) -> bool:
    """Whether some lines have left and others not, so that it matters which is which."""
    left = {line.shipped == line.quantity for line in order.lines if line.shipped or line.quantity}
    return len(left) > 1 or any(0 < line.shipped < line.quantity for line in order.lines)


def take_lines(order: IncomingOrder, known: Sequence[OrderLine], same: bool) -> None:
    """Put the lines known here into the file's order, with how far the file says they are.

    Where they are not the ``same``, all of them are as far as all of the file's.
    """
    told = order.lines if same else [_as_far_as(order, line) for line in known]
    order.lines = [_merged(line, one) for line, one in zip(told, known, strict=True)]
    for shipment in order.shipments:
        if not same:
            is_alone = len(order.shipments) == 1  # else nobody knows what lies in which
            shipment.contents = {n: one.quantity for n, one in enumerate(known) if is_alone}
        left = {n: known[n].quantity - known[n].cancelled_quantity for n in shipment.contents}
        shipment.contents = {
            n: min(pieces, left[n]) for n, pieces in shipment.contents.items() if left[n]
        }


def _as_far_as(order: IncomingOrder, line: OrderLine) -> IncomingLine:
    pieces = line.quantity

    def all_or_none(counted: list[int]) -> int:
        return pieces if counted and all(counted) else 0

    return IncomingLine(
        line.name_en,
        pieces,
        line.unit_minor,
        shipped=all_or_none([one.shipped for one in order.lines]),
        cancelled=all_or_none([one.cancelled for one in order.lines]),
        returned=all_or_none([one.returned for one in order.lines]),
    )


def _merged(told: IncomingLine, known: OrderLine) -> IncomingLine:
    """The known line; pieces that were cancelled here did not go out."""
    most = known.quantity - known.cancelled_quantity
    shipped = min(max(told.shipped, known.shipped_quantity), most)
    return IncomingLine(
        known.name_en,
        known.quantity,
        known.unit_minor,
        sku=known.sku,
        variant=known.variant_en,
        discount=known.discount_minor,
        return_class=known.return_class,
        shipped=shipped,
        cancelled=max(known.cancelled_quantity, min(told.cancelled, known.quantity - shipped)),
        returned=max(known.returned_quantity, min(told.returned, shipped)),
    )
