"""When what was found in the catalogue would come, if this customer ordered it now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from orderdb.delivery import Calendars
from orderdb.delivery.availability import Available, available
from orderdb.models import Address
from orderdb.repository.customers import find_customer
from orderdb.repository.delivery_models import current_model
from orderdb.repository.shelves import shelves
from orderdb.views import ProductView

Promises = dict[str, tuple[Available, ...]]
"""What each warehouse can promise of a variant, by its number, the soonest first."""

_MOST_VARIANTS = 12  # a list of more is for choosing first
_HOME = select(Address.country, Address.region).where(
    col(Address.customer_id) == bindparam("customer_id"), col(Address.is_default)
)


def promises(
    session: Session, customer_id: str, products: Sequence[ProductView], now: datetime
) -> Promises:
    """For the first variants of the products, one piece each; raises NotFound for the customer."""
    skus = [variant.sku for product in products for variant in product.variants][:_MOST_VARIANTS]
    if not skus:
        return {}
    customer = find_customer(session, customer_id)
    home = session.exec(_HOME, params={"customer_id": customer_id}).first()
    country, region = home if home is not None else (customer.country, None)
    learnt, calendars = current_model(session, now), Calendars()
    return {
        sku: available(kept, 1, country, region, customer.time_zone, calendars, now, learnt)
        for sku, kept in shelves(session, skus, country).items()
    }
