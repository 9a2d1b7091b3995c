"""One order of the customer as reading a message needs it: what may be done with it, and how."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from orderdb.eligibility import Action, Verdict, verdict, verdict_for_line, way_to_refund
from orderdb.eligibility.clauses import FREE_SHIPPING
from orderdb.eligibility.question import Question
from orderdb.eligibility.reporting import by_carrier
from orderdb.models import Address, Order, Variant
from orderdb.money import Money
from orderdb.policy_book import PolicyBook
from orderdb.repository import other_variants, search_products
from orderdb.statuses import OrderStatus
from orderdb.views import LineView, OrderView
from orderdb.wallet import ORIGINAL, Means, Wallet


@dataclass(frozen=True)
class Purchase:
    """Answers come from the rows and the rules; nothing is locked or changed."""

    order: OrderView
    session: Session
    book: PolicyBook
    now: datetime
    _variants: dict[int, tuple[Variant, ...]] = field(default_factory=dict)

    def verdict(self, action: Action, only: Collection[int] = ()) -> Verdict:
        """Of the whole order, or of ``only`` these of its items."""
        return verdict(self.order, action, self.book, self.now, only)

    def line_verdict(self, line: LineView, action: Action) -> Verdict:
        return verdict_for_line(line, self.order, action, self.book, self.now)

    def possible(self, action: Action) -> tuple[LineView, ...]:
        """The items with which it may be done."""
        return tuple(line for line in self.order.lines if self.line_verdict(line, action).allowed)

    def line(self, position: int) -> LineView:
        """The item with that number; raises LookupError."""
        for line in self.order.lines:
            if line.position == position:
                return line
        raise LookupError(f"the order has no item {position}")

    def proven(self, line: LineView, action: Action) -> bool:
        """Whether the carrier itself shows what happened, so that no photos are needed."""
        return by_carrier(Question(self.order, action, self.book, self.now), line)

    @property
    def lost(self) -> bool:
        """Whether a parcel is lost, or counts as lost by the carrier's silence."""
        return any(self.proven(line, "report_missing") for line in self.possible("report_missing"))

    @property
    def swapped_before_packing(self) -> bool:
        """Whether goods are swapped by changing the order, not by an exchange once they came."""
        allowed = self.verdict("change_items").allowed
        return allowed or self.order.status is OrderStatus.PACKED  # which the refusal says

    @property
    def free_shipping_from(self) -> Money | None:
        """What goods had to come to, on the day of the order, to be shipped free of charge."""
        placed = self.order.placed_at
        if placed is None:
            return None
        clause = self.book.in_force(FREE_SHIPPING, placed.date())
        limit = clause.fee("free_from", self.order.currency)
        return Money(minor=limit, currency=self.order.currency) if limit else None

    @property
    def refund_way(self) -> Action | None:
        """What leads to money back; None where nothing does, or it is under way."""
        return way_to_refund(self.order, self.book, self.now)

    def variants(self, line: LineView) -> tuple[Variant, ...]:
        """What the item can become: other variants that the order's warehouse has."""
        if line.variant_id is None:
            return ()
        if line.variant_id not in self._variants:
            found = other_variants(self.session, line.variant_id, self.order.id)
            self._variants[line.variant_id] = tuple(found)
        return self._variants[line.variant_id]

    def all_variants(self, line: LineView) -> tuple[Variant, ...]:
        """The other variants of its product, with those that nobody has in stock."""
        if line.variant_id is None:
            return ()
        bought = self.session.get_one(Variant, line.variant_id)
        of_product = select(Variant).where(
            Variant.product_id == bought.product_id, Variant.id != bought.id
        )
        return tuple(self.session.exec(of_product))

    def other_ways(self) -> tuple[Means, ...]:
        """Ways of paying that the account has besides the one at hand."""
        wallet = Wallet(self.session, self.order, lock=False)
        return tuple(way for way in wallet.ways() if way.source != ORIGINAL)

    def another_product(self, words: str, line: LineView) -> bool:
        """Whether words name goods of the shop that are no variant of the item."""
        found = search_products(self.session, self.order.customer.id, words)
        names = {one.name.en for one in found}
        return bool(names) and line.name.en not in names

    def address(self) -> Address | None:
        """Where it goes now."""
        goes_to = select(Order.address_id).where(Order.id == self.order.id).scalar_subquery()
        return self.session.exec(select(Address).where(Address.id == goes_to)).first()

    def other_addresses(self) -> tuple[Address, ...]:
        """Places that the account knows besides the order's, newest first, in its country."""
        goes_to = select(Order.address_id).where(Order.id == self.order.id).scalar_subquery()
        found = self.session.exec(
            select(Address)
            .where(
                Address.customer_id == self.order.customer.id,
                Address.country == self.order.destination,
                col(Address.id).is_distinct_from(goes_to),
            )
            .order_by(col(Address.id).desc())
        )
        return tuple(found)
