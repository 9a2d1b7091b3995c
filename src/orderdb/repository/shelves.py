"""Where variants lie, and how many pieces of each nobody was promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from orderdb.delivery.availability import Shelf
from orderdb.delivery.facts import Service
from orderdb.models import Carrier, CarrierTransit, Closure, Component, Stock, Variant, Warehouse
from orderdb.repository.delivery import origin

_KEPT = (
    select(Variant, Stock, Warehouse)
    .join(Stock, col(Stock.variant_id) == col(Variant.id))
    .join(Warehouse, col(Warehouse.code) == col(Stock.warehouse_code))
    .where(col(Variant.sku).in_(bindparam("skus", expanding=True)), col(Variant.available))
    .order_by(col(Variant.sku), col(Warehouse.code))
)
_PARTS = (
    select(Component.variant_id, func.max(Component.min_days), func.max(Component.max_days))
    .where(
        col(Component.variant_id).in_(bindparam("variants", expanding=True)),
        ~col(Component.in_stock),
    )
    .group_by(col(Component.variant_id))
)
_CLOSURES = select(Closure)
_CARRIERS = (
    select(CarrierTransit, Carrier)
    .join(Carrier, col(Carrier.code) == col(CarrierTransit.carrier_code))
    .where(
        col(CarrierTransit.origin).in_(bindparam("origins", expanding=True)),
        col(CarrierTransit.destination) == bindparam("destination"),
    )
    .order_by(col(Carrier.code))
)


def shelves(
    session: Session, skus: Sequence[str], destination: str | None
) -> dict[str, list[Shelf]]:
    """For each variant, every warehouse that keeps it, with the carriers that go to a country.

    Four statements for any number of variants; what is not sold any more has no shelf.
    """
    rows = session.exec(_KEPT, params={"skus": list(skus)}).all()
    if not rows:
        return {}
    parts = _part_days(session, [variant.id for variant, _, _ in rows])
    closures = session.exec(_CLOSURES).all()
    services = _services(session, {warehouse.country for _, _, warehouse in rows}, destination)
    found: dict[str, list[Shelf]] = defaultdict(list)
    for variant, stock, warehouse in rows:
        found[variant.sku].append(
            Shelf(
                place=warehouse.name,
                origin=origin(warehouse, closures),
                services=tuple(services[warehouse.country]),
                free=stock.on_hand - stock.reserved,
                restock_on=stock.restock_on,
                part_days=parts.get(variant.id or 0),
            )
        )
    return dict(found)


def _part_days(session: Session, variants: Sequence[int | None]) -> dict[int, tuple[int, int]]:
    """How many working days the slowest missing part of what is made to order takes."""
    rows = session.exec(_PARTS, params={"variants": list(variants)})
    return {variant: (int(shortest), int(longest)) for variant, shortest, longest in rows}


def _services(
    session: Session, origins: set[str], destination: str | None
) -> dict[str, list[Service]]:
    way = {"origins": list(origins), "destination": destination}
    rows = session.exec(_CARRIERS, params=way)
    found: dict[str, list[Service]] = defaultdict(list)
    for transit, carrier in rows:
        found[transit.origin].append(
            Service(
                carrier=carrier.code,
                min_days=transit.min_days,
                max_days=transit.max_days,
                saturday=carrier.delivers_saturday,
                sunday=carrier.delivers_sunday,
            )
        )
    return found
