"""Orders as lived, turned into rows: sums, states, stock promised and gift cards left."""

from __future__ import annotations

from collections import defaultdict
from operator import itemgetter
from typing import Any

from orderdb.importers.bulk import Bulk
from orderdb.importers.demo.catalogue import DemoProduct
from orderdb.importers.demo.days import Days
from orderdb.importers.demo.draft import Draft, DraftParcel

FIRST_NUMBER = 20_000

# In the order in which they refer to one another.
_COLUMNS = {
    "gift_cards": "id code customer_id currency initial_minor balance_minor",
    "orders": "id number number_key customer_id address_id warehouse_code channel status currency "
    "items_minor discount_minor shipping_minor tax_minor total_minor placed_at paid_at packed_at "
    "cancelled_at cancel_reason promised_on note version",
    "order_lines": "id order_id position variant_id sku name_en name_zh variant_en variant_zh "
    "return_class quantity unit_minor discount_minor total_minor shipped_quantity "
    "cancelled_quantity returned_quantity",
    "shipments": "id order_id position carrier_code tracking status handed_over_at delivered_at",
    "shipment_lines": "shipment_id order_line_id quantity",
    "shipment_events": "id shipment_id at code place",
    "payments": "id order_id method amount_minor refunded_minor status gift_card_id detail at",
    "refunds": "id order_id payment_id amount_minor status created_at",
    "return_requests": "id order_line_id quantity reason status created_at",
    "exchanges": "id order_line_id new_variant_id quantity difference_minor status created_at",
}
_CUSTOMER = itemgetter(3)
_STUCK = frozenset({"lost", "damaged", "held", "returned_to_sender"})
_BACK = frozenset({"received", "completed"})


class Ledger:
    """Collects rows; ``flush`` writes them. ``reserved`` are pieces that open orders wait for."""

    def __init__(
        self, bulk: Bulk, days: Days, products: list[DemoProduct], *, address: int, variant: int
    ) -> None:
        self.reserved: dict[tuple[int, str], int] = defaultdict(int)
        self._bulk = bulk
        self._stamp = days.stamp
        self._iso = days.iso
        self._address = address
        self._variant = variant
        self._items = [
            (
                variant + one.number,
                one.sku,
                product.name.en,
                product.name.zh,
                one.name.en,
                one.name.zh,
                product.return_class,
            )
            for product in products
            for one in product.variants
        ]
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _COLUMNS}
        self._next = {table: bulk.next_id(table) for table in _COLUMNS if table != "shipment_lines"}

    def flush(self) -> None:
        """Write what was collected."""
        # By customer, as the largest index of the table is: neighbours then share its pages.
        self._rows["orders"].sort(key=_CUSTOMER)
        for table, rows in self._rows.items():
            self._bulk.write(table, _COLUMNS[table], rows)
            rows.clear()

    def close(self) -> None:
        self.flush()
        self._bulk.release_ids(*self._next)

    def add(self, position: int, draft: Draft) -> None:
        """The order at that place in the shop's numbering."""
        order = self._take("orders")
        number = f"A{FIRST_NUMBER + position}"
        shipped = _shipped(draft)
        back = [0] * len(shipped)
        for request in draft.returns:
            if request.status in _BACK:
                back[request.line] += request.quantity
        stamp, cancelled = self._stamp, draft.cancelled is not None
        items, discount, shipping = draft.items, draft.discount, draft.shipping
        self._rows["orders"].append(
            (
                order,
                number,
                number,
                f"c-{draft.customer + 1:05}",
                self._address + draft.customer,
                draft.warehouse,
                draft.channel,
                _status(draft, sum(shipped), sum(back)),
                draft.currency,
                items,
                discount,
                shipping,
                0,
                items - discount + shipping,
                stamp(draft.placed),
                None if draft.paid is None else stamp(draft.paid),
                None if draft.packed is None else stamp(draft.packed),
                None if draft.cancelled is None else stamp(draft.cancelled),
                draft.cancel_reason,
                None if draft.promised is None else self._iso(draft.promised),
                draft.note,
                1,
            )
        )
        first_line = self._next["order_lines"]
        self._next["order_lines"] += len(draft.lines)
        lines = self._rows["order_lines"]
        for index, (variant, quantity) in enumerate(draft.lines):
            unit = variant.prices[draft.currency]
            sent = shipped[index]
            lines.append(
                (
                    first_line + index,
                    order,
                    index + 1,
                    *self._items[variant.number],
                    quantity,
                    unit,
                    0,
                    unit * quantity,
                    sent,
                    quantity if cancelled else 0,
                    back[index],
                )
            )
            if sent < quantity and not cancelled:
                self.reserved[variant.number, draft.warehouse] += quantity - sent
        for place, parcel in enumerate(draft.parcels, start=1):
            self._parcel(order, place, parcel, first_line)
        self._money(order, draft)
        if draft.returns or draft.exchanges:
            self._cases(draft, first_line)

    def _take(self, table: str) -> int:
        number = self._next[table]
        self._next[table] = number + 1
        return number

    def _parcel(self, order: int, place: int, parcel: DraftParcel, first_line: int) -> None:
        shipment = self._take("shipments")
        stamp = self._stamp
        handed = delivered = None
        events = self._rows["shipment_events"]
        event = self._next["shipment_events"]
        self._next["shipment_events"] = event + len(parcel.scans)
        code = "label_created"
        for at, code, where in parcel.scans:
            moment = stamp(at)
            events.append((event, shipment, moment, code, where))
            event += 1
            if code == "handed_over":
                handed = moment
            elif code == "delivered":
                delivered = moment
        self._rows["shipments"].append(
            (shipment, order, place, parcel.carrier, parcel.tracking, code, handed, delivered)
        )
        contents = self._rows["shipment_lines"]
        for line, quantity in parcel.contents:
            contents.append((shipment, first_line + line, quantity))

    def _money(self, order: int, draft: Draft) -> None:
        stamp = self._stamp
        given_back = [0] * len(draft.payments)
        first_payment = self._next["payments"]
        self._next["payments"] += len(draft.payments)
        for refund in draft.refunds:
            if refund.status != "failed":
                given_back[refund.payment] += refund.amount
            self._rows["refunds"].append(
                (
                    self._take("refunds"),
                    order,
                    first_payment + refund.payment,
                    refund.amount,
                    refund.status,
                    stamp(refund.at),
                )
            )
        for index, payment in enumerate(draft.payments):
            card, detail = None, payment.detail
            if payment.gift_card is not None:
                card = self._take("gift_cards")
                detail = f"GC-{card:07}"
                returned = sum(
                    refund.amount
                    for refund in draft.refunds
                    if refund.payment == index and refund.status == "succeeded"
                )
                self._rows["gift_cards"].append(
                    (
                        card,
                        detail,
                        f"c-{draft.customer + 1:05}",
                        draft.currency,
                        payment.gift_card,
                        payment.gift_card - payment.amount + returned,
                    )
                )
            self._rows["payments"].append(
                (
                    first_payment + index,
                    order,
                    payment.method,
                    payment.amount,
                    given_back[index],
                    payment.status,
                    card,
                    detail,
                    stamp(payment.at),
                )
            )

    def _cases(self, draft: Draft, first_line: int) -> None:
        for request in draft.returns:
            self._rows["return_requests"].append(
                (
                    self._take("return_requests"),
                    first_line + request.line,
                    request.quantity,
                    request.reason,
                    request.status,
                    self._stamp(request.at),
                )
            )
        for exchange in draft.exchanges:
            bought = draft.lines[exchange.line][0]
            prices = exchange.variant.prices[draft.currency], bought.prices[draft.currency]
            self._rows["exchanges"].append(
                (
                    self._take("exchanges"),
                    first_line + exchange.line,
                    self._variant + exchange.variant.number,
                    exchange.quantity,
                    (prices[0] - prices[1]) * exchange.quantity,
                    exchange.status,
                    self._stamp(exchange.at),
                )
            )


def _shipped(draft: Draft) -> list[int]:
    """Pieces of each line that left the warehouse; a parcel sent again counts once."""
    shipped = [0] * len(draft.lines)
    for parcel in draft.parcels:
        if parcel.scans[-1][1] != "label_created":
            for line, quantity in parcel.contents:
                shipped[line] = min(shipped[line] + quantity, draft.lines[line][1])
    return shipped


def _status(draft: Draft, shipped: int, back: int) -> str:
    """The order's state, from what happened to it so far."""
    if draft.cancelled is not None:
        return "cancelled"
    if draft.paid is None:
        return "pending_payment"
    pieces = draft.pieces
    if back:
        return "returned" if back == pieces else "partially_returned"
    if not draft.parcels:
        return "processing" if draft.picking else "paid"
    states = {parcel.scans[-1][1] for parcel in draft.parcels}
    if states & _STUCK:
        states = _without_replaced(draft.parcels)
        if states & _STUCK:
            return "exception"
    if not shipped:
        return "packed"
    if shipped < pieces:
        return "partially_shipped"
    if states == {"delivered"}:
        return "delivered"
    return "out_for_delivery" if states <= {"out_for_delivery", "delivered"} else "shipped"


def _without_replaced(parcels: list[DraftParcel]) -> set[str]:
    """States of all parcels but those whose contents were sent again."""
    return {
        parcel.scans[-1][1]
        for position, parcel in enumerate(parcels)
        if not any(later.contents is parcel.contents for later in parcels[position + 1 :])
    }
