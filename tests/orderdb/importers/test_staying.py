"""Later exports bring orders forward, never back, and undo nothing that was confirmed here."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from orderdb import proposals
from orderdb.importers import import_csv
from orderdb.models import Address, Order, OrderLine, Payment, Shipment, ShipmentLine
from orderdb.policy_book import PolicyBook
from orderdb.proposals import CancelLines, CancelOrder, LinePieces, NewAddress
from orderdb.proposals.kind import KindArguments
from orderdb.statuses import OrderStatus, ProposalKind
from tests.orderdb.importers.contents import contents

POLICIES = Path(__file__).parents[3] / "policies"
HEADER = "No,Who,State,Street,What,Pieces,Price,Shipping,Refunded\n"
MAPPING = """
rows: line
currency: EUR
columns:
  {number: No, customer: Who, line1: Street, country: {value: DE}, city: {value: Ulm},
   line_name: What, quantity: Pieces, unit_price: Price, shipping: Shipping, refunded: Refunded}
status:
  - {when: {State: paid}, is: paid}
  - {when: {State: processing}, is: processing}
  - {when: {State: sent}, is: shipped}
  - {when: {State: late}, is: exception}
  - {when: {State: there}, is: delivered}
"""


def bring(engine: Engine, tmp_path: Path, state: str, refunded: str = "0") -> int:
    """Import the order in that state; how many orders were further on here."""
    mapping, path = tmp_path / "mine.yaml", tmp_path / "orders.csv"
    mapping.write_text(MAPPING, encoding="utf-8")
    rows = f"7,a,{state},Alt 1,Kanne,2,10.00,5.00,{refunded}\n7,a,{state},Alt 1,Tee,1,4.00,,\n"
    path.write_text(HEADER + rows, encoding="utf-8")
    return import_csv(engine, path, mapping).orders_further_on


def confirm(engine: Engine, kind: ProposalKind, arguments: KindArguments) -> None:
    book, now = PolicyBook.load(POLICIES), datetime.now(UTC)
    with Session(engine) as session:
        made = proposals.propose(session, "a", "7", kind, arguments, None, book, now)
        asked, digest = made.id, made.digest
    with Session(engine) as session:
        proposals.confirm(session, "a", asked, digest, book, now)


def test_an_address_changed_here_stays_while_the_order_goes_on(
    engine: Engine, tmp_path: Path
) -> None:
    bring(engine, tmp_path, "processing")
    confirm(engine, ProposalKind.CHANGE_ADDRESS, NewAddress(line1="Neu 5", city="Ulm"))
    for state, expected in (("sent", OrderStatus.SHIPPED), ("there", OrderStatus.DELIVERED)):
        assert bring(engine, tmp_path, state) == 0
        with Session(engine) as session:
            order = session.exec(select(Order)).one()
            assert order.status is expected
            assert session.get_one(Address, order.address_id).line1 == "Neu 5"


def test_items_cancelled_here_are_not_sent_by_a_later_export(
    engine: Engine, tmp_path: Path
) -> None:
    bring(engine, tmp_path, "processing")
    wanted = CancelLines(lines=(LinePieces(line=1, quantity=1),))
    confirm(engine, ProposalKind.CANCEL_LINES, wanted)
    with Session(engine) as session:
        given_back = session.exec(select(Payment.refunded_minor)).one()
    bring(engine, tmp_path, "sent")
    with Session(engine) as session:
        lines = session.exec(select(OrderLine).order_by(OrderLine.position)).all()  # type: ignore[arg-type]
        inside = session.exec(select(ShipmentLine.quantity)).all()
        assert session.exec(select(Payment.refunded_minor)).one() == given_back > 0
    assert [(line.shipped_quantity, line.cancelled_quantity) for line in lines] == [(1, 1), (1, 0)]
    assert sorted(inside) == [1, 1]


def test_an_order_cancelled_here_stays_cancelled(engine: Engine, tmp_path: Path) -> None:
    bring(engine, tmp_path, "processing")
    confirm(engine, ProposalKind.CANCEL_ORDER, CancelOrder())
    before = contents(engine)
    assert bring(engine, tmp_path, "sent") == 1
    assert contents(engine) == before


def test_an_older_export_sets_nothing_back(engine: Engine, tmp_path: Path) -> None:
    bring(engine, tmp_path, "sent", refunded="3.00")
    before = contents(engine)
    assert bring(engine, tmp_path, "paid") == 1
    assert bring(engine, tmp_path, "sent") == 0
    assert contents(engine) == before


@pytest.mark.parametrize("states", [("sent", "late"), ("late", "sent")])
def test_on_the_way_an_order_may_be_held_up_and_go_on(
    sqlite_engine: Engine, tmp_path: Path, states: tuple[str, str]
) -> None:
    for state in states:
        assert bring(sqlite_engine, tmp_path, state) == 0
    with Session(sqlite_engine) as session:
        expected = OrderStatus.SHIPPED if states[1] == "sent" else OrderStatus.EXCEPTION
        assert session.exec(select(Order.status)).one() is expected
        assert len(session.exec(select(Shipment)).all()) == 1
