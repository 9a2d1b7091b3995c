"""What follows a delivery, a loss or a cancellation: refunds, returns and exchanges."""

from __future__ import annotations

from random import Random

from orderdb.importers.demo.catalogue import DemoProduct
from orderdb.importers.demo.days import DAY
from orderdb.importers.demo.draft import (
    Draft,
    DraftExchange,
    DraftParcel,
    DraftRefund,
    DraftReturn,
)
from orderdb.importers.demo.terms import RETURN_REASONS

_KEPT = frozenset({"hygiene", "final_sale"})
_SETTLED = 6 * DAY  # a refund older than this has arrived

# Days after the request at which a return or an exchange reaches each state.
_STEPS = ((0.0, "requested"), (1.5, "approved"), (3.5, "in_transit"), (7.5, "received"))
_COMPLETED = 11.0


def is_returnable(product: DemoProduct) -> bool:
    """Whether customers may send it back just so."""
    return product.return_class not in _KEPT


class Aftermath:
    def __init__(self, products: list[DemoProduct], now: int, is_chinese: bytearray) -> None:
        self._products = products
        self._now = now
        self._is_chinese = is_chinese

    def refund_all(self, random: Random, draft: Draft, at: int) -> None:
        """Give back every captured payment, from that moment on."""
        for index, payment in enumerate(draft.payments):
            if payment.status == "captured":
                self.refund(random, draft, index, payment.amount, at)

    def refund_parcel(self, random: Random, draft: Draft, parcel: DraftParcel, at: int) -> None:
        """Give back what lay in a parcel that never arrived."""
        if sum(quantity for _, quantity in parcel.contents) == sum(q for _, q in draft.lines):
            self.refund_all(random, draft, at)
        else:
            worth = sum(draft.worth(line, quantity) for line, quantity in parcel.contents)
            self.refund_some(random, draft, worth, at)

    def refund_some(self, random: Random, draft: Draft, amount: int, at: int) -> None:
        """Give back a part: from the payment with the most left first."""
        left = [payment.amount if payment.status == "captured" else 0 for payment in draft.payments]
        for refund in draft.refunds:
            left[refund.payment] -= refund.amount if refund.status != "failed" else 0
        for index in sorted(range(len(left)), key=lambda index: -left[index]):
            part = min(amount, left[index])
            if part > 0:
                self.refund(random, draft, index, part, at)
                amount -= part

    def refund(self, random: Random, draft: Draft, payment: int, amount: int, at: int) -> None:
        """One refund as it stands now; a failed one is tried again after two days.

        Gift cards have theirs at once.
        """
        if at > self._now:
            return
        if draft.payments[payment].gift_card is not None:
            draft.refunds.append(DraftRefund(payment, amount, "succeeded", at))
            return
        roll = random.random()
        if roll < 0.04:
            draft.refunds.append(DraftRefund(payment, amount, "failed", at))
            at += 2 * DAY
            if at > self._now:
                return
        settled = at + _SETTLED * (0.4 + random.random() * 0.6) <= self._now
        draft.refunds.append(
            DraftRefund(payment, amount, "succeeded" if settled else "pending", at)
        )

    def send_back(self, random: Random, draft: Draft) -> None:
        """The customer returns or exchanges something of an order that arrived whole."""
        arrived = max(parcel.scans[-1][0] for parcel in draft.parcels)
        if any(parcel.scans[-1][1] != "delivered" for parcel in draft.parcels):
            return
        if sum(q for parcel in draft.parcels for _, q in parcel.contents) < draft.pieces:
            return
        asked = arrived + int((0.3 + random.random() * 5.5) * DAY)
        lines = [
            line
            for line, (variant, _) in enumerate(draft.lines)
            if is_returnable(self._products[variant.product])
        ]
        if asked > self._now or not lines:
            return
        if random.random() < 0.2:
            self.exchange(random, draft, random.choice(lines), asked)
            return
        everything = len(lines) == len(draft.lines) and random.random() < 0.6
        for line in lines if everything else [random.choice(lines)]:
            quantity = draft.lines[line][1]
            kept = 0 if everything else random.randrange(0, quantity)
            self.take_back(random, draft, line, quantity - kept, asked)

    def take_back(self, random: Random, draft: Draft, line: int, quantity: int, asked: int) -> None:
        """One return, as far as it has come by now; a completed one is refunded."""
        status = self._progress(random, asked)
        if status == "received" and random.random() < 0.1:
            status = "rejected"
        reason = random.choice(RETURN_REASONS)[self._is_chinese[draft.customer]]
        draft.returns.append(DraftReturn(line, quantity, reason, status, asked))
        if status == "completed":
            done = asked + int(_COMPLETED * DAY)
            self.refund_some(random, draft, draft.worth(line, quantity), done)

    def exchange(self, random: Random, draft: Draft, line: int, asked: int) -> None:
        """The same thing in another colour or size, when there is one."""
        bought, quantity = draft.lines[line]
        others = [v for v in self._products[bought.product].variants if v is not bought]
        if others:
            status = self._progress(random, asked)
            draft.exchanges.append(
                DraftExchange(line, quantity, random.choice(others), status, asked)
            )

    def _progress(self, random: Random, asked: int) -> str:
        age = (self._now - asked) / DAY
        if age >= _COMPLETED:
            return "completed" if random.random() < 0.94 else "rejected"
        return [status for after, status in _STEPS if age >= after][-1]
