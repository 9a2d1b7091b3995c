"""The facts behind delivery estimates, gathered for any number of orders at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from orderdb.dates import zone
from orderdb.delivery.facts import DeliveryFacts, Origin, ParcelFacts, Service
from orderdb.models import Address, Carrier, CarrierTransit, Customer, Order, Shipment, Warehouse

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

Services = dict[Way, tuple[Service, ...]]


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
    """What the carriers state for the ways of these orders; one statement."""
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


def delivery_facts(
    placed: Placed,
    parcels: Collection[tuple[Shipment, datetime | None]],
    stated: Services,
    *,
    waiting: bool,
) -> DeliveryFacts:
    """One order's facts; each parcel comes with the time of its last scan."""
    order, warehouse = placed.order, placed.warehouse
    mine = stated.get(placed.way, ()) if placed.way else ()
    by_carrier = {service.carrier: service for service in mine}
    return DeliveryFacts(
        status=order.status,
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        packed_at=order.packed_at,
        promised_on=order.promised_on,
        destination=placed.destination,
        time_zone=zone(placed.customer.time_zone).key,
        origin=Origin(
            country=warehouse.country,
            time_zone=warehouse.time_zone,
            cutoff_hour=warehouse.cutoff_hour,
        )
        if warehouse
        else None,
        services=mine,
        parcels=tuple(
            ParcelFacts(
                number=shipment.position,
                status=shipment.status,
                handed_over_at=shipment.handed_over_at,
                delivered_at=shipment.delivered_at,
                last_scan_at=last_scan_at,
                service=by_carrier.get(shipment.carrier_code or ""),
            )
            for shipment, last_scan_at in parcels
        ),
        waiting=waiting,
    )
