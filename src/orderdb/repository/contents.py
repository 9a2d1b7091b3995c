"""Everything that hangs on one order, put together as a view."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from sqlmodel import Session, col, select

from orderdb.line_status import line_status
from orderdb.models import (
    Carrier,
    Exchange,
    OrderLine,
    Payment,
    Refund,
    ReturnRequest,
    Shipment,
    ShipmentEvent,
    ShipmentLine,
)
from orderdb.money import Money
from orderdb.repository.customers import customer_view
from orderdb.repository.delivery import Placed, delivery_facts, services
from orderdb.statuses import ShipmentStatus
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


def order_view(session: Session, placed: Placed) -> OrderView:
    """The whole order; eight statements."""
    order = placed.order
    assert order.id is not None
    lines = session.exec(
        select(OrderLine).where(OrderLine.order_id == order.id).order_by(col(OrderLine.position))
    ).all()
    positions = {line.id: line.position for line in lines}
    parcels = session.exec(
        select(Shipment, Carrier)
        .outerjoin(Carrier, col(Carrier.code) == col(Shipment.carrier_code))
        .where(Shipment.order_id == order.id)
        .order_by(col(Shipment.position))
    ).all()
    contents = _contents(session, order.id)
    scans = _scans(session, order.id)
    by_line: dict[int | None, list[ShipmentStatus]] = defaultdict(list)
    for shipment, _ in parcels:
        for part in contents[shipment.id]:
            by_line[part.order_line_id].append(shipment.status)

    def money(minor: int) -> Money:
        return Money(minor=minor, currency=order.currency)

    last_scans = [
        (shipment, scans[shipment.id][-1].at if scans[shipment.id] else None)
        for shipment, _ in parcels
    ]
    packed = Counter[int]()
    for parts in contents.values():
        for part in parts:
            packed[part.order_line_id] += part.quantity
    waiting = any(
        max(line.shipped_quantity, packed[line.id or 0]) + line.cancelled_quantity < line.quantity
        for line in lines
    )
    return OrderView(
        id=order.id,
        version=order.version,
        number=order.number,
        status=order.status,
        channel=order.channel,
        items=money(order.items_minor),
        discount=money(order.discount_minor),
        shipping=money(order.shipping_minor),
        tax=money(order.tax_minor),
        total=order.total,
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        packed_at=order.packed_at,
        cancelled_at=order.cancelled_at,
        promised_on=order.promised_on,
        destination=placed.destination,
        customer=customer_view(placed.customer),
        lines=tuple(
            LineView(
                id=line.id or 0,
                position=line.position,
                variant_id=line.variant_id,
                sku=line.sku,
                name=line.name,
                variant=line.variant_name,
                return_class=line.return_class,
                quantity=line.quantity,
                unit_price=money(line.unit_minor),
                discount=money(line.discount_minor),
                total=money(line.total_minor),
                shipped=line.shipped_quantity,
                cancelled=line.cancelled_quantity,
                returned=line.returned_quantity,
                status=line_status(line, order.status, by_line[line.id]),
            )
            for line in lines
        ),
        shipments=tuple(
            ShipmentView(
                number=shipment.position,
                carrier=carrier.name if carrier else None,
                tracking=shipment.tracking,
                status=shipment.status,
                handed_over_at=shipment.handed_over_at,
                delivered_at=shipment.delivered_at,
                lines=tuple(
                    ParcelLine(line=positions[part.order_line_id], quantity=part.quantity)
                    for part in contents[shipment.id]
                ),
                events=tuple(
                    ScanView(at=scan.at, code=scan.code, place=scan.place)
                    for scan in scans[shipment.id]
                ),
            )
            for shipment, carrier in parcels
        ),
        payments=_payments(session, order.id, order.currency),
        refunds=_refunds(session, order.id, order.currency),
        cases=_cases(session, order.id),
        delivery_facts=delivery_facts(
            placed, last_scans, services(session, [placed]), waiting=waiting
        ),
    )


def _contents(session: Session, order_id: int) -> dict[int | None, list[ShipmentLine]]:
    """Which lines lie in which parcel."""
    found: dict[int | None, list[ShipmentLine]] = defaultdict(list)
    for part in session.exec(
        select(ShipmentLine)
        .join(Shipment, col(Shipment.id) == col(ShipmentLine.shipment_id))
        .where(Shipment.order_id == order_id)
        .order_by(col(ShipmentLine.order_line_id))
    ):
        found[part.shipment_id].append(part)
    return found


def _scans(session: Session, order_id: int) -> dict[int | None, list[ShipmentEvent]]:
    """The scans of each parcel, oldest first."""
    found: dict[int | None, list[ShipmentEvent]] = defaultdict(list)
    for scan in session.exec(
        select(ShipmentEvent)
        .join(Shipment, col(Shipment.id) == col(ShipmentEvent.shipment_id))
        .where(Shipment.order_id == order_id)
        .order_by(col(ShipmentEvent.at), col(ShipmentEvent.id))
    ):
        found[scan.shipment_id].append(scan)
    return found


def _payments(session: Session, order_id: int, currency: str) -> tuple[PaymentView, ...]:
    return tuple(
        PaymentView(
            id=payment.id or 0,
            method=payment.method,
            amount=Money(minor=payment.amount_minor, currency=currency),
            refunded=Money(minor=payment.refunded_minor, currency=currency),
            status=payment.status,
            detail=payment.detail,
            at=payment.at,
        )
        for payment in session.exec(
            select(Payment).where(Payment.order_id == order_id).order_by(col(Payment.id))
        )
    )


def _refunds(session: Session, order_id: int, currency: str) -> tuple[RefundView, ...]:
    return tuple(
        RefundView(
            payment_id=refund.payment_id,
            amount=Money(minor=refund.amount_minor, currency=currency),
            status=refund.status,
            method=method,
            at=refund.created_at,
        )
        for refund, method in session.exec(
            select(Refund, Payment.method)
            .join(Payment, col(Payment.id) == col(Refund.payment_id))
            .where(Refund.order_id == order_id)
            .order_by(col(Refund.id))
        )
    )


def _cases(session: Session, order_id: int) -> tuple[CaseView, ...]:
    """Returns, then exchanges, each as they were asked for."""
    return (
        *_cases_of(session, order_id, "return", ReturnRequest),
        *_cases_of(session, order_id, "exchange", Exchange),
    )


def _cases_of(
    session: Session, order_id: int, kind: CaseKind, table: type[ReturnRequest] | type[Exchange]
) -> Iterator[CaseView]:
    rows = session.exec(
        select(OrderLine.position, col(table.quantity), col(table.status), col(table.created_at))
        .join(table, col(table.order_line_id) == col(OrderLine.id))
        .where(OrderLine.order_id == order_id)
        .order_by(col(table.id))
    )
    for position, quantity, status, at in rows:
        yield CaseView(kind=kind, line=position, quantity=quantity, status=status, at=at)
