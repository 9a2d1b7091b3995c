"""Open orders of the whole shop with the facts of their delivery: for the desk, not customers."""

from __future__ import annotations

from sqlmodel import Session, col, select

from orderdb.delivery.facts import DeliveryFacts
from orderdb.models import Address, Customer, Order, Warehouse
from orderdb.repository.delivery import Placed
from orderdb.repository.orders import OPEN, summaries

_PROMISED = (
    select(Order, Customer, Address, Warehouse)
    .join(Customer, col(Customer.id) == col(Order.customer_id))
    .outerjoin(Address, col(Address.id) == col(Order.address_id))
    .outerjoin(Warehouse, col(Warehouse.code) == col(Order.warehouse_code))
    .where(col(Order.status).in_(OPEN), col(Order.promised_on).is_not(None))
    .order_by(col(Order.promised_on), col(Order.id))
)


def promised_orders(session: Session, *, limit: int = 500) -> list[tuple[str, DeliveryFacts]]:
    """Open orders with a promise, by number, the one promised soonest first."""
    rows = session.exec(_PROMISED.limit(limit))
    found = summaries(session, [Placed(*row) for row in rows])
    return [(order.number, order.delivery_facts) for order in found]
