"""The facts behind delivery estimates, gathered for any number of orders at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from orderdb.dates import zone
from orderdb.delivery.facts import DeliveryFacts, Missing, Origin, ParcelFacts, Service
from orderdb.models import (
    Address,
    Carrier,
    CarrierTransit,
    Closure,
    Component,
    Customer,
    Order,
    OrderLine,
    Shipment,
    Stock,
    Warehouse,
)
from orderdb.statuses import OrderStatus

Way = tuple[str, str]
"""Countries of origin and destination."""

_STATED = (
    select(CarrierTransit, Carrier)
    .join(Carrier, col(Carrier.code) == col(CarrierTransit.carrier_code))
    .where(
        col(CarrierTransit.origin).in_(bindparam("origins", expanding=True)),
        col(CarrierTransit.destination).in_(bindparam("destinations", expanding=True)),
    )
    .order_by(col(CarrierTransit.carrier_code))
)

_CLOSED = select(Closure).order_by(col(Closure.first_day))
_LACKING = (
    select(  # type: ignore[call-overload]
        OrderLine.order_id,
        (
            OrderLine.quantity - col(OrderLine.shipped_quantity) - col(OrderLine.cancelled_quantity)
        ).label("needed"),
        Stock.on_hand,
        Stock.restock_on,
        func.max(Component.min_days),
        func.max(Component.max_days),
    )
    .join(Order, col(Order.id) == col(OrderLine.order_id))
    .outerjoin(
        Stock,
        (col(Stock.variant_id) == col(OrderLine.variant_id))
        & (col(Stock.warehouse_code) == col(Order.warehouse_code)),
    )
    .outerjoin(
        Component,
        (col(Component.variant_id) == col(OrderLine.variant_id)) & ~col(Component.in_stock),
    )
    .where(
        col(OrderLine.order_id).in_(bindparam("orders", expanding=True)),
        col(OrderLine.shipped_quantity) + col(OrderLine.cancelled_quantity)
        < col(OrderLine.quantity),
    )
    .group_by(col(OrderLine.id), col(Stock.on_hand), col(Stock.restock_on))
)
_UNPACKED = (OrderStatus.PENDING_PAYMENT, OrderStatus.PAID, OrderStatus.PROCESSING)


@dataclass(frozen=True)
class Services:
    """What surrounds orders: carriers' stated days by way, closures, and what orders lack."""

    by_way: dict[Way, tuple[Service, ...]]
    closures: tuple[Closure, ...]
    missing: dict[int, Missing]


@dataclass(frozen=True)
class Placed:
    """An order with what its delivery depends on."""

    order: Order
    customer: Customer
    address: Address | None
    warehouse: Warehouse | None

    @property
    def destination(self) -> str | None:
        return self.address.country if self.address else self.customer.country

    @property
    def way(self) -> Way | None:
        if self.warehouse is None or self.destination is None:
            return None
        return self.warehouse.country, self.destination


def services(session: Session, placed: Sequence[Placed]) -> Services:
    """What surrounds these orders: three statements at most."""
    closures = tuple(session.exec(_CLOSED))
    return Services(_stated(session, placed), closures, _missing(session, placed))


def _stated(session: Session, placed: Sequence[Placed]) -> dict[Way, tuple[Service, ...]]:
    ways = {one.way for one in placed if one.way is not None}
    if not ways:
        return {}
    origins, destinations = zip(*ways, strict=True)
    rows = session.exec(
        _STATED, params={"origins": list(origins), "destinations": list(destinations)}
    )
    found: dict[Way, list[Service]] = {}
    for transit, carrier in rows:
        found.setdefault((transit.origin, transit.destination), []).append(
            Service(
                carrier=carrier.code,
                min_days=transit.min_days,
                max_days=transit.max_days,
                saturday=carrier.delivers_saturday,
                sunday=carrier.delivers_sunday,
            )
        )
    return {way: tuple(stated) for way, stated in found.items()}


def _missing(session: Session, placed: Sequence[Placed]) -> dict[int, Missing]:
    """What keeps orders from being packed; of several things, the one that takes longest."""
    ids = [one.order.id for one in placed if one.order.status in _UNPACKED]
    found: dict[int, Missing] = {}
    if not ids:
        return found
    for order, needed, on_hand, restock_on, shortest, longest in session.exec(
        _LACKING, params={"orders": ids}
    ):
        if longest is not None:
            one = Missing(kind="parts", part_days=(shortest, longest))
        elif on_hand is not None and on_hand < needed:
            one = Missing(kind="stock", restock_on=restock_on)
        else:
            continue
        found[order] = _both(found[order], one) if order in found else one
    return found


def _both(one: Missing, other: Missing) -> Missing:
    """What an order waits for that waits for two things; a day that nobody knows stays unknown."""
    backs = [each.restock_on for each in (one, other) if each.kind == "stock" or each.restock_on]
    if None in backs:
        return Missing(kind="stock")
    shortest, longest = map(max, one.part_days, other.part_days)
    return Missing(
        kind="parts" if "parts" in (one.kind, other.kind) else "stock",
        restock_on=max((day for day in backs if day is not None), default=None),
        part_days=(shortest, longest),
    )


def origin(warehouse: Warehouse, closures: Iterable[Closure]) -> Origin:
    """A warehouse as estimates see it; the closures may be of others too."""
    return Origin(
        country=warehouse.country,
        region=warehouse.region,
        time_zone=warehouse.time_zone,
        cutoff_hour=warehouse.cutoff_hour,
        code=warehouse.code,
        saturday=warehouse.works_saturday,
        sunday=warehouse.works_sunday,
        closed=tuple(
            (one.first_day, one.last_day)
            for one in closures
            if one.warehouse_code in (None, warehouse.code)
        ),
    )


def delivery_facts(
    placed: Placed,
    parcels: Collection[tuple[Shipment, datetime | None]],
    stated: Services,
    *,
    waiting: bool,
) -> DeliveryFacts:
    """One order's facts; each parcel comes with the time of its last scan."""
    order, warehouse = placed.order, placed.warehouse
    mine = stated.by_way.get(placed.way, ()) if placed.way else ()
    by_carrier = {service.carrier: service for service in mine}
    return DeliveryFacts(
        status=order.status,
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        packed_at=order.packed_at,
        promised_on=order.promised_on,
        destination=placed.destination,
        time_zone=zone(placed.customer.time_zone).key,
        origin=origin(warehouse, stated.closures) if warehouse else None,
        services=mine,
        parcels=tuple(
            ParcelFacts(
                number=shipment.position,
                status=shipment.status,
                handed_over_at=shipment.handed_over_at,
                delivered_at=shipment.delivered_at,
                last_scan_at=last_scan_at,
                service=by_carrier.get(shipment.carrier_code or ""),
                carrier=shipment.carrier_code,
            )
            for shipment, last_scan_at in parcels
        ),
        waiting=waiting,
        region=placed.address.region if placed.address else None,
        missing=stated.missing.get(order.id or 0) if waiting else None,
    )
