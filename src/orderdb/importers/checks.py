"""What is wrong with an incoming order, said before the database has to say it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlmodel import SQLModel

from orderdb.importers.incoming import IncomingOrder, Problem
from orderdb.models import Address, Customer, Order, OrderLine, Payment, Shipment
from orderdb.numbers import number_key

_CURRENCY = re.compile(r"[A-Z]{3}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_MOST_PIECES = 1_000_000


def problems(order: IncomingOrder) -> Iterator[Problem]:
    """Every reason why this order cannot be kept; fields are named as in ``IncomingOrder``."""
    if not number_key(order.number):
        yield "number", "is empty"
    if not order.customer.id:
        yield "customer", "is empty"
    if not _CURRENCY.fullmatch(order.currency):
        yield "currency", f"{order.currency!r} is no currency code such as EUR"
    yield from _texts(order)
    yield from _amounts(order)
    yield from _pieces(order)
    for shipment in order.shipments:
        handed_over, delivered = shipment.handed_over, shipment.delivered
        if handed_over and delivered and delivered < handed_over:
            yield "delivered", "lies before the hand-over to the carrier"


def _texts(order: IncomingOrder) -> Iterator[Problem]:
    customer = order.customer
    given: list[tuple[str, type[SQLModel], str, str | None]] = [
        ("number", Order, "number", order.number),
        ("customer", Customer, "id", customer.id),
        ("customer_name", Customer, "name", customer.name if customer.name != customer.id else ""),
        ("email", Customer, "email", customer.email),
        ("channel", Order, "channel", order.channel),
        ("note", Order, "note", order.note),
        ("cancel_reason", Order, "cancel_reason", order.cancel_reason),
    ]
    for address in (customer.address, order.address):
        if address is not None:
            if not _COUNTRY.fullmatch(address.country):
                yield "country", f"{address.country!r} is no country code such as DE"
            given += [
                (name, Address, name, getattr(address, name))
                for name in ("recipient", "line1", "line2", "city", "region", "postal_code")
            ]
    for line in order.lines:
        given += [
            ("line_name", OrderLine, "name_en", line.name),
            ("line_variant", OrderLine, "variant_en", line.variant),
            ("line_sku", OrderLine, "sku", line.sku),
        ]
    given += [("tracking", Shipment, "tracking", one.tracking) for one in order.shipments]
    given += [("payment_detail", Payment, "detail", one.detail) for one in order.payments]
    for field, table, column, text in given:
        if text is None:
            continue
        most: int | None = SQLModel.metadata.tables[str(table.__tablename__)].c[column].type.length  # type: ignore[attr-defined]
        if most and len(text) > most:
            yield field, f"is longer than {most} characters"
        if "\x00" in text:
            yield field, "holds a NUL character"


def _amounts(order: IncomingOrder) -> Iterator[Problem]:
    for field in ("total", "items", "discount", "shipping", "tax"):
        if getattr(order, field) < 0:
            yield field, "is negative"
            break  # the others follow from it
    for payment in order.payments:
        if payment.amount <= 0:
            yield "payment", "is not above zero"
        if payment.refunded > payment.amount:
            yield "refunded", "is more than was paid"


def _pieces(order: IncomingOrder) -> Iterator[Problem]:
    for line in order.lines:
        if not 0 < line.quantity <= _MOST_PIECES:
            yield "quantity", f"{line.quantity} is not between 1 and {_MOST_PIECES}"
        if line.unit < 0 or line.discount < 0 or line.total < 0:
            yield "unit_price", "a price or discount is negative, or the discount above the price"
