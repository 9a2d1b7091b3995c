"""Every select. What belongs to a customer is asked for with that customer's id first."""

from orderdb.repository.customers import find_customer, time_zone_of
from orderdb.repository.orders import (
    StatusFilter,
    find_order,
    is_open,
    newest_orders,
    placed_on,
)
from orderdb.repository.products import other_variants, search_products

__all__ = [
    "StatusFilter",
    "find_customer",
    "find_order",
    "is_open",
    "newest_orders",
    "other_variants",
    "placed_on",
    "search_products",
    "time_zone_of",
]
