"""Sending goods back for another variant of the same product.

No money moves yet: a difference is settled when the replacement leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from orderdb import stock
from orderdb.eligibility import clauses
from orderdb.eligibility.verdict import Verdict
from orderdb.errors import Refused
from orderdb.models import Exchange
from orderdb.proposals.items import changed
from orderdb.proposals.kind import Change, Kind, Matter, Ruling, listed
from orderdb.proposals.lines import (
    CHOOSE_ANOTHER,
    Offered,
    Swap,
    WithSwaps,
    added_up,
    must_be_there,
    offered,
    target_of,
)
from orderdb.proposals.payment import must_cover
from orderdb.proposals.returns import attested, judge_line, registered
from orderdb.statuses import CaseStatus, ProposalKind
from orderdb.text import Text
from orderdb.views import LineView
from orderdb.wallet import Means, returned_to

_TIMES = 2
"""How often a piece can be exchanged; EXCHANGE-4 says it in words."""


class ExchangeItems(WithSwaps):
    """``settle_with`` pays a difference or gets it back."""

    reason: str = Field(default="", max_length=500)
    settle_with: str = Field(default="original", min_length=1, max_length=64)
    sealed: bool | None = None


@dataclass(frozen=True)
class _Swapped:
    line: LineView
    quantity: int
    verdict: Verdict
    by: Offered

    @property
    def difference(self) -> int:
        """Minor units; the price of today counts, and what was taken off before stays off."""
        return (self.by.unit_minor - self.line.unit_price.minor) * self.quantity


def _judge(matter: Matter, asked: ExchangeItems) -> Ruling:
    swaps = [_swapped(matter, one, asked.sealed) for one in asked.swaps]
    difference = sum(one.difference for one in swaps)
    judged = swaps[0].verdict
    means = _means(matter, asked.settle_with, difference)
    wanted = added_up((one.by.variant.id, one.quantity) for one in swaps)
    must_be_there(matter, wanted, clauses.OUT_OF_STOCK, CHOOSE_ANOTHER, _OR_RETURN)
    return Ruling(
        judged,
        matter.money(abs(difference)),
        attested(
            _summary(matter, swaps, difference, means), [one.line for one in swaps], asked.sealed
        ),
        effect={
            "swaps": [
                {
                    "id": one.line.id,
                    "line": one.line.position,
                    "quantity": one.quantity,
                    "variant": one.by.variant.id,
                    "difference": one.difference,
                }
                for one in swaps
            ],
            "gift_card": means.gift_card_id if means else None,
            "saved_method": means.saved_method_id if means else None,
        },
    )


def _means(matter: Matter, key: str, difference: int) -> Means | None:
    """Who pays or gets the difference; None for back by the ways that paid."""
    rules, wallet, clause = matter.book.profile.exchange, matter.wallet(), clauses.EXCHANGE_PRICE
    if difference > 0:
        means = wallet.find(key, rules.pay_with, clause)
        must_cover(means, difference, clause, matter)
        return means
    if matter.order.refundable.minor < -difference:
        raise Refused(_TOO_MUCH, clause)
    return wallet.refunding(-difference, key, rules.refund_to, clause)


def _swapped(matter: Matter, asked: Swap, sealed: bool | None) -> _Swapped:
    line, pieces, judged = judge_line(matter, asked, "exchange", sealed)
    before = sum(
        case.quantity
        for case in matter.order.cases
        if (case.kind, case.line) == ("exchange", line.position)
        and case.status is not CaseStatus.REJECTED
    )
    if before + pieces > _TIMES * line.quantity:
        raise Refused(_OFTEN, clauses.OUT_OF_STOCK)
    return _Swapped(line, pieces, judged, offered(matter, line, asked.variant, judged.clause))


def _summary(matter: Matter, swaps: list[_Swapped], difference: int, means: Means | None) -> Text:
    what = listed([changed(one.line, one.quantity, one.by) for one in swaps])
    number, sum_ = matter.order.number, matter.money(abs(difference))
    if not difference:
        en, zh = "It costs the same.", "价格相同。"
    elif difference > 0 and means is not None:
        en, zh = f"You pay {sum_} more with {means.label.en}.", f"需用{means.label.zh}补付{sum_}。"
    else:
        to = returned_to(matter.order, -difference, means)
        en, zh = f"{sum_} goes back to {to.en}.", f"将向{to.zh}退回{sum_}。"
    return Text(
        en=f"Exchange {what.en} of order {number}. {en}",
        zh=f"订单{number}换货：{what.zh}。{zh}",
    )


def _register(change: Change, asked: ExchangeItems) -> Text:
    effect = change.ruling.effect
    rows = [
        Exchange(
            order_line_id=one["id"],
            new_variant_id=one["variant"],
            proposal_id=change.proposal_id,
            quantity=one["quantity"],
            difference_minor=one["difference"],
            gift_card_id=effect["gift_card"],
            saved_method_id=effect["saved_method"],
            status=CaseStatus.REQUESTED,
            created_at=change.now,
        )
        for one in effect["swaps"]
    ]
    promised = added_up((one["variant"], one["quantity"]) for one in effect["swaps"])
    stock.move(change.session, {}, promised, change.order.warehouse_code)
    return registered(change, rows, effect["swaps"], "exchanges", Text(en="exchange", zh="换货"))


_OR_RETURN = Text(en="It can be returned for a refund as well.", zh="也可以申请退货退款。")
_OFTEN = Text(
    en="The item was exchanged twice already; only a return is possible now.",
    zh="该商品已换过两次，现在只能退货。",
)
_TOO_MUCH = Text(
    en="The difference is more than what was paid. A person can look at it.",
    zh="差价超过已付金额，可以转人工客服处理。",
)

EXCHANGE_ITEMS = Kind(
    ProposalKind.EXCHANGE_ITEMS,
    ExchangeItems,
    _judge,
    _register,
    target=lambda asked: target_of(asked.swaps),
)
