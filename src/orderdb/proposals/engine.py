"""What holds for proposals of every kind: stored exactly, bound to a digest, carried out once.

Confirming judges again, on the rows as they are then, and does everything in one transaction.
Rows are locked in one sequence: order (or customer), proposal, gift cards, stock, payments, the
outbox, the audit chain.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from orderdb import audit
from orderdb.columns import JsonObject
from orderdb.database import writing
from orderdb.errors import DigestMismatch, NotFound, OrderChanged, ProposalClosed, Refused
from orderdb.ledger import Ledger
from orderdb.models import Customer, Order, Proposal
from orderdb.numbers import number_key
from orderdb.policy_book import PolicyBook
from orderdb.proposals.effects import enqueue_effects
from orderdb.proposals.kind import Change, Kind, KindArguments, Matter, Ruling
from orderdb.proposals.kinds import FOR_AGENTS, KINDS
from orderdb.proposals.records import close, digest_of, open_proposal, record, refuse, result_of
from orderdb.repository import find_customer, find_order
from orderdb.statuses import ProposalKind, ProposalStatus


def propose(
    session: Session,
    customer_id: str,
    order_number: str | None,
    kind: ProposalKind,
    arguments: KindArguments,
    conversation_id: str | None,
    book: PolicyBook,
    now: datetime,
    *,
    agent: str | None = None,
) -> Proposal:
    """Store what was asked for, priced, for a person to confirm; the same again is one.

    Without an order number it is about the customer's account. ``agent`` is who asks in the
    customer's stead. Raises NotFound, and Refused where the rules say no.
    """
    matter, ruling = _ruled(session, customer_id, order_number, kind, arguments, book, now, agent)
    proposal = open_proposal(matter, KINDS[kind], arguments, ruling, conversation_id)
    session.commit()
    return proposal


def appraise(
    session: Session,
    customer_id: str,
    order_number: str | None,
    kind: ProposalKind,
    arguments: KindArguments,
    book: PolicyBook,
    now: datetime,
    *,
    agent: str | None = None,
) -> Ruling:
    """What ``propose`` would store, priced, with nothing stored. Raises as it does."""
    try:
        return _ruled(session, customer_id, order_number, kind, arguments, book, now, agent)[1]
    finally:
        session.rollback()


def _ruled(
    session: Session,
    customer_id: str,
    order_number: str | None,
    kind: ProposalKind,
    arguments: KindArguments,
    book: PolicyBook,
    now: datetime,
    agent: str | None,
) -> tuple[Matter, Ruling]:
    """The matter, its rows locked, and the ruling on it."""
    writing(session)
    of_kind = KINDS[kind]
    if of_kind.about_account != (order_number is None):
        raise LookupError(f"{kind} is about {'the account' if order_number else 'an order'}")
    order = None
    if order_number is not None:
        order = _locked_order(session, customer_id, number_key(order_number))
    matter = _matter(session, customer_id, order, book, now, agent)
    return matter, of_kind.judge(matter, arguments)


def confirm(
    session: Session,
    customer_id: str,
    proposal_id: str,
    digest: str,
    book: PolicyBook,
    now: datetime,
    *,
    agent: str | None = None,
) -> JsonObject:
    """Carry a proposal out, exactly once; every repeat returns the first result.

    Raises NotFound (another's, an agent's, or none), DigestMismatch, ProposalClosed, and
    OrderChanged, which carries the id of a new proposal where it is still possible.
    """
    writing(session)
    proposal, order = _locked(session, customer_id, proposal_id, agent)
    if not hmac.compare_digest(proposal.digest.encode(), digest.encode()):
        wrong = DigestMismatch("that is not what was proposed")
        refuse(session, proposal, wrong, now, agent)
    if proposal.status is ProposalStatus.CONFIRMED and proposal.result is not None:
        return proposal.result
    _must_be_open(session, proposal, now, agent)
    kind = KINDS[proposal.kind]
    matter = _matter(session, customer_id, order, book, now, proposal.agent)
    asked = _arguments(kind, proposal)
    ruling = _judged_again(matter, kind, asked, proposal, agent)
    before = _state(session, order)
    ledger = Ledger(session, matter.order if order is not None else None, proposal.id, now)
    change = Change(matter, ruling, proposal.id, ledger)
    done = kind.carry_out(change, asked)
    if order is not None:
        order.version += 1
        session.add(order)
    result = result_of(proposal, change, done)
    proposal.status, proposal.decided_at, proposal.result = ProposalStatus.CONFIRMED, now, result
    session.add(proposal)
    enqueue_effects(change, proposal)
    more = {"changes": audit.changes(before, _state(session, order))} if before else {}
    record(session, proposal, "proposal.confirmed", now, agent, **more)
    session.commit()
    return result


def _state(session: Session, order: Order | None) -> JsonObject:
    """The order's rows for the audit chain; of an account there is none to rebuild."""
    return audit.order_state(session, order.id) if order is not None and order.id else {}


def decline(
    session: Session,
    customer_id: str,
    proposal_id: str,
    now: datetime,
    *,
    agent: str | None = None,
) -> Proposal:
    """Put a proposal aside; repeats change nothing. Raises NotFound and ProposalClosed."""
    writing(session)
    proposal, _ = _locked(session, customer_id, proposal_id, agent)
    if proposal.status is ProposalStatus.DECLINED:
        return proposal
    _must_be_open(session, proposal, now, agent)
    close(session, proposal, ProposalStatus.DECLINED, now, agent)
    session.commit()
    return proposal


def find_proposal(
    session: Session, customer_id: str, proposal_id: str, *, agent: str | None = None
) -> Proposal:
    """One of this customer's proposals; raises NotFound for another's just as for none.

    What only agents may do is for an ``agent`` alone to see.
    """
    proposal = session.exec(
        select(Proposal).where(Proposal.id == proposal_id, Proposal.customer_id == customer_id)
    ).first()
    if proposal is None or (agent is None and proposal.kind in FOR_AGENTS):
        raise NotFound("this customer has no such proposal")
    return proposal


def _locked_order(session: Session, customer_id: str, key: str) -> Order:
    order = session.exec(
        select(Order)
        .where(Order.customer_id == customer_id, Order.number_key == key)
        .with_for_update()
    ).first()
    if order is None:
        raise NotFound("this customer has no order with that number")
    return order


def _locked(
    session: Session, customer_id: str, proposal_id: str, agent: str | None
) -> tuple[Proposal, Order | None]:
    """The proposal and its order, as they are once nobody else may change them."""
    order_id = find_proposal(session, customer_id, proposal_id, agent=agent).order_id
    order = None
    if order_id is not None:
        order = session.exec(select(Order).where(Order.id == order_id).with_for_update()).one()
    else:
        _lock_customer(session, customer_id)
    proposal = session.exec(
        select(Proposal)
        .where(Proposal.id == proposal_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return proposal, order


def _lock_customer(session: Session, customer_id: str) -> None:
    """No more than needed: rows that refer to the customer can be written meanwhile."""
    session.exec(
        select(Customer.id).where(Customer.id == customer_id).with_for_update(key_share=True)
    ).one()


def _matter(
    session: Session,
    customer_id: str,
    order: Order | None,
    book: PolicyBook,
    now: datetime,
    agent: str | None,
) -> Matter:
    if order is None:
        _lock_customer(session, find_customer(session, customer_id).id)
        customer, placed = find_customer(session, customer_id), None
    else:
        view = find_order(session, customer_id, order.number)
        customer, placed = view.customer, (view, order)
    return Matter(session, customer, book, now, agent, placed)


def _arguments(kind: Kind[Any], proposal: Proposal) -> KindArguments:
    stored = {name: value for name, value in proposal.arguments.items() if name != "order_number"}
    found: KindArguments = kind.arguments.model_validate(stored)
    return found


def _judged_again(
    matter: Matter, kind: Kind[Any], asked: KindArguments, proposal: Proposal, agent: str | None
) -> Ruling:
    """The ruling as it is now; raises OrderChanged unless it is what was shown."""
    session, now = matter.session, matter.now
    try:
        ruling = kind.judge(matter, asked)
    except Refused as refusal:
        close(session, proposal, ProposalStatus.SUPERSEDED, now, agent)
        session.commit()
        raise OrderChanged(None, refusal.reason) from None
    if digest_of(matter, kind, asked, ruling) == proposal.digest:
        return ruling
    close(session, proposal, ProposalStatus.SUPERSEDED, now, agent)
    session.flush()
    replacement = open_proposal(matter, kind, asked, ruling, proposal.conversation_id)
    session.commit()
    raise OrderChanged(replacement.id, ruling.verdict.reason)


def _must_be_open(session: Session, proposal: Proposal, now: datetime, agent: str | None) -> None:
    if proposal.status is ProposalStatus.OPEN and now >= proposal.expires_at:
        close(session, proposal, ProposalStatus.EXPIRED, now, agent)
    if proposal.status is not ProposalStatus.OPEN:
        refuse(session, proposal, ProposalClosed(proposal.status), now, agent)
