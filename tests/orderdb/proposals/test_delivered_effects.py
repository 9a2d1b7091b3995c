"""When what a confirm asked of other systems is done, the rows say so and the chain explains it."""

from __future__ import annotations

import pytest

from orderdb import outbox
from orderdb.models import Effect, Payment, Refund
from orderdb.proposals import CancelOrder, ChangeItems, KindArguments, Swap
from orderdb.statuses import (
    EffectKind,
    EffectStatus,
    PaymentStatus,
    ProposalKind,
    RefundStatus,
)
from tests.orderdb.proposals.desk import SOON, Desk, bought
from tests.orderdb.shop import Shop


def swap(variant: str) -> ChangeItems:
    return ChangeItems(
        swaps=(Swap(line=1, quantity=None, variant=variant),), settle_with="original"
    )


def deliver_all(desk: Desk) -> None:
    with desk.sessions() as session:
        due = outbox.claim(session, "w", list(EffectKind), SOON, seconds=60, limit=100)
    for effect in due:
        with desk.sessions() as session:
            outbox.mark_delivered(session, effect.id or 0, SOON)


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (ProposalKind.CANCEL_ORDER, CancelOrder(reason="")),
        (ProposalKind.CHANGE_ITEMS, swap("MUG-2")),
        (ProposalKind.CHANGE_ITEMS, swap("MUG-3")),
    ],
    ids=["a cancellation", "a dearer variant", "a cheaper variant"],
)
def test_money_that_was_on_its_way_has_arrived(
    shop: Shop, desk: Desk, kind: ProposalKind, asked: KindArguments
) -> None:
    bought(shop)
    desk.do(kind, asked)
    moving = [one.status for one in desk.rows(Refund)] + [one.status for one in desk.rows(Payment)]
    assert {"pending"} & {status.value for status in moving}
    deliver_all(desk)
    assert {one.status for one in desk.rows(Effect)} == {EffectStatus.DELIVERED}
    assert all(one.status is RefundStatus.SUCCEEDED for one in desk.rows(Refund))
    assert all(one.status is PaymentStatus.CAPTURED for one in desk.rows(Payment))
    assert desk.chain_holds()
