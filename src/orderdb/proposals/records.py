"""A proposal's row: what it stores, what its digest covers, and how its life is recorded."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NoReturn
from uuid import uuid4

from sqlmodel import Session, col, select

from orderdb import audit
from orderdb.canonical import sha256
from orderdb.columns import JsonObject
from orderdb.errors import ProposalError
from orderdb.models import Proposal
from orderdb.proposals.kind import Change, Kind, KindArguments, Matter, Ruling
from orderdb.statuses import ProposalStatus, Role
from orderdb.text import Text

LIFETIME = timedelta(minutes=30)


def refuse(
    session: Session, proposal: Proposal, error: ProposalError, now: datetime, agent: str | None
) -> NoReturn:
    """Keep that a click was refused, and why; always raises ``error``."""
    record(session, proposal, "proposal.refused", now, agent, why=error.code)
    session.commit()
    raise error


def open_proposal(
    matter: Matter,
    kind: Kind[Any],
    asked: KindArguments,
    ruling: Ruling,
    conversation_id: str | None,
) -> Proposal:
    """The open proposal with this digest, else a new one in place of the one on this matter."""
    session, now, agent = matter.session, matter.now, matter.agent
    digest, target = digest_of(matter, kind, asked, ruling), kind.target(asked)
    order = matter.order if matter.placed else None
    of_matter = select(Proposal).where(
        Proposal.customer_id == matter.customer.id,
        Proposal.order_id == (order.id if order else None),
        Proposal.kind == kind.name,
        Proposal.target == target,
        Proposal.status == ProposalStatus.OPEN,
    )
    for earlier in session.exec(of_matter.order_by(col(Proposal.created_at))).all():
        if now >= earlier.expires_at:
            close(session, earlier, ProposalStatus.EXPIRED, now, agent)
        elif earlier.digest == digest:
            if conversation_id is not None:  # it waits where it was asked for last
                earlier.conversation_id = conversation_id
                session.add(earlier)
            return earlier
        else:
            close(session, earlier, ProposalStatus.SUPERSEDED, now, agent)
    session.flush()
    proposal = Proposal(
        id=str(uuid4()),
        customer_id=matter.customer.id,
        conversation_id=conversation_id,
        order_id=order.id if order else None,
        order_version=order.version if order else None,
        kind=kind.name,
        target=target,
        arguments=_stored(matter, asked),
        effect=ruling.effect,
        summary_en=ruling.summary.en,
        summary_zh=ruling.summary.zh,
        amount_minor=ruling.amount.minor,
        currency=ruling.amount.currency,
        clause=ruling.verdict.clause,
        clause_version=ruling.verdict.version,
        digest=digest,
        asked_by=Role.AGENT if agent else Role.CUSTOMER,
        agent=agent,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    session.add(proposal)
    session.flush()  # what may wait for others must do so before the audit chain is held
    record(session, proposal, "proposal.created", now, agent)
    return proposal


def close(
    session: Session,
    proposal: Proposal,
    status: ProposalStatus,
    now: datetime,
    agent: str | None,
) -> None:
    proposal.status, proposal.decided_at = status, now
    session.add(proposal)
    record(session, proposal, f"proposal.{status}", now, agent)


def record(
    session: Session,
    proposal: Proposal,
    kind: str,
    now: datetime,
    agent: str | None,
    **more: object,
) -> None:
    audit.append(
        session,
        actor=f"agent:{agent}" if agent else f"customer:{proposal.customer_id}",
        kind=kind,
        subject=f"proposal:{proposal.id}",
        payload={
            "kind": proposal.kind.value,
            "order": proposal.arguments.get("order_number"),
            "order_version": proposal.order_version,
            "digest": proposal.digest,
            "amount_minor": proposal.amount_minor,
            "currency": proposal.currency,
            "clause": f"{proposal.clause}/{proposal.clause_version}",
            **more,
        },
        now=now,
    )


def _stored(matter: Matter, asked: KindArguments) -> JsonObject:
    number = {"order_number": matter.order.number} if matter.placed else {}
    return {**number, **asked.model_dump(mode="json")}


def digest_of(matter: Matter, kind: Kind[Any], asked: KindArguments, ruling: Ruling) -> str:
    """What a click is bound to: who, what, on which state of the order, for how much, and why."""
    order = matter.order if matter.placed else None
    return sha256(
        {
            "kind": kind.name.value,
            "customer": matter.customer.id,
            "agent": matter.agent,
            "order": order.id if order else None,
            "order_version": order.version if order else None,
            "arguments": _stored(matter, asked),
            "effect": ruling.effect,
            "amount_minor": ruling.amount.minor,
            "currency": ruling.amount.currency,
            "clause": ruling.verdict.clause,
            "clause_version": ruling.verdict.version,
        }
    )


def result_of(proposal: Proposal, change: Change, done: Text) -> JsonObject:
    order = change.matter.row if change.matter.placed else None
    return {
        "proposal_id": proposal.id,
        "status": ProposalStatus.CONFIRMED.value,
        "kind": proposal.kind.value,
        "order_number": order.number if order else None,
        "order_status": order.status.value if order else None,
        "summary": done.model_dump(),
        "amount": proposal.amount.model_dump(),
        "refunds": [
            {
                "method": change.ledger.method_of(refund).value,
                "status": refund.status.value,
                "amount": {"minor": refund.amount_minor, "currency": proposal.currency},
            }
            for refund in change.ledger.refunds
        ],
    }
