"""Our rows, mapped back to the records of tau2-bench's retail ``db.json``. Amounts in cents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, select

from orderdb.models import (
    Address,
    Customer,
    Exchange,
    GiftCard,
    Order,
    OrderLine,
    Payment,
    Product,
    Refund,
    ReturnRequest,
    SavedPaymentMethod,
    Shipment,
    ShipmentLine,
    Variant,
)
from orderdb.statuses import OrderStatus, PaymentMethod, PaymentStatus

Record = dict[str, Any]
Shop = dict[str, dict[str, Record]]

_STATUSES = {
    OrderStatus.PAID: "pending",
    OrderStatus.SHIPPED: "processed",
    OrderStatus.DELIVERED: "delivered",
    OrderStatus.CANCELLED: "cancelled",
}
_SOURCES = {PaymentMethod.CARD: "credit_card", PaymentMethod.PAYPAL: "paypal"}
_BEFORE = datetime.min.replace(tzinfo=UTC)  # imported rows carry no time and come first

Row = TypeVar("Row", bound=SQLModel)


def export(session: Session) -> Shop:
    """All users and orders as they are now."""
    rows = _Rows(session)
    return {
        "users": {customer.id: rows.user(customer) for customer in rows.customers},
        "orders": {order.number: rows.order(order) for order in rows.orders},
    }


class _Rows:
    """Every table that the records are made of, read once."""

    def __init__(self, session: Session) -> None:
        def rows(model: type[SQLModel], *order: str) -> Sequence[Any]:
            """As plain rows: objects would take three times as long, a task at a time."""
            table = model.__table__  # type: ignore[attr-defined]
            found = select(table).order_by(*(table.c[name] for name in order))
            return session.connection().execute(found).all()

        self.customers = rows(Customer)
        self.orders = rows(Order, "id")
        self._addresses = {row.id: row for row in rows(Address)}
        self._default = {a.customer_id: a for a in self._addresses.values() if a.is_default}
        self._numbers = _by(self.orders, "customer_id")
        self._products = {row.id: row for row in rows(Product)}
        self._variants = {row.id: row for row in rows(Variant)}
        self._cards = {row.id: row for row in rows(GiftCard)}
        self._cards_of = _by(self._cards.values(), "customer_id")
        self._saved_of = _by(rows(SavedPaymentMethod), "customer_id")
        lines = rows(OrderLine, "position")
        self._lines = {line.id: line for line in lines}
        self._lines_of = _by(lines, "order_id")
        self._payments = _by(rows(Payment), "order_id")
        self._payment = {row.id: row for each in self._payments.values() for row in each}
        self._refunds = _by(rows(Refund), "order_id")
        self._shipments = _by(rows(Shipment), "order_id")
        self._contents = _by(rows(ShipmentLine), "shipment_id")
        self._returns = self._of_orders(rows(ReturnRequest))
        self._exchanges = self._of_orders(rows(Exchange))

    def user(self, customer: Customer) -> Record:
        first, _, last = customer.name.partition(" ")
        return {
            "user_id": customer.id,
            "name": {"first_name": first, "last_name": last},
            "address": _address(self._default[customer.id]),
            "email": customer.email,
            "payment_methods": {one["id"]: one for one in self._methods(customer)},
            "orders": sorted(order.number for order in self._numbers[customer.id]),
        }

    def _methods(self, customer: Customer) -> Iterator[Record]:
        for saved in self._saved_of[customer.id]:
            known: Record = {"source": _SOURCES[saved.method], "id": saved.id}
            if saved.method is PaymentMethod.CARD:
                known["brand"], _, known["last_four"] = saved.detail.rpartition(" ")
            yield known
        for card in self._cards_of[customer.id]:
            yield {"source": "gift_card", "id": card.code, "balance": card.balance_minor}

    def order(self, order: Order) -> Record:
        returns, exchanges = self._returns[order.id], self._exchanges[order.id]
        address = self._addresses[order.address_id]
        settled = exchanges[0] if exchanges else None
        return {
            "order_id": order.number,
            "user_id": order.customer_id,
            "address": _address(address),
            "items": [self._item(line) for line in self._lines_of[order.id]],
            "status": _status(order, returns, exchanges),
            "fulfillments": [self._fulfillment(one) for one in self._shipments[order.id]],
            "payment_history": self._history(order),
            "cancel_reason": order.cancel_reason,
            "exchange_items": _items(self._lines[one.order_line_id].sku for one in exchanges),
            "exchange_new_items": _items(self._variants[e.new_variant_id].sku for e in exchanges),
            "exchange_payment_method_id": self._way(settled),
            "exchange_price_difference": sum(one.difference_minor for one in exchanges)
            if exchanges
            else None,
            "return_items": _items(self._lines[one.order_line_id].sku for one in returns),
            "return_payment_method_id": self._way(returns[0] if returns else None),
        }

    def _item(self, line: OrderLine) -> Record:
        variant = self._variants[line.variant_id]
        return {
            "name": line.name_en,
            "product_id": self._products[variant.product_id].sku,
            "item_id": line.sku,
            "price": line.unit_minor,
            "options": variant.options,
        }

    def _fulfillment(self, shipment: Shipment) -> Record:
        contents = self._contents[shipment.id]
        return {
            "tracking_id": (shipment.tracking or "").split(", "),
            "item_ids": sorted(self._lines[one.order_line_id].sku for one in contents),
        }

    def _history(self, order: Order) -> list[Record]:
        """By time; within one change the new payment stands before the refund of the old."""
        entries: list[tuple[tuple[datetime, int, int], Record]] = []
        for payment in self._payments[order.id]:
            if payment.status is not PaymentStatus.VOIDED:
                told = _entry("payment", payment.amount_minor, self._way(payment))
                entries.append(((payment.at or _BEFORE, 0, payment.id or 0), told))
        for refund in self._refunds[order.id]:
            way = self._way(refund) or self._way(self._payment[refund.payment_id])
            told = _entry("refund", refund.amount_minor, way)
            entries.append(((refund.created_at or _BEFORE, 1, refund.id or 0), told))
        return [told for _, told in sorted(entries, key=lambda entry: entry[0])]

    def _way(self, row: Payment | Refund | ReturnRequest | Exchange | None) -> str | None:
        if row is None:
            return None
        if row.gift_card_id is not None:
            return self._cards[row.gift_card_id].code
        return row.saved_method_id

    def _of_orders(self, rows: Iterable[Row]) -> dict[Any, list[Row]]:
        found: dict[Any, list[Row]] = defaultdict(list)
        for row in rows:
            found[self._lines[getattr(row, "order_line_id")].order_id].append(row)  # noqa: B009
        return found


def _by(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found


def _status(order: Order, returns: list[Any], exchanges: list[Any]) -> str:
    if order.status is OrderStatus.DELIVERED and returns:
        return "return requested"
    if order.status is OrderStatus.DELIVERED and exchanges:
        return "exchange requested"
    if order.status is OrderStatus.PAID and order.items_changed_at is not None:
        return "pending (item modified)"
    return _STATUSES[order.status]


def _items(skus: Iterable[str]) -> list[str] | None:
    return sorted(skus) or None


def _entry(kind: str, amount: int, way: str | None) -> Record:
    return {"transaction_type": kind, "amount": amount, "payment_method_id": way}


def _address(address: Address) -> Record:
    return {
        "address1": address.line1,
        "address2": address.line2,
        "city": address.city,
        "country": "USA" if address.country == "US" else address.country,
        "state": address.region,
        "zip": address.postal_code,
    }
