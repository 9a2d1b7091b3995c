"""What was registered is settled: goods came back and were checked, a report was looked at.

A person at the warehouse or the service desk says so; the promised refund is released with it, in
one transaction with its audit event and its effects.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from orderdb import audit
from orderdb.database import writing
from orderdb.errors import NotFound, Refused
from orderdb.ledger import Ledger
from orderdb.models import Claim, GiftCard, Order, OrderLine, ReturnRequest, SavedPaymentMethod
from orderdb.proposals.effects import enqueue_refunds
from orderdb.repository import find_order
from orderdb.statuses import CaseStatus, OrderStatus, PaymentMethod, Remedy
from orderdb.text import Text
from orderdb.wallet import Means

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
    """A report that waited for a person: its refund is released, or it is turned down.

    Repeats change nothing. Raises NotFound, and Refused for one that was decided otherwise, or
    whose goods are to be sent again, which a new proposal does.
    """
    settling = _Settling.begin(session, Claim, claim_id, agent, now)
    claim = session.get_one(Claim, claim_id)
    wanted = CaseStatus.COMPLETED if approved else CaseStatus.REJECTED
    if settling.is_over(claim.status, wanted):
        return claim
    if approved and claim.remedy is not Remedy.REFUND:
        raise Refused(_PROPOSE)
    claim.status = wanted
    session.add(claim)
    if approved:
        settling.release(claim.refund_minor, None, claim.proposal_id)
    settling.finish(f"claim.{wanted}", f"claim:{claim_id}")
    return claim


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
        table: type[ReturnRequest | Claim],
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

    def release(self, amount: int, to: Means | None, proposal_id: str | None) -> None:
        view = find_order(self.session, self.order.customer_id, self.order.number)
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


def _way(session: Session, request: ReturnRequest) -> Means | None:
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
_PROPOSE = Text(
    en="Propose sending the goods again in the customer's stead; that settles it.",
    zh="请代顾客提交补发，由此完成处理。",
)
