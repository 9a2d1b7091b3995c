"""When an order arrives: facts in, a range of days out."""

from orderdb.delivery.calendars import Calendars
from orderdb.delivery.changes import (
    Models,
    PastEstimate,
    PastRange,
    past_estimates,
    with_past,
)
from orderdb.delivery.estimate import DeliveryEstimate, Stage, estimate
from orderdb.delivery.facts import DeliveryFacts, Origin, ParcelFacts, Service

__all__ = [
    "Calendars",
    "DeliveryEstimate",
    "DeliveryFacts",
    "Models",
    "Origin",
    "ParcelFacts",
    "PastEstimate",
    "PastRange",
    "Service",
    "Stage",
    "estimate",
    "past_estimates",
    "with_past",
]
