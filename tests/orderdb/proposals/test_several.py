"""Several proposals at once: one takes another's place only on the same matter."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from orderdb.errors import OrderChanged, ProposalClosed
from orderdb.models import Proposal
from orderdb.proposals import CancelLines, CancelOrder, LinePieces, NewAddress
from orderdb.statuses import ProposalKind, ProposalStatus
from tests.orderdb.proposals.desk import Desk, bought
from tests.orderdb.shop import Shop

ELSEWHERE = NewAddress(line1="Neue Strasse 5", city="Berlin", postal_code="10115")


def without(*lines: int) -> CancelLines:
    return CancelLines(lines=tuple(LinePieces(line=line, quantity=1) for line in lines))


def test_proposals_on_different_matters_wait_side_by_side(shop: Shop, desk: Desk) -> None:
    bought(shop, lines=3)
    desk.propose(ProposalKind.CHANGE_ADDRESS, ELSEWHERE)
    desk.propose(ProposalKind.CANCEL_LINES, without(1))
    desk.propose(ProposalKind.CANCEL_LINES, without(2))
    desk.propose(ProposalKind.CANCEL_ORDER, CancelOrder())
    assert {one.status for one in desk.rows(Proposal)} == {ProposalStatus.OPEN}


def test_a_later_proposal_on_the_same_matter_takes_its_place(shop: Shop, desk: Desk) -> None:
    bought(shop, lines=2)
    other = desk.propose(ProposalKind.CANCEL_LINES, without(2))
    first = desk.propose(ProposalKind.CHANGE_ADDRESS, ELSEWHERE)
    desk.propose(
        ProposalKind.CHANGE_ADDRESS, ELSEWHERE.model_copy(update={"line1": "Neue Strasse 7"})
    )
    with pytest.raises(ProposalClosed) as closed:
        desk.confirm(first)
    assert closed.value.status == "superseded"
    assert desk.confirm(other)["status"] == "confirmed"


def test_what_waits_beside_a_confirmed_one_is_offered_anew(shop: Shop, desk: Desk) -> None:
    bought(shop, lines=2)
    move = desk.propose(ProposalKind.CHANGE_ADDRESS, ELSEWHERE)
    less = desk.propose(ProposalKind.CANCEL_LINES, without(2))
    desk.confirm(move)
    with pytest.raises(OrderChanged) as changed:
        desk.confirm(less)
    again = next(one for one in desk.rows(Proposal) if one.id == changed.value.replacement)
    assert (again.target, again.amount_minor) == (less.target, less.amount_minor)
    assert desk.confirm(again)["status"] == "confirmed"
    assert desk.chain_holds()


def test_the_database_itself_keeps_one_open_proposal_a_matter(shop: Shop, desk: Desk) -> None:
    bought(shop)
    proposal = desk.propose(ProposalKind.CANCEL_ORDER, CancelOrder())
    twin = Proposal(**proposal.model_dump() | {"id": "twin"})
    with desk.sessions() as session:
        session.add(twin)
        with pytest.raises(IntegrityError):
            session.commit()
