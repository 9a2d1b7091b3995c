"""Which times of a record are believed: nothing that has not happened yet.

What is dated in the future is kept in the records and named, but an estimate does not rest on it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from orderdb.delivery.facts import DeliveryFacts, ParcelFacts
from orderdb.statuses import ShipmentStatus

_CLOCKS_DIFFER = timedelta(minutes=15)


def believed(facts: DeliveryFacts, now: datetime) -> tuple[DeliveryFacts, bool]:
    """The facts without times to come, and whether there were any."""
    until = now + _CLOCKS_DIFFER
    parcels = tuple(_parcel(parcel, until) for parcel in facts.parcels)
    times = {
        name: None
        for name in ("placed_at", "paid_at", "packed_at")
        if _is_after(getattr(facts, name), until)
    }
    if not times and parcels == facts.parcels:
        return facts, False
    return facts.model_copy(update={**times, "parcels": parcels}), True


def _parcel(parcel: ParcelFacts, until: datetime) -> ParcelFacts:
    doubts: dict[str, object] = {
        name: None
        for name in ("handed_over_at", "last_scan_at", "delivered_at")
        if _is_after(getattr(parcel, name), until)
    }
    left, came = parcel.handed_over_at, parcel.delivered_at
    if left is not None and came is not None and came < left and "handed_over_at" not in doubts:
        doubts["handed_over_at"] = None  # delivered before it left: the delivery was signed for
    if not doubts:
        return parcel
    if "delivered_at" in doubts and parcel.status is ShipmentStatus.DELIVERED:
        doubts["status"] = ShipmentStatus.IN_TRANSIT
    return parcel.model_copy(update=doubts)


def _is_after(moment: datetime | None, until: datetime) -> bool:
    return moment is not None and moment > until
