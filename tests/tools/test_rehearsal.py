"""A rehearsal tells what would be proposed, and leaves no trace."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from orderdb.models import AuditEvent, Handoff, Proposal
from tests.orderdb.shop import ARRIVED, Shop
from tests.tools.desk import desk
from tools.registry import KINDS, ToolKind, ToolRegistry

_ASKED: dict[str, dict[str, Any]] = {
    "propose_cancellation": {"order_number": "A20001"},
    "propose_address_change": {"order_number": "A20001", "line1": "Elm 5", "city": "Bonn"},
    "propose_payment_change": {"order_number": "A20001", "pay_with": "original"},
    "propose_return": {"order_number": "A20002"},
    "propose_exchange": {
        "order_number": "A20001", "items": [{"item": 1, "variant": "blue"}],
    },
    "propose_claim": {"order_number": "A20002", "problem": "damaged", "remedy": "refund"},
    "handoff": {"reason": "a person, please"},
}  # fmt: skip


def _rows(engine: Engine) -> list[int]:
    with Session(engine) as session:
        return [
            session.exec(select(func.count()).select_from(table)).one()
            for table in (Proposal, AuditEvent, Handoff)
        ]


@pytest.mark.parametrize(
    "name", [name for name, kind in KINDS.items() if kind is not ToolKind.READ]
)
def test_no_tool_stores_anything_in_a_rehearsal(name: str, sqlite_engine: Engine) -> None:
    shop = Shop(sqlite_engine)
    shop.order("A20001")
    shop.ship(shop.order("A20002"), handed_over_at=ARRIVED, delivered_at=ARRIVED)
    context = desk(sqlite_engine, rehearsal=True, said=("Elm 5, Bonn",))
    ToolRegistry()[name].checked(context, _ASKED[name])
    assert _rows(sqlite_engine) == [0, 0, 0]


def test_an_appraisal_is_what_the_proposal_will_be(engine: Engine) -> None:
    Shop(engine).order("A20001")
    tool = ToolRegistry()["propose_cancellation"]
    told = tool.checked(desk(engine, rehearsal=True), {"order_number": "a20001"})
    made = tool.checked(desk(engine), {"order_number": "a20001"})
    assert told.proposal is None
    assert told.appraisal is not None
    assert made.proposal is not None
    assert told.appraisal.model_dump() == made.proposal.model_dump(
        include={"kind", "order_number", "summary", "amount", "clause"}
    )
    assert told.text == made.text
    assert told.citations == made.citations


def test_a_rehearsal_is_refused_in_the_same_words(sqlite_engine: Engine) -> None:
    shop = Shop(sqlite_engine)
    shop.ship(shop.order("A20001"), handed_over_at=ARRIVED)
    tool = ToolRegistry()["propose_cancellation"]
    told = tool.checked(desk(sqlite_engine, rehearsal=True), {"order_number": "A20001"})
    assert told == tool.checked(desk(sqlite_engine), {"order_number": "A20001"})
    assert told.status == "refused"
