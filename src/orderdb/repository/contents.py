"""The rows of one order, put together as a view; pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from orderdb.line_status import line_status
from orderdb.models import (
    Carrier,
    Claim,
    Exchange,
    OrderLine,
    Payment,
    Refund,
    ReturnRequest,
    SavedPaymentMethod,
    Shipment,
    ShipmentEvent,
)
from orderdb.money import Money
from orderdb.repository.customers import customer_view
from orderdb.repository.delivery import Placed, Services, delivery_facts
from orderdb.repository.rows import OrderRows
from orderdb.statuses import CaseStatus, OrderStatus, PaymentMethod, ShipmentStatus
from orderdb.views import (
    CaseKind,
    CaseView,
    LineView,
    OrderView,
    ParcelLine,
    PaymentView,
    RefundView,
    ScanView,
    ShipmentView,
)


def order_view(placed: Placed, rows: OrderRows, stated: Services) -> OrderView:
    """The whole order with the facts of its delivery."""
    order, currency = placed.order, placed.order.currency
    assert order.id is not None  # it was read
    scans: dict[int | None, list[ShipmentEvent]] = defaultdict(list)
    for scan in rows.scans:
        scans[scan.shipment_id].append(scan)
    contents = _contents(rows)
    states = _parcel_states(rows)
    return OrderView(
        id=order.id,
        version=order.version,
        number=order.number,
        status=order.status,
        channel=order.channel,
        items=Money(minor=order.items_minor, currency=currency),
        discount=Money(minor=order.discount_minor, currency=currency),
        shipping=Money(minor=order.shipping_minor, currency=currency),
        tax=Money(minor=order.tax_minor, currency=currency),
        total=order.total,
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        packed_at=order.packed_at,
        cancelled_at=order.cancelled_at,
        items_changed_at=order.items_changed_at,
        promised_on=order.promised_on,
        destination=placed.destination,
        customer=customer_view(placed.customer),
        lines=tuple(
            _line(line, line_status(line, order.status, states[line.id]), currency)
            for line in rows.lines
        ),
        shipments=tuple(
            _shipment(shipment, carrier, contents[shipment.id], scans[shipment.id])
            for shipment, carrier in rows.parcels
        ),
        payments=tuple(_payment(payment, currency) for payment in rows.payments),
        refunds=tuple(_refund(refund, saved, rows, currency) for refund, saved in rows.refunds),
        cases=(
            *_cases("return", rows.returns, currency),
            *_cases("exchange", rows.exchanges, currency),
            *_cases("claim", rows.claims, currency),
        ),
        delivery_facts=delivery_facts(
            placed,
            [(shipment, _last(scans[shipment.id])) for shipment, _ in rows.parcels],
            stated,
            waiting=_waits(rows),
        ),
    )


def _contents(rows: OrderRows) -> dict[int | None, list[ParcelLine]]:
    """Which lines, by their position, lie in which parcel."""
    positions = {line.id: line.position for line in rows.lines}
    found: dict[int | None, list[ParcelLine]] = defaultdict(list)
    for part in rows.parts:
        position = positions[part.order_line_id]
        found[part.shipment_id].append(ParcelLine(line=position, quantity=part.quantity))
    return found


def _parcel_states(rows: OrderRows) -> dict[int | None, list[ShipmentStatus]]:
    """The states of the parcels that hold a line."""
    statuses = {shipment.id: shipment.status for shipment, _ in rows.parcels}
    found: dict[int | None, list[ShipmentStatus]] = defaultdict(list)
    for part in rows.parts:
        found[part.order_line_id].append(statuses[part.shipment_id])
    return found


def _waits(rows: OrderRows) -> bool:
    """Whether pieces lie in no parcel yet."""
    packed = Counter[int | None]()
    for part in rows.parts:
        packed[part.order_line_id] += part.quantity
    return any(
        max(line.shipped_quantity, packed[line.id]) + line.cancelled_quantity < line.quantity
        for line in rows.lines
    )


def _last(scans: list[ShipmentEvent]) -> datetime | None:
    return scans[-1].at if scans else None


def _line(line: OrderLine, status: OrderStatus, currency: str) -> LineView:
    return LineView(
        id=line.id or 0,
        position=line.position,
        variant_id=line.variant_id,
        sku=line.sku,
        name=line.name,
        variant=line.variant_name,
        return_class=line.return_class,
        quantity=line.quantity,
        unit_price=Money(minor=line.unit_minor, currency=currency),
        discount=Money(minor=line.discount_minor, currency=currency),
        total=Money(minor=line.total_minor, currency=currency),
        shipped=line.shipped_quantity,
        cancelled=line.cancelled_quantity,
        returned=line.returned_quantity,
        status=status,
    )


def _shipment(
    shipment: Shipment,
    carrier: Carrier | None,
    contents: list[ParcelLine],
    scans: list[ShipmentEvent],
) -> ShipmentView:
    return ShipmentView(
        number=shipment.position,
        carrier=carrier.name if carrier else None,
        tracking=shipment.tracking,
        status=shipment.status,
        handed_over_at=shipment.handed_over_at,
        delivered_at=shipment.delivered_at,
        lines=tuple(contents),
        events=tuple(ScanView(at=scan.at, code=scan.code, place=scan.place) for scan in scans),
    )


def _payment(payment: Payment, currency: str) -> PaymentView:
    return PaymentView(
        id=payment.id or 0,
        method=payment.method,
        amount=Money(minor=payment.amount_minor, currency=currency),
        refunded=Money(minor=payment.refunded_minor, currency=currency),
        status=payment.status,
        detail=payment.detail,
        at=payment.at,
        saved_method=payment.saved_method_id,
        gift_card=payment.gift_card_id,
    )


def _refund(
    refund: Refund, saved: SavedPaymentMethod | None, rows: OrderRows, currency: str
) -> RefundView:
    """Where it goes, which need not be where the payment came from."""
    if refund.gift_card_id is not None:
        method = PaymentMethod.GIFT_CARD
    elif saved is not None:
        method = saved.method
    else:
        paid = {payment.id: payment.method for payment in rows.payments}
        method = paid[refund.payment_id]
    return RefundView(
        payment_id=refund.payment_id,
        amount=Money(minor=refund.amount_minor, currency=currency),
        status=refund.status,
        method=method,
        at=refund.created_at,
    )


def _cases(
    kind: CaseKind, rows: Iterable[tuple[ReturnRequest | Exchange | Claim, int]], currency: str
) -> Iterable[CaseView]:
    for case, position in rows:
        promised = 0 if isinstance(case, Exchange) or _is_settled(case) else case.refund_minor
        over = isinstance(case, Exchange) and case.status is CaseStatus.COMPLETED
        on_top = case.difference_minor if isinstance(case, Exchange) and over else 0
        yield CaseView(
            kind=kind,
            line=position,
            quantity=case.quantity,
            status=case.status,
            at=case.created_at,
            remedy=case.remedy if isinstance(case, Claim) else None,
            promised=Money(minor=promised, currency=currency) if promised else None,
            paid_on_top=Money(minor=on_top, currency=currency) if on_top else None,
        )


def _is_settled(case: ReturnRequest | Claim) -> bool:
    """Whether its money is paid or refused; an approved claim is paid with its approval."""
    if case.status in (CaseStatus.COMPLETED, CaseStatus.REJECTED):
        return True
    return isinstance(case, Claim) and case.status is not CaseStatus.REQUESTED
