"""Orders as cards."""

from __future__ import annotations

from collections.abc import Sequence

from orderdb.delivery import DeliveryEstimate, PastRange
from orderdb.statuses import OrderStatus, ShipmentStatus
from orderdb.views import OrderPage, OrderView
from tools.cards import (
    Exceptional,
    LineOnCard,
    OrderCard,
    OrderOnList,
    OrdersCard,
    PaymentOnCard,
    Progress,
    RefundOnCard,
    ShipmentOnCard,
)

_STEP = {
    OrderStatus.PENDING_PAYMENT: 0,
    OrderStatus.PAID: 1,
    OrderStatus.PROCESSING: 1,
    OrderStatus.PACKED: 2,
    OrderStatus.PARTIALLY_SHIPPED: 3,
    OrderStatus.SHIPPED: 3,
    OrderStatus.OUT_FOR_DELIVERY: 4,
    OrderStatus.EXCEPTION: 3,
    OrderStatus.DELIVERED: 5,
    OrderStatus.RETURNED: 5,
    OrderStatus.PARTIALLY_RETURNED: 5,
}
_TROUBLE: dict[ShipmentStatus, Exceptional] = {  # the worst first
    ShipmentStatus.LOST: "lost",
    ShipmentStatus.DAMAGED: "damaged",
    ShipmentStatus.RETURNED_TO_SENDER: "returned",
    ShipmentStatus.HELD: "held",
    ShipmentStatus.DELAYED: "delayed",
}


def order_card(
    order: OrderView, delivery: DeliveryEstimate, past: Sequence[PastRange] = ()
) -> OrderCard:
    """One order whole; ``past`` are the ranges told before, oldest first."""
    return OrderCard(
        number=order.number,
        placed_at=order.placed_at,
        status=order.status,
        channel=order.channel,
        total=order.total,
        lines=tuple(LineOnCard.model_validate(line) for line in order.lines),
        shipments=tuple(ShipmentOnCard.model_validate(parcel) for parcel in order.shipments),
        progress=progress(order),
        delivery=_shown(delivery),
        past_ranges=tuple(past),
        payments=tuple(PaymentOnCard.model_validate(payment) for payment in order.payments),
        refunds=tuple(RefundOnCard.model_validate(refund) for refund in order.refunds),
    )


def orders_card(page: OrderPage, deliveries: Sequence[DeliveryEstimate]) -> OrdersCard:
    """The newest orders; ``deliveries`` in the same order."""
    return OrdersCard(
        orders=tuple(
            OrderOnList(
                number=order.number,
                placed_at=order.placed_at,
                status=order.status,
                total=order.total,
                items=tuple(item.name for item in order.items),
                delivery=_shown(delivery),
            )
            for order, delivery in zip(page.orders, deliveries, strict=True)
        ),
        total=page.total,
        shown=len(page.orders),
    )


def progress(order: OrderView) -> Progress:
    """The last step reached; a cancelled order stops where it was."""
    if order.status is OrderStatus.CANCELLED:
        reached = 2 if order.packed_at else 1 if order.paid_at else 0
        return Progress(current=reached, exception="cancelled")
    states = {parcel.status for parcel in order.shipments}
    trouble = next((name for status, name in _TROUBLE.items() if status in states), None)
    if order.status in (OrderStatus.RETURNED, OrderStatus.PARTIALLY_RETURNED):
        trouble = "returned"
    return Progress(current=_STEP[order.status], exception=trouble)


def _shown(delivery: DeliveryEstimate) -> DeliveryEstimate | None:
    return None if delivery.stage == "closed" else delivery
