"""A credit that an agent gives where no rule makes good: a gift card, within limits."""

from __future__ import annotations

import secrets
from datetime import timedelta

from pydantic import Field
from sqlalchemy import func
from sqlmodel import col, select

from orderdb.eligibility import clauses
from orderdb.errors import Refused
from orderdb.models import Customer, GiftCard, GoodwillCredit
from orderdb.proposals.kind import Change, Kind, KindArguments, Matter, Ruling
from orderdb.statuses import ProposalKind
from orderdb.text import Text

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"  # codes are without O and I
_CODE_LENGTH = 16


class Goodwill(KindArguments):
    """Minor units of the order's currency."""

    amount_minor: int = Field(gt=0)
    reason: str = Field(min_length=1, max_length=500)


def _judge(matter: Matter, asked: Goodwill) -> Ruling:
    question = matter.question("refund")
    clause = question.clause(clauses.GOODWILL)
    if matter.agent is None:
        raise Refused(_AGENTS, clause.id)
    given = _given(matter, clause.number("per_days"))
    limit = min(clause.fee("max_credit", matter.currency), matter.order.total.minor)
    left = matter.money(max(0, limit - given))
    if asked.amount_minor > left.minor:
        raise Refused(
            Text(
                en=f"At most {left} can be given now. Choose a lower amount.",
                zh=f"目前最多可给{left}，请降低金额。",
            ),
            clause.id,
        )
    amount, number = matter.money(asked.amount_minor), matter.order.number
    judged = question.yes(
        clause.id,
        f"A credit of up to {left} can be given.",
        f"可以给予最多{left}的补偿金。",
        by="agent",
    )
    return Ruling(
        judged,
        amount,
        Text(
            en=f"Give a credit of {amount} as a gift card, for order {number}.",
            zh=f"就订单{number}以礼品卡给予补偿金{amount}。",
        ),
        effect={"given_before": given},
    )


def _given(matter: Matter, days: int) -> int:
    """What the customer got in this currency within so many days, in minor units.

    The customer's row stays locked, so that two agents cannot give the same rest.
    """
    matter.session.exec(
        select(Customer.id).where(Customer.id == matter.customer.id).with_for_update(key_share=True)
    ).one()
    found = matter.session.exec(
        select(func.coalesce(func.sum(GoodwillCredit.amount_minor), 0)).where(
            GoodwillCredit.customer_id == matter.customer.id,
            GoodwillCredit.currency == matter.currency,
            col(GoodwillCredit.created_at) > matter.now - timedelta(days=days),
        )
    ).one()
    return int(found)


def _give(change: Change, asked: Goodwill) -> Text:
    amount, customer = change.ruling.amount, change.matter.customer.id
    card = GiftCard(
        code="".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)),
        customer_id=customer,
        currency=amount.currency,
        initial_minor=amount.minor,
        balance_minor=amount.minor,
    )
    change.session.add(card)
    change.session.flush()
    change.session.add(
        GoodwillCredit(
            customer_id=customer,
            order_id=change.order.id or 0,
            proposal_id=change.proposal_id,
            gift_card_id=card.id or 0,
            agent=change.matter.agent or "",
            amount_minor=amount.minor,
            currency=amount.currency,
            created_at=change.now,
        )
    )
    change.session.flush()
    return Text(
        en=f"A gift card of {amount} is on the customer's account.",
        zh=f"{amount}的礼品卡已存入顾客账户。",
    )


_AGENTS = Text(
    en="Only a person at the service desk can give a credit. Hand the conversation over.",
    zh="只有人工客服可以给予补偿金，请转人工。",
)

GOODWILL = Kind(ProposalKind.GOODWILL, Goodwill, _judge, _give, for_agents=True)
