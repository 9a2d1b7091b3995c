"""What orders refer to: customers, addresses and carriers, made where they are missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from orderdb.importers.incoming import IncomingAddress, IncomingCustomer, IncomingOrder
from orderdb.models import Address, Carrier, Customer, GiftCard, Variant

_CODE_LENGTH = 24

AddressKey = tuple[str, ...]


class References:
    """Ids for one batch of orders; ``customers_added`` counts those that were new."""

    def __init__(self, session: Session, orders: list[IncomingOrder]) -> None:
        self._session = session
        self.customers_added = write_customers(session, [order.customer for order in orders])
        write_carriers(session, {one.carrier for order in orders for one in order.shipments})
        self._addresses = write_addresses(
            session, [(order.customer, order.address) for order in orders]
        )
        skus = {line.sku for order in orders for line in order.lines}
        codes = {one.gift_card for order in orders for one in order.payments if one.gift_card}
        self.variants = self._ids(Variant, "sku", skus)
        self.gift_cards = self._ids(GiftCard, "code", codes)

    def address(self, order: IncomingOrder) -> int | None:
        """The address an order goes to; the customer's own where the order names none."""
        address = order.address or order.customer.address
        return self._addresses[_key(order.customer.id, address)] if address else None

    def carrier(self, name: str) -> str | None:
        return carrier_code(name) if name else None

    def _ids(self, table: type[SQLModel], column: str, wanted: Collection[str]) -> dict[str, int]:
        named: Any = col(getattr(table, column))
        number: Any = col(getattr(table, "id"))  # noqa: B009  (tables differ)
        rows = self._session.exec(select(named, number).where(named.in_(set(wanted) - {""})))
        return dict(rows.all())


def write_customers(session: Session, customers: Iterable[IncomingCustomer]) -> int:
    """Add those that are not there yet; known ones stay as they are. How many were added."""
    wanted = {customer.id: customer for customer in customers}
    for known in session.exec(select(Customer.id).where(col(Customer.id).in_(wanted))).all():
        del wanted[known]
    for one in wanted.values():
        session.add(
            Customer(
                id=one.id,
                name=one.name,
                email=one.email,
                language=one.language,
                time_zone=one.time_zone,
                country=one.country,
            )
        )
    session.flush()
    return len(wanted)


def write_addresses(
    session: Session, wanted: Iterable[tuple[IncomingCustomer, IncomingAddress | None]]
) -> dict[AddressKey, int | None]:
    """Add customers' own addresses and those of orders; the ids of all of theirs."""
    wanted = list(wanted)
    customers = {customer.id for customer, _ in wanted}
    rows = session.exec(select(Address).where(col(Address.customer_id).in_(customers)))
    found = {_key(row.customer_id, row): row for row in rows}
    at_home = {row.customer_id for row in found.values() if row.is_default}
    for customer, another in wanted:
        for address in (customer.address, another):
            if address is None or (key := _key(customer.id, address)) in found:
                continue
            is_home = address is customer.address and customer.id not in at_home
            if is_home:
                at_home.add(customer.id)
            found[key] = _row(customer.id, address, is_home)
            session.add(found[key])
    session.flush()
    return {key: row.id for key, row in found.items()}


def write_carriers(session: Session, names: Collection[str]) -> None:
    """Add carriers that are known by name only."""
    wanted = {carrier_code(name): name for name in sorted(names) if name}
    for known in session.exec(select(Carrier.code).where(col(Carrier.code).in_(wanted))).all():
        del wanted[known]
    for code, name in wanted.items():
        session.add(Carrier(code=code, name=name[:80]))
    session.flush()


def carrier_code(name: str) -> str:
    """A code for a carrier that is known by name: ``Royal Mail`` is ``royal-mail``."""
    words = "".join(letter if letter.isalnum() else " " for letter in name.lower()).split()
    return "-".join(words)[:_CODE_LENGTH] or "carrier"


def _key(customer: str, address: IncomingAddress | Address) -> AddressKey:
    return (
        customer,
        address.recipient,
        address.line1,
        address.line2,
        address.city,
        address.region,
        address.postal_code,
        address.country,
    )


def _row(customer: str, address: IncomingAddress, is_home: bool) -> Address:
    return Address(
        customer_id=customer,
        recipient=address.recipient,
        line1=address.line1,
        line2=address.line2,
        city=address.city,
        region=address.region,
        postal_code=address.postal_code,
        country=address.country,
        is_default=is_home,
    )
