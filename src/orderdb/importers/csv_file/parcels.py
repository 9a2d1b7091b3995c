"""Which lines of an export went off in which parcel."""

from __future__ import annotations

from orderdb.importers.csv_file.fields import Fields
from orderdb.importers.incoming import IncomingLine, IncomingOrder, IncomingShipment
from orderdb.statuses import OrderStatus, ShipmentStatus

# How far parcels are, by the order's own state.
_GONE = {
    OrderStatus.SHIPPED: ShipmentStatus.IN_TRANSIT,
    OrderStatus.PARTIALLY_SHIPPED: ShipmentStatus.IN_TRANSIT,
    OrderStatus.EXCEPTION: ShipmentStatus.IN_TRANSIT,
    OrderStatus.OUT_FOR_DELIVERY: ShipmentStatus.OUT_FOR_DELIVERY,
    OrderStatus.DELIVERED: ShipmentStatus.DELIVERED,
    OrderStatus.RETURNED: ShipmentStatus.DELIVERED,
    OrderStatus.PARTIALLY_RETURNED: ShipmentStatus.DELIVERED,
}


def add_parcels(order: IncomingOrder, rows: list[tuple[Fields, IncomingLine | None]]) -> None:
    """One parcel for each carrier and tracking number; then what is left of each line."""
    parcels: dict[tuple[str, str], IncomingShipment] = {}
    index = -1
    for fields, line in rows:
        index += line is not None
        key = fields.text("carrier"), fields.text("tracking")
        if not any(key) and not _is_gone(order, fields):
            continue
        parcel = parcels.setdefault(key, _parcel(order, fields, *key))
        if line is not None:
            parcel.contents[index] = line.quantity
            if parcel.status is not ShipmentStatus.LABEL_CREATED:
                line.shipped = line.quantity
    order.shipments = list(parcels.values())
    for line in order.lines:
        if order.status is OrderStatus.CANCELLED:
            line.cancelled = line.quantity - line.shipped
        elif order.status is OrderStatus.RETURNED:
            line.returned = line.shipped


def _is_gone(order: IncomingOrder, fields: Fields) -> bool:
    """Whether this row's goods have left, though no parcel is named."""
    if order.status not in _GONE:
        return False
    if fields.mapping.cell("line_shipped"):
        return bool(fields.text("line_shipped"))
    return order.status is not OrderStatus.PARTIALLY_SHIPPED  # then nobody says which


def _parcel(order: IncomingOrder, fields: Fields, carrier: str, tracking: str) -> IncomingShipment:
    handed_over, delivered = fields.moment("handed_over"), fields.moment("delivered")
    status = _GONE.get(order.status, ShipmentStatus.LABEL_CREATED)
    if delivered:
        status = ShipmentStatus.DELIVERED
    elif handed_over and status is ShipmentStatus.LABEL_CREATED:
        status = ShipmentStatus.HANDED_OVER
    return IncomingShipment(
        status,
        {},
        carrier=carrier,
        tracking=tracking or None,
        handed_over=handed_over,
        delivered=delivered,
    )
