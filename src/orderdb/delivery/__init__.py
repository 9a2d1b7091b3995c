"""When an order arrives: facts in, a range of days out."""

from orderdb.delivery.calendars import Calendars
from orderdb.delivery.estimate import DeliveryEstimate, Stage, estimate
from orderdb.delivery.facts import DeliveryFacts, Origin, ParcelFacts, Service

__all__ = [
    "Calendars",
    "DeliveryEstimate",
    "DeliveryFacts",
    "Origin",
    "ParcelFacts",
    "Service",
    "Stage",
    "estimate",
]
