"""Who asks."""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from orderdb.dates import zone
from orderdb.errors import NotFound
from orderdb.models import Customer
from orderdb.views import CustomerView

_TIME_ZONE = select(Customer.time_zone).where(col(Customer.id) == bindparam("customer_id"))


def find_customer(session: Session, customer_id: str) -> CustomerView:
    """The customer under the shop's id; raises NotFound."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound("there is no such customer")
    return customer_view(customer)


def time_zone_of(session: Session, customer_id: str) -> str:
    """The IANA name of the customer's time zone; raises NotFound."""
    found = session.connection().execute(_TIME_ZONE, {"customer_id": customer_id}).scalar()
    if found is None:
        raise NotFound("there is no such customer")
    return zone(found).key


def customer_view(customer: Customer) -> CustomerView:
    return CustomerView(
        id=customer.id,
        name=customer.name,
        language=customer.language,
        time_zone=zone(customer.time_zone).key,
        country=customer.country,
        tier=customer.tier,
    )
