"""Where a variant lies, and how many pieces of it nobody was promised."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from orderdb.delivery.availability import Shelf
from orderdb.delivery.facts import Origin, Service
from orderdb.models import Carrier, CarrierTransit, Closure, Component, Stock, Warehouse


def shelves(session: Session, variant_id: int, destination: str | None) -> list[Shelf]:
    """Every warehouse that keeps the variant, with the carriers that go to a country."""
    days = session.exec(
        select(func.max(Component.min_days), func.max(Component.max_days)).where(
            col(Component.variant_id) == variant_id, ~col(Component.in_stock)
        )
    ).one()
    closures = session.exec(select(Closure)).all()
    rows = session.exec(
        select(Stock, Warehouse)
        .join(Warehouse, col(Warehouse.code) == col(Stock.warehouse_code))
        .where(col(Stock.variant_id) == variant_id)
        .order_by(col(Warehouse.code))
    ).all()
    return [
        Shelf(
            origin=_origin(warehouse, closures),
            services=_services(session, warehouse.country, destination),
            free=stock.on_hand - stock.reserved,
            restock_on=stock.restock_on,
            part_days=(int(days[0]), int(days[1])) if days[1] is not None else None,
        )
        for stock, warehouse in rows
    ]


def _origin(warehouse: Warehouse, closures: Sequence[Closure]) -> Origin:
    return Origin(
        country=warehouse.country,
        time_zone=warehouse.time_zone,
        cutoff_hour=warehouse.cutoff_hour,
        code=warehouse.code,
        closed=tuple(
            (closure.first_day, closure.last_day)
            for closure in closures
            if closure.warehouse_code in (None, warehouse.code)
        ),
    )


def _services(session: Session, origin: str, destination: str | None) -> tuple[Service, ...]:
    rows = session.exec(
        select(CarrierTransit, Carrier)
        .join(Carrier, col(Carrier.code) == col(CarrierTransit.carrier_code))
        .where(col(CarrierTransit.origin) == origin, col(CarrierTransit.destination) == destination)
        .order_by(col(Carrier.code))
    )
    return tuple(
        Service(
            carrier=carrier.code,
            min_days=transit.min_days,
            max_days=transit.max_days,
            saturday=carrier.delivers_saturday,
            sunday=carrier.delivers_sunday,
        )
        for transit, carrier in rows
    )
