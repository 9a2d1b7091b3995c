"""One question: an order, the clauses of its day, and the clock; and what the rules ask of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from orderdb.eligibility.verdict import Action, Verdict
from orderdb.money import Money
from orderdb.policy_book import Clause, PolicyBook, UnknownClause
from orderdb.policy_profile import PolicyProfile, Until
from orderdb.statuses import OrderStatus, RefundStatus, ShipmentStatus
from orderdb.text import Text
from orderdb.views import LineView, OrderView, ShipmentView

_LEFT = {
    OrderStatus.PARTIALLY_SHIPPED,
    OrderStatus.SHIPPED,
    OrderStatus.OUT_FOR_DELIVERY,
    OrderStatus.EXCEPTION,
    OrderStatus.DELIVERED,
    OrderStatus.RETURNED,
    OrderStatus.PARTIALLY_RETURNED,
}
_GIVEN_UP = {ShipmentStatus.LOST, ShipmentStatus.DAMAGED, ShipmentStatus.RETURNED_TO_SENDER}
_ARRIVED = {OrderStatus.DELIVERED, OrderStatus.RETURNED, OrderStatus.PARTIALLY_RETURNED}


@dataclass(frozen=True)
class Question:
    order: OrderView
    action: Action
    book: PolicyBook
    now: datetime
    sealed: bool | None = None
    """Whether the goods are unopened, as the customer says; None where nobody asked."""

    @property
    def rules(self) -> PolicyProfile:
        return self.book.profile

    @property
    def today(self) -> date:
        """Today where the customer lives."""
        return self.local_day(self.now)

    def local_day(self, at: datetime) -> date:
        return at.astimezone(self.order.customer.zone).date()

    def clause(self, clause_id: str) -> Clause:
        """The version in force when the order was placed; today's for an undated order.

        An order older than all versions falls under the first. Raises UnknownClause where
        the shop has no such clause.
        """
        placed = self.order.placed_at
        try:
            return self.book.in_force(clause_id, self.local_day(placed or self.now))
        except UnknownClause:
            return self.book.versions(clause_id)[0]

    def end_of(self, day: date) -> datetime:
        """The last second of a day where the customer lives, in UTC."""
        midnight = datetime.combine(day + timedelta(days=1), time(), self.order.customer.zone)
        return midnight.astimezone(UTC) - timedelta(seconds=1)

    def yes(self, clause_id: str, en: str, zh: str, **more: object) -> Verdict:
        return self._verdict(True, clause_id, en, zh, more)

    def no(self, clause_id: str, en: str, zh: str, **more: object) -> Verdict:
        return self._verdict(False, clause_id, en, zh, more)

    def _verdict(
        self, allowed: bool, clause_id: str, en: str, zh: str, more: dict[str, object]
    ) -> Verdict:
        values = {
            "action": self.action,
            "allowed": allowed,
            "reason": Text(en=en, zh=zh),
            "clause": clause_id,
            "version": self.clause(clause_id).version,
            **more,
        }
        return Verdict.model_validate(values)

    @property
    def cancelled(self) -> bool:
        return self.order.status is OrderStatus.CANCELLED

    @property
    def left(self) -> bool:
        """Whether anything was handed to a carrier."""
        parcels = self.order.shipments
        return self.order.status in _LEFT or any(
            parcel.status is not ShipmentStatus.LABEL_CREATED for parcel in parcels
        )

    @property
    def packed(self) -> bool:
        """Whether the order is packed, or beyond."""
        return self.left or self.order.status is OrderStatus.PACKED or bool(self.order.shipments)

    def past(self, step: Until) -> bool:
        """Whether the order has taken a step that ends a right."""
        match step:
            case "paid":
                return self.order.status is not OrderStatus.PENDING_PAYMENT
            case "packed":
                return self.packed
            case "handed_over":
                return self.left

    @property
    def closed(self) -> bool:
        """Whether an earlier change of its items closed the order to all others."""
        return self.rules.change_items.closes_order and self.order.items_changed_at is not None

    @property
    def refundable(self) -> Money:
        """What was paid, has not been given back and is not promised."""
        return self.order.refundable

    @property
    def refunds_under_way(self) -> Money:
        minor = sum(
            refund.amount.minor
            for refund in self.order.refunds
            if refund.status is RefundStatus.PENDING
        )
        return Money(minor=minor, currency=self.order.currency)

    def parcels(self, line: LineView) -> tuple[ShipmentView, ...]:
        """Those that hold the line; all of them, where the records tell no items."""
        order = self.order
        return order.parcels_of(line) if order.lines else order.shipments

    def arrived(self, line: LineView) -> bool:
        """Whether pieces of the line were delivered."""
        parcels = self.parcels(line)
        if not parcels:
            return self.order.status in _ARRIVED
        return any(parcel.status is ShipmentStatus.DELIVERED for parcel in parcels)

    def arrived_on(self, line: LineView) -> date | None:
        """The day on which the line's last parcel arrived, as far as the records tell."""
        parcels = self.parcels(line) or self.order.shipments
        times = [parcel.delivered_at for parcel in parcels if parcel.delivered_at is not None]
        return self.local_day(max(times)) if times else None

    @property
    def whole_order_arrived_on(self) -> date | None:
        """The day on which the last parcel arrived; None while something is still to come.

        A parcel that the carrier gave up does not come.
        """
        order = self.order
        times = [
            parcel.delivered_at
            for parcel in order.shipments
            if parcel.delivered_at is not None or parcel.status not in _GIVEN_UP
        ]
        if not times or None in times or any(line.unshipped for line in order.lines):
            return None
        return self.local_day(max(time for time in times if time is not None))
