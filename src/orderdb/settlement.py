"""What was registered is settled: goods came back and were checked, a report was looked at.

A person at the warehouse or the service desk says so; the promised refund is released with it, the
difference of an exchange is paid, and goods leave once more, in one transaction with its audit
event and its effects.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from orderdb import audit, outbox, stock
from orderdb.database import writing
from orderdb.errors import NotFound, Refused
from orderdb.ledger import Ledger
from orderdb.models import (
    Claim,
    Exchange,
    GiftCard,
    Order,
    OrderLine,
    Payment,
    ReturnRequest,
    SavedPaymentMethod,
    Variant,
)
from orderdb.proposals.effects import charge_key, enqueue_charges, enqueue_refunds
from orderdb.repository import find_order
from orderdb.statuses import (
    CaseStatus,
    EffectKind,
    OrderStatus,
    PaymentMethod,
    PaymentStatus,
    Remedy,
)
from orderdb.text import Text
from orderdb.views import OrderView
from orderdb.wallet import Means, Wallet

_OVER = (CaseStatus.COMPLETED, CaseStatus.REJECTED)


def settle_return(
    session: Session,
    return_id: int,
    *,
    agent: str,
    now: datetime,
    refund_minor: int | None = None,
) -> ReturnRequest:
    """The goods are back: release the promised refund, or less where they lost worth.

    Repeats change nothing. Raises NotFound, and Refused for more than was promised or for a
    return that was rejected.
    """
    settling = _Settling.begin(session, ReturnRequest, return_id, agent, now)
    request = session.get_one(ReturnRequest, return_id)
    if settling.is_over(request.status, CaseStatus.COMPLETED):
        return request
    amount = request.refund_minor if refund_minor is None else refund_minor
    if not 0 <= amount <= request.refund_minor:
        raise Refused(_TOO_MUCH)
    request.status = CaseStatus.COMPLETED
    settling.line.returned_quantity += request.quantity
    session.add_all([request, settling.line])
    settling.release(amount, _way(session, request), request.proposal_id)
    settling.order.status = _status(session, settling.order)
    settling.finish("return.completed", f"return:{return_id}")
    return request


def settle_claim(
    session: Session, claim_id: int, *, approved: bool, agent: str, now: datetime
) -> Claim:
    """A report that waited for a person: its refund is released or its goods are sent again, or
    it is turned down.

    Repeats change nothing. Raises NotFound, and Refused for one that was decided otherwise, or
    whose goods are out of stock.
    """
    settling = _Settling.begin(session, Claim, claim_id, agent, now)
    claim = session.get_one(Claim, claim_id)
    again = claim.remedy is Remedy.RESHIP
    if again and claim.status in (CaseStatus.APPROVED, CaseStatus.COMPLETED):
        if not approved:
            raise Refused(_DECIDED)  # the goods are on their way
        return claim
    yes = CaseStatus.APPROVED if again else CaseStatus.COMPLETED
    wanted = yes if approved else CaseStatus.REJECTED
    if settling.is_over(claim.status, wanted):
        return claim
    claim.status = wanted
    session.add(claim)
    if approved and again:
        settling.promise(settling.line.variant_id, claim.quantity)
        settling.send(f"claim-{claim_id}", claims=[claim_id], quantity=claim.quantity)
    elif approved:
        settling.release(claim.refund_minor, None, claim.proposal_id)
    settling.finish(f"claim.{wanted}", f"claim:{claim_id}")
    return claim


def settle_exchange(
    session: Session, exchange_id: int, *, accepted: bool, agent: str, now: datetime
) -> Exchange:
    """The goods are on their way back: the difference is paid, and the replacement leaves.

    Not accepted (they never came, or cannot be taken back): the replacement is free for others.
    Repeats change nothing. Raises NotFound, and Refused for one that was decided otherwise, or
    where a gift card no longer covers the difference.
    """
    settling = _Settling.begin(session, Exchange, exchange_id, agent, now)
    exchange = session.get_one(Exchange, exchange_id)
    wanted = CaseStatus.COMPLETED if accepted else CaseStatus.REJECTED
    if settling.is_over(exchange.status, wanted):
        return exchange
    exchange.status = wanted
    session.add(exchange)
    if accepted:
        paid = settling.difference(exchange)
        settling.send(
            f"exchange-{exchange_id}",
            exchanges=[exchange_id],
            quantity=exchange.quantity,
            variant=session.get_one(Variant, exchange.new_variant_id).sku,
            paid=paid,
        )
    else:
        pieces = {exchange.new_variant_id: exchange.quantity}
        stock.move(session, pieces, {}, settling.order.warehouse_code)
    settling.finish(f"exchange.{wanted}", f"exchange:{exchange_id}")
    return exchange


@dataclass
class _Settling:
    """The locked order of a case, its state before, and who settles it."""

    session: Session
    order: Order
    line: OrderLine
    before: dict[str, object]
    agent: str
    now: datetime

    @classmethod
    def begin(
        cls,
        session: Session,
        table: type[ReturnRequest] | type[Claim] | type[Exchange],
        case_id: int,
        agent: str,
        now: datetime,
    ) -> _Settling:
        writing(session)
        found = session.exec(
            select(Order, OrderLine)
            .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
            .join(table, col(table.order_line_id) == col(OrderLine.id))
            .where(col(table.id) == case_id)
            .with_for_update()
        ).first()
        if found is None:
            raise NotFound("there is no such case")
        order, line = found
        return cls(session, order, line, audit.order_state(session, order.id or 0), agent, now)

    def is_over(self, status: CaseStatus, wanted: CaseStatus) -> bool:
        """Whether it was settled as wanted before; raises Refused when otherwise."""
        if status in _OVER and status is not wanted:
            raise Refused(_DECIDED)
        return status is wanted

    def promise(self, variant: int | None, quantity: int) -> None:
        """Set pieces aside; raises Refused where there are too few."""
        pieces = {variant: quantity} if variant is not None else {}
        if stock.short_of(self.session, pieces, self.order.warehouse_code):
            raise Refused(_OUT_OF_STOCK)
        stock.move(self.session, {}, pieces, self.order.warehouse_code)

    def send(self, key: str, *, quantity: int, paid: Payment | None = None, **told: object) -> None:
        """Have the warehouse send pieces of the line, under a key of its own; what they cost more
        is charged before."""
        lines = [{"line": self.line.position, "quantity": quantity}]
        payload = {"order_number": self.order.number, "lines": lines, **told}
        after = None
        if paid is not None:
            payload["payment_id"] = paid.id
            after = charge_key(paid) if paid.status is PaymentStatus.PENDING else None
        outbox.enqueue(
            self.session,
            EffectKind.RESHIPMENT,
            f"reshipment:{key}",
            payload,
            self.now,
            after=after,
        )

    def difference(self, exchange: Exchange) -> Payment | None:
        """Charge or give back what the replacement costs more or less; the payment it makes."""
        minor = exchange.difference_minor
        if minor < 0:
            self.release(-minor, _way(self.session, exchange), exchange.proposal_id)
        if minor <= 0:
            return None
        view = self._view()
        means = Wallet(self.session, view).settling(exchange)
        if means is None or (means.balance is not None and means.balance < minor):
            raise Refused(_NOT_COVERED)
        ledger = Ledger(self.session, view, exchange.proposal_id, self.now)
        payment = ledger.charge(minor, means, at_once=False)
        enqueue_charges(self.session, ledger, self.order.number, view.currency, self.now)
        return payment

    def _view(self) -> OrderView:
        return find_order(self.session, self.order.customer_id, self.order.number)

    def release(self, amount: int, to: Means | None, proposal_id: str | None) -> None:
        view = self._view()
        ledger = Ledger(self.session, view, proposal_id, self.now)
        ledger.give_back(amount, to)
        enqueue_refunds(self.session, ledger, self.order.number, view.currency, self.now)

    def finish(self, kind: str, subject: str) -> None:
        self.order.version += 1
        self.session.add(self.order)
        after = audit.order_state(self.session, self.order.id or 0)
        audit.append(
            self.session,
            actor=f"agent:{self.agent}",
            kind=kind,
            subject=subject,
            payload={
                "order": self.order.number,
                "changes": audit.changes(self.before, after),
            },
            now=self.now,
        )
        self.session.commit()


def _status(session: Session, order: Order) -> OrderStatus:
    lines = session.exec(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    kept = sum(line.quantity - line.cancelled_quantity for line in lines)
    back = sum(line.returned_quantity for line in lines)
    return OrderStatus.RETURNED if back == kept else OrderStatus.PARTIALLY_RETURNED


def _way(session: Session, request: ReturnRequest | Exchange) -> Means | None:
    """Where the customer wanted the money; None for the ways that it came."""
    if request.gift_card_id is not None:
        card = session.get_one(GiftCard, request.gift_card_id)
        return Means("gift_card", PaymentMethod.GIFT_CARD, key=card.code, gift_card_id=card.id)
    if request.saved_method_id is not None:
        saved = session.get_one(SavedPaymentMethod, request.saved_method_id)
        return Means("saved", saved.method, key=saved.id, saved_method_id=saved.id)
    return None


_TOO_MUCH = Text(
    en="No more than what was promised can be released. Choose a lower amount.",
    zh="退款不能超过已承诺的金额，请降低金额。",
)
_DECIDED = Text(en="It was decided otherwise already.", zh="该申请已作出其他处理。")
_OUT_OF_STOCK = Text(
    en="It is out of stock. Turn it down, and propose a refund in the customer's stead.",
    zh="该商品缺货。请驳回后代顾客提交退款。",
)
_NOT_COVERED = Text(
    en="What was to pay for the difference no longer covers it. Ask the customer, or turn it down.",
    zh="原定的支付方式已不足以支付差价，请联系顾客或驳回。",
)
