"""What was lost, what was done twice and what is stuck, by the rows and by the receiver's book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, select

from orderdb import audit
from orderdb.models import (
    Address,
    Conversation,
    Effect,
    Exchange,
    GiftCard,
    Message,
    Order,
    OrderLine,
    Payment,
    Proposal,
    Refund,
    ReturnRequest,
    Turn,
)
from orderdb.statuses import (
    EffectKind,
    EffectStatus,
    OrderStatus,
    PaymentMethod,
    ProposalStatus,
    RefundStatus,
    Role,
    TurnStatus,
)
from tests.crash import shop, wishes
from tests.crash.customer import Outcome
from tests.crash.receiver import Receiver


@dataclass
class Account:
    """Each list names what it found; all must be empty."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.duplicated or self.stuck or self.other)


def stuck(session: Session, outcomes: Sequence[Outcome]) -> list[str]:
    """What is still under way; empty once everything has come to its end."""
    found = [f"customer {one.index} still waits" for one in outcomes if not one.finished]
    for turn in session.exec(select(Turn).where(Turn.status == TurnStatus.RUNNING)):
        found.append(f"turn {turn.id} still runs")
    for conversation in session.exec(select(Conversation)):
        if conversation.lease_owner is not None:
            found.append(f"conversation {conversation.id} is still held")
    for effect in session.exec(select(Effect).where(Effect.status != EffectStatus.DELIVERED)):
        found.append(f"effect {effect.key} is {effect.status}: {effect.last_error}")
    for refund in session.exec(select(Refund).where(Refund.status != RefundStatus.SUCCEEDED)):
        found.append(f"refund {refund.id} is {refund.status}")
    return found


def account(
    session: Session, start: Session, outcomes: Sequence[Outcome], receiver: Receiver
) -> Account:
    """The whole reckoning, once nothing moves any more."""
    book = Account(stuck=stuck(session, outcomes))
    for outcome in outcomes:
        book.other += [f"customer {outcome.index}: {fault}" for fault in outcome.faults]
        _messages(session, outcome, book)
        _change(session, outcome, book)
    exchanged = len(session.exec(select(Exchange.id)).all())
    before, after = shop.promised(start), shop.promised(session)
    _exactly(before + shop.PIECES * exchanged, after, "pieces set aside for exchanges", book)
    _effects(session, receiver, book)
    book.other += receiver.faults
    if broken := audit.verify(session):
        book.other.append(f"audit event {broken.event_id}: {broken.fault}")
    if difference := audit.replay(session, start).difference:
        book.other.append(f"order {difference.order}: {difference.told}")
    return book


def _messages(session: Session, outcome: Outcome, book: Account) -> None:
    """Every message is stored once, and answered once where its answer was seen."""
    for conversation, client_id, answered in outcome.asked:
        turns = session.exec(
            select(Turn).where(
                Turn.conversation_id == conversation, Turn.client_message_id == client_id
            )
        ).all()
        where = f"message {client_id} of customer {outcome.index}"
        _exactly(1, len(turns), where, book)
        for turn in turns:
            said = Counter(
                session.exec(select(Message.role).where(Message.turn_id == turn.id)).all()
            )
            _exactly(1, said[Role.CUSTOMER], where, book)
            if answered and turn.status is TurnStatus.DONE:
                _exactly(1, said[Role.ASSISTANT], f"the answer to {where}", book)


def _change(session: Session, outcome: Outcome, book: Account) -> None:
    """What a customer was told is done, is done: once, whole, to the cent."""
    order = session.exec(select(Order).where(Order.number == wishes.number(outcome.index))).one()
    confirmed = session.exec(
        select(Proposal).where(
            Proposal.order_id == order.id, Proposal.status == ProposalStatus.CONFIRMED
        )
    ).all()
    where = f"order {order.number}"
    if outcome.result:
        _exactly(1, len(confirmed), f"{where}: confirmed proposals", book)
        if [one.result for one in confirmed] != [outcome.result]:
            book.lost.append(f"{where}: the result that the customer was told")
    if not confirmed:
        return
    check = {
        "cancel": _cancelled,
        "return": _returned,
        "exchange": _exchanged,
        "address": _moved,
    }[wishes.wish(outcome.index)]
    check(session, order, confirmed[0], where, book)


def _returned(
    session: Session, order: Order, proposal: Proposal, where: str, book: Account
) -> None:
    rows = session.exec(
        select(ReturnRequest).join(OrderLine).where(OrderLine.order_id == order.id)
    ).all()
    _exactly(1, len(rows), f"{where}: returns", book)
    _exactly(shop.PIECES, sum(row.quantity for row in rows), f"{where}: pieces", book)
    promised = sum(row.refund_minor for row in rows)
    _exactly(proposal.amount_minor, promised, f"{where}: cents promised", book)


def _exchanged(
    session: Session, order: Order, proposal: Proposal, where: str, book: Account
) -> None:
    rows = session.exec(
        select(Exchange).join(OrderLine).where(OrderLine.order_id == order.id)
    ).all()
    _exactly(1, len(rows), f"{where}: exchanges", book)
    _exactly(shop.PIECES, sum(row.quantity for row in rows), f"{where}: pieces", book)


def _moved(session: Session, order: Order, proposal: Proposal, where: str, book: Account) -> None:
    """Two addresses: the one that the order had, and the new one, to which it goes."""
    places = session.exec(
        select(Address.line1).where(Address.customer_id == order.customer_id)
    ).all()
    _exactly(2, len(places), f"{where}: addresses", book)
    goes_to = session.get_one(Address, order.address_id)
    if goes_to.line1 != wishes.street(int(order.number[1:]) - wishes.FIRST):
        book.lost.append(f"{where}: its new address")


def _cancelled(
    session: Session, order: Order, proposal: Proposal, where: str, book: Account
) -> None:
    if order.status is not OrderStatus.CANCELLED:
        book.lost.append(f"{where}: its cancellation")
    for line in session.exec(select(OrderLine).where(OrderLine.order_id == order.id)):
        if line.cancelled_quantity != line.quantity:
            book.lost.append(f"{where}: the cancelled pieces of line {line.position}")
    for payment in session.exec(select(Payment).where(Payment.order_id == order.id)):
        refunds = session.exec(select(Refund).where(Refund.payment_id == payment.id)).all()
        _exactly(1, len(refunds), f"{where}: refunds of payment {payment.id}", book)
        back = sum(refund.amount_minor for refund in refunds)
        _exactly(payment.amount_minor, back, f"{where}: cents of payment {payment.id}", book)
        if payment.method is PaymentMethod.GIFT_CARD:
            card = session.get_one(GiftCard, payment.gift_card_id)
            _exactly(card.initial_minor, card.balance_minor, f"{where}: gift card", book)


def _effects(session: Session, receiver: Receiver, book: Account) -> None:
    """The receiver took every effect of the outbox under one key, and nothing else.

    Every refund by a provider has one effect, and every confirmed proposal one e-mail.
    """
    kept = set(session.exec(select(Effect.key)).all())
    book.lost += [f"effect {key} never came" for key in kept - receiver.effects.keys()]
    book.duplicated += [f"effect {key} is in no row" for key in receiver.effects.keys() - kept]
    taken = Counter(
        told["data"]["refund_id"]
        for told in receiver.effects.values()
        if told["type"] == EffectKind.REFUND
    )
    gift_cards = select(Payment.id).where(Payment.method == PaymentMethod.GIFT_CARD)
    refunds = session.exec(select(Refund.id).where(Refund.payment_id.not_in(gift_cards))).all()  # type: ignore[attr-defined]
    for refund in refunds:
        _exactly(1, taken.pop(refund, 0), f"refund {refund} at the receiver", book)
    book.duplicated += [f"refund {refund}, which is in no row, was sent" for refund in taken]
    told = sum(effect["type"] == EffectKind.EMAIL for effect in receiver.effects.values())
    confirmed = select(Proposal.id).where(Proposal.status == ProposalStatus.CONFIRMED)
    _exactly(len(session.exec(confirmed).all()), told, "e-mails about changes", book)


def _exactly(wanted: int, found: int, what: str, book: Account) -> None:
    if found < wanted:
        book.lost.append(f"{what}: {found} of {wanted}")
    if found > wanted:
        book.duplicated.append(f"{what}: {found} instead of {wanted}")
