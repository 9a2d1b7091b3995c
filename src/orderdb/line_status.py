"""What the pieces of one order line add up to."""

from __future__ import annotations

from collections.abc import Collection

from orderdb.models import OrderLine
from orderdb.statuses import OrderStatus, ShipmentStatus

_STUCK = {
    ShipmentStatus.LOST,
    ShipmentStatus.DAMAGED,
    ShipmentStatus.HELD,
    ShipmentStatus.RETURNED_TO_SENDER,
}
_AT_THE_DOOR = {ShipmentStatus.OUT_FOR_DELIVERY, ShipmentStatus.DELIVERED}


def line_status(
    line: OrderLine, order: OrderStatus, parcels: Collection[ShipmentStatus]
) -> OrderStatus:
    """The line's own state, in the words of an order's; ``parcels`` are those that hold it."""
    kept = line.quantity - line.cancelled_quantity
    if order is OrderStatus.CANCELLED or kept == 0:
        return OrderStatus.CANCELLED
    if line.returned_quantity:
        whole = line.returned_quantity == kept
        return OrderStatus.RETURNED if whole else OrderStatus.PARTIALLY_RETURNED
    if parcels:
        return _in_parcels(parcels, everything=line.shipped_quantity == kept)
    if order is OrderStatus.PARTIALLY_SHIPPED:
        return OrderStatus.SHIPPED if line.shipped_quantity == kept else OrderStatus.PROCESSING
    return OrderStatus.DELIVERED if order is OrderStatus.PARTIALLY_RETURNED else order


def _in_parcels(parcels: Collection[ShipmentStatus], *, everything: bool) -> OrderStatus:
    states = set(parcels)
    if states & _STUCK:
        return OrderStatus.EXCEPTION
    if states == {ShipmentStatus.LABEL_CREATED}:
        return OrderStatus.PACKED
    if not everything:
        return OrderStatus.PARTIALLY_SHIPPED
    if states == {ShipmentStatus.DELIVERED}:
        return OrderStatus.DELIVERED
    return OrderStatus.OUT_FOR_DELIVERY if states <= _AT_THE_DOOR else OrderStatus.SHIPPED
