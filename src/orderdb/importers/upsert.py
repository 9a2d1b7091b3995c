"""Writes one batch of orders: each row is added, or takes over what is new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, col, select

from orderdb.importers import staying
from orderdb.importers.incoming import IncomingLine, IncomingOrder, Problem, Sourced
from orderdb.importers.known import KnownOrders
from orderdb.importers.references import References
from orderdb.models import (
    Order,
    OrderLine,
    Payment,
    Refund,
    Shipment,
    ShipmentEvent,
    ShipmentLine,
    Warehouse,
)
from orderdb.numbers import number_key
from orderdb.statuses import ProposalKind

_Row = TypeVar("_Row", bound=SQLModel)


@dataclass
class _Written:
    """An order under way: its rows so far, and whether any of them is new or differs."""

    incoming: IncomingOrder
    row: Order
    is_new: bool
    is_changed: bool
    lines: list[OrderLine] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)

    @property
    def id(self) -> int:
        """The order's id; 0 until the first flush."""
        return self.row.id or 0

    def note(self, put: tuple[_Row, bool]) -> _Row:
        row, changed = put
        self.is_changed |= changed
        return row


class Upsert:
    """Counts what it ``added``, ``changed`` and left ``unchanged``; ``refused`` says why not.

    ``further_on``: left alone, as the file tells an earlier state of the order.
    """

    def __init__(self, session: Session, batch: list[Sourced]) -> None:
        self.refused: list[tuple[Sourced, Problem]] = []
        self.added = self.changed = self.unchanged = self.customers = 0
        self.further_on = 0
        self._session = session
        self._batch = batch
        self._known = KnownOrders(session, [number_key(one.order.number) for one in batch])

    def write(self) -> None:
        """In the order in which rows refer to one another, with a flush after each level."""
        incoming = list(self._welcome())
        self._references = References(self._session, incoming)
        self.customers = self._references.customers_added
        written = [self._order(order) for order in incoming]
        self._session.flush()
        for one in written:
            self._lines(one)
            self._shipments(one)
            self._payments(one)
        self._session.flush()
        for one in written:
            self._contents(one)
            self._refunds(one)
            if one.is_changed and not one.is_new:
                one.row.version += 1
        self._session.flush()
        self.added = sum(one.is_new for one in written)
        self.changed = sum(one.is_changed and not one.is_new for one in written)
        self.unchanged = len(written) - self.added - self.changed

    def _welcome(self) -> Iterator[IncomingOrder]:
        warehouses = self._warehouses()
        for one in self._batch:
            if one.order.warehouse not in warehouses:
                said = f"{one.order.warehouse!r} is no warehouse here; orderdesk import supply"
                self.refused.append((one, ("warehouse", f"{said} brings them")))
                continue
            known = self._known.by_key.get(number_key(one.order.number))
            if known is None:
                yield one.order
            elif problem := self._clash(one.order, known):
                self.refused.append((one, problem))
            elif staying.is_behind(one.order.status, known.status):
                self.further_on += 1
            else:
                self._keep_lines(one.order, known.id or 0)
                yield one.order

    def _warehouses(self) -> set[str | None]:
        """The warehouses that these orders name and the shop has, and none."""
        named = {one.order.warehouse for one in self._batch} - {None}
        if not named:
            return {None}
        known = self._session.exec(select(Warehouse.code).where(col(Warehouse.code).in_(named)))
        return {None, *known}

    def _clash(self, order: IncomingOrder, known: Order) -> Problem | None:
        """What an import must not change about a known order."""
        if known.number != order.number:
            return "number", f"reads like {known.number}, which is another order"
        if known.customer_id != order.customer.id:
            return "customer", f"order {known.number} is known with another customer"
        if known.currency != order.currency:
            return "currency", f"order {known.number} is known in {known.currency}"
        same, kinds = self._same_lines(order, known.id or 0), self._kinds(known.id or 0)
        if not same and ProposalKind.CHANGE_ITEMS not in kinds:
            return "line_name", f"order {known.number} is known with other lines"
        if not same and staying.is_told_apart(order):
            said = f"the items of order {known.number} were changed here, and parts of it sent:"
            return "line_name", f"{said} change them in the shop's system as well, and export anew"
        return None

    def _keep_lines(self, order: IncomingOrder, known: int) -> None:
        """Lines and money that were decided here stay, as far as the file says the goods are."""
        if staying.money_stays(self._kinds(known)):
            same = self._same_lines(order, known)
            staying.take_lines(order, self._known.lines[known], same)

    def _same_lines(self, order: IncomingOrder, known: int) -> bool:
        before = [_bought_before(line) for line in self._known.lines[known]]
        return [_bought(line) for line in order.lines] == before

    def _kinds(self, known: int) -> set[ProposalKind]:
        return self._known.changed_here[known]

    def _order(self, order: IncomingOrder) -> _Written:
        key = number_key(order.number)
        known = self._known.by_key.get(key)
        place: dict[str, Any] = {
            "number": order.number,
            "number_key": key,
            "customer_id": order.customer.id,
        }
        values = {
            "address_id": self._references.address(order) or (known.address_id if known else None),
            "channel": order.channel,
            "warehouse_code": order.warehouse or (known.warehouse_code if known else None),
            "status": order.status,
            "currency": order.currency,
            "items_minor": order.items,
            "discount_minor": order.discount,
            "shipping_minor": order.shipping,
            "tax_minor": order.tax,
            "total_minor": order.total,
            "placed_at": order.placed,
            "paid_at": order.paid,
            "packed_at": order.packed,
            "cancelled_at": order.cancelled,
            "cancel_reason": order.cancel_reason,
            "promised_on": order.promised,
            "note": order.note,
        }
        if known:
            for column in staying.columns(self._kinds(known.id or 0)):
                del values[column]
        row, changed = self._put(Order, known, place, values)
        return _Written(order, row, is_new=known is None, is_changed=changed)

    def _lines(self, one: _Written) -> None:
        known = iter(self._known.lines[one.id])
        for position, line in enumerate(one.incoming.lines, start=1):
            place: dict[str, Any] = {
                "order_id": one.id,
                "position": position,
                "sku": line.sku,
                "name_en": line.name,
                "name_zh": line.name,
                "variant_en": line.variant,
                "variant_zh": line.variant,
                "return_class": line.return_class,
                "quantity": line.quantity,
                "unit_minor": line.unit,
                "discount_minor": line.discount,
                "total_minor": line.total,
            }
            values = {
                "variant_id": self._references.variants.get(line.sku),
                "shipped_quantity": line.shipped,
                "cancelled_quantity": line.cancelled,
                "returned_quantity": line.returned,
            }
            one.lines.append(one.note(self._put(OrderLine, next(known, None), place, values)))

    def _shipments(self, one: _Written) -> None:
        known = iter(self._known.shipments[one.id])
        for position, shipment in enumerate(one.incoming.shipments, start=1):
            place: dict[str, Any] = {"order_id": one.id, "position": position}
            values = {
                "carrier_code": self._references.carrier(shipment.carrier),
                "tracking": shipment.tracking,
                "status": shipment.status,
                "handed_over_at": shipment.handed_over,
                "delivered_at": shipment.delivered,
            }
            one.shipments.append(one.note(self._put(Shipment, next(known, None), place, values)))

    def _payments(self, one: _Written) -> None:
        if not one.is_new and staying.money_stays(self._kinds(one.id)):
            one.incoming.payments = []  # those known here stay
        known = iter(self._known.payments[one.id])
        for payment in one.incoming.payments:
            row = next(known, None)
            values = {
                "method": payment.method,
                "amount_minor": payment.amount,
                "refunded_minor": max(payment.refunded, row.refunded_minor if row else 0),
                "status": payment.status,
                "gift_card_id": self._references.gift_cards.get(payment.gift_card or ""),
                "saved_method_id": payment.saved_method,
                "detail": payment.detail,
                "at": payment.at,
            }
            place: dict[str, Any] = {"order_id": one.id}
            one.payments.append(one.note(self._put(Payment, row, place, values)))

    def _contents(self, one: _Written) -> None:
        """What lies in each parcel, and its scans; scans are only ever added."""
        for incoming, row in zip(one.incoming.shipments, one.shipments, strict=True):
            parcel = row.id or 0
            known = {part.order_line_id: part for part in self._known.contents[parcel]}
            for index, pieces in incoming.contents.items():
                line = one.lines[index].id or 0
                place: dict[str, Any] = {"shipment_id": parcel, "order_line_id": line}
                part = known.pop(line, None)
                one.note(self._put(ShipmentLine, part, place, {"quantity": pieces}))
            for part in known.values():
                self._session.delete(part)
                one.is_changed = True
            scans = {(event.at, event.code): event for event in self._known.events[parcel]}
            for at, code in incoming.scans():
                place = {"shipment_id": parcel, "at": at, "code": code}
                one.note(self._put(ShipmentEvent, scans.get((at, code)), place, {}))

    def _refunds(self, one: _Written) -> None:
        for incoming, row in zip(one.incoming.payments, one.payments, strict=True):
            known = iter(self._known.refunds[row.id or 0])
            place: dict[str, Any] = {"order_id": one.id, "payment_id": row.id}
            for amount, status in incoming.refunds:
                values = {"amount_minor": amount, "status": status}
                one.note(self._put(Refund, next(known, None), place, values))

    def _put(
        self,
        table: type[_Row],
        known: _Row | None,
        place: dict[str, Any],
        values: dict[str, Any],
    ) -> tuple[_Row, bool]:
        """The row with those values, new at its ``place`` or known; and whether it changed.

        What the file does not tell is not taken away from a known row.
        """
        if known is None:
            row = table(**place, **values)
            self._session.add(row)
            return row, True
        new = {
            name: value
            for name, value in values.items()
            if value is not None and getattr(known, name) != value
        }
        for name, value in new.items():
            setattr(known, name, value)
        return known, bool(new)


def _bought(line: IncomingLine) -> tuple[object, ...]:
    return line.sku, line.name, line.variant, line.quantity, line.unit, line.discount


def _bought_before(line: OrderLine) -> tuple[object, ...]:
    unit, discount = line.unit_minor, line.discount_minor
    return line.sku, line.name_en, line.variant_en, line.quantity, unit, discount
