"""From rows and a mapping to orders; whatever cannot be read is named by its column."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Literal

from orderdb.customer_ids import customer_key
from orderdb.importers.csv_file.fields import Fields
from orderdb.importers.csv_file.mapping import Mapping
from orderdb.importers.csv_file.parcels import add_parcels
from orderdb.importers.incoming import (
    IncomingAddress,
    IncomingCustomer,
    IncomingLine,
    IncomingOrder,
    IncomingPayment,
    Sourced,
    SourceRow,
)
from orderdb.importers.rejects import Rejects
from orderdb.money import Money
from orderdb.statuses import OrderStatus, PaymentMethod, PaymentStatus, RefundStatus

_UNPAID = (OrderStatus.PENDING_PAYMENT, OrderStatus.CANCELLED)
_SAME_IN_ALL_ROWS = ("customer", "total", "placed")


def read_orders(
    mapping: Mapping, header: list[str], rows: Iterator[SourceRow], rejects: Rejects
) -> Iterator[Sourced]:
    """Orders in the order of the file; bad rows go to the rejects, drafts nowhere."""
    labels: dict[str, str] = {field: cell.label for field, cell in mapping.columns.items()}
    for group in _groups(mapping, header, rows):
        source = [fields.row for fields in group]
        if group[0].bad:
            rejects.add(group[0].bad, source)
            continue
        status = _status(group[0])
        if status == "no_order":
            continue
        order = _read(group, status)
        if order is None or group[0].bad:
            rejects.add(group[0].bad, source)
        else:
            yield Sourced(order, source, labels)


def _groups(
    mapping: Mapping, header: list[str], rows: Iterator[SourceRow]
) -> Iterator[list[Fields]]:
    """Rows of one order, which follow one another; a bad row is noted with its whole order.

    A row without a certain number may belong to the order before it or after it: both are bad.
    """
    group: list[Fields] = []
    doubtful: SourceRow | None = None
    for row in rows:
        cells = dict(zip(header, row.cells + [""] * len(header), strict=False))
        fields = Fields(mapping, row, cells, group[0].bad if group else [])
        number, is_ragged = fields.text("number"), len(row.cells) != len(header)
        is_same = bool(group) and mapping.rows == "line" and number == group[0].text("number")
        is_certain = bool(number) and (not is_ragged or _leads(mapping, header))
        is_stray = mapping.rows == "line" and not is_same and not is_certain
        if group and not is_same and not is_stray:
            yield group
            group, fields = [], Fields(mapping, row, cells, [])
        if is_ragged:
            said = f"has {len(row.cells)} cells where the header has {len(header)}"
            fields.bad.append(row.bad("row", said))
        elif is_stray:
            fields.refuse("number", "is empty")
        if doubtful is not None and not is_same and not is_stray:
            said = f"line {doubtful.line}, of no certain order, may belong to this one"
            fields.bad.append(row.bad("row", said))
        doubtful = row if is_stray else None
        group.append(fields)
    if group:
        yield group


def _leads(mapping: Mapping, header: list[str]) -> bool:
    """Whether the number stands first, where no cell too many or too few can displace it."""
    cell = mapping.cell("number")
    names = [name for name in header if name != "reason"]
    return cell is not None and set(cell.columns) == set(names[: len(cell.columns)])


def _read(group: list[Fields], status: OrderStatus | None) -> IncomingOrder | None:
    """The order; None, or something bad in the fields, when it cannot be kept."""
    first = group[0]
    mapping = first.mapping
    currency = first.text("currency") or mapping.currency
    if len(currency) != 3:
        first.refuse("currency", f"{currency!r} is no currency code such as EUR")
        return None
    _check_rows_agree(group)
    rows = [(fields, _line(fields, currency, len(group))) for fields in group]
    if status is None or first.bad:
        return None
    order = IncomingOrder(
        number=first.text("number"),
        customer=_customer(first),
        status=status,
        currency=currency,
        items=first.amount("items", currency) or 0,
        channel=first.text("channel") or mapping.channel,
        warehouse=first.text("warehouse") or None,
        address=_address(first),
        placed=first.moment("placed"),
        paid=first.moment("paid"),
        packed=first.moment("packed"),
        cancelled=first.moment("cancelled") if status is OrderStatus.CANCELLED else None,
        cancel_reason=first.text("cancel_reason") or None,
        promised=first.day("promised"),
        note=first.text("note") or None,
        lines=[line for _, line in rows if line is not None],
    )
    _add_up(order, first)
    add_parcels(order, rows)
    _pay(order, first)
    return order


def _status(first: Fields) -> OrderStatus | Literal["no_order"] | None:
    for rule in first.mapping.status:
        if rule.fits(first.cells):
            return rule.status
    columns = sorted({name for rule in first.mapping.status for name in rule.when})
    found = ", ".join(f"{name} = {first.cells[name]!r}" for name in columns)
    first.bad.append(first.row.bad(" / ".join(columns), f"no status of the mapping fits {found}"))
    return None


def _check_rows_agree(group: list[Fields]) -> None:
    for field in _SAME_IN_ALL_ROWS:
        first = group[0].text(field)
        for fields in group[1:]:
            here = fields.text(field)
            if here and here != first:
                fields.refuse(field, f"{here!r} differs from {first!r} in the order's first row")


def _customer(first: Fields) -> IncomingCustomer:
    identity, address = customer_key(first.text("customer")), _address(first)
    if not identity and first.mapping.guests:
        identity = f"guest {first.text('number')}"
    return IncomingCustomer(
        id=identity,
        name=first.text("customer_name") or first.text("recipient") or identity,
        email=first.text("email") or None,
        language=first.text("language")[:2].lower() or first.mapping.language,
        time_zone=first.mapping.customer_time_zone or first.mapping.time_zone,
        country=address.country if address else None,
        address=address,
    )


def _address(first: Fields) -> IncomingAddress | None:
    line1, country = first.text("line1"), first.text("country").upper()
    if not line1 or not country:
        return None
    return IncomingAddress(
        recipient=first.text("recipient") or first.text("customer_name"),
        line1=line1,
        line2=first.text("line2"),
        city=first.text("city"),
        region=first.text("region"),
        postal_code=first.text("postal_code").lstrip("'"),  # Shopify guards leading zeros so
        country=country,
    )


def _line(fields: Fields, currency: str, rows: int) -> IncomingLine | None:
    name = fields.text("line_name")
    if not name:
        if rows > 1:
            fields.refuse("line_name", "is empty, though the order has several rows")
        return None
    quantity = fields.pieces("quantity")
    quantity = 1 if quantity is None else quantity
    unit = fields.amount("unit_price", currency)
    discount = fields.amount("line_discount", currency) or 0
    total = fields.amount("line_total", currency)
    if unit is None:
        unit = -(-(total or 0) // max(quantity, 1))  # what is left over becomes a discount
    if total is not None:
        discount = unit * quantity - total
    variant, sku = fields.text("line_variant"), fields.text("line_sku")
    return IncomingLine(name, quantity, unit, sku=sku, variant=variant, discount=discount)


def _add_up(order: IncomingOrder, first: Fields) -> None:
    """Set discount, shipping and tax: exports differ in whether prices hold them already."""

    def stated(field: str) -> int:
        return first.amount(field, order.currency) or 0

    discount, tax, duties, fee = (stated(name) for name in ("discount", "tax", "duties", "fee"))
    order.shipping = stated("shipping") + max(fee, 0)
    rebate = max(-fee, 0)  # a fee below zero takes something off
    total = first.amount("total", order.currency)
    if total is None:
        order.discount, order.tax = discount + rebate, tax + duties
        return
    if not order.lines and not order.items:
        order.items = total - order.shipping - tax - duties + discount + rebate
    for order.discount, order.tax in product((discount + rebate, rebate), (tax + duties, duties)):
        if order.total == total:
            return
    discount, tax = discount + rebate, tax + duties
    sums = (total, order.items, discount, order.shipping, tax)
    amounts = [str(Money(minor=minor, currency=order.currency)) for minor in sums]
    said = "{} is not items {} - discount {} + shipping {} + tax {}"
    first.refuse("total", said.format(*amounts))


def _pay(order: IncomingOrder, first: Fields) -> None:
    refunded = first.amount("refunded", order.currency) or 0
    is_paid = bool(order.paid) or bool(refunded) or order.status not in _UNPAID
    if order.total <= 0 or (order.status is OrderStatus.CANCELLED and not is_paid):
        return
    method = first.text("payment_method")
    payment = IncomingPayment(
        first.mapping.payment_methods.get(method, PaymentMethod.OTHER),
        order.total,
        PaymentStatus.CAPTURED if is_paid else PaymentStatus.PENDING,
        at=order.paid,
        detail=method[:40],
    )
    if refunded:
        payment.refunds.append((refunded, RefundStatus.SUCCEEDED))
    order.payments.append(payment)
