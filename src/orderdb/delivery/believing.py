"""Which times of a record are believed: nothing that has not happened yet, or out of its turn.

What is doubted is kept in the records and named, but an estimate does not rest on it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from orderdb.delivery.facts import DeliveryFacts, ParcelFacts
from orderdb.statuses import ShipmentStatus

Doubt = Literal["future", "disorder"]

_CLOCKS_DIFFER = timedelta(minutes=15)
_TOLD_BY_SCANS = (
    ShipmentStatus.OUT_FOR_DELIVERY,
    ShipmentStatus.DELAYED,
    ShipmentStatus.HELD,
    ShipmentStatus.LOST,
    ShipmentStatus.DAMAGED,
    ShipmentStatus.RETURNED_TO_SENDER,
)
_ON_ITS_WAY = (
    ShipmentStatus.IN_TRANSIT,
    ShipmentStatus.OUT_FOR_DELIVERY,
    ShipmentStatus.DELIVERED,
    ShipmentStatus.DELAYED,
    ShipmentStatus.HELD,
)


def believed(facts: DeliveryFacts, now: datetime) -> tuple[DeliveryFacts, frozenset[Doubt]]:
    """The facts without times that cannot be, and what was wrong with them."""
    until = now + _CLOCKS_DIFFER
    doubts: set[Doubt] = set()
    times = {
        name: None
        for name in ("placed_at", "paid_at", "packed_at")
        if _is_after(getattr(facts, name), until)
    }
    if times:
        doubts.add("future")
    parcels = tuple(_in_turn(_past(parcel, until, doubts), doubts) for parcel in facts.parcels)
    if not doubts:
        return facts, frozenset()
    return facts.model_copy(update={**times, "parcels": parcels}), frozenset(doubts)


def _past(parcel: ParcelFacts, until: datetime, doubts: set[Doubt]) -> ParcelFacts:
    """Without what is dated in the future, nor the state that such a scan would put it in."""
    changes: dict[str, object] = {
        name: None
        for name in ("handed_over_at", "last_scan_at", "delivered_at")
        if _is_after(getattr(parcel, name), until)
    }
    if not changes:
        return parcel
    doubts.add("future")
    if "delivered_at" in changes and parcel.status is ShipmentStatus.DELIVERED:
        changes["status"] = ShipmentStatus.IN_TRANSIT
    if "last_scan_at" in changes and parcel.status in _TOLD_BY_SCANS:
        changes["status"] = ShipmentStatus.IN_TRANSIT
    return parcel.model_copy(update=changes)


def _in_turn(parcel: ParcelFacts, doubts: set[Doubt]) -> ParcelFacts:
    """Without what contradicts the rest: delivered, or on its way, before it was handed over."""
    left, came, seen = parcel.handed_over_at, parcel.delivered_at, parcel.last_scan_at
    if left is None:
        return parcel
    if came is not None and came < left:  # the delivery was signed for
        doubts.add("disorder")
        return parcel.model_copy(update={"handed_over_at": None})
    if seen is not None and seen < left - _CLOCKS_DIFFER and parcel.status in _ON_ITS_WAY:
        doubts.add("disorder")
        return parcel.model_copy(update={"last_scan_at": None})
    return parcel


def _is_after(moment: datetime | None, until: datetime) -> bool:
    return moment is not None and moment > until
