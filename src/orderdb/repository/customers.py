"""Who asks."""

from __future__ import annotations

from sqlmodel import Session

from orderdb.dates import zone
from orderdb.errors import NotFound
from orderdb.models import Customer
from orderdb.views import CustomerView


def find_customer(session: Session, customer_id: str) -> CustomerView:
    """The customer under the shop's id; raises NotFound."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound("there is no such customer")
    return customer_view(customer)


def customer_view(customer: Customer) -> CustomerView:
    return CustomerView(
        id=customer.id,
        name=customer.name,
        language=customer.language,
        time_zone=zone(customer.time_zone).key,
        country=customer.country,
        tier=customer.tier,
    )
