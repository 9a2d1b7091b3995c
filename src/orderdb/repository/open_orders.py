"""Open orders of the whole shop with the facts of their delivery: for the desk, not customers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, select

from orderdb.delivery.facts import DeliveryFacts
from orderdb.models import Address, Customer, Order, Warehouse
from orderdb.repository.delivery import Placed
from orderdb.repository.orders import OPEN, summaries

_SOONEST = (
    select(Order.id)
    .where(col(Order.status).in_(OPEN), col(Order.promised_on).is_not(None))
    .order_by(col(Order.promised_on), col(Order.id))
)
_PLACED = (
    select(Order, Customer, Address, Warehouse)
    .join(Customer, col(Customer.id) == col(Order.customer_id))
    .outerjoin(Address, col(Address.id) == col(Order.address_id))
    .outerjoin(Warehouse, col(Warehouse.code) == col(Order.warehouse_code))
    .order_by(col(Order.promised_on), col(Order.id))
)


def promised_orders(
    session: Session,
    *,
    promised_from: date | None = None,
    limit: int | None = None,
    batch: int = 500,
) -> Iterator[tuple[str, DeliveryFacts]]:
    """Open orders by number, the one promised soonest first, read a ``batch`` at a time.

    Those promised before ``promised_from`` are left out: what is long overdue is no risk any more.
    """
    asked = _SOONEST.limit(limit)
    if promised_from is not None:
        asked = asked.where(col(Order.promised_on) >= promised_from)
    ids = session.exec(asked).all()
    for start in range(0, len(ids), batch):
        some = ids[start : start + batch]
        rows = session.exec(_PLACED.where(col(Order.id).in_(some))).all()
        for order in summaries(session, [Placed(*row) for row in rows]):
            yield order.number, order.delivery_facts
