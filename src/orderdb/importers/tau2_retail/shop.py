"""What the records of tau2-bench's retail shop are in our tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from sqlmodel import Session, select

from orderdb.importers.incoming import (
    IncomingAddress,
    IncomingCustomer,
    IncomingLine,
    IncomingOrder,
    IncomingPayment,
    IncomingShipment,
    Problem,
)
from orderdb.importers.references import write_addresses, write_customers
from orderdb.importers.tau2_retail.catalogue import CURRENCY, minor, traits, write_products
from orderdb.importers.tau2_retail.shapes import (
    Tau2Address,
    Tau2Method,
    Tau2Order,
    Tau2Product,
    Tau2User,
)
from orderdb.models import GiftCard, SavedPaymentMethod
from orderdb.statuses import (
    OrderStatus,
    PaymentMethod,
    PaymentStatus,
    RefundStatus,
    ShipmentStatus,
)

# "processed" orders have a tracking number and can no longer be cancelled: they are on their way.
STATUSES = {
    "pending": OrderStatus.PAID,
    "processed": OrderStatus.SHIPPED,
    "delivered": OrderStatus.DELIVERED,
    "cancelled": OrderStatus.CANCELLED,
}
_PARCELS = {
    "pending": ShipmentStatus.LABEL_CREATED,
    "processed": ShipmentStatus.HANDED_OVER,
    "delivered": ShipmentStatus.DELIVERED,
    "cancelled": ShipmentStatus.LABEL_CREATED,
}
_METHODS = {"credit_card": PaymentMethod.CARD, "paypal": PaymentMethod.PAYPAL}


class Tau2Shop:
    """Products, users and orders of one file."""

    def __init__(
        self,
        products: dict[str, Tau2Product],
        users: dict[str, Tau2User],
        orders: dict[str, Tau2Order],
    ) -> None:
        self._products = products
        self._users = users
        self._used = _used(orders)

    def write(self, session: Session) -> int:
        """Write products, customers and their ways to pay; how many customers were new."""
        write_products(session, self._products)
        customers = [_customer(user) for user in self._users.values()]
        added = write_customers(session, customers)
        write_addresses(session, [(customer, None) for customer in customers])
        self._write_methods(session)
        return added

    def problems(self, order: Tau2Order) -> Iterator[Problem]:
        """What an order refers to and the file does not hold; sums that do not meet."""
        user = self._users.get(order.user_id)
        if user is None:
            yield "user_id", f"no user {order.user_id!r}"
            return
        for place, item in enumerate(order.items):
            product = self._products.get(item.product_id)
            if product is None or item.item_id not in product.variants:
                yield f"items.{place}", f"no item {item.item_id!r} of product {item.product_id!r}"
        for place, entry in enumerate(order.payment_history):
            if entry.payment_method_id not in user.payment_methods:
                yield f"payment_history.{place}", f"no method {entry.payment_method_id!r}"
        bought = sum(item.price for item in order.items)
        paid = sum(e.amount for e in order.payment_history if e.transaction_type == "payment")
        if paid != bought:
            yield "payment_history", f"{paid} paid for items of {bought}"
        back = sum(e.amount for e in order.payment_history if e.transaction_type == "refund")
        if back > paid:
            yield "payment_history", f"{back} refunded of {paid} paid"

    def order(self, order: Tau2Order) -> IncomingOrder:
        """The order in our terms; it must have no ``problems``."""
        user = self._users[order.user_id]
        status = STATUSES[order.status]
        incoming = IncomingOrder(
            number=order.order_id,
            customer=_customer(user),
            status=status,
            currency=CURRENCY,
            address=_address(user, order.address),
            lines=[
                IncomingLine(item.name, 1, minor(item.price), item.item_id, traits(item.options))
                for item in order.items
            ],
        )
        for fulfillment in order.fulfillments:
            incoming.shipments.append(
                IncomingShipment(
                    _PARCELS[order.status],
                    _contents(order, fulfillment.item_ids),
                    tracking=", ".join(fulfillment.tracking_id) or None,
                )
            )
        has_left = status in (OrderStatus.SHIPPED, OrderStatus.DELIVERED)
        for index in {index for one in incoming.shipments for index in one.contents}:
            incoming.lines[index].shipped = int(has_left)
        if status is OrderStatus.CANCELLED:
            for line in incoming.lines:
                line.cancelled = line.quantity
        incoming.payments = _payments(order, user)
        return incoming

    def _write_methods(self, session: Session) -> None:
        """Cards and accounts as saved methods; gift cards with what they held and hold."""
        saved = set(session.exec(select(SavedPaymentMethod.id)))
        cards = set(session.exec(select(GiftCard.code)))
        for user in self._users.values():
            for method in user.payment_methods.values():
                if method.source == "gift_card" and method.id not in cards:
                    balance = minor(method.balance)
                    session.add(
                        GiftCard(
                            code=method.id,
                            customer_id=user.user_id,
                            currency=CURRENCY,
                            initial_minor=balance + max(0, self._used[method.id]),
                            balance_minor=balance,
                        )
                    )
                elif method.source != "gift_card" and method.id not in saved:
                    session.add(
                        SavedPaymentMethod(
                            id=method.id,
                            customer_id=user.user_id,
                            method=_METHODS[method.source],
                            detail=_detail(method),
                        )
                    )
        session.flush()


def _used(orders: dict[str, Tau2Order]) -> Counter[str]:
    """Minor units that each payment method paid, less what it got back."""
    used: Counter[str] = Counter()
    for order in orders.values():
        for entry in order.payment_history:
            sign = 1 if entry.transaction_type == "payment" else -1
            used[entry.payment_method_id] += sign * minor(entry.amount)
    return used


def _payments(order: Tau2Order, user: Tau2User) -> list[IncomingPayment]:
    """Payments in their order, with the refunds: of the method's own payments, then of others."""
    payments: list[tuple[str, IncomingPayment]] = []
    for entry in order.payment_history:
        if entry.transaction_type != "payment":
            continue
        method = user.payment_methods[entry.payment_method_id]
        is_card = method.source == "gift_card"
        payment = IncomingPayment(
            PaymentMethod.GIFT_CARD if is_card else _METHODS[method.source],
            minor(entry.amount),
            PaymentStatus.CAPTURED,
            detail=_detail(method),
            saved_method=None if is_card else method.id,
            gift_card=method.id if is_card else None,
        )
        payments.append((method.id, payment))
    for entry in order.payment_history:
        if entry.transaction_type == "payment":
            continue
        left, to = minor(entry.amount), entry.payment_method_id
        for _, payment in sorted(payments, key=lambda one: one[0] != to):
            part = min(left, payment.amount - payment.refunded)
            if part:
                payment.refunds.append((part, RefundStatus.SUCCEEDED))
            left -= part
    return [payment for _, payment in payments]


def _contents(order: Tau2Order, items: list[str]) -> dict[int, int]:
    """Line indices of a parcel's items; the same item twice is two lines."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(order.items):
        places[item.item_id].append(index)
    return {places[item].pop(0): 1 for item in items if places[item]}


def _customer(user: Tau2User) -> IncomingCustomer:
    return IncomingCustomer(
        id=user.user_id,
        name=f"{user.name.first_name} {user.name.last_name}",
        email=user.email,
        country=_country(user.address),
        address=_address(user, user.address),
    )


def _address(user: Tau2User, address: Tau2Address) -> IncomingAddress:
    return IncomingAddress(
        recipient=f"{user.name.first_name} {user.name.last_name}",
        line1=address.address1,
        line2=address.address2,
        city=address.city,
        region=address.state,
        postal_code=address.zip,
        country=_country(address),
    )


def _country(address: Tau2Address) -> str:
    return "US" if address.country == "USA" else address.country


def _detail(method: Tau2Method) -> str:
    return (
        method.id if method.source == "gift_card" else f"{method.brand} {method.last_four}".strip()
    )
